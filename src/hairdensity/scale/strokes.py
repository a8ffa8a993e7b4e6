"""A photo becomes its ruled strokes: straight bars along its rows and columns, drawn into it afterwards.

Such a stroke has one colour, and sides that are sharp and exactly straight. A hair, a wrinkle or a printed
line has neither. Sizes are in px here: what is drawn into a photo knows no µm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo


_MAX_GAP_PX = 3
_BEYOND_PX = 2
_BESIDE_END_PX = 4


@dataclass(frozen=True, slots=True)
class StrokeSettings:
    """What counts as a ruled stroke; lengths in px, brightness in 8-bit levels.

    Attributes
    ----------
    min_length_px, max_thickness_px
        Size of a stroke; at least `min_length_px` in one piece must not be crossed by a hair.
    min_step
        Least difference of brightness between two neighbouring rows at a stroke's side.
    same_fraction
        How far from a stroke's brightness, in steps to the skin beside it, its px may lie.
    max_spread, max_spread_fraction
        Largest spread of brightness along a stroke (10th to 90th percentile): this plus this share of the
        step to the skin.
    inside_fraction, sharp_fraction
        Least share of the length over which the outermost px of a stroke have its colour, and over which the
        px next to them have the skin's; hairs may cross the rest.
    beside_px
        How far beside a stroke its surroundings are looked at.
    """

    min_length_px: int = 32
    max_thickness_px: int = 14
    min_step: int = 12
    same_fraction: float = 0.4
    max_spread: float = 4
    max_spread_fraction: float = 0.15
    inside_fraction: float = 0.9
    sharp_fraction: float = 0.35
    beside_px: int = 6


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight bar along a row or a column of px; all places are first and last px that belong to it.

    Attributes
    ----------
    is_vertical
        Whether it runs along a column.
    start_px, end_px
        First and last px along it.
    low_px, high_px
        First and last px across it.
    is_bright
        Whether it is brighter than what lies beside it.
    ends_are_clear
        Whether its first and last px are seen to be that, with skin and not a hair after them.
    free_fraction
        Share of the px beside it, on its worse side, that have another colour: little in a box with text.
    has_ticks
        Whether a short stroke stands across each of its ends.
    """

    is_vertical: bool
    start_px: int
    end_px: int
    low_px: int
    high_px: int
    is_bright: bool
    ends_are_clear: tuple[bool, bool]
    free_fraction: float
    has_ticks: bool

    @property
    def length_px(self) -> int:
        """Length from outer side to outer side."""
        return self.end_px - self.start_px + 1

    @property
    def thickness_px(self) -> int:
        """Extent across."""
        return self.high_px - self.low_px + 1

    def box_px(self, margin_px: int = 0) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom px, widened by `margin_px`, which may lead out of the photo."""
        along = (self.start_px - margin_px, self.end_px + margin_px)
        across = (self.low_px - margin_px, self.high_px + margin_px)
        (left, right), (top, bottom) = (across, along) if self.is_vertical else (along, across)
        return left, top, right, bottom


@lru_cache(maxsize=1)  # the scale and what is drawn over the skin are both read from them
def find_strokes(photo: Photo, settings: StrokeSettings) -> tuple[Stroke, ...]:
    """Find the ruled strokes of a photo that end inside it.

    Parameters
    ----------
    photo
        Any photo.
    settings
        What counts as a stroke.

    Returns
    -------
    tuple of Stroke
        Rows first, each from top to bottom and left to right.
    """
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    found: list[Stroke] = []
    for is_vertical in (False, True):
        image = np.ascontiguousarray(grey.T) if is_vertical else grey
        for edge in _straight_edges(image, settings):
            bar = _bar_below(image, edge, settings)
            if bar is not None and _is_drawn(image, bar, settings):
                found.append(replace(_stroke(image, bar, settings), is_vertical=is_vertical))
    return _distinct(found)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A step of brightness between rows `row` and `row + 1`, from column `start` to before `stop`."""

    row: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Bar:
    """A candidate: its first and last row and column, its brightness, and the signed step to its sides."""

    top: int
    bottom: int
    left: int
    right: int
    own: float
    step: float

    def is_own(self, levels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Say which levels are nearer to the bar's than to those beside it."""
        nearer: NDArray[np.bool_] = (levels - self.own) * np.sign(self.step) < abs(self.step) / 2
        return nearer


def _distinct(strokes: list[Stroke]) -> tuple[Stroke, ...]:
    """Keep of strokes that overlap (one found from two pieces) the one whose ends are best seen."""
    kept: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda stroke: (-sum(stroke.ends_are_clear), -stroke.length_px)):
        if not any(_overlap(stroke, other) for other in kept):
            kept.append(stroke)
    return tuple(sorted(kept, key=lambda stroke: (stroke.is_vertical, stroke.low_px, stroke.start_px)))


