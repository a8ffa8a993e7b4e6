"""The hairs of a photo as paths of equal length, also as the other photo would show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align.homography import project

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.units import Hair
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
    """

    here_px: NDArray[np.float64]
    there_px: NDArray[np.float64]
    diameters_um: NDArray[np.float64]
    confidences: NDArray[np.float64]

    def only(self, ids: list[int]) -> Paths:
        """Return the hairs with these ids."""
        return Paths(self.here_px[ids], self.there_px[ids], self.diameters_um[ids], self.confidences[ids])


def follow_hairs(analysis: Analysis, to_other: NDArray[np.float64]) -> Paths:
    """Return the hairs of one photo; `to_other`, shape (3, 3), maps its px to px of the other photo."""
    here = np.array([_even_path(hair) for hair in analysis.hairs]).reshape(-1, PATH_POINTS, 2)
    there = project(to_other, here.reshape(-1, 2)).reshape(here.shape)
    diameters_px = np.array([hair.diameter_px.value for hair in analysis.hairs], dtype=np.float64)
    confidences = np.array([hair.confidence for hair in analysis.hairs], dtype=np.float64)
    return Paths(here, there, diameters_px * analysis.working_um_per_px, confidences)


def root_gap_um(
    earlier_px: NDArray[np.float64], later_px: NDArray[np.float64], um_per_px: float, beside_weight: float
) -> NDArray[np.float64]:
    """Return the distance of each earlier root to each later one; beside the later shaft it weighs more.

    Examples
    --------
    >>> path = np.array([[[0.0, 0.0], [9.0, 0.0]]])
    >>> root_gap_um(path, path + (3.0, 0.0), 2.0, 1.5).tolist()
    [[6.0]]
    >>> root_gap_um(path, path + (0.0, 3.0), 2.0, 1.5).tolist()
    [[9.0]]
    """
    gaps = earlier_px[:, None, 0] - later_px[None, :, 0]
    along = _directions(later_px)[None]
    beside = along[..., ::-1] * (-1.0, 1.0)
    weighted = np.hypot((gaps * along).sum(axis=2), beside_weight * (gaps * beside).sum(axis=2))
    return np.asarray(weighted * um_per_px, dtype=np.float64)


def turn_between(earlier_px: NDArray[np.float64], later_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each earlier hair points away from each later one: 0 the same way, 1 opposite.

    Examples
    --------
    >>> path = np.array([[[0.0, 0.0], [9.0, 0.0]]])
    >>> turn_between(path, path[:, ::-1]).tolist()
    [[1.0]]
    """
    cosines = _directions(earlier_px) @ _directions(later_px).T
    return np.asarray((1 - cosines) / 2, dtype=np.float64)


def diameter_gap(earlier_um: NDArray[np.float64], later_um: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the ratio of each earlier diameter to each later one, its sign dropped.

    Examples
    --------
    >>> diameter_gap(np.array([20.0]), np.array([20.0, 20.0 * np.e])).round(3).tolist()
    [[0.0, 1.0]]
    """
    return np.asarray(np.abs(np.log(earlier_um[:, None] / later_um[None])), dtype=np.float64)


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


def _directions(paths_px: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = paths_px[:, -1] - paths_px[:, 0]
    lengths = np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-9)
    return np.asarray(steps / lengths, dtype=np.float64)


def _even_path(hair: Hair) -> NDArray[np.float64]:
    """Return PATH_POINTS points from root to tip."""
    path = hair.path_px.astype(np.float64)
    walked = np.concatenate([[0.0], np.linalg.norm(np.diff(path, axis=0), axis=1).cumsum()])
    stops = np.linspace(0, walked[-1], PATH_POINTS)
    return np.column_stack([np.interp(stops, walked, path[:, 0]), np.interp(stops, walked, path[:, 1])])
