"""Numbers of a study in words: values, changes, intervals and p values with the decimals they deserve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.report.language import ENGLISH, MINUS
from hairdensity.report.words import PERCENT, UNKNOWN, label_text
from hairdensity.report.words import quantity as words_of

if TYPE_CHECKING:
    from hairdensity.report.words import Quantity

LEAST_P = 0.001


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers of one quantity are written; `relative` changes are per cent of the baseline value."""

    quantity: Quantity
    relative: bool = False

    @property
    def label(self) -> str:
        """The quantity with its unit."""
        return label_text(self.quantity)

    @property
    def name(self) -> str:
        """The quantity in words, without its unit."""
        return ENGLISH.say(f"quantity.{self.quantity.name}.label")

    @property
    def unit(self) -> str:
        """The unit of a change, with the blank that it wants before it."""
        if self.relative:
            return "%"
        if self.quantity.unit == PERCENT:
            return " points"
        joint = "" if self.quantity.unit.startswith("/") or not self.quantity.unit else " "
        return f"{joint}{self.quantity.unit}"

    @property
    def change_label(self) -> str:
        """What a change is, with its unit, for an axis."""
        if self.relative:
            return f"Change of {self.name.lower()}, % of baseline"
        unit = f", {self.unit.strip()}" if self.unit else ""
        return f"Change of {self.name.lower()}{unit}"

    def value(self, number: float | None) -> str:
        """Return a value."""
        if number is None:
            return UNKNOWN
        percent = self.quantity.unit == PERCENT
        shown = f"{number * (100 if percent else 1):.{self._decimals}f}"
        return _minus(f"{shown}%" if percent else shown)

    def change(self, number: float | None) -> str:
        """Return a change with its sign, without its unit."""
        return UNKNOWN if number is None else _minus(f"{self.shown(number):+.{self._change_decimals}f}")

    def spread(self, number: float | None) -> str:
        """Return a standard deviation of changes."""
        return UNKNOWN if number is None else f"{self.shown(number):.{self._change_decimals}f}"

    def interval(self, number: float | None, low: float | None, high: float | None) -> str:
        """Return a change with its interval."""
        if number is None or low is None or high is None:
            return self.change(number)
        return f"{self.change(number)} ({self.change(low)} to {self.change(high)})"

    def with_unit(self, number: float | None, low: float | None, high: float | None) -> str:
        """Return a change with its unit and interval, for a sentence."""
        if number is None or low is None or high is None:
            return f"{self.change(number)}{self.unit}"
        return f"{self.change(number)}{self.unit} ({self.change(low)} to {self.change(high)})"

    def shown(self, number: float) -> float:
        """Return a change in the unit that is shown."""
        return number * (100 if self.relative or self.quantity.unit == PERCENT else 1)

    @property
    def _decimals(self) -> int:
        return self.quantity.decimals + 1

    @property
    def _change_decimals(self) -> int:
        return 1 if self.relative else self.quantity.decimals + 1


def numbers_of(name: str, *, relative: bool = False) -> Numbers:
    """Return how the numbers of a quantity are written.

    Examples
    --------
    >>> numbers_of("hair_density_per_cm2").interval(12.34, 5.0, 19.68)
    '+12.3 (+5.0 to +19.7)'
    >>> numbers_of("hair_density_per_cm2", relative=True).change(0.101)
    '+10.1'
    """
    return Numbers(words_of(name), relative)


def p_text(p: float | None) -> str:
    """Return a p value.

    Examples
    --------
    >>> p_text(0.0004), p_text(0.0321), p_text(0.2)
    ('<0.001', '0.032', '0.20')
    """
    if p is None:
        return UNKNOWN
    if p < LEAST_P:
        return f"<{LEAST_P}"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"  # noqa: PLR2004 -- three decimals where they matter


def share_text(value: float, low: float, high: float) -> str:
    """Return a share in per cent with its interval.

    Examples
    --------
    >>> share_text(0.5, 0.25, 0.75)
    '50% (25 to 75%)'
    """
    return _minus(f"{100 * value:.0f}% ({100 * low:.0f} to {100 * high:.0f}%)")


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
