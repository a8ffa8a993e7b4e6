"""Strands become hairs in follicular units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.estimate import Estimate
    from hairdensity.hairs.field import Field
    from hairdensity.hairs.trace import Strand


@dataclass(frozen=True, slots=True)
class UnitSettings:
    """How roots are gathered into follicular units."""

    max_root_distance_um: float = 270.0
    """Roots nearer than this belong to one unit (93-97 % of hairs annotated as lone or several agree)."""
    max_hair_count: int = 5
    """A chain of more hairs than this is divided, where its roots lie farthest apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Hair:
    """One hair as counted; places in px of the upright photo, (x, y).

    `path_px` is float32 of shape (n, 2), root to visible tip, read-only; `counted` says that the root lies in
    the field; `confidence` is the chance 0-1 that a hair leaves the skin there.
    """

    id: int
    unit_id: int
    path_px: NDArray[np.float32]
    diameter_px: Estimate
    leaves_frame: bool
    counted: bool
    confidence: float

    @property
    def root_px(self) -> tuple[float, float]:
        """Where the hair leaves the skin."""
        return float(self.path_px[0, 0]), float(self.path_px[0, 1])

    @property
    def tip_px(self) -> tuple[float, float]:
        """Visible end of the hair."""
        return float(self.path_px[-1, 0]), float(self.path_px[-1, 1])

    @property
    def visible_length_px(self) -> float:
        """Length along the path."""
        return float(np.linalg.norm(np.diff(self.path_px, axis=0), axis=1).sum())

    @property
    def angle_deg(self) -> float:
        """Direction root to tip from +x, clockwise on the screen, in (-180, 180]."""
        dx, dy = self.path_px[-1] - self.path_px[0]
        return float(np.degrees(np.arctan2(dy, dx)))


@dataclass(frozen=True, slots=True)
class Unit:
    """A follicular unit: hairs that leave the skin together; `centre_px` is the mean of their roots."""

    id: int
    centre_px: tuple[float, float]
    hair_ids: tuple[int, ...]


def group_hairs(
    strands: Sequence[Strand], field: Field, um_per_px: float, settings: UnitSettings
) -> tuple[tuple[Hair, ...], tuple[Unit, ...]]:
    """Turn strands into numbered hairs and gather these into follicular units.

    Hairs are numbered from 0 in reading order of their roots: row by row, each row as high as the largest
    distance between roots of one unit, and from left to right in a row. Units are numbered from 0 in the
    order of their first hairs.

    Parameters
    ----------
    strands
        Traced hairs.
    field
        The skin that may be counted; a hair counts where its root lies inside.
    um_per_px
        Size of a px on the skin.
    settings
        How near roots of one unit lie.

    Returns
    -------
    hairs, units
        Every strand as a hair, counted or not, and units that together hold each hair once.
    """
    if not strands:
        return (), ()
    reach_px = settings.max_root_distance_um / um_per_px
    roots_px = np.array([strand.path_px[0] for strand in strands], dtype=np.float64)
    order = np.lexsort((roots_px[:, 0], np.floor(roots_px[:, 1] / reach_px)))
    roots_px = roots_px[order]
    unit_ids = _in_order_of_first(_link(roots_px, reach_px, settings.max_hair_count))
    counted = field.contains(roots_px)
    hairs = tuple(
        _hair(strands[k], i, int(unit_ids[i]), counted=bool(counted[i])) for i, k in enumerate(order.tolist())
    )
    units = tuple(_unit(i, np.nonzero(unit_ids == i)[0], roots_px) for i in range(unit_ids.max() + 1))
    return hairs, units


def _hair(strand: Strand, hair_id: int, unit_id: int, *, counted: bool) -> Hair:
    return Hair(
        id=hair_id,
        unit_id=unit_id,
        path_px=strand.path_px,
        diameter_px=strand.diameter_px,
        leaves_frame=strand.leaves_frame,
        counted=counted,
        confidence=strand.confidence,
    )


def _unit(unit_id: int, hair_ids: NDArray[np.intp], roots_px: NDArray[np.float64]) -> Unit:
    x, y = roots_px[hair_ids].mean(axis=0).tolist()
    return Unit(unit_id, (x, y), tuple(hair_ids.tolist()))


def _link(points: NDArray[np.float64], reach: float, max_count: int) -> NDArray[np.intp]:
    """Label points by the chain of steps up to `reach` they are on, dividing chains of over `max_count`."""
    labels = np.zeros(len(points), dtype=np.intp)
    if len(points) == 1:
        return labels
    chains = fcluster(linkage(points, method="single"), reach, criterion="distance")
    for label in np.unique(chains):
        members = np.nonzero(chains == label)[0]
        labels[members] = labels.max() + 1 + _divide(points[members], max_count)
    return labels


def _divide(points: NDArray[np.float64], max_count: int) -> NDArray[np.intp]:
    """Label the parts of one chain, halved by average distance until none has over `max_count` points."""
    if len(points) <= max_count:
        return np.zeros(len(points), dtype=np.intp)
    halves = fcluster(linkage(points, method="average"), 2, criterion="maxclust")
    labels = np.zeros(len(points), dtype=np.intp)
    for half in np.unique(halves):
        members = np.nonzero(halves == half)[0]
        labels[members] = labels.max() + 1 + _divide(points[members], max_count)
    return labels


def _in_order_of_first(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Replace labels by numbers from 0 in the order in which they first appear."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[inverse].reshape(-1), dtype=np.intp)
