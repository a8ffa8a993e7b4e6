"""The roots of two views: mappings that lay one constellation on the other, and how likely by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.special import betainc

from hairdensity.align.homography import project, similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.align.model import AlignSettings
    from hairdensity.align.view import SkinView

MIN_ROOTS = 6
MIN_PAIR_UM = 250.0
"""Roots nearer than this (one follicular unit) give no safe direction."""
BEFORE_NEIGHBOURS = 14
AFTER_NEIGHBOURS = 22
TURN_BIN_DEG = 5.0
SCALE_BIN = 0.05
SHIFT_BIN_UM = 220.0
VOTED_BINS = 60
REFINED_BINS = 12
SAME_PLACE_UM = 20.0


def propose_by_roots(before: SkinView, after: SkinView, settings: AlignSettings) -> list[NDArray[np.float64]]:
    """Return mappings under which the constellations agree, the best first.

    Pairs of near roots vote for the similarity that carries one pair to the other; the best voted are refined
    by the roots that agree under them.
    """
    if min(len(before.roots_px), len(after.roots_px)) < MIN_ROOTS:
        return []
    voted = _vote(before, after, settings)
    offset_px = settings.max_root_offset_um / before.um_per_px
    agreeing = [len(agreeing_roots(one, before.roots_px, after.roots_px, offset_px)[0]) for one in voted]
    best = [voted[index] for index in np.argsort(agreeing, kind="stable")[::-1][:REFINED_BINS]]
    refined = [_refine(one, before, after, settings) for one in best]
    scores = [root_score(one, before, after, settings) for one in refined]
    return _distinct([refined[index] for index in np.argsort(scores, kind="stable")[::-1]], before)


def _distinct(mappings: list[NDArray[np.float64]], before: SkinView) -> list[NDArray[np.float64]]:
    """Leave out mappings that carry every root to about the same place as one before them."""
    carried: list[NDArray[np.float64]] = []
    distinct = []
    for mapping in mappings:
        places = project(mapping, before.roots_px)
        gaps_um = [np.abs(places - other).max() * before.um_per_px for other in carried]
        if all(gap > SAME_PLACE_UM for gap in gaps_um):
            distinct.append(mapping)
            carried.append(places)
    return distinct


def agreeing_roots(
    mapping: NDArray[np.float64],
    before_px: NDArray[np.float64],
    after_px: NDArray[np.float64],
    tolerance_px: float,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the indices of roots that are each other's nearest within the tolerance, one to one.

    Examples
    --------
    >>> before, after = np.array([[0.0, 0], [5, 5]]), np.array([[5.5, 5], [40, 0]])
    >>> [one.tolist() for one in agreeing_roots(np.eye(3), before, after, 2.0)]
    [[1], [0]]
    """
    if not len(before_px) or not len(after_px):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    gaps = np.linalg.norm(project(mapping, before_px)[:, None] - after_px[None], axis=2)
    nearest, back = gaps.argmin(axis=1), gaps.argmin(axis=0)
    rows = np.arange(len(before_px))
    mutual = (back[nearest] == rows) & (gaps[rows, nearest] < tolerance_px)
    return rows[mutual], nearest[mutual]


def root_score(
    mapping: NDArray[np.float64], before: SkinView, after: SkinView, settings: AlignSettings
) -> float:
    """Return -log10 of the chance that so many roots agree by accident in the shared skin."""
    matched, before_count, after_count, shared_px = count_agreement(mapping, before, after, settings)
    if matched == 0 or shared_px <= 0:
        return 0.0
    tolerance_px = settings.root_tolerance_um / before.um_per_px
    accident = 1 - np.exp(-after_count * np.pi * tolerance_px**2 / shared_px)
    # the upper tail of a binomial distribution is a regularised incomplete beta function
    chance = float(betainc(matched, before_count - matched + 1, accident))
    return float(-np.log10(max(chance, 1e-300)))


def root_residual_px(
    mapping: NDArray[np.float64], before: SkinView, after: SkinView, settings: AlignSettings
) -> float:
    """Return the median distance of agreeing roots, in px of the after view; the tolerance if none agree."""
    tolerance_px = settings.root_tolerance_um / after.um_per_px
    rows, columns = agreeing_roots(mapping, before.roots_px, after.roots_px, tolerance_px)
    if not len(rows):
        return tolerance_px
    gaps = project(mapping, before.roots_px[rows]) - after.roots_px[columns]
    return float(np.median(np.linalg.norm(gaps, axis=1)))


