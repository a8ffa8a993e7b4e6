"""How often the intervals of `compare` hold the truth, on drawn pairs whose change is known.

`python benchmarks/coverage.py --pairs 1000 --far 300 --thicker 200 --thin 100 --write` draws what is not in
the work folder yet (a run that was stopped goes on where it was), compares, prints the tables and writes them
to docs/coverage.md.
`--fit` prints the settings of the noise that these pairs ask for instead; they stand in `ChangeSettings`.
"""

from __future__ import annotations

import argparse
import math
import shlex
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from fates import fate_lines, fate_outcome
from hairdensity.align.homography import project
from hairdensity.compare import CompareSettings, compare_aligned
from hairdensity.compare.noise import expected_change
from hairdensity.compare.readings import THIN_UM, couples_of, is_guessed
from hairdensity.estimate import NORMAL_95
from hairdensity.phantom import pair_truth
from pairs import (
    SIDES,
    STYLE_NAMES,
    WIDE_FIELD_MM,
    PreparedPair,
    finder_version,
    misfit_um,
    over_pairs,
    true_hairs,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fates import FateOutcome
    from hairdensity.compare import Change, Comparison

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
FIT_FIRST = 5000
"""Pairs from this number on serve the fits; the coverage study takes those from 0 on."""
WRONG_UM = 200.0
"""An alignment that misses by more is wrong."""
DENSITY = "hair_density_per_cm2"
DIAMETER = "mean_diameter_um"
DARK_STYLES = ("clipped", "coarse")
FAINT_STYLES = ("fair", "grey")
"""Hair nearly as bright as the skin, or brighter."""
MANY_HAIRS = 20
"""So many measured at both visits tell how diameters changed."""
MANY_THIN_HAIRS = 6
"""So many thin ones tell by how much thin hairs grew."""
FOLLOWING = (DIAMETER, "terminal_fraction", "cumulative_thickness_mm_per_cm2")
HEAD = """# Coverage study

How often the 95 % intervals of `hairdensity compare` hold the truth, and how often a change is called where
there is none: drawn pairs whose change is known. Written by

```
{command}
```

Drawn photos show 7.0 x 5.6 mm of skin at 5.5 µm a px ({styles}),
months apart: other light, tint, focus, noise and JPEG quality, every hair combed by 4° and regrown by 12 %
(standard deviations), in three of five pairs up to a quarter of the hairs lost and up to a quarter gained, in
one of four all hairs 5 µm thicker, sites cleaned of cut hair. "Careful" pairs are framed nearly alike:
70-100 % overlap, turns to 20°, zoom 0.9-1.1; "far" pairs have any turn, 40-100 % overlap, zoom 0.5-2 and
5.5-16 µm a px. "Wide" pairs show {wide:.1f} x {high:.1f} mm, framed like careful ones; all hairs are 5 µm
thicker and nothing else changed, or those under 40 µm, 15-42 % of them, are 12 µm thicker.
The truth counts every drawn hair of the shared field, also vellus hair that no one could see. The pairs that
the noise and the chances were fitted on are others. Finder {finder}.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a comparison said of one quantity, and what was true: differences; of counts, relative ones."""

    quantity: str
    error: float
    low: float
    high: float
    known: float
    resolved: bool

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the truth, counts to a thousandth."""
        return self.low - 1e-9 <= self.known <= self.high + 1e-9

    @property
    def half_width(self) -> float:
        """Half the interval's width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One pair: how it was aligned, what was said of each quantity, how the calls on hairs came out."""

    kind: str
    style: str
    status: str
    thicker_um: float
    is_changed: bool
    outcomes: tuple[Outcome, ...]
    calls: tuple[int, int, int]
    """Right, wrong and missed calls of lost or gained."""
    measured_twice: tuple[int, int]
    """Hairs whose diameter was measured at both visits, and how many of them are thin."""
    parts: tuple[float, float, float, float]
    """Error of the expected change of the count; its variance but for what is unseen; that; the count."""
    fate: FateOutcome | None = None


def main() -> None:
    """Draw, compare, print, and write the page when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=1000, help="careful pairs")
    parser.add_argument("--far", type=int, default=300, help="far pairs")
    parser.add_argument("--thicker", type=int, default=200, help="wide pairs in which hairs thicken alone")
    parser.add_argument("--thin", type=int, default=100, help="wide pairs in which thin hairs alone thicken")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "hairdensity-pairs")
    parser.add_argument("--fit", action="store_true", help="print the settings of the noise")
    parser.add_argument("--write", action="store_true", help="write docs/coverage.md")
    asked = parser.parse_args()
    first = FIT_FIRST if asked.fit else 0
    careful = list(over_pairs(_compared, range(first, first + asked.pairs), "careful", asked.work))
    far = list(over_pairs(_compared, range(0 if asked.fit else asked.far), "far", asked.work))
    if asked.fit:
        print(_fitted(careful))
        return
    thicker, thin = (
        list(over_pairs(_compared, range(count), kind, asked.work))
        for kind, count in (("thicker", asked.thicker), ("thin", asked.thin))
    )
    counts = {"pairs": asked.pairs, "far": asked.far, "thicker": asked.thicker, "thin": asked.thin}
    numbers = [word for name, count in counts.items() for word in (f"--{name}", f"{count}")]
    command = shlex.join(["python", "benchmarks/coverage.py", *numbers, "--write"])
    styles = ", ".join(f"{count * 10} % {name}" for name, count in Counter(STYLE_NAMES).most_common())
    page = HEAD.format(
        command=command,
        styles=styles,
        finder=finder_version(),
        wide=WIDE_FIELD_MM,
        high=WIDE_FIELD_MM * SIDES,
    )
    page += "\n".join(["", *_alignment_table(careful, far), "", *_count_table(careful, far), ""])
    page += "\n".join(["", *_quantity_table(careful), "", *_diameter_lines(careful, thicker), ""])
    page += "\n".join(["", *_thin_lines(thin), "", *_fate_lines(careful, thin), ""])
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")


def _compared(prepared: PreparedPair) -> Row:
    plan, alignment = prepared.plan, prepared.alignment
    changed = plan.change.lost_fraction + plan.change.gained_fraction > 0
    nothing = ((), (0, 0, 0), (0, 0), (0.0,) * 4)
    known = (plan.kind, plan.style)
    if alignment is None:
        return Row(*known, "refused", plan.change.thicker_um, changed, *nothing)
    if alignment.before_to_after is None:
        return Row(*known, "not aligned", plan.change.thicker_um, changed, *nothing)
    if misfit_um(prepared) > WRONG_UM:
        return Row(*known, "wrong", plan.change.thicker_um, changed, *nothing)
    comparison = compare_aligned(*prepared.analyses, alignment, CompareSettings())
    return Row(
        *known,
        "aligned",
        plan.change.thicker_um,
        changed,
        tuple(_outcomes(prepared, comparison)),
        _call_quality(prepared, comparison),
        _measured_twice(prepared, comparison),
        _noise_parts(prepared, comparison),
        fate_outcome(prepared, comparison),
    )


def _outcomes(prepared: PreparedPair, comparison: Comparison) -> Iterable[Outcome]:
    changes = {one.quantity: one for one in comparison.changes}
    truth = pair_truth(prepared.pair, comparison.alignment.before_shared_field)
    if truth.kept + truth.lost:
        yield from _outcome(changes[DENSITY], truth.relative_change, is_relative=True)
    known = _true_differences(prepared, comparison)
    for quantity, difference in known.items():
        yield from _outcome(changes[quantity], difference, is_relative=False)


def _outcome(change: Change, known: float, *, is_relative: bool) -> Iterable[Outcome]:
    said = change.relative if is_relative else change.difference
    if said is not None:
        resolved = change.verdict != "not-resolved"
        yield Outcome(change.quantity, said.value - known, said.low, said.high, known, resolved)


def _true_differences(prepared: PreparedPair, comparison: Comparison) -> dict[str, float]:
    """Return the true change of what follows from the drawn diameters of the hairs on the shared field."""
    field = comparison.alignment.before_shared_field
    pair = prepared.pair
    if field is None:
        return {}
    back = np.linalg.inv(pair.before_to_after)
    diameters = []
    for phantom, mapping in ((pair.before, np.eye(3)), (pair.after, back)):
        roots = project(mapping, np.array([path[0] for path in phantom.paths_px]).reshape(-1, 2))
        inside = field.contains(roots)
        diameters.append(
            np.array([hair.diameter_um for hair, shown in zip(phantom.hairs, inside, strict=True) if shown])
        )
    if min(len(one) for one in diameters) == 0:
        return {}
    threshold_um = comparison.settings.analysis.measure.terminal_threshold_um
    area_cm2 = field.area_px * (pair.before.view.um_per_px * 1e-4) ** 2
    return {
        DIAMETER: float(diameters[1].mean() - diameters[0].mean()),
        "terminal_fraction": float(
            (diameters[1] >= threshold_um).mean() - (diameters[0] >= threshold_um).mean()
        ),
        "cumulative_thickness_mm_per_cm2": float(diameters[1].sum() - diameters[0].sum()) * 1e-3 / area_cm2,
    }


def _call_quality(prepared: PreparedPair, comparison: Comparison) -> tuple[int, int, int]:
    before, after = true_hairs(prepared)
    shown = [{hair.seed for hair in one.hairs} for one in (prepared.pair.before, prepared.pair.after)]
    right = wrong = 0
    for pair in comparison.pairs:
        if pair.state not in {"lost", "gained"}:
            continue
        seed = before.get(pair.before_id or 0) if pair.state == "lost" else after.get(pair.after_id or 0)
        is_right = seed is not None and seed not in shown[1 if pair.state == "lost" else 0]
        right, wrong = right + is_right, wrong + (not is_right)
    truth = pair_truth(prepared.pair, comparison.alignment.before_shared_field)
    return right, wrong, max(truth.lost + truth.gained - right, 0)


def _measured_twice(prepared: PreparedPair, comparison: Comparison) -> tuple[int, int]:
    shown = (prepared.pair.before, prepared.pair.after)
    before, after = (
        [hair.diameter_px.times(phantom.view.um_per_px) for hair in analysis.hairs]
        for analysis, phantom in zip(prepared.analyses, shown, strict=True)
    )
    both = [
        (before[pair.before_id], after[pair.after_id])
        for pair in comparison.pairs
        if pair.before_id is not None and pair.after_id is not None
    ]
    measured = couples_of([couple for couple in both if not any(map(is_guessed, couple))])
    return len(measured.middle), int((measured.middle < THIN_UM).sum())


def _noise_parts(prepared: PreparedPair, comparison: Comparison) -> tuple[float, float, float, float]:
    """Return what the noise of the count is made of; see `hairdensity.compare.noise`."""
    truth = pair_truth(prepared.pair, comparison.alignment.before_shared_field)
    settings = comparison.settings.change
    shared = [one for one in (comparison.before_shared, comparison.after_shared) if one is not None]
    counts = [one.hair_count or 0 for one in shared]
    change = expected_change(comparison.pairs, counts[0], settings)
    # what was found is a part of what is there: the truth is brought to the size of the found count
    known = truth.relative_change * counts[0] if truth.kept + truth.lost else 0.0
    residual_um = (comparison.alignment.residual_px or 0.0) * prepared.analyses[1].working_um_per_px
    misfit = (residual_um / settings.misfit_um) ** 2 * max(*counts, 1)
    floor = settings.unseen_per_hair * max(*counts, 1)
    return change.hairs - known, change.doubt + misfit**2 + floor, change.unseen, float(max(*counts, 1))


def _fitted(rows: Sequence[Row]) -> str:
    """Return the dispersion under which 95 % of the errors of the count lie within their intervals."""
    parts = np.array([row.parts for row in rows if row.status == "aligned"])
    errors, known, unseen, counts = parts.T

    def excess(dispersion: float) -> float:
        widths = NORMAL_95 * np.sqrt(known + dispersion * unseen)
        return float(np.quantile(np.abs(errors) / widths, 0.95)) - 1

    dispersion = brentq(excess, 1e-3, 1e3)
    widths = NORMAL_95 * np.sqrt(known + dispersion * unseen) / counts
    lines = [
        f"{len(errors)} pairs, mean error of the count {errors.mean():+.2f} hairs",
        f"unseen_dispersion = {dispersion:.3f}, then the median half-width is {np.median(widths):.1%}",
    ]
    return "\n".join(lines + [_spread_line(rows, one) for one in FOLLOWING])


def _spread_line(rows: Sequence[Row], quantity: str) -> str:
    told = [one for row in rows for one in row.outcomes if one.quantity == quantity]
    errors = np.array([one.error for one in told])
    widths = np.abs(errors) / np.array([max(one.half_width, 1e-9) for one in told])
    return (
        f"{quantity}: 95 % of errors within {np.quantile(widths, 0.95):.2f} half-widths,"
        f" mean error {errors.mean():+.3f}, sd {errors.std():.3f}"
    )


def _alignment_table(careful: Sequence[Row], far: Sequence[Row]) -> list[str]:
    lines = [
        "| pairs | number | photo refused | aligned right | aligned wrong | refused though the same skin |",
        "|---|---|---|---|---|---|",
    ]
    for name, rows in (("careful", careful), ("far", far)):
        count = Counter(row.status for row in rows)
        judged = max(len(rows) - count["refused"], 1)
        lines.append(
            f"| {name} | {len(rows)} | {count['refused']}"
            f" | {count['aligned']} ({count['aligned'] / judged:.1%})"
            f" | {count['wrong']} | {count['not aligned']} |"
        )
    return lines


def _count_table(careful: Sequence[Row], far: Sequence[Row]) -> list[str]:
    heads = "error, mean of its size|bias|95 % intervals that hold the truth|false changes|half-width, median"
    lines = [
        f"| density change | pairs | {heads.replace('|', ' | ')} | F1 of lost and gained |",
        "|---|---|---|---|---|---|---|---|",
    ]
    groups = {"careful": list(careful), "far": list(far)}
    groups |= {
        f"careful, {style}": [row for row in careful if row.style == style]
        for style in sorted(set(STYLE_NAMES))
    }
    return lines + [_count_line(name, rows) for name, rows in groups.items() if rows]


def _count_line(name: str, rows: Sequence[Row]) -> str:
    told = [(row, one) for row in rows for one in row.outcomes if one.quantity == DENSITY]
    if not told:
        return f"| {name} | 0 | | | | | | |"
    errors = np.array([one.error for _, one in told])
    still = [one for row, one in told if not row.is_changed]
    false = sum(one.resolved for one in still)
    right, wrong, missed = (sum(row.calls[at] for row in rows) for at in range(3))
    return (
        f"| {name} | {len(told)} | {np.abs(errors).mean():.1%} | {errors.mean():+.1%}"
        f" | {np.mean([one.is_covered for _, one in told]):.1%}"
        f" | {false} of {len(still)} ({false / max(len(still), 1):.1%})"
        f" | {np.median([one.half_width for _, one in told]):.1%}"
        f" | {2 * right / max(2 * right + wrong + missed, 1):.2f} |"
    )


def _quantity_table(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| careful pairs, change of | error, mean of its size | bias | 95 % intervals that hold the truth |",
        "|---|---|---|---|",
    ]
    for quantity in FOLLOWING:
        told = [one for row in rows for one in row.outcomes if one.quantity == quantity]
        errors = np.array([one.error for one in told] or [math.nan])
        covered = np.mean([one.is_covered for one in told]) if told else math.nan
        lines.append(f"| {quantity} | {np.abs(errors).mean():.3g} | {errors.mean():+.3g} | {covered:.1%} |")
    return lines


def _diameter_lines(careful: Sequence[Row], wide: Sequence[Row]) -> list[str]:
    """Say what is reported where every hair grew thicker, with and without hairs lost and gained besides."""
    thicker = [row for row in careful if row.thicker_um]
    still = [row for row in thicker if not row.is_changed]
    groups = {
        "careful": thicker,
        "careful, none lost or gained": still,
        f"careful, none lost or gained, {' and '.join(DARK_STYLES)}": [
            row for row in still if row.style in DARK_STYLES
        ],
        f"careful, none lost or gained, under {MANY_HAIRS} hairs measured at both visits": [
            row for row in still if row.measured_twice[0] < MANY_HAIRS
        ],
        f"careful, none lost or gained, {MANY_HAIRS} hairs or more": [
            row for row in still if row.measured_twice[0] >= MANY_HAIRS
        ],
        "wide": list(wide),
        f"wide, {' and '.join(DARK_STYLES)}": [row for row in wide if row.style in DARK_STYLES],
        f"wide, all but {' and '.join(FAINT_STYLES)}": [row for row in wide if row.style not in FAINT_STYLES],
        f"wide, {' and '.join(FAINT_STYLES)}": [row for row in wide if row.style in FAINT_STYLES],
    }
    head = "mean error | within 1.5 µm | resolved | 95 % intervals that hold the truth |"
    lines = [f"| pairs, all hairs 5 µm thicker | number | {head}", "|---|---|---|---|---|---|"]
    return lines + [_thicker_line(name, rows) for name, rows in groups.items()]


def _thicker_line(name: str, rows: Sequence[Row]) -> str:
    told = [one for row in rows for one in row.outcomes if one.quantity == DIAMETER]
    errors = np.array([one.error for one in told] or [math.nan])
    near = np.mean(np.abs(errors) <= 1.5)  # noqa: PLR2004 -- the limit that is asked for
    resolved, covered = (
        np.mean([bool(say(one)) for one in told] or [math.nan])
        for say in (lambda one: one.resolved, lambda one: one.is_covered)
    )
    return f"| {name} | {len(told)} | {errors.mean():+.2f} µm | {near:.0%} | {resolved:.0%} | {covered:.1%} |"


def _thin_lines(wide: Sequence[Row]) -> list[str]:
    """Say what is reported where thin hairs alone grew thicker."""
    groups = {
        "all": list(wide),
        f"under {MANY_THIN_HAIRS}": [row for row in wide if row.measured_twice[1] < MANY_THIN_HAIRS],
        f"{MANY_THIN_HAIRS} or more": [row for row in wide if row.measured_twice[1] >= MANY_THIN_HAIRS],
    }
    head = "pairs | true, mean | reported, mean | resolved | 95 % intervals that hold the truth |"
    lines = [
        f"| thin hairs alone 12 µm thicker, change of | thin hairs measured at both visits | {head}",
        "|---|---|---|---|---|---|---|",
    ]
    for quantity in FOLLOWING:
        for name, rows in groups.items():
            told = [one for row in rows for one in row.outcomes if one.quantity == quantity]
            known, error, resolved, covered = np.mean(
                [(one.known, one.error, one.resolved, one.is_covered) for one in told] or [[math.nan] * 4],
                axis=0,
            )
            means = f"{known:+.3g} | {known + error:+.3g}"
            lines.append(f"| {quantity} | {name} | {len(told)} | {means} | {resolved:.0%} | {covered:.1%} |")
    return lines


def _fate_lines(careful: Sequence[Row], thin: Sequence[Row]) -> list[str]:
    """Say what is told of units and of kept hairs that cross the terminal threshold."""
    alike = [row for row in careful if not row.thicker_um]
    groups = {
        "careful, as thick as before, none lost or gained": [row for row in alike if not row.is_changed],
        "careful, as thick as before, some lost or gained": [row for row in alike if row.is_changed],
        "careful, all hairs 5 µm thicker": [row for row in careful if row.thicker_um],
        "wide, thin hairs alone 12 µm thicker": list(thin),
    }
    return fate_lines(
        {name: [row.fate for row in rows if row.fate is not None] for name, rows in groups.items()}
    )


if __name__ == "__main__":
    main()
