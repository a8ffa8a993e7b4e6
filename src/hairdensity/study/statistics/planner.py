"""An effect and its spread become a plan: how many subjects, how large a field, with what power."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from scipy import optimize, stats

from hairdensity.compare.model import ChangeSettings
from hairdensity.errors import UsageError
from hairdensity.estimate import NORMAL_95

if TYPE_CHECKING:
    from collections.abc import Callable

Design = Literal["before-after", "split-head", "parallel"]
DESIGNS: tuple[Design, ...] = ("before-after", "split-head", "parallel")
FOLLOWED_VARIANCE_PER_HAIR = 0.03
"""An unchanged hair was called lost or gained with a chance of 0.015 each, on relit and drawn revisits."""
MOST_SUBJECTS = 1_000_000
LARGEST_FIELD_CM2 = 10.0
FIELD_STEP_CM2 = 0.05
SHOWN_FIELDS_CM2 = (0.25, 0.5, 1.0, 2.0, 4.0)
ONE_SIDED_NONCENTRALITY = 5.0
"""From here on no test errs to the other side, and the noncentral t distribution there is not computable."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Noise of the change of hair density in unchanged skin, and where it comes from.

    Attributes
    ----------
    variance_per_hair
        Where hairs are followed from photo to photo: variance of the change of the count for each hair.
    cv
        Coefficient of variation of counting a field of `cv_area_cm2` again, hairs not being followed; then
        the noise of a change is sqrt(2) times it, and shrinks with the root of the field's area.
    source
        Where it comes from, in words.
    """

    variance_per_hair: float = FOLLOWED_VARIANCE_PER_HAIR
    cv: float | None = None
    cv_area_cm2: float = 1.0
    source: str = "built-in, hairs followed from photo to photo, measured in fields of about 50 hairs"

    def sd(self, density_per_cm2: float, area_cm2: float) -> float:
        """Return the standard deviation of the change of one unchanged field, in hairs per cm²."""
        if self.cv is not None:
            return math.sqrt(2 * self.cv_area_cm2 / area_cm2) * self.cv * density_per_cm2
        return math.sqrt(self.variance_per_hair * density_per_cm2 / area_cm2)

    def half_width(self, density_per_cm2: float, area_cm2: float) -> float:
        """Return the smallest change of one field that stands out (95 %), in hairs/cm²; at least one hair."""
        return max(NORMAL_95 * self.sd(density_per_cm2, area_cm2), 1 / area_cm2)

    def least_area_cm2(self, density_per_cm2: float) -> float:
        """Return the smallest field for which the noise is known: as many hairs as it was measured with."""
        return 0.0 if self.cv is not None else ChangeSettings().usual_hair_count / density_per_cm2


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """What a trial is planned for.

    Attributes
    ----------
    effect, sd
        Mean change to be shown (between arms, or within subjects) and the standard deviation of the change
        over subjects, in hairs per cm².
    sd_area_cm2
        Field in which that spread was seen: its measuring noise is taken off before that of the planned field
        is put on. None when the spread is that of the subjects alone.
    power, alpha
        Chance to find the effect when it is there, and to find one when there is none (two-sided).
    comparisons
        Number of tests that share alpha (Bonferroni).
    dropout
        Share of subjects that will not finish.
    density_per_cm2
        Hair density at baseline.
    side_correlation
        Correlation of the changes of both sides of one head.
    area_cm2
        Field that will be photographed; None to be told.
    """

    effect: float
    sd: float
    sd_area_cm2: float | None = None
    power: float = 0.80
    alpha: float = 0.05
    comparisons: int = 1
    dropout: float = 0.0
    density_per_cm2: float = 150.0
    side_correlation: float = 0.5
    area_cm2: float | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """Subjects of one design: per arm to analyse and to enrol, in all, and the power that they give."""

    design: Design
    sd: float
    analysed: int
    enrolled: int
    total: int
    power: float


@dataclass(frozen=True, slots=True)
class FieldOption:
    """A size of field: hairs in it, the smallest change of one subject that stands out, subjects per arm."""

    area_cm2: float
    hair_count: int
    detectable_per_cm2: float
    noise_sd_per_cm2: float
    subjects: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: the field it counts on, subjects of every design, and what other fields would ask.

    Attributes
    ----------
    trial_area_cm2
        Smallest field whose noise adds at most a tenth to the subjects of any design; None beyond 10 cm².
    single_area_cm2
        Smallest field in which the effect stands out in one subject alone; None beyond 10 cm².
    """

    settings: PlanSettings
    floor: Floor
    area_cm2: float
    arms: tuple[Arm, ...]
    trial_area_cm2: float | None
    single_area_cm2: float | None
    fields: tuple[FieldOption, ...]


def plan_trial(settings: PlanSettings, floor: Floor, designs: tuple[Design, ...] = DESIGNS) -> Plan:
    """Return subjects and field for an effect.

    Raises
    ------
    UsageError
        When more than a million subjects would be needed.
    """
    own_sd = subject_sd(settings, floor)
    least = floor.least_area_cm2(settings.density_per_cm2)
    trial_area = _smallest_field(least, lambda area: _noise_share(settings, floor, own_sd, area) <= 0.1)  # noqa: PLR2004
    area = settings.area_cm2 or trial_area or LARGEST_FIELD_CM2
    return Plan(
        settings=settings,
        floor=floor,
        area_cm2=area,
        arms=tuple(_arm(design, settings, _total_sd(settings, floor, own_sd, area)) for design in designs),
        trial_area_cm2=trial_area,
        single_area_cm2=_smallest_field(
            least, lambda tried: floor.half_width(settings.density_per_cm2, tried) < abs(settings.effect)
        ),
        fields=tuple(_field(settings, floor, own_sd, designs, tried) for tried in SHOWN_FIELDS_CM2),
    )


