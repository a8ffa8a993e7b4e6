"""Writes results.csv and pairs.csv as a batch leaves them, for subjects with a known change."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hairdensity.report.words import QUANTITIES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.random import Generator

START = date(2026, 1, 5)
QUANTITY = "hair_density_per_cm2"
RESULT_HEAD = (
    "photo", "subject", "site", "visit", "date", "arm", "side", "exit_code", "error", "quality_verdict",
    "um_per_px", "scale_source", "field_area_cm2",
)  # fmt: skip
PAIR_HEAD = (
    "before", "after", "subject", "site", "exit_code", "error", "shared_area_cm2", "kept", "gained", "lost",
    "unsure",
)  # fmt: skip
PARTS = ("before", "after", "difference", "difference_low", "difference_high", "relative", "verdict")
COUNTS = {"hair_count", "unit_count"}


@dataclass
class Made:
    """Rows of both tables, to be added to and written."""

    results: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)

    def photo(
        self,
        name: str,
        density: float | None = None,
        **cells: Any,  # noqa: ANN401 -- any cell
    ) -> dict[str, Any]:
        """Add a photo; without a density it is an error row."""
        row: dict[str, Any] = {
            "photo": name,
            "exit_code": 0,
            "error": "",
            "field_area_cm2": 0.5,
            "site": "vertex",
        }
        if density is None:
            row |= {
                "exit_code": 3,
                "error": f"{name}: refused: blurred; focus on the skin",
                "quality_verdict": "refused",
            }
        else:
            row |= {"quality_verdict": "good", "hair_count": round(density / 2), QUANTITY: density}
            row |= {f"{QUANTITY}_low": density - 8, f"{QUANTITY}_high": density + 8, "mean_diameter_um": 60.0}
        self.results.append(row | cells)
        return self.results[-1]

    def pair(
        self,
        before: str,
        after: str,
        values: tuple[float, float] | None,
        **cells: Any,  # noqa: ANN401 -- any cell
    ) -> dict[str, Any]:
        """Add a pair with the densities of both photos; without values it failed."""
        row: dict[str, Any] = {
            "before": before,
            "after": after,
            "exit_code": 0,
            "error": "",
            "shared_area_cm2": 0.4,
        }
        if values is None:
            row |= {"exit_code": 5, "error": f"{after}: not aligned: different skin"}
        else:
            change = values[1] - values[0]
            verdict = "increase" if change > 6 else "decrease" if change < -6 else "not-resolved"
            shown = (*values, change, change - 6, change + 6, change / values[0], verdict)
            row |= {f"{QUANTITY}_{part}": one for part, one in zip(PARTS, shown, strict=True)}
        self.pairs.append(row | cells)
        return self.pairs[-1]

    def course(self, subject: str, densities: dict[int, float | None], **cells: Any) -> None:  # noqa: ANN401 -- any cell
        """Add a subject's photos by week, and the pairs of each later week with the first."""
        names = {week: f"{subject}{cells.get('side', '')}_w{week}.jpg" for week in densities}
        for week, density in densities.items():
            day = (START + timedelta(weeks=week)).isoformat()
            self.photo(names[week], density, subject=subject, visit=f"week {week}", date=day, **cells)
        first, *later = densities
        start = densities[first]
        for week in later:
            then = densities[week]
            values = None if start is None or then is None else (start, then)
            self.pair(names[first], names[week], values, subject=subject)

    def write(self, folder: Path, *, with_pairs: bool = True) -> Path:
        """Write results.csv and pairs.csv; returns the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        quantities = [one.name for one in QUANTITIES]
        head = list(RESULT_HEAD)
        for name in quantities:
            head += [name] if name in COUNTS else [name, f"{name}_low", f"{name}_high"]
        _write(folder / "results.csv", head, sorted(self.results, key=lambda row: str(row["photo"])))
        if with_pairs:
            columns = [*PAIR_HEAD, *(f"{name}_{part}" for name in quantities for part in PARTS)]
            _write(folder / "pairs.csv", columns, self.pairs)
        return folder


def trial(
    effects: dict[str, float], subjects: int = 12, weeks: tuple[int, ...] = (0, 12, 24), seed: int = 7
) -> Made:
    """Return a parallel trial: each arm gains its effect by the last visit; subjects differ by SD 9."""
    random = np.random.default_rng(seed)
    made = Made()
    for letter, (arm, effect) in zip("ABCDEFGH", effects.items(), strict=False):
        for at in range(subjects):
            made.course(f"{letter}{at + 1:02d}", _densities(random, effect, weeks), arm=arm)
    return made


def split_head(
    effects: dict[str, float], subjects: int = 14, weeks: tuple[int, ...] = (0, 12, 24), seed: int = 3
) -> Made:
    """Return a split-head trial: both sides of each head get different arms, left and right in turn."""
    random = np.random.default_rng(seed)
    made = Made()
    for at in range(subjects):
        own = float(random.normal(0, 8))
        for side, (arm, effect) in zip(
            ("left", "right") if at % 2 else ("right", "left"), effects.items(), strict=True
        ):
            densities = _densities(random, effect + own, weeks)
            made.course(f"S{at + 1:02d}", densities, arm=arm, side=side)
    return made


def write_sessions(path: Path, rows: list[tuple[str, str, str, str]]) -> Path:
    """Write a table of treatment sessions."""
    _write(
        path,
        ["subject", "date", "kind", "side"],
        [dict(zip(("subject", "date", "kind", "side"), row, strict=True)) for row in rows],
    )
    return path


def _densities(random: Generator, effect: float, weeks: tuple[int, ...]) -> dict[int, float | None]:
    start, own = float(random.normal(160, 25)), float(random.normal(0, 9))
    ends = {
        week: start + (effect + own) * week / weeks[-1] + float(random.normal(0, 3)) * (week > 0)
        for week in weeks
    }
    return {week: round(value, 2) for week, value in ends.items()}


def _write(path: Path, head: list[str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
