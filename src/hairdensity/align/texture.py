"""Skin texture of two views: where one may lie in the other, where exactly it does, how well it agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.align.homography import project

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.align.model import AlignSettings
    from hairdensity.align.view import SkinView

MIN_FEATURES = 8
REFINE_STEPS = 20
REFINE_ROUNDS = 2
REFINE_EPSILON = 1e-4
SETTLED_UM = 10.0
"""A refinement that moves less than this is not repeated."""
MAX_DRIFT_UM = 280.0
MAX_DRIFT_PX = 8.0
"""A refinement that carries the field's middle further than both of these has run away."""
BLOCK_UM = 900.0
"""Side of the blocks whose leftover shifts tell the residual."""
BLOCK_SEARCH_UM = 80.0
MIN_BLOCK_SKIN = 0.5
MIN_BLOCK_FIT = 0.3
UNKNOWN_SHIFT = (float("nan"), float("nan"))


def propose_by_texture(
    before: SkinView, after: SkinView, settings: AlignSettings
) -> NDArray[np.float64] | None:
    """Match SIFT features of both views; None when too few agree on one mapping."""
    found = _matched_features(before, after, settings)
    if found is None:
        return None
    origin, target = found
    tolerance_px = settings.feature_tolerance_um / before.um_per_px
    # two points fix a similarity, so it survives far more wrong matches than the four points of a homography
    rough, _ = cv2.estimateAffinePartial2D(
        origin,
        target,
        method=cv2.RANSAC,
        ransacReprojThreshold=3 * tolerance_px,
        maxIters=5000,
        confidence=0.9999,
    )
    if rough is None:
        return None
    similar = np.vstack([np.asarray(rough, dtype=np.float64), np.array([[0.0, 0.0, 1.0]])])
    near: NDArray[np.bool_] = np.linalg.norm(project(similar, origin) - target, axis=1) < 6 * tolerance_px
    if near.sum() < MIN_FEATURES:
        return None
    exact, _ = cv2.findHomography(
        origin[near], target[near], cv2.USAC_MAGSAC, tolerance_px, maxIters=4000, confidence=0.9999
    )
    return similar if exact is None else np.asarray(exact, dtype=np.float64)


def refine_by_texture(mapping: NDArray[np.float64], before: SkinView, after: SkinView) -> NDArray[np.float64]:
    """Return the mapping nearby under which the textures agree best (ECC); itself where none is better."""
    best, correlation = mapping, texture_correlation(mapping, before, after)[0]
    max_drift_um = max(MAX_DRIFT_UM, MAX_DRIFT_PX * before.um_per_px)
    for _ in range(REFINE_ROUNDS):
        refined = _ecc(best, before, after)
        if refined is None or _drift_um(mapping, refined, before) > max_drift_um:
            break
        reached = texture_correlation(refined, before, after)[0]
        if reached <= correlation:
            break
        moved_um = _drift_um(best, refined, before)
        best, correlation = refined, reached
        if moved_um < SETTLED_UM:
            break
    return best


def _ecc(mapping: NDArray[np.float64], before: SkinView, after: SkinView) -> NDArray[np.float64] | None:
    """Return where the iteration ends; None where it diverges."""
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, REFINE_STEPS, REFINE_EPSILON)
    height, width = after.skin.shape
    # the iteration takes a mask of the after view alone: what is no skin before is carried over there
    before_skin = cv2.warpPerspective(
        before.skin.astype(np.uint8), mapping, (width, height), flags=cv2.INTER_NEAREST
    )
    skin = np.asarray(before_skin, np.uint8) & after.skin
    start = np.ascontiguousarray(mapping / mapping[2, 2], dtype=np.float32)
    try:
        _, found = cv2.findTransformECC(
            before.texture, after.texture, start, cv2.MOTION_HOMOGRAPHY, criteria, skin, 3
        )
    except cv2.error:  # raised when the views do not overlap or the iteration diverges
        return None
    refined = np.asarray(found, dtype=np.float64)
    return refined if np.isfinite(refined).all() else None


def _drift_um(one: NDArray[np.float64], other: NDArray[np.float64], view: SkinView) -> float:
    """Return how far apart two mappings carry the inner half of a view, the median."""
    height, width = view.grey.shape
    middle = np.array([[x, y] for x in (width / 4, width * 3 / 4) for y in (height / 4, height * 3 / 4)])
    gaps_px = np.linalg.norm(project(one, middle) - project(other, middle), axis=1)
    return float(np.median(gaps_px)) * view.um_per_px


def texture_correlation(
    mapping: NDArray[np.float64], before: SkinView, after: SkinView
) -> tuple[float, float]:
    """Correlate the textures where both views show bare skin.

    Returns
    -------
    tuple
        Correlation in [-1, 1], and the area of that skin in mm².
    """
    texture, shared = _after_in_before(mapping, before, after)
    area_mm2 = float(shared.sum()) * (before.um_per_px * 1e-3) ** 2
    if shared.sum() < MIN_FEATURES:
        return 0.0, area_mm2
    return _correlation(before.texture[shared], texture[shared]), area_mm2


