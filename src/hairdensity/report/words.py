"""Quantities, values, intervals and verdicts in plain words, the same on the terminal and on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.report.language import ENGLISH

if TYPE_CHECKING:
    from hairdensity.compare import Change
    from hairdensity.estimate import Estimate
    from hairdensity.measure import Measurement
    from hairdensity.report.language import Language

UNKNOWN = "\N{EN DASH}"
PERCENT = "%"
MOST_MORE_PLACES = 3
"""A bound that still reads as 0 with so many decimals more is taken for 0."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a measurement: its name there and in the catalogues, its unit and decimals."""

    name: str
    unit: str
    decimals: int

    @property
    def factor(self) -> int:
        """What its value is multiplied by to be read: fractions are read in per cent."""
        return 100 if self.unit == PERCENT else 1


QUANTITIES = (
    Quantity("hair_count", "", 0),
    Quantity("unit_count", "", 0),
    Quantity("hair_density_per_cm2", "/cm²", 0),
    Quantity("unit_density_per_cm2", "/cm²", 0),
    Quantity("hairs_per_unit", "", 2),
    Quantity("mean_diameter_um", "µm", 1),
    Quantity("diameter_sd_um", "µm", 1),
    Quantity("terminal_fraction", PERCENT, 0),
    Quantity("vellus_fraction", PERCENT, 0),
    Quantity("cumulative_thickness_mm_per_cm2", "mm/cm²", 2),
    Quantity("hair_coverage_fraction", PERCENT, 1),
    Quantity("diameter_diversity_fraction", PERCENT, 0),
    Quantity("mean_visible_length_mm", "mm", 2),
    Quantity("single_hair_unit_fraction", PERCENT, 0),
)


def quantity(name: str) -> Quantity:
    """Return the quantity of that name.

    Raises
    ------
    KeyError
        When a measurement has no such quantity.
    """
    return {one.name: one for one in QUANTITIES}[name]


def label_text(one: Quantity, language: Language = ENGLISH) -> str:
    """Return label and unit.

    Examples
    --------
    >>> label_text(quantity("mean_diameter_um"))
    'Mean diameter, µm'
    """
    label = language.say(f"quantity.{one.name}.label")
    return f"{label}, {one.unit}" if one.unit not in {"", PERCENT} else label


def value_text(one: Quantity, value: float | Estimate | None, language: Language = ENGLISH) -> str:
    """Return the value alone.

    Examples
    --------
    >>> value_text(quantity("terminal_fraction"), 0.62), value_text(quantity("hair_count"), 48)
    ('62%', '48')
    """
    if value is None:
        return UNKNOWN
    text = _number_text(one, value if isinstance(value, int | float) else value.value, language)
    return language.say("number.percent", number=text) if one.unit == PERCENT else text


def interval_text(one: Quantity, value: float | Estimate | None, language: Language = ENGLISH) -> str:
    """Return value and interval; a bare number has none.

    Examples
    --------
    >>> from hairdensity.estimate import Estimate
    >>> interval_text(quantity("hair_density_per_cm2"), Estimate(151.2, 140.0, 162.4))
    '151 (140 to 162)'
    """
    if value is None or isinstance(value, int | float):
        return value_text(one, value, language)
    return language.say(
        "number.range",
        value=value_text(one, value.value, language),
        low=_number_text(one, value.low, language),
        high=value_text(one, value.high, language),
    )


def change_text(one: Quantity, change: Change, language: Language = ENGLISH) -> str:
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
        return relative_text(change.relative, language)
    signs = _signed(change.difference.times(one.factor), one.decimals, language)
    text = language.say("number.range", **signs)
    return language.say("number.points", change=text) if one.unit == PERCENT else text


def relative_text(relative: Estimate | None, language: Language = ENGLISH, form: str = "range") -> str:
    """Return a relative change in per cent with its interval.

    `form` names the words about the interval: "range", or "interval" where nothing else says what it is.

    Examples
    --------
    >>> from hairdensity.estimate import Estimate
    >>> relative_text(Estimate(0.13, 0.02, 0.24))
    '+13% (+2 to +24%)'
    """
    if relative is None:
        return UNKNOWN
    signs = _signed(relative.times(100), 0, language)
    ends = {name: language.say("number.percent", number=signs[name]) for name in ("value", "high")}
    return language.say(f"number.{form}", **(signs | ends))


def verdict_text(change: Change, language: Language = ENGLISH) -> str:
    """Return the verdict in words; of a change that is not known there is none."""
    known = change.difference is not None or change.relative is not None
    return language.say(f"verdict.{change.verdict}") if known else UNKNOWN


def detectable_text(one: Quantity, change: Change, language: Language = ENGLISH) -> str:
    """Return the smallest change that could have been seen, in the quantity's unit, or relative."""
    smallest = change.minimal_detectable_change
    if smallest is None:
        return UNKNOWN
    if change.difference is None:
        return language.say("number.percent", number=language.number(100 * smallest))
    number = _number_text(one, smallest, language)
    if one.unit == PERCENT:
        return language.say("number.points", change=number)
    return f"{number} {one.unit}".strip().replace(" /", "/")


def measured(measurement: Measurement, one: Quantity) -> float | Estimate | None:
    """Return what a measurement holds of a quantity."""
    value: float | Estimate | None = getattr(measurement, one.name)
    return value


def _number_text(one: Quantity, value: float, language: Language) -> str:
    return language.number(value * one.factor, one.decimals)


def _signed(estimate: Estimate, places: int, language: Language) -> dict[str, str]:
    places = _telling_places((estimate.low, estimate.high), places)
    return {name: _sign(getattr(estimate, name), places, language) for name in ("value", "low", "high")}


def _telling_places(bounds: tuple[float, float], places: int) -> int:
    """Return so many decimals that no bound that is not 0 reads as 0: a verdict hangs on that."""
    for more in range(MOST_MORE_PLACES + 1):
        if all(bound == 0 or round(bound, places + more) for bound in bounds):
            return places + more
    return places


def _sign(number: float, places: int, language: Language) -> str:
    """Return a number with its sign; what rounds to nothing has none."""
    rounded = round(number, places) + 0.0
    return ("+" if rounded > 0 else "") + language.number(rounded, places)
