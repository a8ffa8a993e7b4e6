"""Shaft that no strand accounts for becomes a hair of its own where it forks from one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from scipy.spatial import cKDTree

from hairdensity.hairs.paths import steady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.segment import HairMaps

    Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ForkSettings:
    """What makes a fork, in physical units."""

    apart_um: float = 33.0
    """A strand accounts for the centre line this near to its path."""
    min_centre: float = 0.4
    min_mean_centre: float = 0.5
    """The centre-line map of what is left over, at least and on average."""
    opening_um: float = 150.0
    """What is left over points back to a place this near to a strand's root."""
    vote_spread_um: float = 60.0
    """How far apart, at the most, the places lie that its parts point back to."""
    max_way_um: float = 400.0
    """How far from that place it begins, at the most."""
    usual_length_um: float = 110.0
    """Length, the centre-line map summed along it, at which it is as likely a hair as not."""
    step_um: float = 44.0
    """Its path has a place for each step."""


class Fork(NamedTuple):
    """A hair that shares its opening with another: its path (m, 2) in working px, root first; its chance.

    `chance` is the logarithm of how much longer it is than what is as likely a hair as not.
    """

    path: NDArray[np.float32]
    chance: float


def find_forks(maps: HairMaps, paths: Sequence[Array], settings: ForkSettings) -> tuple[Fork, ...]:
    """Find the shafts that fork from strands, given the strands' paths in working px."""
    if not paths:
        return ()
    rows, columns = np.nonzero(maps.centre > settings.min_centre)
    cells = np.stack([2 * columns + 0.5, 2 * rows + 0.5], axis=1)
    gaps_px, _ = cKDTree(np.concatenate(paths)).query(
        cells, distance_upper_bound=settings.apart_um / maps.um_per_px
    )
    left = np.isinf(gaps_px)
    left_over = np.zeros(maps.centre.shape, np.uint8)
    left_over[rows[left], columns[left]] = 1
    count, pieces = cv2.connectedComponents(left_over, connectivity=8)
    owners = pieces[rows[left], columns[left]]
    order = np.argsort(owners, kind="stable")
    bounds = np.searchsorted(owners[order], np.arange(1, count + 1))
    places = np.stack([columns[left], rows[left]], axis=1)[order]
    openings = cKDTree(np.array([path[0] for path in paths]))
    found = (_fork(maps, places[first:last], openings, settings) for first, last in pairwise(bounds))
    return tuple(fork for fork in found if fork is not None)


def _fork(maps: HairMaps, places: NDArray[np.intp], openings: cKDTree, settings: ForkSettings) -> Fork | None:
    """Return the hair that a piece of shaft, cells (m, 2) of the half grid, belongs to; None if to none."""
    columns, rows = places.T
    centre = maps.centre[rows, columns]
    length_um = float(centre.sum()) * 2 * maps.um_per_px
    chance = float(np.log(length_um / settings.usual_length_um))
    if chance <= 0 or centre.mean() < settings.min_mean_centre:
        return None
    cells = (2 * places + 0.5).astype(np.float32)
    voted = cells + maps.to_root[:, rows, columns].T
    root = np.median(voted, axis=0)
    spread_um = float(np.median(np.linalg.norm(voted - root, axis=1))) * maps.um_per_px
    ways_um = np.linalg.norm(cells - root, axis=1) * maps.um_per_px
    to_opening_um = float(openings.query(root)[0]) * maps.um_per_px
    is_of_opening = (
        spread_um <= settings.vote_spread_um
        and ways_um.min() <= settings.max_way_um
        and to_opening_um <= settings.opening_um
    )
    return Fork(_path(root, cells, centre, ways_um / settings.step_um), chance) if is_of_opening else None


def _path(root: Array, cells: Array, weights: Array, ways: NDArray[np.floating]) -> Array:
    """Return a path from the root through the cells, a place for each step of their way from it."""
    steps = ways.astype(np.intp)
    weight = np.bincount(steps, weights)
    x, y = (np.bincount(steps, weights * axis) for axis in cells.T)
    there = weight > 0
    middle = np.stack([x[there], y[there]], axis=1) / weight[there][:, None]
    return steady(np.concatenate([root[None], middle, cells[ways.argmax()][None]]).astype(np.float32))
