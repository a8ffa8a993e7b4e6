"""A batch becomes what a plan needs of it: spread of the change, density, field, noise of measuring."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError
from hairdensity.estimate import NORMAL_95
from hairdensity.study.statistics.describe import summarize
from hairdensity.study.statistics.design import Course, StudySettings, design_study
from hairdensity.study.statistics.planner import Floor

if TYPE_CHECKING:
    from hairdensity.study.statistics.changes import Change
    from hairdensity.study.statistics.describe import Sample
    from hairdensity.study.statistics.inputs import Batch, PairRow

QUANTITY = "hair_density_per_cm2"


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a pilot tells.

    Attributes
    ----------
    sd
        Standard deviation of the change at the last visit over the subjects of an arm, in hairs per cm².
    density_per_cm2
        Mean density at baseline.
    area_cm2
        Mean field that the changes were seen in; None when not known.
    floor
        The noise of measuring that the intervals of its pairs state; None where there are none.
    """

    sd: float
    density_per_cm2: float
    area_cm2: float | None
    floor: Floor | None


def read_pilot(batch: Batch) -> Pilot:
    """Return what a batch tells of spread, density, field and noise.

    Raises
    ------
    UsageError
        When no arm has two subjects whose changes differ.
    """
    course = design_study(batch, (), StudySettings())
    known = [
        one for one in course.changes_of(QUANTITY) if one.difference is not None and one.before is not None
    ]
    last = [one for one in known if one.visit == course.visits[-1]]
    spread = [(one.n - 1, one.sd**2) for one in _samples(last) if one.sd is not None]
    if not spread or not any(variance for _, variance in spread):
        message = (
            f"{batch.name}: the pilot has no two subjects of one arm with a change of density; give --sd"
        )
        raise UsageError(message)
    return Pilot(
        sd=math.sqrt(sum(df * one for df, one in spread) / sum(df for df, _ in spread)),
        density_per_cm2=fmean(one.before for one in last if one.before is not None),
        area_cm2=_area_cm2(batch, course),
        floor=_floor(batch.pairs) if course.change_from == "pairs" else None,
    )


def _samples(changes: list[Change]) -> list[Sample]:
    by_arm: dict[str, list[float]] = {}
    for one in changes:
        if one.difference is not None:
            by_arm.setdefault(one.arm, []).append(one.difference)
    return [summarize(one) for one in by_arm.values()]


def _area_cm2(batch: Batch, course: Course) -> float | None:
    seen = batch.pairs if course.change_from == "pairs" else course.photos
    areas = [one.area_cm2 for one in seen if one.area_cm2]
    return fmean(areas) if areas else None


def _floor(pairs: tuple[PairRow, ...]) -> Floor | None:
    """Return the noise that the intervals of pairs state: the variance of the change of the count, a hair."""
    found = []
    for pair in pairs:
        change = pair.changes.get(QUANTITY)
        if change and pair.area_cm2 and change.before and change.low is not None and change.high is not None:
            count_sd = (change.high - change.low) / (2 * NORMAL_95) * pair.area_cm2
            found.append(count_sd**2 / (change.before * pair.area_cm2))
    if not found or not fmean(found):
        return None
    return Floor(variance_per_hair=fmean(found), source=f"the intervals of the pilot's {len(found)} pairs")
