"""Values of two or more methods or readers for the same photos become measures of how far they agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.study.statistics.describe import ALPHA, student_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

MIN_PHOTOS = 3


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """Differences between two methods (Bland and Altman 1986, 1999), in the unit of what is measured.

    Attributes
    ----------
    bias
        Mean of the first minus the second method, with its interval.
    sd
        Standard deviation of the differences.
    low_limit, high_limit
        Limits of agreement, bias -+ 1.96 sd, each with its own interval.
    slope, slope_p
        Slope of the difference on the mean of both: whether disagreement grows with the value.
    """

    n: int
    bias: Estimate
    sd: float
    low_limit: Estimate
    high_limit: Estimate
    slope: float
    slope_p: float | None


@dataclass(frozen=True, slots=True)
class Concordance:
    """Lin's concordance correlation with its interval; its two factors are `pearson` and `accuracy`."""

    coefficient: Estimate
    pearson: float
    accuracy: float


def icc_2_1(ratings: ArrayLike) -> Estimate:
    """Return the intraclass correlation ICC(2,1): absolute agreement of single readers drawn at random.

    Parameters
    ----------
    ratings
        Shape (photos, readers), at least two of each, all known.

    Returns
    -------
    Estimate
        Shrout and Fleiss 1979, with their interval; below 0 where readers agree less than by chance.

    Raises
    ------
    ValueError
        When there are fewer than two photos or readers, or all values are alike.
    """
    values = np.asarray(ratings, dtype=float)
    n, k = values.shape
    if min(n, k) < 2 or np.ptp(values) == 0:  # noqa: PLR2004 -- two photos, two readers
        message = "agreement needs two photos, two readers, and values that differ"
        raise ValueError(message)
    rows, columns = values.mean(axis=1), values.mean(axis=0)
    between = k * float(rows.var(ddof=1))
    readers = n * float(columns.var(ddof=1))
    residuals = values - rows[:, None] - columns[None, :] + values.mean()
    error = float((residuals**2).sum()) / ((n - 1) * (k - 1))
    value = (between - error) / (between + (k - 1) * error + k * (readers - error) / n)
    low, high = _icc_bounds((between, readers, error), value, n, k)
    return Estimate(value, min(low, value), max(high, value))


def bland_altman(first: Sequence[float], second: Sequence[float]) -> BlandAltman:
    """Return bias and limits of agreement of two methods on the same photos.

    The standard error of a limit is sqrt(1/n + 1.96² / (2 (n - 1))) standard deviations
    (Bland and Altman 1999).

    Examples
    --------
    >>> found = bland_altman([10, 12, 15, 20], [9, 13, 15, 18])
    >>> found.bias.value, round(found.sd, 3)
    (0.5, 1.291)
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    differences, means = one - other, (one + other) / 2
    n, bias, sd = int(differences.size), float(differences.mean()), float(differences.std(ddof=1))
    reach = student_quantile(n - 1)
    limit_half = reach * sd * math.sqrt(1 / n + NORMAL_95**2 / (2 * (n - 1)))
    low, high = bias - NORMAL_95 * sd, bias + NORMAL_95 * sd
    slope, slope_p = _slope(means, differences)
    return BlandAltman(
        n=n,
        bias=_around(bias, reach * sd / math.sqrt(n)),
        sd=sd,
        low_limit=_around(low, limit_half),
        high_limit=_around(high, limit_half),
        slope=slope,
        slope_p=slope_p,
    )


def concordance(first: Sequence[float], second: Sequence[float]) -> Concordance:
    """Return Lin's concordance correlation of two methods (Lin 1989, corrected 2000), interval by Fisher's z.

    Raises
    ------
    ValueError
        When the values of a method do not vary.
    """
    one, other = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    variances = float(one.var()), float(other.var())
    if min(variances) == 0:
        message = "concordance needs values that differ"
        raise ValueError(message)
    pearson = float(np.corrcoef(one, other)[0, 1])
    shift = (float(one.mean()) - float(other.mean())) ** 2
    product = math.sqrt(variances[0] * variances[1])
    accuracy = 2 * product / (sum(variances) + shift)
    value = pearson * accuracy
    low, high = _concordance_bounds(value, pearson, shift / product, one.size)
    return Concordance(Estimate(value, min(low, value), max(high, value)), pearson, accuracy)


def _icc_bounds(squares: tuple[float, float, float], value: float, n: int, k: int) -> tuple[float, float]:
    """Return the interval of Shrout and Fleiss 1979 out of the mean squares of photos, readers and error."""
    between, readers, error = squares
    if error == 0:
        return value, value
    ratio = readers / error
    weight = n * (1 + (k - 1) * value) - k * value
    freedom = (
        (k - 1) * (n - 1) * (k * value * ratio + weight) ** 2
        / ((n - 1) * k**2 * value**2 * ratio**2 + weight**2)
    )  # fmt: skip
    above = float(stats.f.ppf(1 - ALPHA / 2, n - 1, freedom))
    below = float(stats.f.ppf(1 - ALPHA / 2, freedom, n - 1))
    spread = k * readers + (k * n - k - n) * error
    low = n * (between - above * error) / (above * spread + n * between)
    high = n * (below * between - error) / (spread + n * below * between)
    return low, high


def _concordance_bounds(value: float, pearson: float, shift: float, n: int) -> tuple[float, float]:
    """Return Lin's interval; `shift` is the squared difference of means over the product of both SDs."""
    if n <= 2 or pearson == 0 or abs(value) >= 1:  # noqa: PLR2004 -- the formula divides by n - 2
        return value, value
    squared = value**2 / pearson**2
    variance = (
        (1 - pearson**2) * squared * (1 - value**2)
        + 2 * value**3 * (1 - value) * shift / pearson
        - value**4 * shift**2 / (2 * pearson**2)
    ) / (n - 2)
    half_width = NORMAL_95 * math.sqrt(max(variance, 0.0)) / (1 - value**2)
    return math.tanh(math.atanh(value) - half_width), math.tanh(math.atanh(value) + half_width)


def _slope(means: NDArray[np.float64], differences: NDArray[np.float64]) -> tuple[float, float | None]:
    if np.ptp(means) == 0 or np.size(means) < MIN_PHOTOS:
        return 0.0, None
    line = stats.linregress(means, differences)
    return float(line.slope), float(line.pvalue)


def _around(value: float, half_width: float) -> Estimate:
    return Estimate(value, value - half_width, value + half_width)
