"""Hair maps become root candidates: where a hair may leave the skin, which way, how likely that is."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.segment import HairMaps

    Array = NDArray[np.float32]


_CELLS_IN_REACH = 4


@dataclass(frozen=True, slots=True)
class RootSettings:
    """What makes a root candidate, in physical units."""

    min_heat: float = 0.03
    min_score: float = 0.01
    max_per_mm2: float = 16.0
    """Of more candidates than this, averaged over the photo, the best by score are kept: long hair has a
    false one wherever a shaft bends or is crossed. Hairs found are among the best 8."""
    peak_radius_um: float = 22.0
    """A candidate is the highest point of the root heat this far around."""
    evidence_length_um: float = 220.0
    """How far ahead and behind a root the shaft is looked for."""
    behind_power: float = 2.0
    """How strongly a shaft behind speaks against a root."""
    vote_sd_um: float = 80.0
    """How well the shaft ahead points back to its own root."""
    neighbour_sd_um: float = 1500.0
    """How far the direction of neighbouring hairs counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Roots:
    """Root candidates; places in working px.

    Attributes
    ----------
    points
        float32, shape (n, 2): (x, y).
    directions
        float32, shape (n, 2): unit vector from the root along the hair.
    scores
        float32, shape (n,): 0-1, each by itself, not yet weighed against others on the same shaft.
    heat, ahead, behind
        float32, shape (n,): 0-1, what the score is made of: root heat, shaft ahead, shaft behind.
    agreement
        float32, shape (n,): mean cosine between its direction and those around.
    """

    points: NDArray[np.float32]
    directions: NDArray[np.float32]
    scores: NDArray[np.float32]
    heat: NDArray[np.float32]
    ahead: NDArray[np.float32]
    behind: NDArray[np.float32]
    agreement: NDArray[np.float32]

    def take(self, which: NDArray[np.intp]) -> Roots:
        """Return the candidates with these indices."""
        return Roots(*(getattr(self, own.name)[which] for own in fields(self)))


def find_roots(maps: HairMaps, settings: RootSettings) -> Roots:
    """Find the root candidates.

    The score is the root heat times the square root of the support by the shaft ahead, less for what lies
    behind (the middle of a shaft is no root) and less for a direction against that of the neighbours.
    """
    points, heat = _peaks(maps.root_heat, settings, maps.um_per_px)
    forward = _axis_at(maps, points)
    ahead, behind = (_support(maps, points, sign * forward, settings) for sign in (1, -1))
    directions = np.where((behind > ahead)[:, None], -forward, forward)
    support, against = np.maximum(ahead, behind), np.minimum(ahead, behind)
    scores = np.asarray(heat * np.sqrt(support) * (1 - against) ** settings.behind_power, np.float32)
    everything = Roots(points, directions, scores, heat, support, against, scores)
    roots = everything.take(np.nonzero(scores >= settings.min_score)[0])
    agreement = _agreement(roots, settings.neighbour_sd_um / maps.um_per_px)
    agreeing = replace(roots, scores=roots.scores * (1 + agreement.clip(-1, 0)), agreement=agreement)
    area_mm2 = maps.root_heat.size * (maps.um_per_px / 1000) ** 2
    return _best(agreeing, max(1, int(settings.max_per_mm2 * area_mm2)))


def _best(roots: Roots, count: int) -> Roots:
    """Return so many candidates, those with the best scores, in their order."""
    return roots.take(np.sort(np.argsort(-roots.scores, kind="stable")[:count]))


def _peaks(heat: Array, settings: RootSettings, um_per_px: float) -> tuple[Array, Array]:
    """Return the places of the heat's peaks to a part of a px, shape (n, 2), and their heat."""
    side = 2 * round(settings.peak_radius_um / um_per_px) + 1
    highest = cv2.dilate(heat, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    rows, columns = np.nonzero((heat >= highest) & (heat > settings.min_heat))
    padded = np.pad(heat, 1, mode="edge")
    patch = [[padded[rows + i, columns + j] for j in range(3)] for i in range(3)]
    shift_x = _vertex(patch[1][0], patch[1][1], patch[1][2])
    shift_y = _vertex(patch[0][1], patch[1][1], patch[2][1])
    return np.stack([columns + shift_x, rows + shift_y], axis=1).astype(np.float32), heat[rows, columns]


def _vertex(before: Array, at: Array, after: Array) -> Array:
    """Return where the parabola through three neighbouring values peaks, within half a px."""
    bend = (2 * at - before - after).clip(1e-6)
    return np.asarray((0.5 * (after - before) / bend).clip(-0.5, 0.5))


def _axis_at(maps: HairMaps, points: Array) -> Array:
    """Return a unit vector along the shaft at each point, of either sign, shape (n, 2)."""
    smooth = np.stack([cv2.GaussianBlur(maps.centre * layer, (0, 0), 1.0) for layer in maps.axis])
    cos2, sin2 = maps.sample(smooth, points)
    angle = 0.5 * np.arctan2(sin2, cos2)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _support(maps: HairMaps, points: Array, directions: Array, settings: RootSettings) -> Array:
    """Return how much shaft lies ahead, 0-1, counted twice where it points back to the root."""
    steps = np.arange(2, settings.evidence_length_um / maps.um_per_px, 2)
    places = points[:, None] + directions[:, None] * steps[:, None]
    centre = maps.sample(maps.centre, places)
    to_root = np.moveaxis(maps.sample(maps.to_root, places), 0, -1)
    miss = ((places + to_root - points[:, None]) ** 2).sum(axis=2)
    vote = np.exp(-0.5 * miss / (settings.vote_sd_um / maps.um_per_px) ** 2)
    return np.asarray((centre * (1 + vote)).mean(axis=1) / 2)


def _agreement(roots: Roots, reach_px: float) -> Array:
    """Return the mean cosine between each candidate's direction and those around."""
    if not len(roots.scores):
        return roots.scores
    columns, rows = (roots.points / (reach_px / _CELLS_IN_REACH)).astype(np.intp).T
    votes = np.column_stack([roots.directions, np.ones_like(roots.scores)]) * roots.scores[:, None]
    grid = np.zeros((rows.max() + 1, columns.max() + 1, 3), np.float32)
    np.add.at(grid, (rows, columns), votes)
    around = cv2.GaussianBlur(grid, (0, 0), _CELLS_IN_REACH, borderType=cv2.BORDER_CONSTANT).reshape(
        grid.shape
    )
    others = around[rows, columns] - votes / (2 * np.pi * _CELLS_IN_REACH**2)
    mean = others[:, :2] / others[:, 2:].clip(1e-3)
    return np.asarray((mean * roots.directions).sum(axis=1))
