"""Numbers of one group become their summary; changes within subjects their mean, interval and tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ALPHA = 0.05
MOST_PAIRED = 2000
"""Beyond so many differences their plain median stands for the median of all means of two."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Count, mean, sample standard deviation, median and range; `sd` is None for a single value."""

    n: int
    mean: float
    sd: float | None
    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Mean of differences within subjects, with its 95 % interval and two tests against no difference.

    What cannot be known from so few or such values is None: an interval needs two subjects, a test two that
    differ from each other.

    Attributes
    ----------
    t, df, t_p
        Paired t test.
    w, w_p
        Wilcoxon's signed rank statistic (the smaller rank sum) and its two-sided p value, exact where there
        are no ties.
    median
        Hodges-Lehmann estimate: the median of all means of two differences.
    """

    n: int
    mean: float
    sd: float | None
    low: float | None
    high: float | None
    t: float | None
    df: int
    t_p: float | None
    w: float | None
    w_p: float | None
    median: float


def summarize(values: Sequence[float]) -> Sample:
    """Return the summary of at least one value.

    Examples
    --------
    >>> summarize([1.0, 2.0, 6.0]).median
    2.0
    """
    numbers = np.asarray(values, dtype=float)
    sd = float(numbers.std(ddof=1)) if numbers.size > 1 else None
    return Sample(
        n=int(numbers.size),
        mean=float(numbers.mean()),
        sd=sd,
        median=float(np.median(numbers)),
        least=float(numbers.min()),
        most=float(numbers.max()),
    )


def paired_test(differences: Sequence[float]) -> PairedTest:
    """Return mean, interval and tests of differences, one a subject (Student 1908, Wilcoxon 1945).

    Examples
    --------
    >>> test = paired_test([1.0, 2.0, 3.0])
    >>> round(test.t, 3), test.df, round(test.t_p, 3)
    (3.464, 2, 0.074)
    """
    numbers = np.asarray(differences, dtype=float)
    sample = summarize(differences)
    standard_error = sample.sd / math.sqrt(sample.n) if sample.sd else None
    half_width = None if standard_error is None else student_quantile(sample.n - 1) * standard_error
    t = None if standard_error is None else sample.mean / standard_error
    w, w_p = _wilcoxon(numbers)
    return PairedTest(
        n=sample.n,
        mean=sample.mean,
        sd=sample.sd,
        low=None if half_width is None else sample.mean - half_width,
        high=None if half_width is None else sample.mean + half_width,
        t=t,
        df=sample.n - 1,
        t_p=None if t is None else float(2 * stats.t.sf(abs(t), sample.n - 1)),
        w=w,
        w_p=w_p,
        median=_hodges_lehmann(numbers),
    )


def student_quantile(df: float, alpha: float = ALPHA) -> float:
    """Return how many standard errors an interval of level 1 - alpha reaches to either side."""
    return float(stats.t.ppf(1 - alpha / 2, df))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return p values adjusted for their number (Holm 1979); what is None stays None and does not count.

    Examples
    --------
    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    known = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    most = 0.0
    for turn, (p, at) in enumerate(known):
        most = max(most, min(1.0, p * (len(known) - turn)))
        adjusted[at] = most
    return adjusted


def _wilcoxon(differences: NDArray[np.float64]) -> tuple[float | None, float | None]:
    moved = differences[differences != 0]
    if moved.size < 2:  # noqa: PLR2004 -- the sign of one difference tells nothing
        return None, None
    tied = np.unique(np.abs(moved)).size < moved.size
    result = stats.wilcoxon(moved, method="approx" if tied else "auto", correction=tied)
    return float(result.statistic), float(result.pvalue)


def _hodges_lehmann(differences: NDArray[np.float64]) -> float:
    if differences.size > MOST_PAIRED:
        return float(np.median(differences))
    first, second = np.triu_indices(differences.size)
    return float(np.median((differences[first] + differences[second]) / 2))
