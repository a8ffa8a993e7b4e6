"""Scores of single photos become scores of many: hits pooled, errors a photo averaged, thirds by density."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from hairdensity.annotation import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.evaluate.score import KindCount, PhotoScore

STRATUM_COUNT = 3
_COUNTS = ("hit_count", "found_count", "known_count")


@dataclass(frozen=True, slots=True)
class Stratum:
    """Scores of the photos of one range of known density."""

    density_low_per_cm2: float
    density_high_per_cm2: float
    photos: int
    f1: float
    count_error: float
    bias: float


@dataclass(frozen=True, slots=True)
class KindScore:
    """What became of the known hairs of one kind in all photos.

    `unit_agreement` is the share of the hairs found that are alone in their unit or not, as annotated; None
    for a kind of which that is not known, or of which none was found.
    """

    kind: Kind
    known_count: int
    recall: float
    unit_agreement: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of many photos, hits pooled.

    `count_error` is the mean over photos of the absolute relative error, `bias` is found minus known over
    known, all photos together. A value that nothing is known about is None.
    """

    photos: int
    refused: int
    f1: float
    precision: float
    recall: float
    count_error: float
    bias: float
    by_density: tuple[Stratum, ...]
    root_um_median: float | None
    diameter_bias_um: float | None
    direction_deg_median: float | None
    by_kind: tuple[KindScore, ...]


def evaluate(scores: Sequence[PhotoScore]) -> Evaluation:
    """Pool the scores of many photos.

    Raises
    ------
    ValueError
        When there is no score.
    """
    if not scores:
        message = "no scores to pool"
        raise ValueError(message)
    hits, found, known = (sum(getattr(one, name) for one in scores) for name in _COUNTS)
    return Evaluation(
        photos=len(scores),
        refused=sum(one.refused for one in scores),
        f1=_f1(scores),
        precision=hits / found if found else 1.0,
        recall=hits / known if known else 1.0,
        count_error=_count_error(scores),
        bias=_bias(scores),
        by_density=_strata(scores),
        root_um_median=_median([one for score in scores for one in score.root_distances_um]),
        diameter_bias_um=_mean([one for score in scores for one in score.diameter_errors_um]),
        direction_deg_median=_median([one for score in scores for one in score.direction_errors_deg]),
        by_kind=_kinds(scores),
    )


def _kinds(scores: Sequence[PhotoScore]) -> tuple[KindScore, ...]:
    """Pool the kinds of hair; of one that no scored hair is of nothing is said."""
    counts = [one for score in scores for one in score.by_kind if one.known_count]
    of_kind = {kind: [one for one in counts if one.kind == kind] for kind in get_args(Kind)}
    return tuple(_kind(kind, some) for kind, some in of_kind.items() if some)


def _kind(kind: Kind, counts: Sequence[KindCount]) -> KindScore:
    hits, known = sum(one.hit_count for one in counts), sum(one.known_count for one in counts)
    alone = sum(one.alone_count for one in counts)
    agreeing = {"lone": alone, "several": hits - alone}.get(kind)
    return KindScore(kind, known, hits / known, None if agreeing is None or not hits else agreeing / hits)


def _strata(scores: Sequence[PhotoScore]) -> tuple[Stratum, ...]:
    """Cut the photos, sorted by known density, into equal parts."""
    ordered = sorted(scores, key=lambda one: (one.known_density_per_cm2, one.name))
    parts = [list(part) for part in np.array_split(np.arange(len(ordered)), STRATUM_COUNT) if len(part)]
    return tuple(_stratum([ordered[index] for index in part]) for part in parts)


def _stratum(scores: Sequence[PhotoScore]) -> Stratum:
    return Stratum(
        density_low_per_cm2=scores[0].known_density_per_cm2,
        density_high_per_cm2=scores[-1].known_density_per_cm2,
        photos=len(scores),
        f1=_f1(scores),
        count_error=_count_error(scores),
        bias=_bias(scores),
    )


def _f1(scores: Sequence[PhotoScore]) -> float:
    total = sum(one.found_count + one.known_count for one in scores)
    return 2 * sum(one.hit_count for one in scores) / total if total else 1.0


def _count_error(scores: Sequence[PhotoScore]) -> float:
    return sum(abs(one.count_error) for one in scores) / len(scores)


def _bias(scores: Sequence[PhotoScore]) -> float:
    known = sum(one.known_count for one in scores)
    return (sum(one.found_count for one in scores) - known) / max(known, 1)


def _median(numbers: Sequence[float]) -> float | None:
    return float(np.median(numbers)) if numbers else None


def _mean(numbers: Sequence[float]) -> float | None:
    return float(np.mean(numbers)) if numbers else None
