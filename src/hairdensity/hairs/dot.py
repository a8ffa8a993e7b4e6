"""A photo becomes the place of its tattoo dot: the one small round dark or coloured spot on the skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class DotSettings:
    """What counts as a tattoo dot.

    Attributes
    ----------
    diameter_range_um
        Shafts and the hairs of one unit are thinner, stains and moles larger.
    min_contrast
        Least distance of its colour from that of the skin around it, in CIELAB units.
    min_roundness
        Least share of the disc about it that it fills, and least ratio of its sides.
    rival_fraction
        Another spot this much as strong makes it unsure which is the dot.
    working_um_per_px
        The photo is looked at no finer than this.
    """

    diameter_range_um: tuple[float, float] = (280.0, 2000.0)
    min_contrast: float = 14.0
    min_roundness: float = 0.6
    rival_fraction: float = 0.75
    working_um_per_px: float = 30.0


def find_dots(
    photo: Photo, um_per_px: float, settings: DotSettings | None = None
) -> tuple[tuple[float, float], ...]:
    """Find what may be the tattoo dot.

    Returns
    -------
    tuple of points
        (x, y) in px of the upright photo, strongest first: one where it is clear, several where it is not.
    """
    settings = settings or DotSettings()
    factor = min(1.0, um_per_px / settings.working_um_per_px)
    working_um = um_per_px / factor
    size = [max(1, round(side * factor)) for side in (photo.width_px, photo.height_px)]
    small = cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA)
    unlike_skin = _unlike_skin(np.asarray(small, dtype=np.uint8), working_um, settings)
    spots = _round_spots(unlike_skin, working_um, settings)
    strongest = max((strength for strength, _ in spots), default=0.0)
    likely = sorted(one for one in spots if one[0] >= settings.rival_fraction * strongest)[::-1]
    scale = (photo.width_px / size[0], photo.height_px / size[1])
    return tuple(((x + 0.5) * scale[0] - 0.5, (y + 0.5) * scale[1] - 0.5) for _, (x, y) in likely)


def _unlike_skin(small: NDArray[np.uint8], um_per_px: float, settings: DotSettings) -> NDArray[np.float32]:
    """Return how far each colour lies from that of the skin around, without what is thin, as shafts are."""
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    reach = _odd(3 * settings.diameter_range_um[1] / um_per_px)
    shown = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    skin = cv2.medianBlur(shown, min(reach, 2 * (min(small.shape[:2]) // 2) + 1)).astype(np.float32)
    skin = (skin - (0, 128, 128)) * (100 / 255, 1, 1)
    distance = np.linalg.norm(lab - skin, axis=2).astype(np.float32)
    thin = _odd(settings.diameter_range_um[0] / um_per_px)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thin, thin))
    return np.asarray(cv2.morphologyEx(distance, cv2.MORPH_OPEN, disc), dtype=np.float32)


def _round_spots(
    unlike_skin: NDArray[np.float32], um_per_px: float, settings: DotSettings
) -> list[tuple[float, tuple[float, float]]]:
    """Return strength and centre of each round spot of the right size."""
    spots = []
    least, most = (one / um_per_px for one in settings.diameter_range_um)
    level = max(settings.min_contrast, float(unlike_skin.max()) / 2)
    count, labels, statistics, centres = cv2.connectedComponentsWithStats(
        (unlike_skin >= level).astype(np.uint8), connectivity=8
    )
    for label in range(1, count):
        x, y, width, height, area = (int(one) for one in statistics[label])
        sides = sorted((width, height))
        roundness = min(area / (np.pi / 4 * sides[1] ** 2), sides[0] / sides[1])
        if roundness >= settings.min_roundness and least * 0.9 <= sides[1] <= most:
            inside = labels[y : y + height, x : x + width] == label
            strength = float(unlike_skin[y : y + height, x : x + width][inside].mean())
            spots.append((strength, (float(centres[label][0]), float(centres[label][1]))))
    return spots


def _odd(size_px: float) -> int:
    return max(3, 2 * round((size_px - 1) / 2) + 1)
