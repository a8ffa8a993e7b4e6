"""Quantities, values, intervals and verdicts in plain words, the same on the terminal and on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hairdensity.compare import Change, ChangeVerdict
    from hairdensity.estimate import Estimate
    from hairdensity.measure import Measurement

UNKNOWN = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
PERCENT = "%"
VERDICT_WORDS: dict[ChangeVerdict, str] = {
    "increase": "increase",
    "decrease": "decrease",
    "not-resolved": "no clear change",
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a measurement: its name there, its words, unit and decimals, and how it is obtained."""

    name: str
    label: str
    unit: str
    decimals: int
    meaning: str


QUANTITIES = (
    Quantity("hair_count", "Hairs counted", "", 0, "Hairs whose root lies in the field."),
    Quantity(
        "unit_count",
        "Follicular units",
        "",
        0,
        "Groups of hairs that leave the skin together, by root distance.",
    ),
    Quantity("hair_density_per_cm2", "Hair density", "/cm²", 0, "Hairs counted over the area of the field."),
    Quantity(
        "unit_density_per_cm2", "Unit density", "/cm²", 0, "Follicular units over the area of the field."
    ),
    Quantity("hairs_per_unit", "Hairs per unit", "", 2, "Mean number of hairs in a follicular unit."),
    Quantity(
        "mean_diameter_um",
        "Mean diameter",
        "µm",
        1,
        "Mean shaft diameter, measured across the shaft in the photo.",
    ),
    Quantity("diameter_sd_um", "Diameter spread", "µm", 1, "Standard deviation of the shaft diameters."),
    Quantity(
        "terminal_fraction",
        "Terminal share",
        PERCENT,
        0,
        "Share of hairs at least as thick as the threshold.",
    ),
    Quantity("vellus_fraction", "Vellus share", PERCENT, 0, "Share of hairs thinner than the threshold."),
    Quantity(
        "cumulative_thickness_mm_per_cm2",
        "Cumulative thickness",
        "mm/cm²",
        2,
        "Sum of the shaft diameters over the area of the field.",
    ),
    Quantity(
        "hair_coverage_fraction", "Hair coverage", PERCENT, 1, "Share of the field that lies under hair."
    ),
    Quantity(
        "diameter_diversity_fraction",
        "Diameter diversity",
        PERCENT,
        0,
        "Share of hairs whose diameter departs markedly from the median.",
    ),
    Quantity(
        "mean_visible_length_mm",
        "Visible length",
        "mm",
        2,
        "Mean length of the hairs that end inside the photo.",
    ),
    Quantity(
        "single_hair_unit_fraction",
        "Single-hair units",
        PERCENT,
        0,
        "Share of follicular units with one hair.",
    ),
)


def quantity(name: str) -> Quantity:
    """Return the quantity of that name.

    Raises
    ------
    KeyError
        When a measurement has no such quantity.
    """
    return {one.name: one for one in QUANTITIES}[name]


def label_text(one: Quantity) -> str:
    """Return label and unit.

    Examples
    --------
    >>> label_text(quantity("mean_diameter_um"))
    'Mean diameter, µm'
    """
    return f"{one.label}, {one.unit}" if one.unit not in {"", PERCENT} else one.label


def value_text(one: Quantity, value: float | Estimate | None) -> str:
    """Return the value alone.

    Examples
    --------
    >>> value_text(quantity("terminal_fraction"), 0.62), value_text(quantity("hair_count"), 48)
    ('62%', '48')
    """
    if value is None:
        return UNKNOWN
    number = value if isinstance(value, int | float) else value.value
    factor, ending = (100, "%") if one.unit == PERCENT else (1, "")
    return f"{number * factor:.{one.decimals}f}{ending}".replace("-", MINUS)


def interval_text(one: Quantity, value: float | Estimate | None) -> str:
    """Return value and interval; a bare number has none.

    Examples
    --------
    >>> from hairdensity.estimate import Estimate
    >>> interval_text(quantity("hair_density_per_cm2"), Estimate(151.2, 140.0, 162.4))
    '151 (140 to 162)'
    """
    if value is None or isinstance(value, int | float):
        return value_text(one, value)
    low, high = value_text(one, value.low).removesuffix("%"), value_text(one, value.high)
    return f"{value_text(one, value.value)} ({low} to {high})"


def change_text(one: Quantity, change: Change) -> str:
    """Return the change with its interval, relative where only that is known.

    Examples
    --------
    >>> from hairdensity.compare import Change
    >>> from hairdensity.estimate import Estimate
    >>> grown = Change("hair_count", None, None, Estimate(20.0, 8.0, 32.0), None, None, "increase")
    >>> change_text(quantity("hair_count"), grown)
    '+20 (+8 to +32)'
    """
    if change.difference is None:
        return relative_text(change.relative)
    if one.unit == PERCENT:
        return f"{_signed(change.difference.times(100), one.decimals)} points"
    return _signed(change.difference, one.decimals)


def relative_text(relative: Estimate | None) -> str:
    """Return a relative change in per cent with its interval.

    Examples
    --------
    >>> from hairdensity.estimate import Estimate
    >>> relative_text(Estimate(0.13, 0.02, 0.24))
    '+13% (+2 to +24%)'
    """
    if relative is None:
        return UNKNOWN
    return _signed(relative.times(100), 0, "%")


def verdict_text(change: Change) -> str:
    """Return the verdict in words; of a change that is not known there is none."""
    known = change.difference is not None or change.relative is not None
    return VERDICT_WORDS[change.verdict] if known else UNKNOWN


def detectable_text(one: Quantity, change: Change) -> str:
    """Return the smallest change that could have been seen, in the quantity's unit, or relative."""
    smallest = change.minimal_detectable_change
    if smallest is None:
        return UNKNOWN
    if change.difference is None:
        return f"{100 * smallest:.0f}%"
    if one.unit == PERCENT:
        return f"{100 * smallest:.{one.decimals}f} points"
    return f"{smallest:.{one.decimals}f} {one.unit}".strip().replace(" /", "/")


def measured(measurement: Measurement, one: Quantity) -> float | Estimate | None:
    """Return what a measurement holds of a quantity."""
    value: float | Estimate | None = getattr(measurement, one.name)
    return value


def _signed(estimate: Estimate, places: int, ending: str = "") -> str:
    value, low, high = (_sign(number, places) for number in (estimate.value, estimate.low, estimate.high))
    return f"{value}{ending} ({low} to {high}{ending})"


def _sign(number: float, places: int) -> str:
    """Return a number with its sign; what rounds to nothing has none."""
    rounded = round(number, places)
    return f"{rounded:+.{places}f}".replace("-", MINUS) if rounded else f"{0:.{places}f}"
