"""The scale of a photo, and the scale as a user states it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal

from hairdensity.errors import UsageError
from hairdensity.estimate import Estimate

UM_PER_MM = 1000

ScaleSource = Literal[
    "option",
    "sidecar",
    "folder",
    "profile",
    "dicom",
    "tiff",
    "card",
    "ruler",
    "scale-bar",
    "circle",
    "grid",
    "other-photo",
]
SeenSource = Literal["card", "ruler", "scale-bar", "circle", "grid"]

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) in px of the upright photo."""


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
    how
        In words, what the size follows from: what was stated, or what was seen.
    """

    um_per_px: Estimate
    source: ScaleSource
    contradicted_by: Scale | None = None
    how: str = ""

    def agrees_with(self, other: Scale) -> bool:
        """Say whether the intervals of the two overlap."""
        mine, theirs = self.um_per_px, other.um_per_px
        return mine.low <= theirs.high and theirs.low <= mine.high


@dataclass(frozen=True, slots=True)
class SeenScale:
    """Something seen in a photo whose length on the skin tells the scale, or would if it were known.

    Attributes
    ----------
    source
        What it is.
    length_px
        Its length in the photo: of a bar, of a circle across, of one division of a ruler or grid, of 1 mm of
        a card.
    length_mm
        Its length on the skin with its interval; None when that can neither be read nor is stated.
    outlines_px
        What it covers, so that no hair is counted there.
    how
        In words, what is seen.
    tilt_deg
        By how much its plane is turned out of that of the photo, where that is seen.
    refusal
        Why it is no scale although its length is known, in words with the remedy; empty when it is one.
    """

    source: SeenSource
    length_px: Estimate
    length_mm: Estimate | None
    outlines_px: tuple[Polygon, ...]
    how: str
    tilt_deg: float | None = None
    refusal: str = ""

    @property
    def um_per_px(self) -> Estimate | None:
        """Size of one px that follows; None when the length is not known or is no scale."""
        if self.length_mm is None or self.refusal:
            return None
        return quotient(self.length_mm.times(UM_PER_MM), self.length_px)


def quotient(above: Estimate, below: Estimate) -> Estimate:
    """Return `above / below` with the interval that two independent relative errors give.

    Examples
    --------
    >>> quotient(Estimate(1000, 1000, 1000), Estimate(200, 199, 201)).value
    5.0
    """
    value = above.value / below.value
    low = math.hypot(1 - above.low / above.value, 1 - below.value / below.high)
    high = math.hypot(above.high / above.value - 1, below.value / below.low - 1)
    return Estimate(value, value * max(1 - low, 0), value * (1 + high))


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
    """A scale as a user states it; at most one is needed, several must agree.

    Attributes
    ----------
    um_per_px
        Size of one px on the skin.
    field_width_mm
        Width of the whole upright photo on the skin.
    scale_bar_mm
        There is a scale bar in the photo, and this is its length; both arms of an L have it.
    ruler_mm
        There is a ruler in the photo, and this is the distance between neighbouring ticks.
    circle_mm
        There is a printed or drawn circle in the photo, and this is its diameter.
    grid_mm
        There is a printed grid in the photo, and this is the spacing of its lines.
    profile
        Name of a saved device profile.

    Raises
    ------
    UsageError
        When a size is not a number above 0.

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
    ruler_mm: float | None = None
    circle_mm: float | None = None
    grid_mm: float | None = None
    profile: str | None = None

    def __post_init__(self) -> None:
        """Refuse values that are no size."""
        for key in SIZE_KEYS:
            value = getattr(self, key)
            if value is not None and not (math.isfinite(value) and value > 0):
                message = f"{key} is {value}; give a number above 0"
                raise UsageError(message)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stated."""
        return all(getattr(self, one.name) is None for one in fields(self))


@dataclass(frozen=True, slots=True)
class StatedScales:
    """What is stated of a photo's scale: by option, by its sidecar file, by its folder's file."""

    option: StatedScale
    sidecar: StatedScale
    folder: StatedScale

    def states(self, key: str) -> bool:
        """Say whether any of them states the `key`."""
        return any(getattr(one, key) is not None for one in (self.option, self.sidecar, self.folder))


SIZE_KEYS = tuple(one.name for one in fields(StatedScale) if one.name != "profile")
"""What is stated as a number."""
