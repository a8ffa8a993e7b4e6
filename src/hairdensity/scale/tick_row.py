"""The straight edges of a photo become a row of ticks: parallel, ending in one line, at equal distances.

Each side of a tick is one edge, found by the line segment detector (R. Grompone von Gioi et al., LSD: a line
segment detector, Image Process. On Line 2, 35-55, 2012). Edges whose dark side is on the left and edges whose
dark side is on the right are rows of their own, so that a row counts each tick once, whether a line joins the
ticks or not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


_FITTED_AT_ONCE = 200_000
"""Pairs of proposal and edge looked at in one go: bounds the memory."""
_MAX_EMPTY = 2
"""A row ends where more places than this follow each other without a tick."""


@dataclass(frozen=True, slots=True)
class TickRowSettings:
    """What counts as a row of ticks; lengths as shares of the distance between two ticks.

    Attributes
    ----------
    min_ticks, min_filled_fraction
        Least number of ticks seen, and least share of the places between first and last that have one.
    angle_tolerance_deg
        How far ticks may be from parallel.
    max_offset_fraction, end_error_px
        How far a tick may stand from its place, and its end, with this many px more, from the line in which
        the ends stand.
    max_error_fraction
        Largest root mean square of these distances along the row.
    length_range
        Shortest and longest tick.
    min_distance_px
        Least distance between ticks.
    max_side_px
        A larger photo is looked at reduced to this.
    """

    min_ticks: int = 8
    min_filled_fraction: float = 0.75
    angle_tolerance_deg: float = 3.0
    max_offset_fraction: float = 0.1
    end_error_px: float = 1.5
    max_error_fraction: float = 0.035
    length_range: tuple[float, float] = (0.35, 9.0)
    min_distance_px: float = 5.0
    max_side_px: int = 1600


@dataclass(frozen=True, slots=True, eq=False)
class TickRow:
    """A row of ticks.

    Attributes
    ----------
    starts_px, ends_px
        Where each tick starts (in the line in which they all do) and ends, shape (n, 2), (x, y).
    places
        Which place of the row each of them has, counted from 0, shape (n,).
    """

    starts_px: NDArray[np.float64]
    ends_px: NDArray[np.float64]
    places: NDArray[np.int64]

    @property
    def lengths_px(self) -> NDArray[np.float64]:
        """Length of each tick."""
        return np.asarray(np.linalg.norm(self.ends_px - self.starts_px, axis=1), np.float64)

    @property
    def middles_px(self) -> NDArray[np.float64]:
        """Middle of each tick."""
        return np.asarray((self.starts_px + self.ends_px) / 2, np.float64)


def find_tick_row(grey: NDArray[np.uint8], settings: TickRowSettings) -> TickRow | None:
    """Find the row with most ticks.

    Parameters
    ----------
    grey
        uint8, shape (height, width).
    settings
        What counts as a row.
    """
    reduction = max(1.0, max(grey.shape) / settings.max_side_px)
    if reduction > 1:
        size = (round(grey.shape[1] / reduction), round(grey.shape[0] / reduction))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    segments = _segments(grey, settings.min_distance_px * settings.length_range[0])
    best: TickRow | None = None
    for group in _parallel(segments, settings):
        row = _row_of(group, settings)
        if row is not None and (best is None or len(row.places) > len(best.places)):
            best = row
    if best is None or reduction == 1:
        return best
    starts, ends = ((points + 0.5) * reduction - 0.5 for points in (best.starts_px, best.ends_px))
    return replace(best, starts_px=starts, ends_px=ends)


def _segments(grey: NDArray[np.uint8], least_px: float) -> NDArray[np.float64]:
    """Return straight edges, shape (n, 4): first and last point, the dark side always on the same hand."""
    if min(grey.shape) < 2 * least_px:
        return np.zeros((0, 4))
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return np.zeros((0, 4))
    segments = np.asarray(found, np.float64).reshape(-1, 4)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    return np.asarray(segments[lengths >= least_px], np.float64)


def _parallel(segments: NDArray[np.float64], settings: TickRowSettings) -> Iterator[NDArray[np.float64]]:
    """Yield groups of edges that run the same way, the largest first."""
    angles = np.degrees(np.arctan2(segments[:, 3] - segments[:, 1], segments[:, 2] - segments[:, 0]))
    step = settings.angle_tolerance_deg
    centres = np.arange(-180, 180, step)
    off = np.abs((angles[None] - centres[:, None] + 180) % 360 - 180) <= step
    for at in np.argsort(-off.sum(axis=1), kind="stable"):
        if off[at].sum() >= settings.min_ticks:
            yield segments[off[at]]


def _row_of(group: NDArray[np.float64], settings: TickRowSettings) -> TickRow | None:
    """Return the best row among parallel edges."""
    along = (group[:, 2:] - group[:, :2]).sum(axis=0)
    along /= np.hypot(*along)
    across = np.array([-along[1], along[0]])
    frame = np.stack([across, along], axis=1)
    ends = [group[:, :2] @ frame, group[:, 2:] @ frame]
    best: tuple[int, TickRow] | None = None
    for first in (0, 1):
        found = _best_places(ends[first], ends[1 - first], settings)
        if found is None or (best is not None and len(found[0]) <= best[0]):
            continue
        chosen, places = found
        row = TickRow(ends[first][chosen] @ frame.T, ends[1 - first][chosen] @ frame.T, places)
        best = len(chosen), row
    return None if best is None else best[1]


def _best_places(
    starts: NDArray[np.float64], ends: NDArray[np.float64], settings: TickRowSettings
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return which edges make the longest row that starts in one line, and the place of each.

    Every two edges whose starts are near each other propose a line and a distance.
    """
    lengths = np.abs(ends[:, 1] - starts[:, 1])
    proposals = _promising(starts, lengths, settings)
    best: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
    for proposal in proposals:
        found = _followed(starts, lengths, proposal, settings)
        if found is not None and (best is None or len(found[0]) > len(best[0])):
            best = found
    return best


