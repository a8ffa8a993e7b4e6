"""An open, offline, calibrated phototrichogram.

The library in one line: `analyze_photo` finds and measures the hairs of one photo, `compare_photos` tells
what changed between two. Everything else is loaded when it is first asked for, so that importing the
package costs nothing.

Examples
--------
>>> import hairdensity
>>> hairdensity.StatedScale(um_per_px=5.5).um_per_px
5.5
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hairdensity.align import Alignment
    from hairdensity.compare import Change, CompareSettings, Comparison, compare_photos
    from hairdensity.errors import HairDensityError
    from hairdensity.estimate import Estimate
    from hairdensity.hairs.units import Hair, Unit
    from hairdensity.measure import Measurement
    from hairdensity.photo import Photo, read_photo
    from hairdensity.pipeline import Analysis, Settings, analyze_photo
    from hairdensity.quality import Flag, Quality
    from hairdensity.scale import Scale, StatedScale

__all__ = [
    "Alignment",
    "Analysis",
    "Change",
    "CompareSettings",
    "Comparison",
    "Estimate",
    "Flag",
    "Hair",
    "HairDensityError",
    "Measurement",
    "Photo",
    "Quality",
    "Scale",
    "Settings",
    "StatedScale",
    "Unit",
    "analyze_photo",
    "compare_photos",
    "read_photo",
]

_HOMES = {
    "align": ("Alignment",),
    "compare": ("Change", "CompareSettings", "Comparison", "compare_photos"),
    "errors": ("HairDensityError",),
    "estimate": ("Estimate",),
    "hairs.units": ("Hair", "Unit"),
    "measure": ("Measurement",),
    "photo": ("Photo", "read_photo"),
    "pipeline": ("Analysis", "Settings", "analyze_photo"),
    "quality": ("Flag", "Quality"),
    "scale": ("Scale", "StatedScale"),
}


if not TYPE_CHECKING:  # a type checker shall know the names above and no others

    def __getattr__(name: str) -> object:
        """Load a public name from its module."""
        for home, names in _HOMES.items():
            if name in names:
                return getattr(import_module(f"hairdensity.{home}"), name)
        message = f"module 'hairdensity' has no attribute {name!r}"
        raise AttributeError(message)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
