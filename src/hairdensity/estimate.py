"""A number with its 95 % interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

NORMAL_95 = 1.959964
"""Half-width of a 95 % interval of a normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the bounds of its 95 % interval, all in the unit that the holding field's name states.

    Raises
    ------
    ValueError
        When the bounds do not enclose the value.

    Examples
    --------
    >>> Estimate.from_sd(10.0, 1.0).high
    11.959964
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse bounds that do not enclose the value."""
        if not self.low <= self.value <= self.high:
            message = f"interval [{self.low}, {self.high}] does not enclose {self.value}"
            raise ValueError(message)

    @classmethod
    def from_sd(cls, value: float, sd: float) -> Estimate:
        """Return the estimate of a normal error with standard deviation `sd` (same unit as `value`)."""
        return cls(value, value - NORMAL_95 * sd, value + NORMAL_95 * sd)

    @classmethod
    def from_share(cls, hits: int, count: int, dispersion: float = 1.0) -> Estimate:
        """Return the share `hits / count` with Wilson's score interval (Wilson 1927); `count` must not be 0.

        The variance of the share is that of a binomial one times `dispersion`.

        Examples
        --------
        >>> Estimate.from_share(0, 10).high
        0.2775328030260577
        """
        share = hits / count
        independent = count / dispersion
        squared = NORMAL_95**2 / independent
        middle = (share + squared / 2) / (1 + squared)
        half = (
            NORMAL_95
            * math.sqrt(share * (1 - share) / independent + squared / (4 * independent))
            / (1 + squared)
        )
        return cls(share, min(middle - half, share), max(middle + half, share)).bounded(0, 1)

    @property
    def sd(self) -> float:
        """Standard deviation that a normal error of this interval width has."""
        return (self.high - self.low) / (2 * NORMAL_95)

    @property
    def relative_sd(self) -> float:
        """`sd` as a fraction of the value; 0 for a value of 0."""
        return abs(self.sd / self.value) if self.value else 0.0

    def times(self, factor: float) -> Estimate:
        """Return value and bounds multiplied by an exact, positive `factor`."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)

    def bounded(self, least: float, most: float) -> Estimate:
        """Return the same value with an interval that stays within what is possible."""
        return Estimate(self.value, max(self.low, least), min(self.high, most))

    def widened(self, half_width_low: float, half_width_high: float) -> Estimate:
        """Return the interval with one more independent error, given as its two half-widths."""
        low = self.value - math.hypot(self.value - self.low, half_width_low)
        return Estimate(self.value, low, self.value + math.hypot(self.high - self.value, half_width_high))
