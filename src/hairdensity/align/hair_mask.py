"""Hairs become a mask that covers them generously."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.align.homography import project

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hairdensity.hairs.units import Hair

SUBPIXEL_BITS = 4


def cover_hairs(
    hairs: Iterable[Hair], shape: tuple[int, int], from_photo: NDArray[np.float64], margin_px: float
) -> NDArray[np.uint8]:
    """Mark the px within `margin_px` of a hair's body.

    Parameters
    ----------
    hairs
        Paths and diameters in px of their photo.
    shape
        (height, width) of the mask.
    from_photo
        float64, shape (3, 3): px of the photo to px of the mask, a shift and a resize.
    margin_px
        In px of the mask.

    Returns
    -------
    NDArray
        uint8, of `shape`: 1 on hairs.
    """
    mask = np.zeros(shape, dtype=np.uint8)
    for hair in hairs:
        radius_px = float(hair.diameter_px.value * from_photo[0, 0]) / 2
        # the pen is round: it starts and ends a radius inside the hair
        path_px = _shortened(project(from_photo, hair.path_px), radius_px)
        points = [np.round(path_px * 2**SUBPIXEL_BITS).astype(np.int32)]
        thickness = max(1, round(2 * (radius_px + margin_px)))
        cv2.polylines(mask, points, isClosed=False, color=1, thickness=thickness, shift=SUBPIXEL_BITS)
    return mask


def _shortened(path_px: NDArray[np.float64], by_px: float) -> NDArray[np.float64]:
    """Cut a path at both ends, never below a tenth of it."""
    walked = np.concatenate([[0.0], np.linalg.norm(np.diff(path_px, axis=0), axis=1).cumsum()])
    cut_px = min(by_px, 0.45 * walked[-1])
    inner = walked[(walked > cut_px) & (walked < walked[-1] - cut_px)]
    stops = np.concatenate([[cut_px], inner, [walked[-1] - cut_px]])
    return np.column_stack([np.interp(stops, walked, path_px[:, axis]) for axis in (0, 1)])
