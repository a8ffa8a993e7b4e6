"""Floats become short decimals, always the same ones, so that the same input gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.estimate import Estimate

MEASURE_DIGITS = 6
MATRIX_DIGITS = 10
PLACE_DECIMALS = 2


def significant(value: float, digits: int = MEASURE_DIGITS) -> float:
    """Round to a number of significant digits; never minus zero.

    Examples
    --------
    >>> significant(123.4567891), significant(-0.0)
    (123.457, 0.0)
    """
    return float(f"{value:.{digits}g}") + 0.0


def decimals(value: float, count: int) -> float:
    """Round to a number of decimals; never minus zero.

    Examples
    --------
    >>> decimals(0.98765, 3), decimals(-0.0001, 3)
    (0.988, 0.0)
    """
    return round(float(value), count) + 0.0


def places(points_px: NDArray[np.floating]) -> list[list[float]]:
    """Round points, shape (n, 2), to hundredths of a px.

    Examples
    --------
    >>> places(np.array([[1.234, 5.0]]))
    [[1.23, 5.0]]
    """
    rounded = np.asarray(points_px, dtype=np.float64).reshape(-1, 2).round(PLACE_DECIMALS) + 0.0
    return [[float(x), float(y)] for x, y in rounded]


def interval(estimate: Estimate | None) -> dict[str, float] | None:
    """Return value, low and high of an estimate, rounded; None stays None.

    Examples
    --------
    >>> from hairdensity.estimate import Estimate
    >>> interval(Estimate(2.0, 1.0, 3.00000001))
    {'value': 2.0, 'low': 1.0, 'high': 3.0}
    """
    if estimate is None:
        return None
    return {name: significant(getattr(estimate, name)) for name in ("value", "low", "high")}
