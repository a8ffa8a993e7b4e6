"""How blurred the edges of a photo are, and whether they are smeared in one direction."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.hairs.focus import Edges, FocusSettings, find_edges

if TYPE_CHECKING:
    from hairdensity.hairs.field import Field
    from hairdensity.photo import Photo

LEAST_EDGE_COUNT = 20
SMEAR_STEP_DEG = 15
SMEAR_WIDTH_DEG = 30
SHARPEST_PERCENTILE = FocusSettings().sharpest_percentile


def edge_blur_um(photo: Photo, field: Field, um_per_px: float) -> float | None:
    """Return the blur of the sharpest quarter of the edges in the field.

    Returns
    -------
    float or None
        Standard deviation in µm on the skin; None where there are too few edges to tell.
    """
    return sharpest_um(find_edges(photo, field.mask, um_per_px))


def sharpest_um(edges: Edges) -> float | None:
    """Return the blur of the sharpest quarter of some edges; None of too few."""
    if edges.blur_um.size < LEAST_EDGE_COUNT:
        return None
    return float(np.percentile(edges.blur_um, SHARPEST_PERCENTILE))


def smear_um(edges: Edges) -> float | None:
    """Return by how much edges across one direction are more blurred than those across the other.

    Motion along a line smears the edges across it and leaves those along it sharp: the square root of the
    difference of the squares is what motion added.

    Returns
    -------
    float or None
        Standard deviation in µm on the skin; None where too few edges lie in either direction to tell.
    """
    largest = None
    for direction_deg in range(0, 180, SMEAR_STEP_DEG):
        off_deg = np.abs((edges.across_deg - direction_deg + 90) % 180 - 90)
        smeared, sharp = (
            edges.blur_um[off_deg < SMEAR_WIDTH_DEG],
            edges.blur_um[off_deg > 90 - SMEAR_WIDTH_DEG],
        )
        if min(smeared.size, sharp.size) < LEAST_EDGE_COUNT:
            continue
        pair = [float(np.percentile(one, SHARPEST_PERCENTILE)) for one in (smeared, sharp)]
        largest = max(largest or 0.0, math.sqrt(max(pair[0] ** 2 - pair[1] ** 2, 0.0)))
    return largest
