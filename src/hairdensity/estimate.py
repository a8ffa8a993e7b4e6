"""A number with its 95 % interval."""

from __future__ import annotations

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
