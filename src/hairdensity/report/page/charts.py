"""Estimates become charts: places in per cent of an axis, or in px of a small drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.report.words import (
    interval_text,
    label_text,
    quantity,
    relative_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hairdensity.compare import Change
    from hairdensity.estimate import Estimate
    from hairdensity.report.language import Language
    from hairdensity.report.page.hairs import PageHair

LEVEL_QUANTITIES = ("hair_density_per_cm2", "unit_density_per_cm2", "mean_diameter_um")
WIDEST_CHANGE = 1.0
"""A change axis ends at -100 % and +100 % at the most; a longer interval runs off it."""
TICKS = 4
BIN_UM = 10
MOST_UM = 150
"""The last bin of the histogram holds everything from here on."""
DRAWING_PX = (360, 210)
PLOT_PX = (40, 12, 300, 150)
"""Left, top, width and height of the histogram in its drawing."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a value stands and where its interval starts, and its length, in per cent of an axis."""

    place: float
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Track:
    """One interval along an axis, in per cent of its length; `blind` is what error of measurement covers."""

    label: str
    text: str
    reach: Reach
    blind: tuple[float, float] | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class TrackChart:
    """Intervals over one axis, and the axis' ticks as (place in per cent, text)."""

    heading: str
    tracks: tuple[Track, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars as (x, y, width, height) in px of a drawing, by side; places of the threshold and of the ticks."""

    bars: Mapping[str, tuple[tuple[float, float, float, float], ...]]
    threshold_x: float
    ticks: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, str], ...]
    fullest_um: Mapping[str, str]


def change_chart(changes: Sequence[Change], language: Language) -> TrackChart | None:
    """Return the relative changes with their intervals; None where none is known."""
    known = [(one, one.relative) for one in changes if one.relative is not None]
    if not known:
        return None
    widest = max(max(abs(one.low), abs(one.high)) for _, one in known)
    limit = min(_round_up(widest), WIDEST_CHANGE)
    tracks = [
        _track(label_text(quantity(change.quantity), language), relative, (-limit, limit), language, change)
        for change, relative in known
    ]
    ticks = [(at - TICKS / 2) / (TICKS / 2) * limit for at in range(TICKS + 1)]
    return TrackChart(
        heading=language.say("chart.change"),
        tracks=tuple(tracks),
        ticks=tuple((_place(one, (-limit, limit)), _per_cent(one, language)) for one in ticks),
    )


def level_charts(values: Mapping[str, Mapping[str, Estimate | None]], language: Language) -> list[TrackChart]:
    """Return density and diameter charts.

    Parameters
    ----------
    values
        For each name of `LEVEL_QUANTITIES` the estimate of each side, by the side's name on the page.
    language
        Language of the words.
    """
    charts = (_level_chart(name, values[name], language) for name in LEVEL_QUANTITIES)
    return [one for one in charts if one is not None]


def diameter_histogram(
    hairs: Iterable[PageHair], threshold_um: float, language: Language
) -> Histogram | None:
    """Return how the diameters are distributed, in shares of each side's hairs; None without a scale."""
    hairs = list(hairs)
    diameters = {side: _diameters_um(hairs, side) for side in ("before", "after")}
    shares = {side: _shares(one) for side, one in diameters.items() if one}
    if not shares:
        return None
    most = _round_up(max(float(one.max()) for one in shares.values()))
    left, top, width, height = PLOT_PX
    levels = [most * at / 2 for at in range(3)]
    steps = range(0, MOST_UM + 1, 30)
    return Histogram(
        bars={side: _bars(one, most, list(shares).index(side), len(shares)) for side, one in shares.items()},
        threshold_x=left + width * min(threshold_um / MOST_UM, 1.0),
        ticks=tuple((left + width * step / MOST_UM, language.number(step)) for step in steps),
        levels=tuple((top + height * (1 - one / most), _per_cent(one, language, "")) for one in levels),
        fullest_um={side: _fullest_um(one, language) for side, one in shares.items()},
    )


def _level_chart(name: str, sides: Mapping[str, Estimate | None], language: Language) -> TrackChart | None:
    known = {side: one for side, one in sides.items() if one is not None}
    if not known:
        return None
    axis = (0.0, _round_up(max(one.high for one in known.values()) or 1.0))
    shown = quantity(name)
    tracks = [
        Track(
            label=side,
            text=interval_text(shown, one, language),
            reach=_reach(one, axis),
            side="before" if at == 0 and len(known) > 1 else "after",
        )
        for at, (side, one) in enumerate(known.items())
    ]
    ticks = [axis[1] * at / TICKS for at in range(TICKS + 1)]
    decimals = 0 if axis[1] >= TICKS else 1
    return TrackChart(
        heading=label_text(shown, language),
        tracks=tuple(tracks),
        ticks=tuple((_place(one, axis), language.number(one, decimals)) for one in ticks),
    )


def _track(
    label: str, relative: Estimate, axis: tuple[float, float], language: Language, change: Change
) -> Track:
    blind = _relative_detectable(change)
    edges = None if blind is None else (_place(-blind, axis), _place(blind, axis))
    return Track(
        label=label.partition(",")[0],
        text=relative_text(relative, language),
        reach=_reach(relative, axis),
        blind=None if edges is None else (edges[0], edges[1] - edges[0]),
        side=change.verdict,
    )


def _relative_detectable(change: Change) -> float | None:
    smallest = change.minimal_detectable_change
    if smallest is None or change.difference is None or change.before is None:
        return smallest
    return smallest / change.before.value if change.before.value else None


def _reach(estimate: Estimate, axis: tuple[float, float]) -> Reach:
    low, high = _place(estimate.low, axis), _place(estimate.high, axis)
    return Reach(_place(estimate.value, axis), low, round(high - low, 2))


def _place(value: float, axis: tuple[float, float]) -> float:
    """Return where a value stands, in per cent of the axis, kept on it."""
    share = (value - axis[0]) / (axis[1] - axis[0])
    return round(100 * min(max(share, 0.0), 1.0), 2)


def _round_up(value: float) -> float:
    """Return the next round number that divides well by four ticks."""
    power = 10.0 ** math.floor(math.log10(max(value, 1e-6)))
    return next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10) if step * power >= value * 0.999)


