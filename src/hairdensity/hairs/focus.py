"""A photo becomes its edges with their blur, and the parts of it that are out of focus.

A step of height c seen through a Gaussian blur of standard deviation s has the slope c / (s √2π).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo

_SMOOTHING_PX = 0.7
_SLOPE_STEPS = 3
_OWN_BLUR_PX = 1.09
"""Blur that the measurement itself adds to an ideal step (its smoothing, the gradient, the px)."""


@dataclass(frozen=True, slots=True)
class FocusSettings:
    """How edges are looked at, and where a part of a photo counts as out of focus.

    Attributes
    ----------
    reach_um
        Side of the square about an edge in which its two sides are looked for; about a shaft and its blur.
    min_contrast
        8-bit levels that an edge must step over to be looked at.
    sharpest_percentile
        The blur of a part is that of its sharpest edges: this percentile of them all.
    cell_um, min_cell_edges
        Parts are judged cell by cell, each with its neighbours; those with fewer edges are not judged.
    max_blur_um
        A part with more blur is out of focus.
    sharp_um
        Parts are told apart only where the others have no more blur than this, in the median.
    max_fraction
        Where more than this share of the parts judged is out of focus, the whole photo is, and none is left
        out.
    """

    reach_um: float = 140.0
    min_contrast: float = 30.0
    sharpest_percentile: float = 25
    cell_um: float = 600.0
    min_cell_edges: int = 15
    max_blur_um: float = 28.0
    sharp_um: float = 18.0
    max_fraction: float = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edges of a photo.

    Attributes
    ----------
    places_px
        intp, shape (n, 2): row and column.
    blur_um
        float64, shape (n,): standard deviation of the blur on the skin.
    across_deg
        float64, shape (n,): direction across the edge, 0-180.
    """

    places_px: NDArray[np.intp]
    blur_um: NDArray[np.float64]
    across_deg: NDArray[np.float64]


def find_edges(
    photo: Photo, mask: NDArray[np.bool_], um_per_px: float, settings: FocusSettings | None = None
) -> Edges:
    """Find the clear edges inside `mask` and their blur."""
    edges = _all_edges(photo, um_per_px, settings or FocusSettings())
    rows, columns = edges.places_px.T
    inside = mask[rows, columns]
    return Edges(edges.places_px[inside], edges.blur_um[inside], edges.across_deg[inside])


@lru_cache(maxsize=1)  # the field and its quality are both judged by them
def _all_edges(photo: Photo, um_per_px: float, settings: FocusSettings) -> Edges:
    grey = cv2.GaussianBlur(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY), (0, 0), _SMOOTHING_PX)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order, scale=_SLOPE_STEPS / 8) for order in ((1, 0), (0, 1)))
    slope = cv2.convertScaleAbs(cv2.magnitude(across, down))
    reach = np.ones([max(5, 2 * round(settings.reach_um / um_per_px / 2) + 1)] * 2, dtype=np.uint8)
    step = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, reach)
    is_edge = (slope == cv2.dilate(slope, reach)) & (step > settings.min_contrast) & (slope > 0)
    widths_px = step[is_edge] / (slope[is_edge] / _SLOPE_STEPS * math.sqrt(2 * math.pi))
    return Edges(
        places_px=np.argwhere(is_edge),
        blur_um=np.sqrt(np.maximum(widths_px**2 - _OWN_BLUR_PX**2, 0.0)) * um_per_px,
        across_deg=np.degrees(np.arctan2(down[is_edge], across[is_edge]).astype(np.float64)) % 180,
    )


def out_of_focus(
    photo: Photo, mask: NDArray[np.bool_], um_per_px: float, settings: FocusSettings
) -> NDArray[np.bool_]:
    """Find the parts of a photo that are out of focus while others are not.

    Returns
    -------
    array
        bool, shape of the photo; nothing where all is out of focus, or where no edge tells.
    """
    edges = find_edges(photo, mask, um_per_px, settings)
    cell_px = max(1.0, settings.cell_um / um_per_px)
    blur_um = _blur_of_cells(edges, [math.ceil(side / cell_px) for side in mask.shape], cell_px, settings)
    judged = np.isfinite(blur_um)
    blurred = judged & (blur_um > settings.max_blur_um)
    if not 0 < blurred.sum() <= settings.max_fraction * judged.sum():
        return np.zeros(mask.shape, dtype=bool)
    if float(np.median(blur_um[judged & ~blurred])) > settings.sharp_um:
        return np.zeros(mask.shape, dtype=bool)
    rows, columns = ((np.arange(side) / cell_px).astype(np.intp) for side in mask.shape)
    return np.asarray(_as_nearest(blurred, judged)[np.ix_(rows, columns)])


def _as_nearest(blurred: NDArray[np.bool_], judged: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Give cells that could not be judged the verdict of the nearest that could: bare skin is blurred too."""
    known, unknown = np.argwhere(judged), np.argwhere(~judged)
    filled = blurred.copy()
    for row, column in unknown:
        nearest = known[np.abs(known - (row, column)).sum(axis=1).argmin()]
        filled[row, column] = blurred[nearest[0], nearest[1]]
    return filled


def _blur_of_cells(
    edges: Edges, shape: list[int], cell_px: float, settings: FocusSettings
) -> NDArray[np.float64]:
    """Return the blur of each cell with its neighbours; not a number where too few edges tell."""
    cells = (edges.places_px / cell_px).astype(np.intp)
    blur_um = np.full(shape, np.nan)
    for row, column in np.unique(cells, axis=0):
        near = edges.blur_um[np.abs(cells - (row, column)).max(axis=1) <= 1]
        if near.size >= settings.min_cell_edges:
            blur_um[row, column] = np.percentile(near, settings.sharpest_percentile)
    return blur_um
