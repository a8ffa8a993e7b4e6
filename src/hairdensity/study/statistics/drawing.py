"""Axes and marks of a chart: data become places on a small canvas; a template writes them as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Shape = Literal["circle", "square", "triangle", "diamond"]
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "diamond")
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline through points, styled by its classes."""

    points: tuple[tuple[float, float], ...]
    style: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    style: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark at a point; `hint` is told when one points at it."""

    x: float
    y: float
    shape: Shape
    style: str
    size: float = 4.0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a point."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "middle"
    style: str = "tick"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with what it shows in words, for those who do not see it."""

    key: str
    title: str
    description: str
    width: int
    height: int
    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """A span of values laid over a span of the canvas; `ticks` are (value, text)."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> float:
        """Return where a value lies, in px of the canvas."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 2)


def value_axis(values: Sequence[float], start: float, end: float, *, with_zero: bool = True) -> Axis:
    """Return an axis that holds all values, with round ticks.

    Examples
    --------
    >>> axis = value_axis([-3.0, 17.0], 200.0, 0.0)
    >>> [text for _, text in axis.ticks]
    ['\N{MINUS SIGN}5', '0', '5', '10', '15', '20']
    """
    shown = [*values, 0.0] if with_zero or not values else list(values)
    low, high = min(shown), max(shown)
    if high - low < 1e-12:  # noqa: PLR2004 -- all the same
        low, high = low - 1, high + 1
    step = _step(high - low)
    first, last = math.floor(low / step), math.ceil(high / step)
    decimals = next((one for one in range(6) if abs(round(step, one) - step) < step * 1e-6), 6)
    ticks = tuple((at * step, _tick_text(at * step, decimals)) for at in range(first, last + 1))
    return Axis(first * step, last * step, start, end, ticks)


def name_axis(names: Sequence[str], start: float, end: float) -> Axis:
    """Return an axis with one place a name, at 0, 1, 2 and so on."""
    ticks = tuple((float(at), name) for at, name in enumerate(names))
    return Axis(-0.5, len(names) - 0.5, start, end, ticks)


def frame(x: Axis, y: Axis, x_title: str, y_title: str) -> tuple[list[Line], list[Label]]:
    """Return grid lines, the zero line, tick texts and titles of two axes."""
    left, right, bottom, top = x.start, x.end, y.start, y.end
    lines = [
        Line(((left, y.at(value)), (right, y.at(value))), "zero" if value == 0 else "grid")
        for value, _ in y.ticks
    ]
    lines.append(Line(((left, bottom), (right, bottom)), "edge"))
    labels = [Label(left - 6, y.at(value) + 4, text, "end") for value, text in y.ticks]
    labels += [Label(x.at(value), bottom + 16, text) for value, text in _apart(x)]
    labels += [Label((left + right) / 2, bottom + 33, x_title, "middle", "axis")] if x_title else []
    labels += [Label(4, top - 10, y_title, "start", "axis")] if y_title else []
    return lines, labels


def shorten(text: str, most: int) -> str:
    """Return a text of at most so many characters.

    Examples
    --------
    >>> shorten("platelet-rich plasma", 10)
    'platelet-\N{HORIZONTAL ELLIPSIS}'
    """
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def _apart(axis: Axis) -> list[tuple[float, str]]:
    """Return the ticks that do not run into each other, shortened where they would."""
    room = abs(axis.end - axis.start) / max(len(axis.ticks), 1)
    most = max(int(room / 6.5), 3)
    every = max(1, math.ceil(26 / room)) if room else 1
    return [(value, shorten(text, most * every)) for value, text in axis.ticks[::every]]


def _step(span: float) -> float:
    rough = span / 5
    scale = 10.0 ** math.floor(math.log10(rough))
    return next(one * scale for one in STEPS if one * scale >= rough * 0.999)


def _tick_text(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}".replace("-", "\N{MINUS SIGN}") if abs(value) > 1e-12 else "0"  # noqa: PLR2004
