"""Hair maps become strands: root to tip, through crossings, touching ones apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hairdensity.estimate import Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """One hair as traced in the photo.

    Attributes
    ----------
    path_px
        float32, shape (n, 2), n >= 2: (x, y) from root to visible tip in px of the upright photo, read-only.
    diameter_px
        Shaft diameter with its interval.
    leaves_frame
        Whether the tip is cut off by the photo's edge.
    confidence
        Chance that a hair leaves the skin at the root, 0-1.
    """

    path_px: NDArray[np.float32]
    diameter_px: Estimate
    leaves_frame: bool
    confidence: float
