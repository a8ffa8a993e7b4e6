"""How blurred the edges of a photo are, and whether they are smeared in one direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hairdensity.hairs.focus import Edges, FocusSettings, find_edges

if TYPE_CHECKING:
    from hairdensity.hairs.field import Field
    from hairdensity.photo import Photo

LEAST_EDGE_COUNT = 20
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
