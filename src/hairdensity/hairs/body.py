"""Hairs become a mask of the px that their bodies cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hairdensity.hairs.units import Hair


STRAIGHT_PX = 0.1
"""A side that bends by less than this is straight."""
_FINER = 4
"""Outlines are filled on a grid this much finer than the px; filling takes in half a step on each side."""
_SHIFT_BITS = 4


def hair_body(hairs: Iterable[Hair], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Mark the px whose centres lie within half a diameter beside a hair's path.

    Parameters
    ----------
    hairs
        Paths and diameters in px of the upright photo.
    shape
        (height, width) of the mask.

    Returns
    -------
    NDArray
        bool, of `shape`; the ends are cut square, so a straight hair covers length x diameter.
    """
    body = np.zeros(shape, np.uint8)
    for hair in hairs:
        outline = _outline(hair.path_px.astype(float), hair.diameter_px.value - 1 / _FINER)
        low = np.maximum(np.floor(outline.min(axis=0)).astype(int), 0)
        high = np.minimum(np.ceil(outline.max(axis=0)).astype(int) + 1, shape[::-1])
        if (low < high).all():
            fine = np.zeros(_FINER * (high - low)[::-1], np.uint8)
            corners = np.round((outline - low) * (_FINER << _SHIFT_BITS)).astype(np.int32)
            cv2.fillPoly(fine, [corners], 1, cv2.LINE_8, _SHIFT_BITS)
            body[low[1] : high[1], low[0] : high[0]] |= fine[::_FINER, ::_FINER]
    return body.view(np.bool_)


def _outline(path_px: NDArray[np.float64], diameter_px: float) -> NDArray[np.float64]:
    """Go along one side of the shaft and back along the other."""
    along = np.gradient(path_px, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    aside = along[:, ::-1] * (-1, 1) * (diameter_px / 2)
    outline = np.vstack([path_px + aside, (path_px - aside)[::-1]])
    return np.asarray(
        cv2.approxPolyDP(outline.astype(np.float32), STRAIGHT_PX, closed=True)[:, 0], np.float64
    )
