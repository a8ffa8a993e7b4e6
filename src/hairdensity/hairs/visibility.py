"""Paths become visibilities: how clearly each shaft stands out from the skin, all along its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.hairs.trails import lay_trails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.roots import Roots
    from hairdensity.hairs.segment import HairMaps
    from hairdensity.photo import Photo

    Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VisibilitySettings:
    """How the contrast of a shaft is judged, in physical units."""

    skin_sd_um: float = 330.0
    """The skin's brightness is the mean this far around (1 sd)."""
    length_fraction: float = 0.67
    """Part of the path, from the root on, that is looked at; the tip may lie over other hairs."""
    weakest_quantile: float = 0.1
    """The weakest places decide: a real shaft has no gap."""
    full_contrast: float = 1.0
    """From this part of the usual contrast on, a shaft is seen in full."""
    min_visibility: float = 0.2
    power: float = 0.7
    """How strongly a weak contrast speaks against a hair."""


def shaft_contrast(
    photo: Photo, maps: HairMaps, found: tuple[Roots, Sequence[Array]], settings: VisibilitySettings
) -> Array:
    """Measure how clearly shafts stand out, darker or brighter, from the skin.

    Parameters
    ----------
    photo
        The upright photo.
    maps
        Hair maps of the same photo.
    found
        Root candidates, and the path of each in working px.
    settings
        Where a shaft is looked at.

    Returns
    -------
    NDArray
        float32, shape (n, 2): the median contrast along each path, and its weakest with the same sign; in
        parts of what is usual in the photo, the median over the shafts weighted by their scores.
    """
    roots, paths = found
    if not paths:
        return np.empty((0, 2), np.float32)
    contrast = _contrast(photo, maps, settings)
    looked_at = [path[1 : max(2, round(settings.length_fraction * len(path)))] for path in paths]
    trails = lay_trails(looked_at, maps.um_per_px)
    along = maps.sample(contrast, trails.places)
    medians = trails.quantile(along, 0.5)
    weakest = trails.quantile(along * np.sign(medians)[trails.owners], settings.weakest_quantile)
    usual = max(_weighted_median(np.abs(medians), roots.scores), 1.0)
    return (np.stack([np.abs(medians), weakest], axis=1) / usual).astype(np.float32)


def visibility(contrast: Array, settings: VisibilitySettings) -> Array:
    """Turn contrasts, shape (n, 2), into a visibility of each shaft, 0-1: its weakest place decides."""
    part = contrast[:, 1] / settings.full_contrast
    return np.asarray(part.clip(settings.min_visibility, 1) ** settings.power, np.float32)


def _contrast(photo: Photo, maps: HairMaps, settings: VisibilitySettings) -> Array:
    """Return on the half grid how much darker it is than the skin around, in grey levels."""
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    cells = cv2.resize(grey, maps.centre.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(cells, (0, 0), settings.skin_sd_um / maps.um_per_px / 2) - cells)


def _weighted_median(values: NDArray[np.floating], weights: Array) -> float:
    order = np.argsort(values)
    mass = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(mass, mass[-1] / 2)])
