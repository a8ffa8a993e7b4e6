"""Hairs become what a page draws and tells of them: lines in one frame, states, numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from hairdensity.align.homography import inverse, project
from hairdensity.measure import hair_class
from hairdensity.report.analysis_document import UM_PER_MM, diameter_um
from hairdensity.report.numbers import decimals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from hairdensity.compare import Comparison
    from hairdensity.hairs.units import Hair, Unit
    from hairdensity.pipeline import Analysis

    Points = NDArray[np.float64]

LINE_ERROR_UM = 5.0
"""Lines are drawn with so few corners that they stay this near to the path."""
OUTSIDE = "outside"
COUNTED, UNCOUNTED = "counted", "uncounted"
SINGLE_STATES = (COUNTED, UNCOUNTED)
PAIR_STATES = ("kept", "gained", "lost", "unsure", OUTSIDE)
UNIT_MARGIN_UM = 60.0
FACTS = ("id", "unit", "unit_count", "certainty", "cut", "class", "diameter", "length")
"""What is told of a hair in one photo, in this order."""
COARSE_PX = 2000
"""In a frame wider than this, whole px are exact enough for a line."""


@dataclass(frozen=True, slots=True, eq=False)
class SeenHair:
    """A hair as one photo shows it: its line in the page's frame, (x, y), and its numbers."""

    line_px: Points
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class PageHair:
    """One hair of a page, seen in one photo or in both."""

    state: str
    seen: Mapping[str, SeenHair]
    change_um: float | None = None

    def facts(self, sides: Sequence[str]) -> list[Any]:
        """Return what the page's script is told: state, change of diameter, the facts of each photo or 0."""
        return [self.state, self.change_um, *(self._facts_in(side) for side in sides)]

    def _facts_in(self, side: str) -> list[Any] | int:
        return [self.seen[side].facts[name] for name in FACTS] if side in self.seen else 0


@dataclass(frozen=True, slots=True, eq=False)
class PageHairs:
    """All hairs of a page, its frame's width, and its follicular units as circles (x, y, radius) by side."""

    hairs: tuple[PageHair, ...]
    width_px: int
    units: Mapping[str, list[list[float]]] = field(default_factory=dict)

    def lines(self, side: str, state: str) -> str:
        """Return the lines of all hairs of one state in one photo as the `d` of an SVG path, in order."""
        places = 0 if self.width_px > COARSE_PX else 1
        return "".join(_line_text(one.line_px, places) for one in self._of(side, state))

    def roots(self, side: str, state: str) -> Points:
        """Return the roots of all hairs of one state in one photo, shape (n, 2)."""
        return np.array([one.line_px[0] for one in self._of(side, state)], dtype=np.float64).reshape(-1, 2)

    def count(self, state: str) -> int:
        """Return how many hairs have a state."""
        return sum(one.state == state for one in self.hairs)

    def _of(self, side: str, state: str) -> Iterable[SeenHair]:
        return (one.seen[side] for one in self.hairs if one.state == state and side in one.seen)


def hairs_of(analysis: Analysis) -> PageHairs:
    """Return the hairs of one photo, in its own px."""
    frame = np.eye(3)
    hairs = [
        PageHair(COUNTED if hair.counted else UNCOUNTED, {"before": _seen(hair, analysis, frame)})
        for hair in analysis.hairs
    ]
    return PageHairs(tuple(hairs), analysis.photo.width_px, {"before": _unit_circles(analysis, frame)})


