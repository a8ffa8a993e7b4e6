"""The scale of a photo, and the scale as a user states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hairdensity.estimate import Estimate

ScaleSource = Literal[
    "option", "sidecar", "folder", "profile", "dicom", "tiff", "card", "ruler", "scale-bar", "other-photo"
]


@dataclass(frozen=True, slots=True)
class Scale:
    """Size of one px of the upright photo on the skin, and where that is known from."""

    um_per_px: Estimate
    source: ScaleSource


@dataclass(frozen=True, slots=True)
class StatedScale:
    """A scale as a user states it; at most one of the three is needed, several must agree.

    Attributes
    ----------
    um_per_px
        Size of one px on the skin.
    field_width_mm
        Width of the whole upright photo on the skin.
    scale_bar_mm
        There is a scale bar in the photo, and this is its length.
    """

    um_per_px: float | None = None
    field_width_mm: float | None = None
    scale_bar_mm: float | None = None
