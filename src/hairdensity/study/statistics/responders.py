"""Changes become responders: how many reach a threshold, and how the arms differ in that."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from hairdensity.estimate import Estimate


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """Difference of two shares with its 95 % interval, and the p values of tests of no difference.

    `chi2_p` is Pearson's test without correction; None where a row or column of the table is empty.
    """

    difference: Estimate
    fisher_p: float
    chi2_p: float | None


def compare_shares(hits: int, n: int, control_hits: int, control_n: int) -> ShareDifference:
    """Compare the responders of two arms of different subjects.

    The interval joins the score intervals of both shares (Newcombe 1998, method 10); tests: Fisher 1922,
    Pearson 1900. Both arms must hold at least one subject.

    Examples
    --------
    >>> found = compare_shares(56, 70, 48, 80).difference
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    arm, control = Estimate.from_share(hits, n), Estimate.from_share(control_hits, control_n)
    difference = arm.value - control.value
    below = math.hypot(arm.value - arm.low, control.high - control.value)
    above = math.hypot(arm.high - arm.value, control.value - control.low)
    table = np.array([[hits, n - hits], [control_hits, control_n - control_hits]])
    full = bool(table.sum(axis=0).all())
    return ShareDifference(
        difference=Estimate(difference, difference - below, difference + above),
        fisher_p=float(stats.fisher_exact(table)[1]),
        chi2_p=float(stats.chi2_contingency(table, correction=False)[1]) if full else None,
    )


def mcnemar_p(arm_only: int, control_only: int) -> float | None:
    """Return the exact p of McNemar's test (1947) on subjects that respond in one arm only; None without any.

    Examples
    --------
    >>> round(mcnemar_p(1, 7), 4)
    0.0703
    """
    disagreeing = arm_only + control_only
    if not disagreeing:
        return None
    return float(stats.binomtest(arm_only, disagreeing, 0.5).pvalue)