def texture_residual_px(mapping: NDArray[np.float64], before: SkinView, after: SkinView) -> float | None:
    """Return by how much blocks of skin still miss each other, root mean square, px of the view.

    The shift of a block is averaged with those around it: a misfit is smooth, the error of a shift is not.
    """
    texture, shared = _after_in_before(mapping, before, after)
    side = round(BLOCK_UM / before.um_per_px)
    reach = round(BLOCK_SEARCH_UM / before.um_per_px)
    height, width = shared.shape
    shifts = np.array(
        [
            [
                _block_shift(before.texture, texture * shared, (top, left, side, reach))
                if shared[top : top + side, left : left + side].mean() > MIN_BLOCK_SKIN
                else UNKNOWN_SHIFT
                for left in range(reach, width - side - reach, side)
            ]
            for top in range(reach, height - side - reach, side)
        ]
    ).reshape(-1, max(1, len(range(reach, width - side - reach, side))), 2)
    return _smooth_size(shifts)


def _smooth_size(shifts: NDArray[np.float64]) -> float | None:
    """Return the root mean square of shifts, shape (rows, columns, 2), averaged over 3 x 3; nan: unknown."""
    known = np.isfinite(shifts[..., 0])
    if not known.any():
        return None
    rows, columns = np.nonzero(known)
    near = (np.abs(rows[:, None] - rows) <= 1) & (np.abs(columns[:, None] - columns) <= 1)
    averaged = near @ shifts[rows, columns] / near.sum(axis=1, keepdims=True)
    return float(np.sqrt((averaged**2).sum(axis=1).mean()))


def _matched_features(
    before: SkinView, after: SkinView, settings: AlignSettings
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    origin, origin_marks = _features(before, settings)
    target, target_marks = _features(after, settings)
    if min(len(origin), len(target)) < MIN_FEATURES:
        return None
    likeness = origin_marks @ target_marks.T
    best = likeness.argmax(axis=1)
    rows = np.arange(len(origin))
    first = likeness[rows, best].copy()
    likeness[rows, best] = -1.0
    second = likeness.max(axis=1)
    # unit vectors: distance² = 2 - 2 likeness
    chosen = np.maximum(2 - 2 * first, 0) < settings.feature_ratio**2 * np.maximum(2 - 2 * second, 0)
    if chosen.sum() < MIN_FEATURES:
        return None
    return origin[chosen], target[best[chosen]]


def _features(view: SkinView, settings: AlignSettings) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return places, shape (n, 2), and unit descriptors, shape (n, 128)."""
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(view.grey)
    detector = cv2.SIFT.create(nfeatures=settings.feature_count, contrastThreshold=0.02)
    points, marks = detector.detectAndCompute(even, view.field.astype(np.uint8))
    if marks is None or not len(points):
        return np.empty((0, 2)), np.empty((0, 128), np.float32)
    lengths = np.maximum(np.linalg.norm(marks, axis=1, keepdims=True), 1e-9)
    return np.array([point.pt for point in points], dtype=np.float64), np.asarray(marks / lengths, np.float32)


def _after_in_before(
    mapping: NDArray[np.float64], before: SkinView, after: SkinView
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the after texture as the before view would see it, and where both show bare skin."""
    height, width = before.grey.shape
    texture = cv2.warpPerspective(
        after.texture, mapping, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    skin = cv2.warpPerspective(
        after.skin.astype(np.uint8), mapping, (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    )
    return np.asarray(texture, np.float32), before.skin & (skin > 0)


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    one, other = one - one.mean(), other - other.mean()
    norm = float(np.sqrt(float(one @ one) * float(other @ other)))
    return float(one @ other) / norm if norm > 0 else 0.0


def _block_shift(
    before: NDArray[np.float32], after: NDArray[np.float32], block: tuple[int, int, int, int]
) -> tuple[float, float]:
    """Return the shift that fits one block best, down and right in px; nan where none fits clearly."""
    top, left, side, reach = block
    piece = before[top : top + side, left : left + side]
    around = after[top - reach : top + side + reach, left - reach : left + side + reach]
    fit = np.asarray(cv2.matchTemplate(around, piece, cv2.TM_CCORR_NORMED), np.float32)
    row, column = (int(one) for one in np.unravel_index(int(fit.argmax()), fit.shape))
    if fit[row, column] < MIN_BLOCK_FIT or min(row, column) == 0 or max(row, column) == 2 * reach:
        return UNKNOWN_SHIFT
    down = _peak(fit[row - 1 : row + 2, column]) + row - reach
    right = _peak(fit[row, column - 1 : column + 2]) + column - reach
    return down, right


def _peak(three: NDArray[np.float32]) -> float:
    """Return where the parabola through three values one px apart has its top, relative to the middle."""
    curve = float(three[0] - 2 * three[1] + three[2])
    return float(three[0] - three[2]) / (2 * curve) if curve < 0 else 0.0
