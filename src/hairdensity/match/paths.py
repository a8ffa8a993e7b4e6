"""The hairs of a photo as paths of equal length, also as the other photo would show them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align.homography import project

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.units import Hair
    from hairdensity.match.model import MatchSettings
    from hairdensity.pipeline import Analysis

PATH_POINTS = 12
"""A path is compared at so many points, evenly spread from root to tip."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """The hairs of one photo.

    Attributes
    ----------
    here_px, there_px
        float64, shape (n, PATH_POINTS, 2): root to tip in px of the own and of the other photo.
    diameters_um, confidences
        float64, shape (n,).
    units_here_px, units_there_px
        float64, shape (n, 2): centre of the hair's follicular unit, in the same two photos.
    """

    here_px: NDArray[np.float64]
    there_px: NDArray[np.float64]
    diameters_um: NDArray[np.float64]
    confidences: NDArray[np.float64]
    units_here_px: NDArray[np.float64]
    units_there_px: NDArray[np.float64]

    def only(self, ids: list[int]) -> Paths:
        """Return the hairs with these ids."""
        return Paths(*(getattr(self, one.name)[ids] for one in fields(self)))


def follow_hairs(analysis: Analysis, to_other: NDArray[np.float64]) -> Paths:
    """Return the hairs of one photo; `to_other`, shape (3, 3), maps its px to px of the other photo."""
    here = np.array([_even_path(hair) for hair in analysis.hairs]).reshape(-1, PATH_POINTS, 2)
    there = project(to_other, here.reshape(-1, 2)).reshape(here.shape)
    diameters_px = np.array([hair.diameter_px.value for hair in analysis.hairs], dtype=np.float64)
    confidences = np.array([hair.confidence for hair in analysis.hairs], dtype=np.float64)
    centres = {unit.id: unit.centre_px for unit in analysis.units}
    units = np.array([centres.get(hair.unit_id, hair.root_px) for hair in analysis.hairs]).reshape(-1, 2)
    diameters_um = diameters_px * analysis.working_um_per_px
    return Paths(here, there, diameters_um, confidences, units, project(to_other, units))


def pair_cost(earlier: Paths, later: Paths, um_per_px: float, settings: MatchSettings) -> NDArray[np.float64]:
    """Return how unlike one hair each earlier and later hair are, shape (n, m).

    The sum of squared departures of root, direction, diameter and follicular unit, each in its measured
    standard deviation: twice the negative log-likelihood that the two are one hair, but for what is common
    to all pairs. `earlier` is compared in px of the later photo, of `um_per_px`.
    """
    gaps_um = root_gaps_um(earlier, later, um_per_px)
    along = directions(later.here_px)[None]
    beside = along[..., ::-1] * (-1.0, 1.0)
    return np.asarray(
        ((gaps_um * along).sum(axis=2) / settings.along_sd_um) ** 2
        + ((gaps_um * beside).sum(axis=2) / settings.beside_sd_um) ** 2
        + unlikeness(earlier, later, um_per_px, settings),
        np.float64,
    )


def root_gaps_um(earlier: Paths, later: Paths, um_per_px: float) -> NDArray[np.float64]:
    """Return how far apart the roots lie, shape (n, m, 2)."""
    return np.asarray((earlier.there_px[:, None, 0] - later.here_px[None, :, 0]) * um_per_px, np.float64)


def unlikeness(
    earlier: Paths, later: Paths, um_per_px: float, settings: MatchSettings
) -> NDArray[np.float64]:
    """Return the part of `pair_cost` that comes from direction, diameter and follicular unit."""
    cosines = (directions(earlier.there_px) @ directions(later.here_px).T).clip(-1, 1)
    turns = np.degrees(np.arccos(cosines)) / settings.turn_sd_deg
    thickened = np.log(earlier.diameters_um[:, None] / later.diameters_um[None]) / settings.diameter_log_sd
    unit_gaps = np.linalg.norm(earlier.units_there_px[:, None] - later.units_here_px[None], axis=2)
    return np.asarray(
        np.minimum(turns**2, settings.max_turn_cost)
        + np.minimum(thickened**2, settings.max_diameter_cost)
        + np.minimum((unit_gaps * um_per_px / settings.unit_sd_um) ** 2, settings.max_unit_cost),
        np.float64,
    )


def path_gap_um(
    earlier_px: NDArray[np.float64], later_px: NDArray[np.float64], um_per_px: float
) -> NDArray[np.float64]:
    """Return how far the root of either hair lies from the other's path, the larger of the two.

    Examples
    --------
    >>> path = np.array([[[0.0, 0.0], [4.0, 0.0], [8.0, 0.0]]])
    >>> path_gap_um(path, path[:, ::-1] + 1.0, 1.0).round(3).tolist()
    [[1.414]]
    """
    to_later = np.linalg.norm(earlier_px[:, None, :1] - later_px[None], axis=3).min(axis=2)
    to_earlier = np.linalg.norm(later_px[None, :, :1] - earlier_px[:, None], axis=3).min(axis=2)
    return np.asarray(np.maximum(to_later, to_earlier) * um_per_px, dtype=np.float64)


def directions(paths_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors from root to tip, shape (n, 2)."""
    steps = paths_px[:, -1] - paths_px[:, 0]
    lengths = np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-9)
    return np.asarray(steps / lengths, dtype=np.float64)


def _even_path(hair: Hair) -> NDArray[np.float64]:
    """Return PATH_POINTS points from root to tip."""
    path = hair.path_px.astype(np.float64)
    walked = np.concatenate([[0.0], np.linalg.norm(np.diff(path, axis=0), axis=1).cumsum()])
    stops = np.linspace(0, walked[-1], PATH_POINTS)
    return np.column_stack([np.interp(stops, walked, path[:, 0]), np.interp(stops, walked, path[:, 1])])
