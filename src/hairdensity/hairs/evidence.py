"""Root candidates and their paths become evidence: what speaks for each, and how each lies to its rivals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from hairdensity.hairs.rivals import find_rivals
from hairdensity.hairs.trails import Trails, lay_trails

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.roots import Roots
    from hairdensity.hairs.segment import HairMaps

    Array = NDArray[np.floating]

_SOLID_HEAT = 0.3
_USUAL_UM = 60.0
_VOTED_COUNT = 6


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """How far evidence is gathered, in physical units."""

    rival_um: float = 330.0
    """Candidates with roots this near are rivals."""
    on_body_um: float = 66.0
    """So are a candidate and one whose path passes its root this near."""
    overlap_um: float = 28.0
    """Paths run in each other where they are nearer than this."""
    min_vote_centre: float = 0.25
    """From this centre line on a place votes for the root it points to."""
    vote_um: float = 150.0
    """It votes for candidates within this distance of where it points,"""
    vote_sd_um: float = 55.0
    sharp_vote_sd_um: float = 25.0
    edge_um: float = 165.0
    """Candidates this near to the photo's edge may be hairs that enter it."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of n root candidates.

    Attributes
    ----------
    facts
        float32, shape (n, 19): of each candidate by itself, and of the photo.
    links
        Shape (m, 2): a candidate, and a rival of it.
    relations
        float32, shape (m, 15): how the rival lies to the candidate.
    """

    facts: NDArray[np.float32]
    links: NDArray[np.intp]
    relations: NDArray[np.float32]


def gather_evidence(
    maps: HairMaps, found: tuple[Roots, Sequence[Array]], contrast: Array, settings: EvidenceSettings
) -> Evidence:
    """Gather what speaks for and against each root candidate.

    Parameters
    ----------
    maps
        Hair maps of the photo.
    found
        Root candidates, at least one, and the path of each in working px.
    contrast
        Shape (n, 2): median and weakest contrast of each path, in parts of what is usual in the photo.
    settings
        How far evidence is gathered.
    """
    roots, paths = found
    trails = lay_trails(paths, maps.um_per_px)
    reaches_px = tuple(
        reach / maps.um_per_px for reach in (settings.rival_um, settings.on_body_um, settings.overlap_um)
    )
    links, relations = find_rivals(roots, trails, reaches_px, maps.um_per_px)
    widths_um, along_path = _on_path(maps, trails)
    usual_um = _usual_width_um(roots, widths_um)
    columns = [
        _logit(roots.heat) / 3,
        np.sqrt(roots.ahead),
        np.sqrt(roots.behind),
        roots.agreement,
        *contrast.T.clip(-1, 2.5),
        np.log(trails.lengths_um.clip(30) / 300),
        *along_path,
        np.log(widths_um / _USUAL_UM),
        np.log(widths_um / usual_um),
        *_votes(maps, roots, settings),
        _edge(maps, roots, settings),
        *(np.full(len(widths_um), value) for value in _of_photo(maps, roots, usual_um)),
    ]
    return Evidence(np.stack(columns, axis=1).astype(np.float32), links, relations)


def _logit(chance: Array) -> Array:
    chance = chance.clip(0.002, 0.998)
    return np.asarray(np.log(chance / (1 - chance)))


def _on_path(maps: HairMaps, trails: Trails) -> tuple[Array, tuple[Array, Array, Array]]:
    """Return each path's median width, and its weakest and median centre line and mean body."""
    centre, body, width = (
        maps.sample(layer, trails.places) for layer in (maps.centre, maps.body, maps.width)
    )
    widths_um = trails.quantile(width, 0.5) * maps.um_per_px
    return widths_um, (trails.quantile(centre, 0.1), trails.quantile(centre, 0.5), trails.mean(body))


def _votes(maps: HairMaps, roots: Roots, settings: EvidenceSettings) -> tuple[Array, Array, Array]:
    """Return how much shaft points to each, its share of all that points near it, and how much sharply."""
    rows, columns = np.nonzero(maps.centre > settings.min_vote_centre)
    cells = np.stack([2 * columns + 0.5, 2 * rows + 0.5], axis=1)
    targets_um = (cells + maps.to_root[:, rows, columns].T) * maps.um_per_px
    shaft_um = (maps.centre[rows, columns] * 2 * maps.um_per_px)[:, None]
    near = cKDTree(roots.points * maps.um_per_px).query(
        targets_um, k=np.arange(1, _VOTED_COUNT + 1), distance_upper_bound=settings.vote_um
    )
    distances_um, voted = near
    pull, sharp = (
        np.exp(-0.5 * (distances_um / sd) ** 2) for sd in (settings.vote_sd_um, settings.sharp_vote_sd_um)
    )
    strength = pull * np.append(roots.heat, 0)[voted]
    share = strength / (strength.sum(axis=1, keepdims=True) + 0.02)
    won, pointed, sharply = (
        np.bincount(voted.ravel(), (part * shaft_um).ravel(), len(roots.heat) + 1)[:-1]
        for part in (share, pull, sharp)
    )
    return np.log1p(won / 100), won / (pointed + 20), np.log1p(sharply / 100)


def _edge(maps: HairMaps, roots: Roots, settings: EvidenceSettings) -> Array:
    """Return how far a root, or the place just behind it, is from the photo's edge, -1 to 1."""
    last = np.array(maps.root_heat.shape[::-1]) - 1
    back = roots.points - roots.directions * (settings.edge_um / 2 / maps.um_per_px)
    gaps = np.concatenate([roots.points, last - roots.points, back, last - back], axis=1).min(axis=1)
    return np.asarray((gaps * maps.um_per_px / settings.edge_um).clip(-1, 1))


def _usual_width_um(roots: Roots, widths_um: Array) -> float:
    """Return the median width of the sure candidates' shafts."""
    solid = roots.heat > _SOLID_HEAT
    return float(np.median(widths_um[solid])) if solid.any() else _USUAL_UM


def _of_photo(maps: HairMaps, roots: Roots, usual_um: float) -> tuple[float, float, float]:
    """Return what is usual in the photo: heat of the best candidates, width, density."""
    best = np.sort(_logit(roots.heat))[-max(5, len(roots.heat) // 4) :]
    area_mm2 = maps.root_heat.size * (maps.um_per_px / 1000) ** 2
    solid_count = int((roots.heat > _SOLID_HEAT).sum())
    return float(np.median(best)) / 3, math.log(usual_um / _USUAL_UM), math.log1p(solid_count / area_mm2)
