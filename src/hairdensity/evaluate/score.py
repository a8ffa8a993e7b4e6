"""Hairs found and hairs known become one photo's score: hits, found, known, and the errors of the hits.

A found hair is a hit when its root lies within 0.15 mm of a known root, one to one (optimal assignment).
What the annotation cannot judge is left out on both sides: roots in the bands along seams and edges,
unmatched hairs that touch a seam or edge, finds on loose fragments, and skin that either side did not
count.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
from scipy.optimize import linear_sum_assignment

from hairdensity.annotation import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.annotation import TrueHair, Truth
    from hairdensity.hairs.units import Hair
    from hairdensity.pipeline import Analysis

    Points = NDArray[np.float64]
    Lines = NDArray[np.float64]
    Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """When a found hair is a known one, in physical units."""

    max_root_distance_um: float = 150.0


@dataclass(frozen=True, slots=True)
class KindCount:
    """What became of the known hairs of one kind: how many were found, how many of these as a unit's only."""

    kind: Kind
    hit_count: int
    known_count: int
    alone_count: int


@dataclass(frozen=True, slots=True)
class PhotoScore:
    """How the hairs found in one photo agree with those known.

    `known_density_per_cm2` is of the known hairs scored, over the field analysed. The errors hold one
    number a hit: distance of the roots, found minus known diameter (only where known), angle between the
    directions. `by_kind` has the kinds that the annotation tells of.
    """

    name: str
    hit_count: int
    found_count: int
    known_count: int
    refused: bool
    known_density_per_cm2: float
    root_distances_um: tuple[float, ...]
    diameter_errors_um: tuple[float, ...]
    direction_errors_deg: tuple[float, ...]
    by_kind: tuple[KindCount, ...] = ()

    @property
    def count_error(self) -> float:
        """Found minus known, as a fraction of known; 0 where nothing is known and nothing found."""
        return (self.found_count - self.known_count) / max(self.known_count, 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where nothing is known and nothing found."""
        total = self.found_count + self.known_count
        return 2 * self.hit_count / total if total else 1.0


def score_photo(found: Analysis, truth: Truth, settings: ScoreSettings | None = None) -> PhotoScore:
    """Compare the hairs found in one photo with those known.

    Parameters
    ----------
    found
        The analysis; its working size turns px into µm.
    truth
        The annotation of the same photo.
    settings
        The distance that still is a hit.

    Returns
    -------
    PhotoScore
        Counts and errors of this photo; of a refused photo every known hair is missed.
    """
    settings = settings or ScoreSettings()
    um_per_px = found.working_um_per_px
    reach_px = settings.max_root_distance_um / um_per_px
    ours, known = _lines(found.hairs), _lines(truth.hairs)
    needed = np.array([hair.needed for hair in truth.hairs], dtype=bool)
    pairs = _assign(ours[:, 0], known[:, 0], needed, reach_px)
    ours_open, known_open = _open(ours, found, truth), _open(known, found, truth) & needed
    hits = pairs[ours_open[pairs[:, 0]] & known_open[pairs[:, 1]]]
    false_alarms = ours_open & ~_touching(ours, found, truth) & ~_near(ours[:, 0], known[~needed], reach_px)
    missed = known_open & ~_touching(known, found, truth)
    false_alarms[pairs[:, 0]] = False
    missed[pairs[:, 1]] = False
    known_count = len(hits) + int(missed.sum())
    return PhotoScore(
        name=found.photo.name,
        hit_count=len(hits),
        found_count=len(hits) + int(false_alarms.sum()),
        known_count=known_count,
        refused=found.quality.verdict == "refused",
        known_density_per_cm2=known_count / _area_cm2(found),
        **_errors(hits, found.hairs, truth.hairs, um_per_px),
        by_kind=_by_kind(hits, missed, truth.hairs, _alone(pairs, found.hairs, truth.hairs)),
    )


def _lines(hairs: Sequence[Hair] | Sequence[TrueHair]) -> Lines:
    """Root and tip of each hair, shape (n, 2, 2)."""
    return np.array([(hair.root_px, hair.tip_px) for hair in hairs], dtype=float).reshape(-1, 2, 2)


def _assign(roots: Points, known_roots: Points, needed: Chosen, reach_px: float) -> NDArray[np.intp]:
    """Pair as many roots as lie within reach, the nearest together, needed ones first; shape (pairs, 2)."""
    distances = np.linalg.norm(roots[:, None] - known_roots[None], axis=2)
    impossible = 1e3 * reach_px
    costs = np.where(distances <= reach_px, distances + reach_px * ~needed, impossible)
    rows, columns = linear_sum_assignment(costs)
    kept = costs[rows, columns] < impossible
    return np.stack([rows[kept], columns[kept]], axis=1)


def _open(lines: Lines, found: Analysis, truth: Truth) -> Chosen:
    """Say whose roots lie where both sides can judge: in the field, off the bands along seams and edges."""
    roots = lines[:, 0]
    refused = found.quality.verdict == "refused"
    inside = np.ones(len(lines), dtype=bool) if refused else found.field.contains(roots)
    for axis, cuts in enumerate(cuts_px(found, truth)):
        for cut in cuts:
            inside &= np.abs(roots[:, axis] - cut) * found.working_um_per_px > truth.band_um
    return inside


def _touching(lines: Lines, found: Analysis, truth: Truth) -> Chosen:
    """Say which root-tip lines touch a line along which the photo was cut for annotation."""
    touching = np.zeros(len(lines), dtype=bool)
    for axis, cuts in enumerate(cuts_px(found, truth)):
        for cut in cuts:
            first, last = lines[:, 0, axis], lines[:, 1, axis]
            touching |= (first - cut) * (last - cut) <= 0
    return touching


def cuts_px(found: Analysis, truth: Truth) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Seams and edges as lines x = ... and y = ...; none where the photo was annotated whole."""
    if not truth.band_um:
        return (), ()
    vertical, horizontal = truth.seams_px
    return (0.0, *vertical, found.photo.width_px - 1.0), (0.0, *horizontal, found.photo.height_px - 1.0)


def _near(points: Points, lines: Lines, reach_px: float) -> Chosen:
    """Say which points lie within reach of any line, shape of lines (m, 2, 2)."""
    start, along = lines[None, :, 0], lines[None, :, 1] - lines[None, :, 0]
    to_point = points[:, None] - start
    share = (to_point * along).sum(axis=2) / np.maximum((along**2).sum(axis=2), 1e-9)
    distances = np.linalg.norm(to_point - share.clip(0, 1)[..., None] * along, axis=2)
    near: Chosen = np.any(distances <= reach_px, axis=1)
    return near


def _area_cm2(found: Analysis) -> float:
    area_px = found.field.area_px or found.photo.width_px * found.photo.height_px
    return area_px * (found.working_um_per_px * 1e-4) ** 2


def _errors(
    hits: NDArray[np.intp], hairs: Sequence[Hair], known: Sequence[TrueHair], um_per_px: float
) -> dict[str, tuple[float, ...]]:
    """Errors of the hits, one number a hit."""
    pairs = [(hairs[ours], known[theirs]) for ours, theirs in hits]
    return {
        "root_distances_um": tuple(math.dist(a.root_px, b.root_px) * um_per_px for a, b in pairs),
        "diameter_errors_um": tuple(
            a.diameter_px.value * um_per_px - b.diameter_um for a, b in pairs if b.diameter_um is not None
        ),
        "direction_errors_deg": tuple(_angle_between_deg(a, b) for a, b in pairs),
    }


def _by_kind(
    hits: NDArray[np.intp], missed: Chosen, known: Sequence[TrueHair], alone: Chosen
) -> tuple[KindCount, ...]:
    """Count the known hairs, hit or missed, kind by kind; `alone` says so of each hair found."""
    hit = Counter(known[theirs].kind for _, theirs in hits)
    hit_alone = Counter(known[theirs].kind for ours, theirs in hits if alone[ours])
    lost = Counter(hair.kind for hair, is_missed in zip(known, missed, strict=True) if is_missed)
    told = {hair.kind for hair in known}
    return tuple(
        KindCount(kind, hit[kind], hit[kind] + lost[kind], hit_alone[kind])
        for kind in get_args(Kind)
        if kind in told
    )


def _alone(pairs: NDArray[np.intp], hairs: Sequence[Hair], known: Sequence[TrueHair]) -> Chosen:
    """Say which hairs found are the only ones of their units, but for thin, short and loose ones.

    Annotators tell a lone hair from several by its equals: a thin one beside it does not make it two.
    """
    passed_over = {
        int(ours) for ours, theirs in pairs if not known[theirs].needed or known[theirs].kind == "undersize"
    }
    sizes = Counter(hair.unit_id for at, hair in enumerate(hairs) if at not in passed_over)
    return np.array([sizes[hair.unit_id] <= 1 for hair in hairs], dtype=bool)


def _angle_between_deg(hair: Hair, known: TrueHair) -> float:
    known_deg = math.degrees(
        math.atan2(known.tip_px[1] - known.root_px[1], known.tip_px[0] - known.root_px[0])
    )
    return abs((hair.angle_deg - known_deg + 180) % 360 - 180)
