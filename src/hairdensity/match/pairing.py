"""Hairs are paired one to one by their roots; what stays alone is looked for in the other photo's pixels.

Detection misses hairs that are plainly there, so a hair found in one photo alone is lost or gained only when
the other photo's pixels do not show it at its mapped root.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from hairdensity.align.homography import inverse
from hairdensity.match.alone import compare_visibility, judge_alone
from hairdensity.match.lines import explain, see_surface
from hairdensity.match.model import HairPair
from hairdensity.match.paths import diameter_gap, follow_hairs, path_gap_um, root_gap_um, turn_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.align import Alignment
    from hairdensity.match.alone import Presence
    from hairdensity.match.model import MatchSettings, PairState
    from hairdensity.match.paths import Paths
    from hairdensity.pipeline import Analysis

Couples = list[tuple[int, int]]
"""Indices of the same hair in the before and in the after photo."""


def match_hairs(
    before: Analysis, after: Analysis, alignment: Alignment, settings: MatchSettings
) -> tuple[HairPair, ...]:
    """Match the hairs whose roots lie in the shared field, one to one.

    Parameters
    ----------
    before, after
        The analysed photos; all their hairs take part, those of the shared field are returned.
    alignment
        How the photos lie on each other.
    settings
        When two hairs are the same.

    Returns
    -------
    tuple of HairPair
        In the order of the before ids, those without one last.

    Raises
    ------
    ValueError
        When the photos are not aligned.
    """
    if alignment.before_to_after is None or alignment.before_shared_field is None:
        message = "hairs of photos that are not aligned cannot be matched"
        raise ValueError(message)
    mapping, shared = alignment.before_to_after, alignment.before_shared_field
    settings = _widened(settings, (alignment.residual_px or 0.0) * after.working_um_per_px)
    earlier, later = follow_hairs(before, mapping), follow_hairs(after, inverse(mapping))
    cost_um = _root_cost_um(earlier, later, after.working_um_per_px, settings)
    couples = _couple(earlier, later, cost_um, after.working_um_per_px, settings)
    alone = _judge_alone((before, after), (earlier, later), couples, settings)
    couples += _reconcile(alone, cost_um, settings)
    kept = [HairPair(one, other, "kept") for one, other in couples]
    taken = [{couple[side] for couple in couples} for side in (0, 1)]
    alone = [pair for pair in alone if pair.before_id not in taken[0] and pair.after_id not in taken[1]]
    pairs = sorted([*kept, *alone], key=_order)
    places_px = np.array([_place_px(pair, earlier, later) for pair in pairs]).reshape(-1, 2)
    return tuple(pair for pair, inside in zip(pairs, shared.contains(places_px), strict=True) if inside)


def _widened(settings: MatchSettings, residual_um: float) -> MatchSettings:
    """Return the settings for a mapping that misses by `residual_um`."""
    return replace(
        settings,
        root_tolerance_um=settings.root_tolerance_um + residual_um,
        line_offset_um=float(np.hypot(settings.line_offset_um, residual_um)),
    )


def _root_cost_um(
    earlier: Paths, later: Paths, um_per_px: float, settings: MatchSettings
) -> NDArray[np.float64]:
    """Return how unlike one hair each pair is: the distance of the roots, and what it is worth to differ."""
    gaps_um = root_gap_um(earlier.there_px, later.here_px, um_per_px, settings.beside_weight)
    turns_um = settings.turn_cost_um * turn_between(earlier.there_px, later.here_px)
    return (
        gaps_um
        + turns_um
        + settings.diameter_cost_um * diameter_gap(earlier.diameters_um, later.diameters_um)
    )


def _couple(
    earlier: Paths, later: Paths, cost_um: NDArray[np.float64], um_per_px: float, settings: MatchSettings
) -> Couples:
    """Pair by root and direction; then, of what is left, hairs that lie on each other."""
    couples = _assign(cost_um, settings.root_tolerance_um)
    by_path = path_gap_um(earlier.there_px, later.here_px, um_per_px)
    for one, other in couples:
        by_path[one, :] = by_path[:, other] = np.inf
    return couples + _assign(by_path, settings.path_tolerance_um)


def _reconcile(alone: list[HairPair], cost_um: NDArray[np.float64], settings: MatchSettings) -> Couples:
    """Pair what seems lost with what seems gained beside it: one hair, its root found a little elsewhere."""
    gone = [pair for pair in alone if pair.state != "kept"]
    befores = [pair.before_id for pair in gone if pair.before_id is not None]
    afters = [pair.after_id for pair in gone if pair.after_id is not None]
    found = _assign(cost_um[np.ix_(befores, afters)], settings.reconciled_um)
    return [(befores[row], afters[column]) for row, column in found]


def _assign(cost_um: NDArray[np.float64], limit_um: float) -> Couples:
    """Return the one-to-one pairs of least total cost; a pair beyond the limit costs as much as none."""
    capped = np.minimum(cost_um, limit_um)
    rows, columns = linear_sum_assignment(capped)
    chosen = capped[rows, columns] < limit_um
    return [(int(row), int(column)) for row, column in zip(rows[chosen], columns[chosen], strict=True)]


def _judge_alone(
    analyses: tuple[Analysis, Analysis],
    paths: tuple[Paths, Paths],
    couples: Couples,
    settings: MatchSettings,
) -> list[HairPair]:
    """Return the hairs found in one photo alone, each with its state."""
    known = [[couple[side] for couple in couples] for side in (0, 1)]
    bare = [see_surface(one, settings) for one in analyses]
    visibility = compare_visibility(paths[0].only(known[0]), bare[0], bare[1], settings)
    earlier, later = (
        explain(surface, (analysis.hairs[one] for one in ids), settings)
        for surface, analysis, ids in zip(bare, analyses, known, strict=True)
    )
    alone = [_surest_first(analysis, ids) for analysis, ids in zip(analyses, known, strict=True)]
    lost = judge_alone(paths[0].only(alone[0]), earlier, later, visibility, settings)
    gained = judge_alone(paths[1].only(alone[1]), later, earlier, 1 / visibility, settings)
    return [
        *(HairPair(one, None, _state(seen, "lost")) for one, seen in zip(alone[0], lost, strict=True)),
        *(HairPair(None, one, _state(seen, "gained")) for one, seen in zip(alone[1], gained, strict=True)),
    ]


def _surest_first(analysis: Analysis, paired: list[int]) -> list[int]:
    """Return the ids of the hairs that are not paired."""
    others = set(range(len(analysis.hairs))).difference(paired)
    return sorted(others, key=lambda one: (-analysis.hairs[one].confidence, one))


def _state(seen: Presence, gone: Literal["lost", "gained"]) -> PairState:
    if seen == "gone":
        return gone
    return "kept" if seen == "there" else "unsure"


def _order(pair: HairPair) -> tuple[bool, int, int]:
    return pair.before_id is None, pair.before_id or 0, pair.after_id or 0


def _place_px(pair: HairPair, earlier: Paths, later: Paths) -> NDArray[np.float64]:
    """Return the root in px of the before photo, the mean of both photos' where both show it."""
    places = []
    if pair.before_id is not None:
        places.append(earlier.here_px[pair.before_id, 0])
    if pair.after_id is not None:
        places.append(later.there_px[pair.after_id, 0])
    return np.asarray(np.mean(places, axis=0), dtype=np.float64)