def count_agreement(
    mapping: NDArray[np.float64], before: SkinView, after: SkinView, settings: AlignSettings
) -> tuple[int, int, int, float]:
    """Return agreeing roots, roots of either view in the shared skin, and its area in px of the view."""
    height, width = before.grey.shape
    after_field = cv2.warpPerspective(
        after.field.astype(np.uint8), mapping, (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    )
    shared = before.field & (after_field > 0)
    before_px = before.roots_px[_inside(before.roots_px, shared)]
    after_px = after.roots_px[_inside(project(np.linalg.inv(mapping), after.roots_px), shared)]
    matched = agreeing_roots(mapping, before_px, after_px, settings.root_tolerance_um / before.um_per_px)[0]
    return len(matched), len(before_px), len(after_px), float(shared.sum())


def _inside(points: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    height, width = mask.shape
    columns, rows = np.clip(points, -1, max(height, width)).round().astype(int).reshape(-1, 2).T
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return np.asarray(inside & mask[rows.clip(0, height - 1), columns.clip(0, width - 1)], dtype=np.bool_)


def _vote(before: SkinView, after: SkinView, settings: AlignSettings) -> list[NDArray[np.float64]]:
    """Return the similarities that most root pairs vote for."""
    starts, steps = _near_pairs(before, BEFORE_NEIGHBOURS)
    after_starts, after_steps = _near_pairs(after, AFTER_NEIGHBOURS)
    turns = after_steps[None] / steps[:, None]
    lengths = np.abs(turns)
    rows, columns = np.nonzero((lengths > settings.min_scale_ratio) & (lengths < settings.max_scale_ratio))
    turns = turns[rows, columns]
    height, width = before.grey.shape
    middle = complex(width / 2, height / 2)
    carried = after_starts[columns] + turns * (middle - starts[rows])
    found = [
        vote
        for shift in (0.0, 0.5)
        for vote in _fullest_bins(turns, carried, SHIFT_BIN_UM / before.um_per_px, shift)
    ]
    found.sort(key=lambda vote: -vote[0])
    return [similarity(turn, place - turn * middle) for _, turn, place in found[:VOTED_BINS]]


def _near_pairs(view: SkinView, neighbours: int) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Return start and step, as complex numbers, from each root to near ones outside its follicular unit."""
    places = _complex(view.roots_px)
    gaps = np.abs(places[:, None] - places[None])
    gaps[gaps < MIN_PAIR_UM / view.um_per_px] = np.inf
    near = np.argsort(gaps, axis=1, kind="stable")[:, :neighbours]
    starts = np.repeat(np.arange(len(places)), near.shape[1])
    ends = near.ravel()
    known = np.isfinite(gaps[starts, ends])
    return places[starts[known]], places[ends[known]] - places[starts[known]]


def _fullest_bins(
    turns: NDArray[np.complex128], carried: NDArray[np.complex128], bin_px: float, shift: float
) -> list[tuple[int, complex, complex]]:
    """Return votes, mean turn and mean place of the fullest bins of turn, scale and place."""
    if not turns.size:
        return []
    turn_bins = round(360 / TURN_BIN_DEG)
    keys = [
        np.floor(np.degrees(np.angle(turns)) / TURN_BIN_DEG + shift).astype(np.int64) % turn_bins,
        np.floor(np.log(np.abs(turns)) / SCALE_BIN + shift).astype(np.int64) + 128,
        np.floor(carried.real / bin_px + shift).astype(np.int64) + 512,
        np.floor(carried.imag / bin_px + shift).astype(np.int64) + 512,
    ]
    joined = ((keys[0] * 256 + keys[1]) * 1024 + keys[2].clip(0, 1023)) * 1024 + keys[3].clip(0, 1023)
    _, inverse, counts = np.unique(joined, return_inverse=True, return_counts=True)
    fullest = np.argsort(-counts, kind="stable")[:VOTED_BINS]
    mean_turn = (np.bincount(inverse, turns.real) + 1j * np.bincount(inverse, turns.imag)) / counts
    mean_place = (np.bincount(inverse, carried.real) + 1j * np.bincount(inverse, carried.imag)) / counts
    return [(int(counts[one]), complex(mean_turn[one]), complex(mean_place[one])) for one in fullest]


def _refine(
    mapping: NDArray[np.float64], before: SkinView, after: SkinView, settings: AlignSettings
) -> NDArray[np.float64]:
    """Fit the mapping to the agreeing roots, with a shrinking tolerance: similarity first, then affine."""
    wide, narrow = (
        settings.max_root_offset_um / before.um_per_px,
        settings.root_tolerance_um / before.um_per_px,
    )
    for tolerance_px, affine in (
        (wide, False),
        ((wide + narrow) / 2, False),
        (narrow * 1.2, True),
        (narrow, True),
    ):
        rows, columns = agreeing_roots(mapping, before.roots_px, after.roots_px, tolerance_px)
        if len(rows) < (MIN_ROOTS + 2 if affine else MIN_ROOTS - 2):
            return mapping
        mapping = _fitted(before.roots_px[rows], after.roots_px[columns], affine=affine)
    return mapping


def _fitted(origin: NDArray[np.float64], target: NDArray[np.float64], *, affine: bool) -> NDArray[np.float64]:
    """Return the least squares affine mapping or similarity."""
    if affine:
        design = np.column_stack([origin, np.ones(len(origin))])
        solved = np.linalg.lstsq(design, target, rcond=None)[0]
        return np.vstack([solved.T, [0.0, 0.0, 1.0]])
    start, end = _complex(origin), _complex(target)
    start_mean, end_mean = start.mean(), end.mean()
    spread = start - start_mean
    turn = complex((spread.conj() @ (end - end_mean)) / max(float(np.abs(spread) @ np.abs(spread)), 1e-9))
    return similarity(turn, complex(end_mean - turn * start_mean))


def _complex(points: NDArray[np.float64]) -> NDArray[np.complex128]:
    return np.asarray(points[:, 0] + 1j * points[:, 1], dtype=np.complex128)