def _overlap(one: Stroke, other: Stroke) -> bool:
    (left, top, right, bottom), (x0, y0, x1, y1) = one.box_px(), other.box_px()
    boxes_meet = left <= x1 and x0 <= right and top <= y1 and y0 <= bottom
    return one.is_vertical == other.is_vertical and boxes_meet


def _straight_edges(image: NDArray[np.uint8], settings: StrokeSettings) -> list[_Edge]:
    if min(image.shape) <= settings.min_length_px:
        return []
    steps = (cv2.absdiff(image[1:], image[:-1]) >= settings.min_step).view(np.uint8)
    runs = cv2.morphologyEx(steps, cv2.MORPH_OPEN, np.ones((1, settings.min_length_px), np.uint8))
    turns = np.diff(np.pad(runs.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(turns == 1)
    _, stops = np.nonzero(turns == -1)
    return [_Edge(*map(int, edge)) for edge in zip(rows, starts, stops, strict=True)]


def _bar_below(image: NDArray[np.uint8], edge: _Edge, settings: StrokeSettings) -> _Bar | None:
    """Return the bar whose upper side is `edge`, if another side follows within the largest thickness."""
    top = edge.row + 1
    below = image[top : top + settings.max_thickness_px + _BEYOND_PX, edge.start : edge.stop]
    profile = np.median(below, axis=1)
    above = float(np.median(image[max(top - _BEYOND_PX, 0), edge.start : edge.stop]))
    depth = (profile - above) * np.sign(profile[0] - above)
    is_outside = depth < np.maximum.accumulate(depth) / 2
    thickness = int(np.argmax(is_outside))
    if thickness == 0 or thickness + 1 >= len(profile):
        return None
    deepest = int(np.argmax(depth[:thickness]))
    own = float(profile[deepest])
    step_above, step_below = above - own, float(profile[thickness + 1]) - own
    step = float(np.copysign(min(abs(step_above), abs(step_below)), step_above))
    if step_above * step_below <= 0 or abs(step) < settings.min_step:
        return None
    bar = _Bar(top, top + thickness - 1, edge.start, edge.stop - 1, own, step)
    left, right = _extent(image, top + deepest, bar, settings)
    return replace(bar, left=left, right=right)


def _extent(image: NDArray[np.uint8], row: int, bar: _Bar, settings: StrokeSettings) -> tuple[int, int]:
    """Return first and last column of the bar, along its `row`.

    It reaches from the first to the last px seen to differ from both sides, over hairs that cross it in
    between, and on as long as its very own colour goes on under a hair.
    """
    line = image[row]
    is_own = bar.is_own(line)
    beside = image[[max(bar.top - _BEYOND_PX, 0), min(bar.bottom + _BEYOND_PX, len(image) - 1)]]
    is_seen = is_own & ~bar.is_own(beside).any(axis=0)
    low, high = np.percentile(line[bar.left : bar.right + 1], (10, 90))
    is_same = np.abs(line - bar.own) <= settings.max_spread + (high - low)
    left, right = _piece_around(is_own, bar)
    seen = left + np.flatnonzero(is_seen[left : right + 1])
    if not len(seen):
        return bar.left, bar.left
    on_left = _piece_around(is_own & is_same, replace(bar, left=int(seen[0]), right=int(seen[0])))[0]
    on_right = _piece_around(is_own & is_same, replace(bar, left=int(seen[-1]), right=int(seen[-1])))[1]
    return min(on_left, int(seen[0])), max(on_right, int(seen[-1]))


def _piece_around(is_in: NDArray[np.bool_], bar: _Bar) -> tuple[int, int]:
    """Return first and last column of that piece of `is_in`, over gaps of two px, that is most in `bar`."""
    columns = np.flatnonzero(is_in)
    pieces = np.split(columns, np.flatnonzero(np.diff(columns) > _MAX_GAP_PX) + 1)
    shared = [np.count_nonzero((piece >= bar.left) & (piece <= bar.right)) for piece in pieces]
    piece = pieces[int(np.argmax(shared))]
    return (int(piece[0]), int(piece[-1])) if max(shared) else (bar.left, bar.right)


def _is_drawn(image: NDArray[np.uint8], bar: _Bar, settings: StrokeSettings) -> bool:
    sides_inside = bar.top >= _BEYOND_PX and bar.bottom + _BEYOND_PX < len(image)
    if not sides_inside or bar.right - bar.left + 1 < settings.min_length_px:
        return False
    span = slice(bar.left, bar.right + 1)
    low, high = np.percentile(image[(bar.top + bar.bottom) // 2, span], (10, 90))
    is_own_inside = bar.is_own(image[[bar.top, bar.bottom], span]).mean(axis=1)
    is_own_beside = bar.is_own(image[[bar.top - _BEYOND_PX, bar.bottom + _BEYOND_PX], span]).mean(axis=1)
    return bool(
        high - low <= settings.max_spread + settings.max_spread_fraction * abs(bar.step)
        and is_own_inside.min() >= settings.inside_fraction
        and is_own_beside.max() <= 1 - settings.sharp_fraction
    )


def _clear_ends(image: NDArray[np.uint8], bar: _Bar) -> tuple[bool, bool]:
    is_own = bar.is_own(image[bar.top - _BEYOND_PX : bar.bottom + _BEYOND_PX + 1])
    thickness = bar.bottom - bar.top + 1
    last_of_flipped = image.shape[1] - 1 - bar.left
    return _is_clear(is_own[:, ::-1], last_of_flipped, thickness), _is_clear(is_own, bar.right, thickness)


def _is_clear(is_own: NDArray[np.bool_], last: int, thickness: int) -> bool:
    """Say whether only skin lies after and beside the `last` px: no hair, no arc that goes on aside.

    A stroke across the end, as thick as the bar, may stand there.
    """
    after = last + _BEYOND_PX
    beside = is_own[[0, -1], max(last - thickness - _BESIDE_END_PX, 0) : last - thickness]
    return after < is_own.shape[1] and not is_own[:, after].any() and not beside.any()


def _free_fraction(image: NDArray[np.uint8], bar: _Bar, reach_px: int) -> float:
    above = slice(max(bar.top - _BEYOND_PX - reach_px, 0), bar.top - _BEYOND_PX + 1)
    below = slice(bar.bottom + _BEYOND_PX, bar.bottom + _BEYOND_PX + reach_px + 1)
    is_own = [bar.is_own(image[rows, bar.left : bar.right + 1]) for rows in (above, below)]
    return 1 - max(float(side.mean()) for side in is_own)


def _has_ticks(image: NDArray[np.uint8], bar: _Bar) -> bool:
    """Say whether the bar's colour goes on beside it at its first and last px, and not next to these."""
    rows = [bar.top - _BEYOND_PX, bar.bottom + _BEYOND_PX]
    inwards = bar.bottom - bar.top + 2
    at_ends = bar.is_own(image[np.ix_(rows, [bar.left, bar.right])]).any(axis=0)
    next_to_ends = bar.is_own(image[np.ix_(rows, [bar.left + inwards, bar.right - inwards])]).any(axis=0)
    return bool(at_ends.all() and not next_to_ends.any())


def _stroke(image: NDArray[np.uint8], bar: _Bar, settings: StrokeSettings) -> Stroke:
    return Stroke(
        is_vertical=False,
        start_px=bar.left,
        end_px=bar.right,
        low_px=bar.top,
        high_px=bar.bottom,
        is_bright=bar.step < 0,
        ends_are_clear=_clear_ends(image, bar),
        free_fraction=_free_fraction(image, bar, settings.beside_px),
        has_ticks=_has_ticks(image, bar),
    )
