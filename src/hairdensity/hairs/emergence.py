"""Paths become paths that begin where the shaft leaves the skin, not where its shadow under the skin does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.segment import HairMaps

    Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmergenceSettings:
    """Where a shaft counts as out of the skin, in physical units."""

    shaft_centre_fraction: float = 0.7
    """It is out where its centre line is this part of what it is further on,"""
    further_on: tuple[float, float] = (0.35, 0.85)
    """in this part of the path,"""
    further_on_um: float = 400.0
    """of its first stretch of this length."""
    behind_um: float = 60.0
    ahead_um: float = 200.0
    """How far behind and ahead of the root it is looked for."""
    step_um: float = 10.0
    min_way_um: float = 25.0
    """A root nearer than this to the place where the shaft is out stays."""
    min_length_um: float = 200.0
    """Shorter paths are left as they are."""
    trust: float = 0.5
    """How far the root goes to that place, in parts of the way."""


def settle_roots(maps: HairMaps, paths: Sequence[Array], settings: EmergenceSettings) -> tuple[Array, ...]:
    """Shift the beginning of each path, float32 of shape (n, 2) in working px, along its own way."""
    return tuple(_settle(maps, path, settings) for path in paths)


def _settle(maps: HairMaps, path: Array, settings: EmergenceSettings) -> Array:
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1) * maps.um_per_px
    along_um = np.concatenate([[0], np.cumsum(lengths)])
    if along_um[-1] < settings.min_length_um:
        return path
    first, last = (part * min(along_um[-1], settings.further_on_um) for part in settings.further_on)
    shaft = np.median(maps.sample(maps.centre, _at(path, along_um, np.linspace(first, last, 16))))
    ways_um = np.arange(-settings.behind_um, min(settings.ahead_um, first), settings.step_um)
    centre = maps.sample(maps.centre, _at(path, along_um, ways_um))
    out = ways_um[centre >= settings.shaft_centre_fraction * shaft]
    if not len(out) or abs(out[0]) < settings.min_way_um:
        return path
    shift_um = settings.trust * out[0]
    begin = _at(path, along_um, np.array([shift_um]))
    return np.concatenate([begin, path[along_um > max(shift_um, 0)]]).astype(np.float32)


def _at(path: Array, along_um: NDArray[np.float64], ways_um: NDArray[np.float64]) -> Array:
    """Return the places so far along a path, shape (n, 2); straight back from its beginning before it."""
    ahead = [np.interp(ways_um, along_um, path[:, axis]) for axis in (0, 1)]
    heading = (path[min(3, len(path) - 1)] - path[0]) / along_um[min(3, len(path) - 1)]
    places = np.stack(ahead, axis=1) + np.minimum(ways_um, 0)[:, None] * heading
    return np.asarray(places, np.float32)
