"""Skin stretches between two visits: what the hairs found in both tell of it, smooth over the field."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.match.model import MatchSettings
    from hairdensity.match.paths import Paths

    Array = NDArray[np.float64]


def follow_stretch(
    hairs: Paths, shown: tuple[Array, Array], um_per_px: float, settings: MatchSettings
) -> Paths:
    """Move hairs, as the other photo would show them, by what those found in both are off near them.

    Parameters
    ----------
    hairs
        The hairs of one photo.
    shown
        Roots of the hairs found in both, shape (n, 2) each: where they were to be in the other photo, and
        where they are.
    um_per_px
        Size of a px of the other photo.
    settings
        How smooth skin stretches.
    """
    expected_px, found_px = shown
    if not len(found_px):
        return hairs
    off_px = found_px - expected_px
    middle = np.median(off_px, axis=0)
    reach = settings.max_stray * 1.483 * np.median(np.abs(off_px - middle), axis=0) + 1e-9
    off_px = np.clip(off_px, middle - reach, middle + reach)
    points_px = hairs.there_px.reshape(-1, 2)
    squared_px = ((points_px[:, None] - expected_px[None]) ** 2).sum(axis=2)
    near = np.exp(-squared_px / (2 * (settings.stretch_um / um_per_px) ** 2))
    moved = near @ off_px / (near.sum(axis=1, keepdims=True) + settings.still_hairs)
    return replace(hairs, there_px=hairs.there_px + moved.reshape(hairs.there_px.shape))