def _per_cent(value: float, language: Language, plus: str = "+") -> str:
    percent = round(100 * value, 6)
    number = language.number(percent, 0 if percent.is_integer() else 1)
    return language.say("number.percent", number=f"{plus}{number}" if value > 0 else number)


def _diameters_um(hairs: Sequence[PageHair], side: str) -> list[float]:
    seen = [one.seen[side].facts["diameter"] for one in hairs if side in one.seen]
    return [one[0] for one in seen if one is not None]


def _shares(diameters_um: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    edges = np.arange(0, MOST_UM + BIN_UM, BIN_UM)
    counts, _ = np.histogram(np.minimum(diameters_um, MOST_UM - BIN_UM / 2), bins=edges)
    return np.asarray(counts / len(diameters_um), dtype=np.float64)


def _bars(
    shares: np.ndarray[tuple[int], np.dtype[np.float64]], most: float, at: int, sides: int
) -> tuple[tuple[float, float, float, float], ...]:
    left, top, width, height = PLOT_PX
    slot = width / len(shares)
    bar = (slot - 4) / sides
    return tuple(
        (
            round(left + slot * bin_number + 2 + bar * at, 1),
            round(top + height * (1 - share / most), 1),
            round(bar - 1, 1),
            round(height * share / most, 1),
        )
        for bin_number, share in enumerate(shares.tolist())
        if share
    )


def _fullest_um(shares: np.ndarray[tuple[int], np.dtype[np.float64]], language: Language) -> str:
    start = int(shares.argmax()) * BIN_UM
    return language.say("number.between", low=start, high=start + BIN_UM)