def hairs_followed(comparison: Comparison) -> PageHairs:
    """Return the hairs of two aligned photos, in px of the before photo, in the order of their states.

    Raises
    ------
    ValueError
        When the photos are not aligned.
    """
    mapping = comparison.alignment.before_to_after
    if mapping is None:
        message = "the photos are not aligned"
        raise ValueError(message)
    back = inverse(mapping)
    before = {hair.id: _seen(hair, comparison.before, np.eye(3)) for hair in comparison.before.hairs}
    after = {hair.id: _seen(hair, comparison.after, back) for hair in comparison.after.hairs}
    followed = [
        _followed(pair.state, _taken(before, pair.before_id), _taken(after, pair.after_id))
        for pair in comparison.pairs
    ]
    rest = [PageHair(OUTSIDE, {"before": one}) for one in before.values()]
    rest += [PageHair(OUTSIDE, {"after": one}) for one in after.values()]
    circles = {"before": _unit_circles(comparison.before, np.eye(3))}
    return PageHairs(
        tuple(sorted([*followed, *rest], key=lambda one: PAIR_STATES.index(one.state))),
        comparison.before.photo.width_px,
        circles | {"after": _unit_circles(comparison.after, back)},
    )


def _taken(hairs: dict[int, SeenHair], number: int | None) -> SeenHair | None:
    return None if number is None else hairs.pop(number, None)


def _followed(state: str, before: SeenHair | None, after: SeenHair | None) -> PageHair:
    sides = {"before": before, "after": after}
    seen = {side: one for side, one in sides.items() if one is not None}
    diameters = [one.facts["diameter"] for one in seen.values() if one.facts["diameter"] is not None]
    both = len(diameters) == len(sides)
    change_um = decimals(diameters[1][0] - diameters[0][0], 1) if both else None
    return PageHair(state, seen, change_um)


def _seen(hair: Hair, analysis: Analysis, to_frame: Points) -> SeenHair:
    error_px = LINE_ERROR_UM / analysis.working_um_per_px
    line_px = cv2.approxPolyDP(hair.path_px.reshape(-1, 1, 2), error_px, closed=False).reshape(-1, 2)
    unit = analysis.units[hair.unit_id] if hair.unit_id < len(analysis.units) else None
    facts = {
        "id": hair.id,
        "unit": hair.unit_id,
        "unit_count": len(unit.hair_ids) if unit is not None else 1,
        "certainty": decimals(hair.confidence, 2),
        "cut": hair.leaves_frame,
        "class": hair_class(hair, analysis.scale, analysis.settings.measure),
        **_sizes(hair, analysis),
    }
    return SeenHair(project(to_frame, np.asarray(line_px, dtype=np.float64)), facts)


def _sizes(hair: Hair, analysis: Analysis) -> dict[str, Any]:
    if analysis.scale is None:
        return {"diameter": None, "length": None}
    diameter = diameter_um(hair, analysis.scale)
    length_mm = hair.visible_length_px * analysis.scale.um_per_px.value / UM_PER_MM
    return {
        "diameter": [decimals(getattr(diameter, name), 1) for name in ("value", "low", "high")],
        "length": decimals(length_mm, 2),
    }


def _unit_circles(analysis: Analysis, to_frame: Points) -> list[list[float]]:
    """Return a circle about the roots of each unit, in the page's frame."""
    roots = {hair.id: hair.root_px for hair in analysis.hairs}
    margin_px = UNIT_MARGIN_UM / analysis.working_um_per_px
    return [
        _circle(project(to_frame, _rim(unit, [roots[one] for one in unit.hair_ids], margin_px)))
        for unit in analysis.units
    ]


def _rim(unit: Unit, roots_px: Sequence[tuple[float, float]], margin_px: float) -> Points:
    """Return the centre of a unit and one point of the circle about its roots."""
    centre = np.array(unit.centre_px)
    radius = float(np.linalg.norm(np.array(roots_px) - centre, axis=1).max()) + margin_px
    return np.array([centre, centre + np.array([radius, 0.0])])


def _circle(centre_and_rim: Points) -> list[float]:
    centre, rim = centre_and_rim
    return [decimals(one, 1) for one in (*centre, float(np.linalg.norm(rim - centre)))]


def _line_text(line_px: Points, places: int) -> str:
    return "M" + " ".join(f"{one:.{places}f}".removesuffix(".0") for one in line_px.ravel())
