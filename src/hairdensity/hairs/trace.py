"""Hair maps become strands: root to tip, through crossings, touching ones apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.hairs.emergence import EmergenceSettings, settle_roots
from hairdensity.hairs.evidence import EvidenceSettings, gather_evidence
from hairdensity.hairs.forks import ForkSettings, find_forks
from hairdensity.hairs.judge import judge_candidates
from hairdensity.hairs.paths import PathSettings, follow_paths
from hairdensity.hairs.roots import RootSettings, find_roots
from hairdensity.hairs.untangle import UntangleSettings, untangle
from hairdensity.hairs.visibility import VisibilitySettings, shaft_contrast, visibility
from hairdensity.hairs.width import WidthSettings, measure_diameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.estimate import Estimate
    from hairdensity.hairs.roots import Roots
    from hairdensity.hairs.segment import HairMaps
    from hairdensity.photo import Photo

    Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """Which candidates are kept as strands, in physical units, and the settings of the steps below."""

    usual_score: float = 0.0205
    """Score, beside stronger strands, at which a candidate is as likely a hair as not."""
    min_score: float = 0.004
    """Candidates that fall below are not weighed on."""
    judge_weight: float = 0.45
    """How much what the judge of all evidence says (a logit) counts: it is too sure of itself."""
    judge_doubt: float = -1.0
    """Where it is not at home, it speaks only against what it finds less likely than this."""
    judge_home: float = 3.5
    """It decides the more, the more than this it says of the typical hair; from 1 more on, alone."""
    judge_usual: float = -0.5
    """What it says, where it decides, of a candidate that is as likely a hair as not."""
    confidence_slope: float = 1.3
    """How fast the confidence rises with what both give."""
    shadow_width_um: float = 75.0
    """A strand's body keeps other candidates down this far to each side (1 sd)."""
    shadow_ahead_um: float = 300.0
    shadow_behind_um: float = 200.0
    """How far along the strand, ahead of its root and behind, it does so for every direction (1 sd)."""
    shadow_of_parallel: float = 0.95
    """How much, over its whole length, it keeps down candidates that run along it."""
    roots: RootSettings = field(default_factory=RootSettings)
    paths: PathSettings = field(default_factory=PathSettings)
    visibility: VisibilitySettings = field(default_factory=VisibilitySettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    untangle: UntangleSettings = field(default_factory=UntangleSettings)
    emergence: EmergenceSettings = field(default_factory=EmergenceSettings)
    forks: ForkSettings = field(default_factory=ForkSettings)
    width: WidthSettings = field(default_factory=WidthSettings)


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """One hair as traced in the photo.

    Attributes
    ----------
    path_px
        float32, shape (n, 2), n >= 2: (x, y) from root to visible tip in px of the upright photo, read-only.
    diameter_px
        Shaft diameter with its interval.
    leaves_frame
        Whether the tip is cut off by the photo's edge.
    confidence
        Chance that a hair leaves the skin at the root, 0-1.
    """

    path_px: NDArray[np.float32]
    diameter_px: Estimate
    leaves_frame: bool
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Doubted:
    """Root candidates that were not kept: likelier no hair of its own than one.

    Attributes
    ----------
    roots_px, directions
        float32, shape (n, 2): (x, y) in px of the upright photo; unit vectors from root to tip; read-only.
    log_odds
        float32, shape (n,): of a hair leaving the skin there, none above 0; read-only.
    """

    roots_px: NDArray[np.float32]
    directions: NDArray[np.float32]
    log_odds: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The strands of a photo, the most certain first, and what was not taken for one."""

    strands: tuple[Strand, ...]
    doubted: Doubted


def trace_strands(photo: Photo, maps: HairMaps, settings: TraceSettings) -> Trace:
    """Trace the strands of a photo, root to visible tip.

    Every root candidate is followed to its tip. Then two things weigh the candidates: a score, by which the
    best one is taken, the candidates that lie on its body lose by it, the next best is taken, and so on; and
    a small network that sees the evidence for all of them, and, on skin unlike any that it has learnt from,
    may only speak against one. Shaft that no strand accounts for and that forks from one is a strand, too.

    Parameters
    ----------
    photo
        The upright photo, in whose px the diameters are measured.
    maps
        Hair maps of the same photo.
    settings
        Settings of this stage and its steps.

    """
    roots = find_roots(maps, settings.roots)
    paths = follow_paths(maps, roots, settings.paths) if len(roots.scores) else ()
    chances = _weigh(photo, maps, (roots, paths), settings) if paths else np.empty(0, np.float32)
    strands = _strands(photo, maps, (roots, paths, chances), settings) if (chances > 0).any() else ()
    return Trace(
        strands, _doubted(maps, roots.take(np.nonzero(chances <= 0)[0]), chances[chances <= 0], settings)
    )


def _doubted(maps: HairMaps, roots: Roots, chances: Array, settings: TraceSettings) -> Doubted:
    arrays = maps.to_photo(roots.points), roots.directions.copy(), settings.confidence_slope * chances
    for one in arrays:
        one.flags.writeable = False
    return Doubted(*arrays)


def _strands(
    photo: Photo, maps: HairMaps, weighed: tuple[Roots, tuple[Array, ...], Array], settings: TraceSettings
) -> tuple[Strand, ...]:
    """Make strands of the candidates that are likelier hairs than not."""
    roots, paths, chances = weighed
    chosen = np.argsort(-chances, kind="stable")[: int((chances > 0).sum())]
    apart = untangle(
        maps, roots.take(chosen), [paths[k] for k in chosen], (settings.untangle, settings.paths)
    )
    settled = settle_roots(maps, apart, settings.emergence)
    forks = find_forks(maps, settled, settings.forks)
    own_paths = (*settled, *(fork.path for fork in forks))
    sureness = np.concatenate([chances[chosen], [fork.chance for fork in forks]])
    last_px = np.array([photo.width_px - 1, photo.height_px - 1], np.float32)
    paths_px = [maps.to_photo(path).clip(0, last_px) for path in own_paths]
    guesses_px = [float(np.median(maps.sample(maps.width, path))) * maps.photo_px[0] for path in own_paths]
    um_per_px = maps.um_per_px / maps.photo_px[0]
    diameters_px = measure_diameters(photo, paths_px, guesses_px, um_per_px, settings.width)
    odds = np.exp(settings.confidence_slope * sureness)
    edge_px = settings.paths.step_um / um_per_px
    return tuple(
        _strand(paths_px[k], diameters_px[k], float(odds[k]), photo, edge_px)
        for k in np.argsort(-sureness, kind="stable")
    )


def _weigh(
    photo: Photo, maps: HairMaps, found: tuple[Roots, tuple[Array, ...]], settings: TraceSettings
) -> Array:
    """Return for each candidate by how much it is more likely a hair than not.

    The judge has learnt from drawn photos, and knows more of them, and of clipped scalp, than the score does;
    on skin unlike any that was drawn it doubts plain hairs. How sure it is of the typical hair tells which.
    """
    roots, paths = found
    contrast = shaft_contrast(photo, maps, found, settings.visibility)
    visible = replace(roots, scores=roots.scores * visibility(contrast, settings.visibility))
    scores = _scores_beside_others(visible, paths, settings, maps.um_per_px)
    judged = judge_candidates(gather_evidence(maps, found, contrast, settings.evidence))
    doubt = settings.judge_weight * np.minimum(judged - settings.judge_doubt, 0)
    doubted = np.log(scores / settings.usual_score) + doubt
    believed = judged[doubted > 0]
    decides = np.clip(np.median(believed) - settings.judge_home, 0, 1) if believed.size else 0.0
    told = (1 - decides) * doubted + decides * (judged - settings.judge_usual)
    return np.asarray((1 - decides + decides * settings.judge_weight) * told, np.float32)


def _scores_beside_others(
    roots: Roots, paths: tuple[Array, ...], settings: TraceSettings, um_per_px: float
) -> NDArray[np.float64]:
    """Return the scores of all candidates, each lowered by the bodies of the stronger ones."""
    scores = roots.scores.astype(float)
    waiting = scores >= settings.min_score
    reach_px = 3 * max(settings.shadow_width_um, settings.shadow_behind_um) / um_per_px
    while waiting.any():
        best = int(np.where(waiting, scores, -1).argmax())
        waiting[best] = False
        others = np.nonzero(waiting & _near(roots.points, paths[best], reach_px))[0]
        scores[others] *= 1 - _shadow(roots.take(others), paths[best], settings, um_per_px)
        waiting &= scores >= settings.min_score
    return np.where(scores < settings.min_score, settings.min_score / 4, scores)


def _near(points: Array, path: Array, reach_px: float) -> NDArray[np.bool_]:
    """Say which points lie in the box around a path, wider by `reach_px`."""
    return np.asarray(
        ((points > path.min(axis=0) - reach_px) & (points < path.max(axis=0) + reach_px)).all(axis=1)
    )


def _shadow(others: Roots, path: Array, settings: TraceSettings, um_per_px: float) -> NDArray[np.float64]:
    """Return for each candidate, 0-1, how much the body of a strand keeps it down."""
    steps = np.diff(path, axis=0)
    lengths = np.linalg.norm(steps, axis=1).clip(1e-6)
    along = np.concatenate([[0], np.cumsum(lengths)])
    tangents = np.concatenate([steps, steps[-1:]]) / np.append(lengths, lengths[-1])[:, None]
    gaps = others.points[:, None] - path
    nearest = (gaps**2).sum(axis=2).argmin(axis=1)
    gap, tangent = np.take_along_axis(gaps, nearest[:, None, None], axis=1)[:, 0], tangents[nearest]
    ahead_um = (along[nearest] + (gap * tangent).sum(axis=1)) * um_per_px
    aside_um = (gap[:, 0] * tangent[:, 1] - gap[:, 1] * tangent[:, 0]) * um_per_px
    fade_um = np.where(ahead_um > 0, settings.shadow_ahead_um, settings.shadow_behind_um)
    parallel = (others.directions * tangent).sum(axis=1) ** 4
    on_body = (ahead_um > 0) & (ahead_um < along[-1] * um_per_px)
    fading = np.exp(-0.5 * (ahead_um / fade_um) ** 2)
    lasting = np.where(on_body, settings.shadow_of_parallel * parallel, 0)
    return np.asarray(np.exp(-0.5 * (aside_um / settings.shadow_width_um) ** 2) * np.maximum(fading, lasting))


def _strand(path_px: Array, diameter_px: Estimate, odds: float, photo: Photo, edge_px: float) -> Strand:
    """Put one strand together; `odds` is its score in even chances."""
    path_px.flags.writeable = False
    x, y = path_px[-1]
    to_edge = min(x, y, photo.width_px - 1 - x, photo.height_px - 1 - y)
    return Strand(path_px, diameter_px, bool(to_edge <= edge_px), odds / (1 + odds))
