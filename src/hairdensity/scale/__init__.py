"""Photo -> Scale: µm per px, its interval and where it came from; one file a source."""

from hairdensity.scale.assumed import AssumedSettings, assumed_um_per_px, settled_um_per_px
from hairdensity.scale.bar import BarSettings, ScaleBar, find_scale_bar
from hairdensity.scale.model import (
    Polygon,
    Scale,
    ScaleSettings,
    ScaleSource,
    SeenScale,
    StatedScale,
    StatedScales,
)
from hairdensity.scale.resolve import ScaleReading, read_scale, resolve_scale, stated_scales
from hairdensity.scale.see import SeeSettings, see_scales
from hairdensity.scale.stated import read_stated_scales
from hairdensity.scale.strokes import Stroke, StrokeSettings, find_strokes

__all__ = [
    "AssumedSettings",
    "BarSettings",
    "Polygon",
    "Scale",
    "ScaleBar",
    "ScaleReading",
    "ScaleSettings",
    "ScaleSource",
    "SeeSettings",
    "SeenScale",
    "StatedScale",
    "StatedScales",
    "Stroke",
    "StrokeSettings",
    "assumed_um_per_px",
    "find_scale_bar",
    "find_strokes",
    "read_scale",
    "read_stated_scales",
    "resolve_scale",
    "see_scales",
    "settled_um_per_px",
    "stated_scales",
]
