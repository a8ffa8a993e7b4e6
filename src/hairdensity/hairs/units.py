"""Strands become hairs in follicular units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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


@dataclass(frozen=True, slots=True, eq=False)
class Hair:
    """One hair as counted; places in px of the upright photo, (x, y).

    `path_px` is float32 of shape (n, 2), root to visible tip, read-only; `counted` says that the root lies in the
    field; `confidence` is the chance 0-1 that a hair leaves the skin there.
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
    """Number the strands as hairs, row by row of their roots, and gather them into follicular units."""
    raise NotImplementedError
