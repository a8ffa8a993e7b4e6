"""Skin stretches between two visits: what the hairs found in both tell of it, smooth over the field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.match.model import MatchSettings
    from hairdensity.match.paths import Paths

    Array = NDArray[np.float64]

SD_PER_MAD = 1.4826


def follow_stretch(
    paths: tuple[Paths, Paths],
    couples: Sequence[tuple[int, int]],
    um_per_px: float,
    settings: MatchSettings,
) -> tuple[Paths, Paths]:
    """Move hairs, as the other photo would show them, by what those found in both are off near them.

    Parameters
    ----------
    paths
        The hairs of both photos.
    couples
        Indices of the same hair in both, one couple at least.
    um_per_px
        Size of a px of both photos, about.
    settings
        How smooth skin stretches.
    """
    before, after = np.array(couples).T
    earlier, later = paths
    return (
        _moved(earlier, (earlier.there_px[before, 0], later.here_px[after, 0]), um_per_px, settings),
        _moved(later, (later.there_px[after, 0], earlier.here_px[before, 0]), um_per_px, settings),
    )


def stretch_left_um(
    paths: tuple[Paths, Paths],
    couples: Sequence[tuple[int, int]],
    um_per_px: float,
    settings: MatchSettings,
) -> float:
    """Return by how much more the roots of hairs found in both are off than roots are found apart."""
    before, after = np.array(couples).T
    off_um = (paths[0].there_px[before, 0] - paths[1].here_px[after, 0]) * um_per_px
    usual = (settings.along_sd_um**2 + settings.beside_sd_um**2) / 2
    return float(np.sqrt(max((SD_PER_MAD * np.median(np.abs(off_um))) ** 2 - usual, 0.0)))


def _moved(hairs: Paths, shown: tuple[Array, Array], um_per_px: float, settings: MatchSettings) -> Paths:
    """Move hairs by what roots, expected and found in the other photo, are off."""
    expected_px, found_px = shown
    off_px = found_px - expected_px
    middle = np.median(off_px, axis=0)
    reach = settings.max_stray * SD_PER_MAD * np.median(np.abs(off_px - middle), axis=0)
    off_px = np.clip(off_px, middle - reach, middle + reach)

    def stretched(places_px: Array) -> Array:
        squared_px = ((places_px[:, None] - expected_px[None]) ** 2).sum(axis=2)
        near = np.exp(-squared_px / (2 * (settings.stretch_um / um_per_px) ** 2))
        return np.asarray(
            places_px + near @ off_px / (near.sum(axis=1, keepdims=True) + settings.still_hairs)
        )

    there_px = stretched(hairs.there_px.reshape(-1, 2)).reshape(hairs.there_px.shape)
    return replace(hairs, there_px=there_px, units_there_px=stretched(hairs.units_there_px))
