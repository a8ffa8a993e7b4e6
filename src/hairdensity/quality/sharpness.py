"""How blurred the edges of a photo are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.photo import Photo

REACH_UM = 140.0
"""Side of the square about an edge in which its two sides are looked for; about a shaft and its blur."""
LEAST_CONTRAST = 30.0
"""Grey levels (of 255) that an edge must step over to be looked at."""
LEAST_EDGE_COUNT = 20
SHARPEST_PERCENTILE = 25
SMOOTHING_PX = 0.7
SLOPE_STEPS = 3
OWN_BLUR_PX = 1.09
"""Blur that the measurement itself adds to an ideal step (its smoothing, the gradient, the px)."""


def edge_blur_um(photo: Photo, field: Field, um_per_px: float) -> float | None:
    """Return the blur of the sharpest quarter of the edges in the field.

    A step of height c seen through a Gaussian blur of standard deviation s has the slope c / (s √2π).

    Returns
    -------
    float or None
        Standard deviation in µm on the skin; None where there are too few edges to tell.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY), (0, 0), SMOOTHING_PX)
    slope = _slope(np.asarray(grey, dtype=np.uint8))
    reach = np.ones([max(5, 2 * round(REACH_UM / um_per_px / 2) + 1)] * 2, dtype=np.uint8)
    step = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, reach)
    edges = (slope == cv2.dilate(slope, reach)) & (step > LEAST_CONTRAST) & (slope > 0) & field.mask
    if edges.sum() < LEAST_EDGE_COUNT:
        return None
    widths_px = step[edges] / (slope[edges] / SLOPE_STEPS * math.sqrt(2 * math.pi))
    seen_px = float(np.percentile(widths_px, SHARPEST_PERCENTILE))
    return math.sqrt(max(seen_px**2 - OWN_BLUR_PX**2, 0.0)) * um_per_px


def _slope(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the gradient in grey levels per px x `SLOPE_STEPS`; whole numbers make it fast to search."""
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order, scale=SLOPE_STEPS / 8) for order in ((1, 0), (0, 1)))
    return np.asarray(cv2.convertScaleAbs(cv2.magnitude(across, down)), dtype=np.uint8)
