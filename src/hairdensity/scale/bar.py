"""A photo becomes its scale bar: the straight or L-shaped bar that a microscope's program drew into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from hairdensity.estimate import Estimate
from hairdensity.scale.strokes import Stroke, StrokeSettings, find_strokes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class BarSettings:
    """What counts as a scale bar, in px and shares of the photo: its size on the skin is what it is to tell.

    Attributes
    ----------
    strokes
        What counts as a stroke.
    min_length_fraction
        Least length of a straight bar as a share of the photo's longer side.
    min_free_fraction
        Least share of what lies beside a straight bar that must not have its colour.
    corner_px
        How far the arms of an L may miss each other.
    arm_difference_px, arm_difference_fraction
        How far the lengths of the two arms may differ: this plus this share.
    hidden_fraction
        Largest share of an arm that a hair over the corner may seem to add to it.
    end_error_px
        Half the 95 % interval of where a bar one px thick ends; half of what it is thicker is added.
    home_bar_margin_fraction
        A bright bar as near as this to the foot of the photo and centred on it is a phone's home bar.
    """

    strokes: StrokeSettings = field(default_factory=StrokeSettings)
    min_length_fraction: float = 0.04
    min_free_fraction: float = 0.7
    corner_px: int = 2
    arm_difference_px: float = 2
    arm_difference_fraction: float = 0.01
    hidden_fraction: float = 0.2
    end_error_px: float = 0.7
    home_bar_margin_fraction: float = 0.05


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A scale bar as seen.

    Attributes
    ----------
    length_px
        Its length; of an L the mean of both arms.
    strokes
        The one stroke, or the two arms.
    """

    length_px: Estimate
    strokes: tuple[Stroke, ...]


def find_scale_bar(photo: Photo, settings: BarSettings | None = None) -> ScaleBar | None:
    """Find the scale bar drawn into a photo.

    Parameters
    ----------
    photo
        Any photo.
    settings
        What counts as a bar.

    Returns
    -------
    ScaleBar or None
        None when there is none, or when there are several of different length.
    """
    settings = settings or BarSettings()
    strokes = find_strokes(photo, settings.strokes)
    return pick_scale_bar(strokes, (photo.width_px, photo.height_px), settings)


def pick_scale_bar(
    strokes: Sequence[Stroke], size_px: tuple[int, int], settings: BarSettings
) -> ScaleBar | None:
    """Pick the scale bar among the `strokes` of a photo with `size_px` (width, height)."""
    rows = [stroke for stroke in strokes if not stroke.is_vertical]
    columns = [stroke for stroke in strokes if stroke.is_vertical]
    ells = [_ell(row, column, settings) for row, column in product(rows, columns)]
    straight = [_straight(stroke, size_px, settings) for stroke in strokes]
    return _only_one(ells) or _only_one(straight)


def _only_one(bars: Sequence[ScaleBar | None]) -> ScaleBar | None:
    found = [bar for bar in bars if bar is not None]
    return found[0] if len(found) == 1 else None


def _straight(stroke: Stroke, size_px: tuple[int, int], settings: BarSettings) -> ScaleBar | None:
    """Return the bar that a single stroke makes; with ticks its length is from middle to middle of these."""
    is_long = stroke.length_px >= settings.min_length_fraction * max(size_px)
    is_free = all(stroke.ends_are_clear) and stroke.free_fraction >= settings.min_free_fraction
    if not (is_long and is_free) or _is_home_bar(stroke, size_px, settings):
        return None
    length_px = stroke.length_px - (stroke.thickness_px if stroke.has_ticks else 0)
    return ScaleBar(_length(length_px, stroke.thickness_px, settings), (stroke,))


def _length(length_px: float, thickness_px: int, settings: BarSettings) -> Estimate:
    error_px = settings.end_error_px * 2**0.5 + (thickness_px - 1) / 2
    return Estimate(length_px, length_px - error_px, length_px + error_px)


def _ell(row: Stroke, column: Stroke, settings: BarSettings) -> ScaleBar | None:
    """Return the bar of two strokes that meet at an end of each; a hair may hide one of the two far ends."""
    arms = (_arm(row, column, settings), _arm(column, row, settings))
    lengths_px = [arm.length_px for arm in arms if arm is not None and arm.far_end_is_clear]
    if row.is_bright != column.is_bright or None in arms or not lengths_px:
        return None
    allowed_px = settings.arm_difference_px + settings.arm_difference_fraction * max(lengths_px)
    if max(lengths_px) - min(lengths_px) > allowed_px:
        return None
    length_px = sum(lengths_px) / len(lengths_px)
    return ScaleBar(_length(length_px, max(row.thickness_px, column.thickness_px), settings), (row, column))


@dataclass(frozen=True, slots=True)
class _Arm:
    """An arm of an L: its length from the outer side of the corner, and whether its far end is seen."""

    length_px: int
    far_end_is_clear: bool


def _arm(stroke: Stroke, other: Stroke, settings: BarSettings) -> _Arm | None:
    """Return the arm that `stroke` is when `other` crosses it at one of its ends."""
    overshoot_px = stroke.length_px * settings.hidden_fraction
    start_clear, end_clear = stroke.ends_are_clear
    if -settings.corner_px <= other.low_px - stroke.start_px <= overshoot_px:
        return _Arm(stroke.end_px - other.low_px + 1, end_clear)
    if -settings.corner_px <= stroke.end_px - other.high_px <= overshoot_px:
        return _Arm(other.high_px - stroke.start_px + 1, start_clear)
    return None


def _is_home_bar(stroke: Stroke, size_px: tuple[int, int], settings: BarSettings) -> bool:
    width_px, height_px = size_px
    off_centre_px = abs((stroke.start_px + stroke.end_px + 1) / 2 - width_px / 2)
    below_px = height_px - 1 - stroke.high_px
    return (
        stroke.is_bright
        and not stroke.is_vertical
        and off_centre_px <= settings.corner_px
        and below_px <= settings.home_bar_margin_fraction * height_px
    )
