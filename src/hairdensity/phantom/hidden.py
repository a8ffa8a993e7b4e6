"""Which drawn roots nobody can see: they lie under other hairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.phantom.scene import DrawnHair

BEGINNING_UM = 100.0
"""The beginning of a shaft decides whether its root is seen,"""
HIDDEN_FRACTION = 0.7
"""and it is not where this much of it lies under hairs drawn later."""
_STEP_UM = 10.0


def hidden_roots(hairs: Sequence[DrawnHair]) -> NDArray[np.bool_]:
    """Say for each hair of a scene whether other hairs hide its root; bool, shape (n,).

    Hairs are drawn in the order of their seeds, so that those with larger seeds lie on top.
    """
    if not hairs:
        return np.zeros(0, bool)
    bodies = [_along(hair.path_um, np.inf) for hair in hairs]
    owners = np.repeat(np.arange(len(hairs)), [len(body) for body in bodies])
    tree = cKDTree(np.concatenate(bodies))
    radii_um = np.array([hair.diameter_um / 2 for hair in hairs])
    seeds = np.array([hair.seed for hair in hairs])
    reach_um = float(radii_um.max()) + _STEP_UM
    hidden = np.zeros(len(hairs), bool)
    for k, hair in enumerate(hairs):
        beginning = _along(hair.path_um, BEGINNING_UM)
        covered = [
            _is_covered(place, tree.data[near], (radii_um[owners[near]], seeds[owners[near]] > hair.seed))
            for place, near in zip(beginning, tree.query_ball_point(beginning, reach_um), strict=True)
        ]
        hidden[k] = np.mean(covered) >= HIDDEN_FRACTION
    return hidden


def _is_covered(
    place: NDArray[np.float64],
    bodies_um: NDArray[np.float64],
    of_bodies: tuple[NDArray[np.float64], NDArray[np.bool_]],
) -> bool:
    radii_um, on_top = of_bodies
    within = np.hypot(*(bodies_um - place).T) <= np.hypot(radii_um, _STEP_UM / 2)
    return bool((within & on_top).any())


def _along(path_um: NDArray[np.float64], length_um: float) -> NDArray[np.float64]:
    """Return places every few µm along the beginning of a path, shape (m, 2)."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path_um, axis=0).T))])
    ways = np.arange(0, min(along[-1], length_um), _STEP_UM)
    return np.stack([np.interp(ways, along, path_um[:, axis]) for axis in (0, 1)], axis=1)