def subject_sd(settings: PlanSettings, floor: Floor) -> float:
    """Return the spread of the change over subjects without measuring noise, in hairs per cm²."""
    if settings.sd_area_cm2 is None:
        return settings.sd
    noise = floor.sd(settings.density_per_cm2, settings.sd_area_cm2)
    return math.sqrt(max(settings.sd**2 - noise**2, (0.1 * settings.sd) ** 2))


def subjects_needed(effect: float, sd: float, settings: PlanSettings, design: Design) -> int:
    """Return how many subjects (per arm of a parallel design) the t test needs for its power.

    Parameters
    ----------
    effect, sd
        Mean difference and the standard deviation of what is tested: of the change, or within a split head of
        the difference between both sides.
    settings
        Power, alpha and number of comparisons.
    design
        `parallel` compares two arms of different subjects; the others test one difference a subject.

    Examples
    --------
    >>> subjects_needed(0.5, 1.0, PlanSettings(0.5, 1.0), "parallel")  # Cohen 1992
    64
    """
    low, high = 2, 2
    while achieved_power(high, effect, sd, settings, design) < settings.power:
        low, high = high, 2 * high
        if high > MOST_SUBJECTS:
            message = (
                f"an effect of {effect:g} with a spread of {sd:g} needs more than {MOST_SUBJECTS} subjects;"
                " plan for a larger effect"
            )
            raise UsageError(message)
    while low < high:
        middle = (low + high) // 2
        if achieved_power(middle, effect, sd, settings, design) < settings.power:
            low = middle + 1
        else:
            high = middle
    return high


def achieved_power(n: int, effect: float, sd: float, settings: PlanSettings, design: Design) -> float:
    """Return the power of the two-sided t test with n subjects (per arm), exact by the noncentral t."""
    parallel = design == "parallel"
    df = 2 * n - 2 if parallel else n - 1
    shift = abs(effect) / sd * math.sqrt(n / 2 if parallel else n)
    limit = float(stats.t.ppf(1 - settings.alpha / settings.comparisons / 2, df))
    other_side = float(stats.nct.cdf(-limit, df, shift)) if shift < ONE_SIDED_NONCENTRALITY else 0.0
    return float(stats.nct.sf(limit, df, shift)) + other_side


def detectable_effect(subjects: int, settings: PlanSettings, floor: Floor, design: Design) -> float:
    """Return the effect, in hairs per cm², that so many analysed subjects (per arm) show with that power."""
    own_sd = subject_sd(settings, floor)
    area = settings.area_cm2 or 1.0
    sd = _tested_sd(design, settings, _total_sd(settings, floor, own_sd, area))
    return float(
        optimize.brentq(
            lambda effect: achieved_power(subjects, effect, sd, settings, design) - settings.power,
            1e-6 * sd, 1e4 * sd,
        )
    )  # fmt: skip


def _arm(design: Design, settings: PlanSettings, total_sd: float) -> Arm:
    sd = _tested_sd(design, settings, total_sd)
    analysed = subjects_needed(settings.effect, sd, settings, design)
    enrolled = math.ceil(analysed / (1 - settings.dropout) - 1e-9)
    power = achieved_power(analysed, settings.effect, sd, settings, design)
    return Arm(design, sd, analysed, enrolled, enrolled * (2 if design == "parallel" else 1), power)


def _tested_sd(design: Design, settings: PlanSettings, total_sd: float) -> float:
    """Return the spread of what is tested; of a split head that of the difference between both sides."""
    if design != "split-head":
        return total_sd
    return total_sd * math.sqrt(2 * (1 - settings.side_correlation))


def _total_sd(settings: PlanSettings, floor: Floor, own_sd: float, area_cm2: float) -> float:
    return math.hypot(own_sd, floor.sd(settings.density_per_cm2, area_cm2))


def _noise_share(settings: PlanSettings, floor: Floor, own_sd: float, area_cm2: float) -> float:
    """Return by which share measuring noise adds to the variance, and so to the subjects."""
    return (floor.sd(settings.density_per_cm2, area_cm2) / own_sd) ** 2


def _field(
    settings: PlanSettings, floor: Floor, own_sd: float, designs: tuple[Design, ...], area_cm2: float
) -> FieldOption:
    total_sd = _total_sd(settings, floor, own_sd, area_cm2)
    there = replace(settings, area_cm2=area_cm2)
    return FieldOption(
        area_cm2=area_cm2,
        hair_count=round(settings.density_per_cm2 * area_cm2),
        detectable_per_cm2=floor.half_width(settings.density_per_cm2, area_cm2),
        noise_sd_per_cm2=floor.sd(settings.density_per_cm2, area_cm2),
        subjects=tuple(_arm(design, there, total_sd).enrolled for design in designs),
    )


def _smallest_field(least_cm2: float, suffices: Callable[[float], bool]) -> float | None:
    """Return the smallest field, in steps of 0.05 cm², from which on all larger ones suffice."""
    best = None
    for step in range(round(LARGEST_FIELD_CM2 / FIELD_STEP_CM2), 0, -1):
        area = step * FIELD_STEP_CM2
        if area < least_cm2 or not suffices(area):
            break
        best = round(area, 2)
    return best
