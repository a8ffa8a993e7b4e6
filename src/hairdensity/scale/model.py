"""The scale of a photo, and the scale as a user states it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from hairdensity.estimate import Estimate

ScaleSource = Literal[
    "option", "sidecar", "folder", "profile", "dicom", "tiff", "card", "ruler", "scale-bar", "other-photo"
]


@dataclass(frozen=True, slots=True)
class Scale:
    """Size of one px of the upright photo on the skin, and where that is known from.

    Attributes
    ----------
    um_per_px
        Size of one px with its interval.
    source
        Where it is known from.
    contradicted_by
        What was found beside an explicit option and does not agree with it; the option is used all the same.
    """

    um_per_px: Estimate
    source: ScaleSource
    contradicted_by: Scale | None = None

    def agrees_with(self, other: Scale) -> bool:
        """Say whether the intervals of the two overlap."""
        mine, theirs = self.um_per_px, other.um_per_px
        return mine.low <= theirs.high and theirs.low <= mine.high


@dataclass(frozen=True, slots=True)
class ScaleSettings:
    """How far scales are trusted.

    Attributes
    ----------
    stated_error_fraction
        Half the 95 % interval of a stated size of px or width of field, as a share of it. An assumption:
        about what reading a ruler or stage micrometre by eye allows.
    """

    stated_error_fraction: float = 0.01


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
        There is a scale bar in the photo, and this is its length; both arms of an L have it.

    Raises
    ------
    UsageError
        When a value is not a number above 0.

    Examples
    --------
    >>> StatedScale(um_per_px=-1.0)
    Traceback (most recent call last):
    ...
    hairdensity.errors.UsageError: um_per_px is -1.0; give a number above 0
    """

    um_per_px: float | None = None
    field_width_mm: float | None = None
    scale_bar_mm: float | None = None

    def __post_init__(self) -> None:
        """Refuse values that are no size."""
        for key in ("um_per_px", "field_width_mm", "scale_bar_mm"):
            value = getattr(self, key)
            if value is not None and not (math.isfinite(value) and value > 0):
                message = f"{key} is {value}; give a number above 0"
                raise UsageError(message)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stated."""
        return self.um_per_px is None and self.field_width_mm is None and self.scale_bar_mm is None
