"""What `compare` says became of units and kept hairs, beside what was drawn; a part of docs/coverage.md."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align.homography import project
from hairdensity.compare.fates import CROSSINGS, UnitFates
from pairs import true_hairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.compare import Comparison
    from hairdensity.hairs.field import Field
    from hairdensity.phantom import PhantomPair
    from pairs import PreparedPair

UNIT_FATES = tuple(one.name for one in fields(UnitFates))


@dataclass(frozen=True, slots=True)
class Crossing:
    """How many kept hairs crossed the terminal threshold one way: what was said, and what was drawn."""

    said: float
    low: float
    high: float
    known: int

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.known <= self.high


@dataclass(frozen=True, slots=True)
class FateOutcome:
    """Of one pair: units by what became of them, as said and as drawn, and crossings in CROSSINGS' order."""

    said_units: tuple[int, ...]
    known_units: tuple[int, ...]
    crossings: tuple[Crossing, ...]


def fate_outcome(prepared: PreparedPair, comparison: Comparison) -> FateOutcome | None:
    """Return what was said of the fates and what was drawn; None where nothing was said."""
    said, field = comparison.fates, comparison.alignment.before_shared_field
    if said is None or field is None:
        return None
    known = _known_crossings(prepared, comparison)
    told = [getattr(said, name) for name in CROSSINGS]
    return FateOutcome(
        astuple(said.units),
        _known_units(prepared.pair, field),
        tuple(
            Crossing(one.value, one.low, one.high, number)
            for one, number in zip(told, known, strict=True)
            if one is not None
        ),
    )


def fate_lines(groups: Mapping[str, Sequence[FateOutcome]]) -> list[str]:
    """Return a table of crossings and one of units for groups of pairs."""
    lines = ["| pairs | number | of kept hairs became | drawn, mean | said, mean | intervals that hold it |"]
    lines.append("|---|---|---|---|---|---|")
    for name, rows in groups.items():
        for at, crossing in enumerate(CROSSINGS):
            told = [row.crossings[at] for row in rows if row.crossings]
            drawn, said, held = np.mean([(one.known, one.said, one.is_covered) for one in told], axis=0)
            became = crossing.rpartition("_")[2]
            lines.append(f"| {name} | {len(told)} | {became} | {drawn:.2f} | {said:.2f} | {held:.1%} |")
    lines += ["", f"| units a pair, drawn / said | {' | '.join(UNIT_FATES)} |", "|---|---|---|---|---|---|"]
    for name, rows in groups.items():
        drawn, said = (
            np.mean([getattr(row, side) for row in rows], axis=0) for side in ("known_units", "said_units")
        )
        cells = [f"{one:.1f} / {other:.1f}" for one, other in zip(drawn, said, strict=True)]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _known_crossings(prepared: PreparedPair, comparison: Comparison) -> tuple[int, int]:
    """Return how many of the hairs that `compare` kept rose to the threshold, and how many fell below it."""
    threshold_um = comparison.settings.analysis.measure.terminal_threshold_um
    before, after = true_hairs(prepared)
    shown = (prepared.pair.before, prepared.pair.after)
    was, is_now = ({hair.seed: hair.diameter_um >= threshold_um for hair in one.hairs} for one in shown)
    kept = [pair for pair in comparison.pairs if pair.state == "kept"]
    seeds = {
        seeds_of.get(hair_id)
        for pair in kept
        for seeds_of, hair_id in ((before, pair.before_id), (after, pair.after_id))
        if hair_id is not None
    }
    both = [seed for seed in seeds if seed is not None and seed in was and seed in is_now]
    risen = sum(not was[seed] and is_now[seed] for seed in both)
    return risen, sum(was[seed] and not is_now[seed] for seed in both)


def _known_units(pair: PhantomPair, field: Field) -> tuple[int, ...]:
    """Return the drawn units of the shared field by what became of them, in the order of UnitFates."""
    mappings = np.eye(3), np.linalg.inv(pair.before_to_after)
    sizes = [
        Counter(
            hair.unit
            for hair, inside in zip(
                shown.hairs,
                field.contains(
                    project(mapping, np.array([path[0] for path in shown.paths_px]).reshape(-1, 2))
                ),
                strict=True,
            )
            if inside
        )
        for shown, mapping in zip((pair.before, pair.after), mappings, strict=True)
    ]
    became = Counter(_fate(sizes[0][unit], sizes[1][unit]) for unit in sizes[0] | sizes[1])
    return tuple(became[name] for name in UNIT_FATES)


def _fate(before: int, after: int) -> str:
    if before == after:
        return "same"
    if before == 0 or after == 0:
        return "gone" if before else "new"
    return "larger" if after > before else "smaller"
