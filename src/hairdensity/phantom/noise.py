"""Smooth random fields, the stuff that drawn skin is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], grain_px: float) -> NDArray[np.float32]:
    """Return Gaussian noise of about unit variance with structures of `grain_px`; float32 of `shape`."""
    height, width = shape
    coarse = (max(4, int(height / grain_px) + 3), max(4, int(width / grain_px) + 3))
    values = rng.standard_normal(coarse, dtype=np.float32)
    return cv2.resize(values, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def streaky_noise(
    rng: np.random.Generator, shape: tuple[int, int], grain_px: tuple[float, float], angle_deg: float
) -> NDArray[np.float32]:
    """Return noise whose structures are `grain_px` = (along, across) long, turned by `angle_deg`."""
    height, width = shape
    side = int(np.hypot(height, width)) + 4
    coarse = (max(4, int(side / grain_px[1]) + 3), max(4, int(side / grain_px[0]) + 3))
    values = rng.standard_normal(coarse, dtype=np.float32)
    square = cv2.resize(values, (side, side), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), angle_deg, 1.0)
    turn = turn - np.array([[0, 0, (side - width) / 2], [0, 0, (side - height) / 2]])
    return cv2.warpAffine(square, turn, (width, height)).astype(np.float32)


def ramp(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """Return 0 below `low`, 1 above `high`, a smooth step between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
