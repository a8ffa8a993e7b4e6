"""A hair found in one photo alone is kept, gone or unsure, by what the finder's maps of both photos hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from hairdensity.hairs.segment import segment_hairs
from hairdensity.hairs.trace import trace_strands
from hairdensity.match.chance import change_chances, no_hair_chances, shipped_chance_model
from hairdensity.match.evidence import FEATURES, Sight, gather_evidence
from hairdensity.match.model import HairPair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.match.model import MatchSettings, PairState
    from hairdensity.match.paths import Paths
    from hairdensity.pipeline import Analysis

EVEN_LOGIT = 1e-6
"""A hair is doubted that is no likelier than not: the finder keeps none such, a person may mark one."""
SEEN = 1.0
"""Confidence of a hair that a person drew."""
SIDES: tuple[tuple[int, Literal["lost", "gained"]], ...] = ((0, "lost"), (1, "gained"))
Couples = list[tuple[int, int]]
"""Indices of the same hair in the before and in the after photo."""


def judge_alone(
    analyses: tuple[Analysis, Analysis],
    paths: tuple[Paths, Paths],
    found: tuple[Couples, tuple[NDArray[np.bool_], NDArray[np.bool_]]],
    settings: MatchSettings,
) -> list[HairPair]:
    """Return the hairs found in one photo alone, each with its state and its chances of a change, of no hair.

    `found` holds the hairs found in both, and of each hair of either photo whether both show its place.
    """
    couples, is_shared = found
    ids = alone_ids(analyses, couples)
    evidence = alone_evidence(analyses, paths, couples, settings)
    lost, gained = (
        _chances_and_states(
            evidence[side],
            (is_shared[side][ids[side]], paths[side].only(ids[side]).confidences),
            gone,
            settings,
        )
        for side, gone in SIDES
    )
    return [
        *(HairPair(one, None, *told) for one, told in zip(ids[0], lost, strict=True)),
        *(HairPair(None, one, *told) for one, told in zip(ids[1], gained, strict=True)),
    ]


def _chances_and_states(
    evidence: NDArray[np.float64],
    known: tuple[NDArray[np.bool_], NDArray[np.float64]],
    gone: Literal["lost", "gained"],
    settings: MatchSettings,
) -> list[tuple[PairState, float, float]]:
    """Return state, chance of a change and of no hair; `known` is what both photos show, and confidences."""
    is_shared, confidences = known
    changed = _chances(evidence, is_shared, confidences, settings)
    no_hair = (1 - changed) * no_hair_chances(shipped_chance_model("no_hair"), evidence)
    no_hair[confidences >= SEEN] = 0.0
    return [
        (_state(one, none, gone, settings), one, none)
        for one, none in zip(changed.tolist(), no_hair.tolist(), strict=True)
    ]


def _chances(
    evidence: NDArray[np.float64],
    is_shared: NDArray[np.bool_],
    confidences: NDArray[np.float64],
    settings: MatchSettings,
) -> NDArray[np.float64]:
    """Return the chances of a change; at most unsure is what may be a surer hair read twice, or no hair."""
    chances = change_chances(shipped_chance_model("change"), evidence, is_shared, settings.usual_share_hairs)
    is_doubled = evidence[:, FEATURES.index("own_apart")] < settings.min_apart_fraction
    is_doubled &= confidences <= settings.doubled_confidence
    is_doubted = evidence[:, FEATURES.index("confidence")] <= EVEN_LOGIT
    unsure = (settings.kept_chance + settings.gone_chance) / 2
    return np.where(is_doubled | is_doubted, np.minimum(chances, unsure), chances)


def alone_ids(analyses: tuple[Analysis, Analysis], couples: Couples) -> tuple[list[int], list[int]]:
    """Return the ids of the hairs of each photo that have no partner, the surest first."""
    before, after = (
        _surest_first(analysis, {couple[side] for couple in couples})
        for side, analysis in enumerate(analyses)
    )
    return before, after


def alone_evidence(
    analyses: tuple[Analysis, Analysis],
    paths: tuple[Paths, Paths],
    couples: Couples,
    settings: MatchSettings,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the evidence on the hairs of `alone_ids`, one array a photo."""
    sights = [_sight(analysis) for analysis in analyses]
    paired = [one.only([couple[side] for couple in couples]) for side, one in enumerate(paths)]
    ids = alone_ids(analyses, couples)
    before, after = (
        gather_evidence(
            paths[own].only(ids[own]),
            (paired[own], paired[other]),
            (sights[own], sights[other]),
            settings,
        )
        for own, other in ((0, 1), (1, 0))
    )
    return before, after


def _sight(analysis: Analysis) -> Sight:
    """Return what the finder saw; it looks again where that was not kept."""
    maps, doubted = analysis.maps, analysis.doubted
    if maps is None or doubted is None:
        maps = segment_hairs(analysis.photo, analysis.working_um_per_px, analysis.settings.segment)
        doubted = trace_strands(analysis.photo, maps, analysis.settings.trace).doubted
    return Sight(maps, doubted, analysis.working_um_per_px)


def _surest_first(analysis: Analysis, paired: set[int]) -> list[int]:
    others = set(range(len(analysis.hairs))).difference(paired)
    return sorted(others, key=lambda one: (-analysis.hairs[one].confidence, one))


def _state(
    changed: float, no_hair: float, gone: Literal["lost", "gained"], settings: MatchSettings
) -> PairState:
    if changed >= settings.gone_chance:
        return gone
    is_kept = changed <= settings.kept_chance and no_hair < settings.no_hair_chance
    return "kept" if is_kept else "unsure"
