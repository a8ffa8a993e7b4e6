"""Changes at several visits become one linear mixed model: subjects may miss visits."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from hairdensity.study.statistics.arms import ArmDifference
from hairdensity.study.statistics.describe import holm, student_quantile
from hairdensity.study.statistics.extra import load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MIN_SUBJECTS = 4
TOLERANCE = 1e-9
"""Of the search, which takes no derivatives: with them it fails where subjects hardly differ."""
UNDETERMINED = "the changes do not determine one: the variances cannot be told apart"
LEAST_VARIANCE = 1e-5
"""A variance between subjects below this share of that within lies at its bound of 0."""


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """A linear mixed model fitted by restricted maximum likelihood.

    Attributes
    ----------
    effects, effect_covariance
        Fixed effects and the covariance matrix of their errors, shape (k,) and (k, k).
    random_covariance
        Covariance of the random effects between subjects, shape (q, q).
    residual_variance
        Variance within subjects.
    log_likelihood
        Restricted log likelihood.
    converged, at_bound
        Whether the optimum was found, and whether a variance between subjects lies at its bound of 0.
    """

    effects: Floats
    effect_covariance: Floats
    random_covariance: Floats
    residual_variance: float
    log_likelihood: float
    converged: bool
    at_bound: bool


@dataclass(frozen=True, slots=True)
class Observation:
    """One change: subject, arm, visit, baseline value (may be unknown) and the change itself."""

    subject: str
    arm: str
    visit: str
    baseline: float | None
    change: float


@dataclass(frozen=True, slots=True)
class CellMean:
    """Mean change of an arm at a visit as the model has it, at the mean baseline, with its 95 % interval."""

    arm: str
    visit: str
    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MixedModel:
    """What the model says of every arm and visit, and how far arms differ from the control.

    `subject_sd` and `residual_sd` are the spread between and within subjects; `baseline_slope` is None when
    baseline values are not in the model.
    """

    observations: int
    subjects: int
    cells: tuple[CellMean, ...]
    differences: tuple[ArmDifference, ...]
    subject_sd: float
    residual_sd: float
    baseline_slope: float | None
    converged: bool
    at_bound: bool


def fit_mixed(response: Floats, fixed: Floats, subjects: Sequence[str], random: Floats) -> MixedFit:
    """Fit a linear mixed model by restricted maximum likelihood.

    Parameters
    ----------
    response
        Shape (n,).
    fixed, random
        Designs of the fixed and of the random effects, shapes (n, k) and (n, q).
    subjects
        Whose each observation is; random effects are shared within a subject.

    Raises
    ------
    UsageError
        When statsmodels is not installed.
    """
    model = load_model("MixedLM")(response, fixed, groups=np.asarray(subjects), exog_re=random)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is told by `converged`
        fitted: Any = model.fit(reml=True, method=["powell", "nm"], xtol=TOLERANCE, ftol=TOLERANCE)
    count = fixed.shape[1]
    return MixedFit(
        effects=np.asarray(fitted.fe_params, dtype=float),
        effect_covariance=np.asarray(fitted.cov_params(), dtype=float)[:count, :count],
        random_covariance=np.asarray(fitted.cov_re, dtype=float),
        residual_variance=float(fitted.scale),
        log_likelihood=float(fitted.llf),
        converged=bool(fitted.converged),
        at_bound=_at_bound(fitted),
    )


def model_changes(
    observations: Sequence[Observation], arms: Sequence[str], visits: Sequence[str]
) -> MixedModel | str:
    """Model changes by arm and visit with a random effect of the subject.

    The fixed effects are the mean of every arm at every visit and, where baseline values are known, their
    slope. A subject with two arms has a random effect an arm when there are several visits.

    Returns
    -------
    MixedModel or str
        The model, or why there is none.

    Raises
    ------
    UsageError
        When statsmodels is not installed.
    """
    cells = [(arm, visit) for arm in arms for visit in visits if _count(observations, arm, visit)]
    reason = _too_few(observations, cells)
    if reason:
        return reason
    fixed = np.array([[float((one.arm, one.visit) == cell) for cell in cells] for one in observations])
    with_slope = _with_baseline(fixed, observations)
    slope_known = with_slope is not None
    response = np.array([one.change for one in observations])
    try:
        fit = fit_mixed(
            response,
            fixed if with_slope is None else with_slope,
            [one.subject for one in observations],
            _random(observations, arms),
        )
    except np.linalg.LinAlgError:
        return UNDETERMINED
    if np.diag(fit.effect_covariance).min() <= 0 or not np.isfinite(fit.effect_covariance).all():
        return UNDETERMINED
    subjects = len({one.subject for one in observations})
    df = max(subjects - len({arm for arm, _ in cells}) - int(slope_known), 1)
    return MixedModel(
        observations=len(observations),
        subjects=subjects,
        cells=_cell_means(fit, cells, observations, df),
        differences=_differences(fit, cells, observations, df),
        subject_sd=math.sqrt(max(float(np.diag(fit.random_covariance).mean()), 0.0)),
        residual_sd=math.sqrt(fit.residual_variance),
        baseline_slope=float(fit.effects[-1]) if slope_known else None,
        converged=fit.converged,
        at_bound=fit.at_bound,
    )


def _at_bound(fitted: Any) -> bool:  # noqa: ANN401 -- statsmodels has no types
    return bool(np.linalg.eigvalsh(np.asarray(fitted.cov_re)).min() < LEAST_VARIANCE * fitted.scale)


def _too_few(observations: Sequence[Observation], cells: Sequence[tuple[str, str]]) -> str:
    subjects = [one.subject for one in observations]
    count = len(set(subjects))
    if count < MIN_SUBJECTS:
        return f"a mixed model needs at least {MIN_SUBJECTS} subjects with a change; there are {count}"
    if count == len(subjects):
        return "each subject has one change: a mixed model would tell no more than the comparison of arms"
    if len(subjects) <= len(cells) + 2:
        return f"{len(subjects)} changes are too few for {len(cells)} means and two variances"
    changes = np.array([one.change for one in observations])
    return "" if np.ptp(changes) > 0 else "all changes are the same"


def _count(observations: Sequence[Observation], arm: str, visit: str) -> int:
    return sum(one.arm == arm and one.visit == visit for one in observations)


def _with_baseline(fixed: Floats, observations: Sequence[Observation]) -> Floats | None:
    """Return the design with the baseline value as a further column; None where that tells no slope."""
    known = [one.baseline for one in observations if one.baseline is not None]
    if len(known) < len(observations):
        return None
    values = np.asarray(known, dtype=float)
    design = np.column_stack([fixed, values - values.mean()])
    return design if np.linalg.matrix_rank(design) == design.shape[1] else None


def _random(observations: Sequence[Observation], arms: Sequence[str]) -> Floats:
    """Return a column of ones, or one column an arm where subjects carry several arms over several visits."""
    carried: dict[str, set[str]] = {}
    for one in observations:
        carried.setdefault(one.subject, set()).add(one.arm)
    visits = {one.visit for one in observations}
    if len(arms) == 2 and len(visits) > 1 and all(len(one) > 1 for one in carried.values()):  # noqa: PLR2004 -- sides
        return np.array([[float(one.arm == arm) for arm in arms] for one in observations])
    return np.ones((len(observations), 1))


def _cell_means(
    fit: MixedFit, cells: Sequence[tuple[str, str]], observations: Sequence[Observation], df: int
) -> tuple[CellMean, ...]:
    found = []
    for at, (arm, visit) in enumerate(cells):
        mean, sd = float(fit.effects[at]), math.sqrt(float(fit.effect_covariance[at, at]))
        reach = student_quantile(df) * sd
        found.append(CellMean(arm, visit, _count(observations, arm, visit), mean, mean - reach, mean + reach))
    return tuple(found)


def _differences(
    fit: MixedFit, cells: Sequence[tuple[str, str]], observations: Sequence[Observation], df: int
) -> tuple[ArmDifference, ...]:
    control = cells[0][0]
    found: list[ArmDifference] = []
    for visit in dict.fromkeys(visit for _, visit in cells):
        if (control, visit) in cells:
            reference = cells.index((control, visit))
            at_visit = [
                _difference(fit, (at, reference), cell, control, df)
                for at, cell in enumerate(cells)
                if cell[1] == visit and cell[0] != control
            ]
            sizes = [
                (_count(observations, one.arm, visit), _count(observations, control, visit))
                for one in at_visit
            ]
            adjusted = holm([one.p for one in at_visit])
            found += [
                replace(one, n_arm=size[0], n_control=size[1], p_holm=p)
                for one, size, p in zip(at_visit, sizes, adjusted, strict=True)
            ]
    return tuple(found)


def _difference(
    fit: MixedFit, places: tuple[int, int], cell: tuple[str, str], control: str, df: int
) -> ArmDifference:
    at, reference = places
    value = float(fit.effects[at] - fit.effects[reference])
    covariance = fit.effect_covariance
    variance = covariance[at, at] + covariance[reference, reference] - 2 * covariance[at, reference]
    sd = math.sqrt(float(variance))
    reach = student_quantile(df) * sd
    p = float(2 * stats.t.sf(abs(value) / sd, df))
    return ArmDifference(
        cell[1], cell[0], control, "mixed-model", 0, 0, value, value - reach, value + reach, p
    )
