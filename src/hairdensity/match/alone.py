"""A hair found in one photo alone is kept, gone or unsure, by what the finder's maps of both photos hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from hairdensity.hairs.segment import segment_hairs
from hairdensity.match.chance import change_chance
from hairdensity.match.evidence import FEATURES, gather_evidence
from hairdensity.match.model import HairPair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.segment import HairMaps
    from hairdensity.match.model import MatchSettings, PairState
    from hairdensity.match.paths import Paths
    from hairdensity.pipeline import Analysis

EVEN_LOGIT = 1e-6
"""A hair is doubted that is no likelier than not: the finder keeps none such, a person may mark one."""
Couples = list[tuple[int, int]]
"""Indices of the same hair in the before and in the after photo."""


def judge_alone(
    analyses: tuple[Analysis, Analysis],
    paths: tuple[Paths, Paths],
    couples: Couples,
    settings: MatchSettings,
) -> list[HairPair]:
    """Return the hairs found in one photo alone, each with its state and its chance of being a change."""
    ids = alone_ids(analyses, couples)
    lost, gained = (_chances(one, settings) for one in alone_evidence(analyses, paths, couples, settings))
    return [
        *(
            HairPair(one, None, _state(chance, "lost", settings), chance)
            for one, chance in zip(ids[0], lost.tolist(), strict=True)
        ),
        *(
            HairPair(None, one, _state(chance, "gained", settings), chance)
            for one, chance in zip(ids[1], gained.tolist(), strict=True)
        ),
    ]


def _chances(evidence: NDArray[np.float64], settings: MatchSettings) -> NDArray[np.float64]:
    """Return the chances of a change; at most unsure is what may be another hair, read twice, or none."""
    chances = change_chance(evidence)
    is_doubled = evidence[:, FEATURES.index("own_free")] < settings.min_own_fraction
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
    maps = [_maps_of(analysis) for analysis in analyses]
    um_per_px = [analysis.working_um_per_px for analysis in analyses]
    paired = [one.only([couple[side] for couple in couples]) for side, one in enumerate(paths)]
    ids = alone_ids(analyses, couples)
    before, after = (
        gather_evidence(
            paths[own].only(ids[own]),
            (paired[own], paired[other]),
            (maps[own], maps[other]),
            (um_per_px[own], um_per_px[other]),
            settings,
        )
        for own, other in ((0, 1), (1, 0))
    )
    return before, after


def _maps_of(analysis: Analysis) -> HairMaps:
    """Return what the finder saw; it looks again where that was not kept."""
    if analysis.maps is not None:
        return analysis.maps
    return segment_hairs(analysis.photo, analysis.working_um_per_px, analysis.settings.segment)


def _surest_first(analysis: Analysis, paired: set[int]) -> list[int]:
    others = set(range(len(analysis.hairs))).difference(paired)
    return sorted(others, key=lambda one: (-analysis.hairs[one].confidence, one))


def _state(chance: float, gone: Literal["lost", "gained"], settings: MatchSettings) -> PairState:
    if chance >= settings.gone_chance:
        return gone
    return "kept" if chance <= settings.kept_chance else "unsure"
