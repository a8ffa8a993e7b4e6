"""A user's own noise floor: what re-shoots of unchanged skin differ by, with their camera and their hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scipy.special import stdtrit

if TYPE_CHECKING:
    from collections.abc import Mapping

GROWING = frozenset(
    {
        *("hair_count", "unit_count", "hair_density_per_cm2", "unit_density_per_cm2"),
        *("cumulative_thickness_mm_per_cm2", "hair_coverage_fraction", "mean_visible_length_mm"),
    }
)
"""Quantities whose noise grows with their size: it is kept as a share of it."""
SURENESS = 0.975


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """What was measured on re-shoots.

    Attributes
    ----------
    name
        Name of the file it was read from, without its folder.
    within_sd
        Standard deviation of one photo's value about its site's, by quantity, in the quantity's unit.
    mean
        Mean of the quantity over all sites.
    difference_count
        Number of pairs of photos that it rests on.
    """

    name: str
    difference_count: int
    within_sd: Mapping[str, float] = field(default_factory=dict)
    mean: Mapping[str, float] = field(default_factory=dict)

    def half_width(self, quantity: str, value: float) -> float | None:
        """Return the smallest change of a quantity that stands out of the noise; None when it is not known.

        Examples
        --------
        >>> floor = NoiseFloor("own.json", 10, {"mean_diameter_um": 1.0}, {"mean_diameter_um": 70.0})
        >>> round(floor.half_width("mean_diameter_um", 60.0), 2)
        3.15
        """
        if quantity not in self.within_sd or self.difference_count < 1:
            return None
        mean = self.mean.get(quantity, 0.0)
        share = value / mean if quantity in GROWING and mean > 0 else 1.0
        return detectable_difference(self.within_sd[quantity], self.difference_count) * share


def detectable_difference(within_sd: float, difference_count: int) -> float:
    """Return the smallest difference of two photos that stands out of the noise of one, in its unit.

    Student's t with as many degrees of freedom as there are differences, times the standard deviation of
    a difference, which is the square root of 2 times that of one photo.

    Examples
    --------
    >>> round(detectable_difference(1.0, 1), 2), round(detectable_difference(1.0, 100), 2)
    (17.97, 2.81)
    """
    return float(stdtrit(difference_count, SURENESS)) * 2**0.5 * within_sd


def freedom_text(count: int) -> str:
    """Return degrees of freedom in words.

    Examples
    --------
    >>> freedom_text(1), freedom_text(8)
    ('1 degree of freedom', '8 degrees of freedom')
    """
    return f"{count} degree{'' if count == 1 else 's'} of freedom"
