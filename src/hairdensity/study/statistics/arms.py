"""Changes of several arms become differences between arms: adjusted, plain, or within subjects."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from hairdensity.study.statistics.describe import holm, paired_test, student_quantile, summarize
from hairdensity.study.statistics.extra import load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Method = Literal["ancova", "change", "within-subject", "mixed-model"]
MIN_PER_ARM = 2


@dataclass(frozen=True, slots=True)
class ArmDifference:
    """How much more an arm changed than the control, in the quantity's unit, with its 95 % interval.

    Attributes
    ----------
    method
        `ancova`: adjusted for the baseline value; `change`: plain difference of mean changes (Welch 1947);
        `within-subject`: both arms in each subject; `mixed-model`: out of the model over all visits.
    n_arm, n_control
        Subjects in either arm; the same subjects for `within-subject`.
    p_holm
        p adjusted for the number of arms compared with the control at this visit by this method.
    rank_p
        p of the rank test that goes with it: Wilcoxon within subjects, Mann-Whitney between arms.
    """

    visit: str
    arm: str
    control: str
    method: Method
    n_arm: int
    n_control: int
    difference: float
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None = None
    rank_p: float | None = None


@dataclass(frozen=True, slots=True)
class Ancova:
    """Analysis of covariance: `outcome = arm + slope * baseline`.

    Attributes
    ----------
    arms
        Names, the control first; `effects` belongs to those after the first.
    effects, effect_sds
        Adjusted differences from the control and their standard errors.
    arms_p
        F test that all arms are alike.
    slopes_p
        F test that the arms share one slope; a small value means that the difference depends on the baseline.
    """

    arms: tuple[str, ...]
    intercept: float
    effects: tuple[float, ...]
    effect_sds: tuple[float, ...]
    effect_ps: tuple[float, ...]
    slope: float
    slope_sd: float
    df: int
    arms_p: float
    slopes_p: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """What is known of one arm at one visit: subjects, their baseline values and their changes."""

    arm: str
    subjects: tuple[str, ...]
    baselines: tuple[float | None, ...]
    changes: tuple[float, ...]

    @property
    def has_baselines(self) -> bool:
        """Whether every baseline value is known."""
        return all(one is not None for one in self.baselines)


def fit_ancova(
    outcome: Sequence[float], baseline: Sequence[float], arm: Sequence[str], control: str
) -> Ancova:
    """Fit the analysis of covariance by least squares.

    Parameters
    ----------
    outcome, baseline
        One value a subject; the outcome may be the later value or the change, the differences are the same.
    arm
        The arm of each subject.
    control
        The arm that the others are compared with.

    Raises
    ------
    UsageError
        When statsmodels is not installed.
    """
    regression = load_model("OLS")
    names = (control, *sorted(set(arm) - {control}, key=str.casefold))
    y, x = np.asarray(outcome, dtype=float), np.asarray(baseline, dtype=float)
    dummies = _dummies(arm, names)
    model = regression(y, np.column_stack([np.ones(y.size), dummies, x])).fit()
    only_slope = regression(y, np.column_stack([np.ones(y.size), x])).fit()
    apart = np.column_stack([np.ones(y.size), dummies, x, dummies * (x - x.mean())[:, None]])
    enough = y.size > apart.shape[1] and np.linalg.matrix_rank(apart) == apart.shape[1]
    return Ancova(
        arms=names,
        intercept=float(model.params[0]),
        effects=tuple(map(float, model.params[1:-1])),
        effect_sds=tuple(map(float, model.bse[1:-1])),
        effect_ps=tuple(map(float, model.pvalues[1:-1])),
        slope=float(model.params[-1]),
        slope_sd=float(model.bse[-1]),
        df=int(model.df_resid),
        arms_p=float(model.compare_f_test(only_slope)[1]),
        slopes_p=float(regression(y, apart).fit().compare_f_test(model)[1]) if enough else None,
    )


def ancova_differences(
    visit: str, groups: Sequence[Group]
) -> tuple[tuple[ArmDifference, ...], Ancova | None]:
    """Return the adjusted difference of every arm from the first; nothing when it cannot be known."""
    usable = [one for one in groups if len(one.changes) >= MIN_PER_ARM and one.has_baselines]
    subjects = sum(len(one.changes) for one in usable)
    if len(usable) < 2 or usable[0] is not groups[0] or subjects <= len(usable) + 1:  # noqa: PLR2004 -- two arms
        return (), None
    baselines = [one for group in usable for one in group.baselines if one is not None]
    if np.ptp(baselines) == 0:
        return (), None
    names = [group.arm for group in usable for _ in group.changes]
    changes = [one for group in usable for one in group.changes]
    fitted = fit_ancova(changes, baselines, names, groups[0].arm)
    reach = student_quantile(fitted.df)
    sizes = {one.arm: len(one.changes) for one in usable}
    found = [
        ArmDifference(
            visit, arm, fitted.arms[0], "ancova", sizes[arm], sizes[fitted.arms[0]],
            effect, effect - reach * sd, effect + reach * sd, p,
        )
        for arm, effect, sd, p in zip(
            fitted.arms[1:], fitted.effects, fitted.effect_sds, fitted.effect_ps, strict=True
        )
    ]  # fmt: skip
    return _adjusted(found), fitted


def change_differences(visit: str, groups: Sequence[Group]) -> tuple[ArmDifference, ...]:
    """Return the plain difference of mean changes of every arm from the first (Welch, Mann-Whitney 1947)."""
    control = groups[0]
    return _adjusted([_welch(visit, one, control) for one in groups[1:] if one.changes and control.changes])


def within_differences(visit: str, groups: Sequence[Group]) -> tuple[ArmDifference, ...]:
    """Return the difference of changes between each arm and the first in the subjects that have both."""
    control = dict(zip(groups[0].subjects, groups[0].changes, strict=True))
    found = []
    for group in groups[1:]:
        pairs = [
            (one, control[name])
            for name, one in zip(group.subjects, group.changes, strict=True)
            if name in control
        ]
        if pairs:
            test = paired_test([arm - reference for arm, reference in pairs])
            found.append(
                ArmDifference(
                    visit, group.arm, groups[0].arm, "within-subject", test.n, test.n,
                    test.mean, test.low, test.high, test.t_p, rank_p=test.w_p,
                )
            )  # fmt: skip
    return _adjusted(found)


def _welch(visit: str, group: Group, control: Group) -> ArmDifference:
    arm, reference = summarize(group.changes), summarize(control.changes)
    difference = arm.mean - reference.mean
    parts = [(one.sd**2 / one.n, one.n) for one in (arm, reference) if one.sd]
    low = high = p = rank_p = None
    if len(parts) == 2:  # noqa: PLR2004 -- both arms vary
        variance = sum(part for part, _ in parts)
        df = variance**2 / sum(part**2 / (n - 1) for part, n in parts)
        half_width = student_quantile(df) * math.sqrt(variance)
        low, high = difference - half_width, difference + half_width
        p = float(2 * stats.t.sf(abs(difference) / math.sqrt(variance), df))
        rank_p = float(stats.mannwhitneyu(group.changes, control.changes).pvalue)
    return ArmDifference(
        visit, group.arm, control.arm, "change", arm.n, reference.n, difference, low, high, p, rank_p=rank_p
    )


def _dummies(arm: Sequence[str], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[float(one == name) for name in names[1:]] for one in arm])


def _adjusted(found: Sequence[ArmDifference]) -> tuple[ArmDifference, ...]:
    adjusted = holm([one.p for one in found])
    return tuple(replace(one, p_holm=p) for one, p in zip(found, adjusted, strict=True))
