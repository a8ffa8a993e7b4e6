"""Photo -> Scale: µm per px, its interval and where it came from; one file a source."""

from hairdensity.scale.assumed import AssumedSettings, assumed_um_per_px
from hairdensity.scale.bar import BarSettings, ScaleBar, find_scale_bar
from hairdensity.scale.model import Scale, ScaleSettings, ScaleSource, StatedScale
from hairdensity.scale.resolve import resolve_scale
from hairdensity.scale.stated import read_stated_scales
from hairdensity.scale.strokes import Stroke, StrokeSettings, find_strokes

__all__ = [
    "AssumedSettings",
    "BarSettings",
    "Scale",
    "ScaleBar",
    "ScaleSettings",
    "ScaleSource",
    "StatedScale",
    "Stroke",
    "StrokeSettings",
    "assumed_um_per_px",
    "find_scale_bar",
    "find_strokes",
    "read_stated_scales",
    "resolve_scale",
]
