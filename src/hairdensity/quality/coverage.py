"""A photo in which hairs cannot be counted becomes what it still shows: hair coverage, width of the part.

Skin and hair are told apart by lightness, half way between the two means that part it best (N. Otsu, A
threshold selection method from gray-level histograms, IEEE Trans. Syst. Man Cybern. 9, 62-66, 1979). The
intervals are what a threshold higher or lower by `THRESHOLD_DOUBT` of their distance gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.quality.overview import LONG_SIDE_PX, Overview, overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.photo import Photo
    from hairdensity.quality.model import Quality
    from hairdensity.scale.model import Scale

THRESHOLD_DOUBT = 0.1
LEAST_SKIN_RED = 5.0
"""Redness a* of lit skin, in CIELAB units: a white ground behind the head is no skin."""
HAIRS_RUN_TOGETHER = {"skin-hidden", "low-magnification", "narrow-hair"}
"""Flags of photos that fall into skin and hair, seen from too far or through too much hair to count."""
SEEN_WITH_THEM = {"out-of-focus", "out-of-focus-unscaled", "not-hair"}
"""Flags that such photos have besides; blur alone makes shafts broader than they are."""
PART_GAP_PX = 9
"""Hairs up to this thick, of 320 px, do not end the part."""
LEAST_PART_LENGTH_FRACTION = 0.5
"""A part is at least this share of the photo's shorter side long."""
MOST_PART_WIDTH_FRACTION = 0.5
"""Where more of the photo's shorter side is bare, there is no part."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a photo shows in which no hair can be told from the next; None where it does not show it.

    Attributes
    ----------
    hair_coverage_fraction
        Share of head that is covered by hair.
    part_width_px, part_width_mm
        Median width of the bare skin along the part; in mm only with a scale.
    """

    hair_coverage_fraction: Estimate
    part_width_px: Estimate | None
    part_width_mm: Estimate | None


def can_cover(quality: Quality) -> bool:
    """Say whether a refused photo is refused only because its hairs cannot be told apart."""
    codes = {flag.code for flag in quality.flags}
    return bool(codes & HAIRS_RUN_TOGETHER) and codes <= HAIRS_RUN_TOGETHER | SEEN_WITH_THEM


def measure_coverage(photo: Photo, scale: Scale | None) -> Coverage | None:
    """Measure what can be measured without counting.

    Returns
    -------
    Coverage or None
        None where the photo does not fall into skin and hair.
    """
    view = overview(photo)
    head = _head(view)
    if not head.any():
        return None
    skins = [_skin(view, head, shift) for shift in (0.0, -THRESHOLD_DOUBT, THRESHOLD_DOUBT)]
    covered = _spanned([1 - float(skin[head].mean()) for skin in skins])
    widths = [_part_width_px(skin) for skin in skins]
    known = [one for one in widths if one is not None]
    if widths[0] is None or len(known) < len(widths):
        return Coverage(covered, None, None)
    factor = max(photo.width_px, photo.height_px) / min(LONG_SIDE_PX, max(photo.width_px, photo.height_px))
    width_px = _spanned(known).times(factor)
    return Coverage(covered, width_px, None if scale is None else _in_mm(width_px, scale))


def _in_mm(width_px: Estimate, scale: Scale) -> Estimate:
    um_per_px = scale.um_per_px
    width_mm = width_px.times(um_per_px.value / 1000)
    half = 1.96 * um_per_px.relative_sd * width_mm.value
    return width_mm.widened(half, half)


def _spanned(values: Sequence[float]) -> Estimate:
    """Return the first value between the least and the largest."""
    return Estimate(values[0], min(values), max(values))


def _head(view: Overview) -> NDArray[np.bool_]:
    """Mark all but what is light and not red as skin is: paper, wall, screen; in a grey photo mark all."""
    lightness, red = view.lab[..., 0], view.lab[..., 1]
    is_light = lightness >= float(np.percentile(lightness, 50))
    if float(np.median(red[is_light])) < LEAST_SKIN_RED:
        return np.ones(red.shape, dtype=bool)
    pale = is_light & (red < LEAST_SKIN_RED)
    opened = cv2.morphologyEx(
        pale.astype(np.uint8), cv2.MORPH_OPEN, np.ones((PART_GAP_PX, PART_GAP_PX), np.uint8)
    )
    return np.asarray(cv2.dilate(opened, np.ones((PART_GAP_PX, PART_GAP_PX), np.uint8)) == 0)


def _skin(view: Overview, head: NDArray[np.bool_], shift: float) -> NDArray[np.bool_]:
    """Mark the skin, with the threshold shifted by a share of the distance of hair and skin."""
    levels = np.clip(view.lab[..., 0] * 2.55, 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(levels[head].reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    inside = levels[head].astype(np.float64)
    lighter, darker = inside[inside > threshold], inside[inside <= threshold]
    if not lighter.size or not darker.size:
        return head
    light, dark = float(lighter.mean()), float(darker.mean())
    return np.asarray((levels > (light + dark) / 2 + shift * (light - dark)) & head)


def _part_width_px(skin: NDArray[np.bool_]) -> float | None:
    """Return the median width of the longest band of skin, across its length, in px of the overview."""
    closed = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((PART_GAP_PX, PART_GAP_PX), np.uint8))
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(np.asarray(opened, np.uint8))
    if count == 1:
        return None
    band = labels == 1 + int(np.argmax(statistics[1:, cv2.CC_STAT_AREA]))
    rows, columns = np.nonzero(band)
    places = np.stack([columns, rows], axis=1).astype(np.float64)
    places -= places.mean(axis=0)
    along = places @ np.linalg.svd(places.T @ places)[0][:, 0]
    length = float(along.max() - along.min()) + 1
    slices = np.bincount((along - along.min()).astype(np.intp))
    width, shorter = float(np.median(slices[slices > 0])), min(skin.shape)
    is_part = length >= max(LEAST_PART_LENGTH_FRACTION * shorter, 2 * width)
    return width if is_part and width <= MOST_PART_WIDTH_FRACTION * shorter else None