def _promising(
    starts: NDArray[np.float64], lengths: NDArray[np.float64], settings: TickRowSettings
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the proposals, origin and step each, that enough edges fit."""
    ones, steps = _proposals(starts, settings)
    promising = []
    size = max(1, _FITTED_AT_ONCE // len(starts))
    for begin in range(0, len(ones), size):
        some = starts[ones[begin : begin + size]], steps[begin : begin + size]
        enough = _fitting(starts, lengths, some, settings)[0].sum(axis=1) >= settings.min_ticks // 2
        promising += list(zip(some[0][enough], some[1][enough], strict=True))
    return promising


def _proposals(
    starts: NDArray[np.float64], settings: TickRowSettings
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return edges, shape (n,), and the steps from each to one of the next, shape (n, 2)."""
    order = np.argsort(starts[:, 0], kind="stable")
    first = np.repeat(np.arange(len(order)), 2 * settings.min_ticks)
    second = first + np.tile(np.arange(1, 2 * settings.min_ticks + 1), len(order))
    ones, others = order[first[second < len(order)]], order[second[second < len(order)]]
    steps = starts[others] - starts[ones]
    usable = (steps[:, 0] >= settings.min_distance_px) & (np.abs(steps[:, 1]) <= steps[:, 0] / 3)
    return ones[usable], steps[usable]


def _fitting(
    starts: NDArray[np.float64],
    lengths: NDArray[np.float64],
    proposals: tuple[NDArray[np.float64], NDArray[np.float64]],
    settings: TickRowSettings,
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Return for each proposal which edges fit it, the place of each edge, and how far it is off.

    Origins and steps have shape (n, 2); the results (n, edges), (n, edges) and (n, edges, 2).
    """
    origins, steps = (one[:, None] for one in proposals)
    places = np.round((starts[:, 0] - origins[..., 0]) / steps[..., 0])
    off = np.abs(starts - origins - places[..., None] * steps)
    low, high = (share * steps[..., 0] for share in settings.length_range)
    most = settings.max_offset_fraction * steps[..., :1] + np.array([0.0, settings.end_error_px])
    return (off <= most).all(axis=2) & (lengths >= low) & (lengths <= high), places, off


def _followed(
    starts: NDArray[np.float64],
    lengths: NDArray[np.float64],
    proposal: tuple[NDArray[np.float64], NDArray[np.float64]],
    settings: TickRowSettings,
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the edges of the row that an origin and a step propose, fitted again until it holds."""
    origin, step = proposal
    for _ in range(4):
        fits, places_of_all, off = (
            one[0] for one in _fitting(starts, lengths, (origin[None], step[None]), settings)
        )
        chosen = _nearest_each(np.flatnonzero(fits), places_of_all, off)
        places = places_of_all[chosen].astype(np.int64)
        if len(chosen) < settings.min_ticks // 2:
            return None
        design = np.stack([np.ones(len(chosen)), places], axis=1)
        origin, step = np.linalg.lstsq(design, starts[chosen], rcond=None)[0]
        if step[0] < settings.min_distance_px:
            return None
    chosen, places = _densest(chosen, places, settings)
    if len(chosen) < settings.min_ticks:
        return None
    left = starts[chosen] - origin - places[:, None] * step
    is_even = np.sqrt((left[:, 0] ** 2).mean()) <= settings.max_error_fraction * step[0]
    return (chosen, places - places.min()) if is_even else None


def _nearest_each(
    fits: NDArray[np.int64], places: NDArray[np.float64], off: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Keep one edge for each place: the nearest."""
    nearest = fits[np.argsort(off[fits, 0], kind="stable")]
    _, first = np.unique(places[nearest], return_index=True)
    return np.asarray(nearest[first], np.int64)


def _densest(
    chosen: NDArray[np.int64], places: NDArray[np.int64], settings: TickRowSettings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keep the longest part of a row with few empty places."""
    order = np.argsort(places)
    chosen, places = chosen[order], places[order]
    pieces = np.split(np.arange(len(places)), np.flatnonzero(np.diff(places) > _MAX_EMPTY + 1) + 1)
    piece = max(pieces, key=len)
    filled = len(piece) / (places[piece[-1]] - places[piece[0]] + 1)
    if filled < settings.min_filled_fraction:
        return chosen[:0], places[:0]
    return chosen[piece], places[piece]
