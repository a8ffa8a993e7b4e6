"""An Analysis or a Comparison in words on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hairdensity.report.caveats import caveat_sentences
from hairdensity.report.summary import analysis_summary, comparison_summary, coverage_text, fates_texts
from hairdensity.report.words import (
    QUANTITIES,
    change_text,
    interval_text,
    label_text,
    measured,
    quantity,
    value_text,
    verdict_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.cli.terminal import Terminal
    from hairdensity.compare import Change, Comparison
    from hairdensity.pipeline import Analysis

SHORT_TABLE = ("hair_density_per_cm2", "unit_density_per_cm2", "mean_diameter_um", "terminal_fraction")
NO_SCALE_TABLE = ("hair_count", "unit_count", "hair_density_per_cm2")


def show_analysis(analysis: Analysis, terminal: Terminal, *, everything: bool) -> None:
    """Say what was found in one photo; all quantities when `everything` is asked for."""
    if analysis.quality.verdict == "refused":
        if analysis.coverage is not None:
            terminal.say(coverage_text(analysis))
        return
    terminal.warn_about(analysis)
    terminal.say(analysis_summary(analysis))
    shown = [
        one
        for one in QUANTITIES
        if everything or (one.name in SHORT_TABLE and measured(analysis.measurement, one) is not None)
    ]
    rows = [(label_text(one), interval_text(one, measured(analysis.measurement, one))) for one in shown]
    if rows:
        terminal.table(("", "Value (95% interval)"), rows)


def show_comparison(comparison: Comparison, terminal: Terminal, *, everything: bool) -> None:
    """Say what changed between two visits; all quantities when `everything` is asked for.

    Of photos that are not aligned nothing is said here: the error that ends the run says why.
    """
    for analysis in (comparison.before, comparison.after):
        terminal.warn_about(analysis)
    if comparison.alignment.status == "not-aligned":
        return
    terminal.say(comparison_summary(comparison))
    names = SHORT_TABLE if comparison.before.scale is not None else NO_SCALE_TABLE
    shown = [one for one in comparison.changes if everything or one.quantity in names]
    head = ("", "Before", "After", "Change (95% interval)", "In words")
    terminal.table(head, [_change_row(change) for change in shown])
    for sentence in (*fates_texts(comparison), *caveat_sentences(comparison)):
        terminal.say(sentence)


def show_course(comparisons: Sequence[Comparison], terminal: Terminal) -> None:
    """Say how each visit differs from the first, side by side."""
    aligned = [one for one in comparisons if one.changes]
    if not aligned:
        return
    names = SHORT_TABLE if aligned[0].before.scale is not None else NO_SCALE_TABLE
    rows = []
    for name in names:
        what = quantity(name)
        for at, visit in enumerate(aligned):
            change = next(one for one in visit.changes if one.quantity == name)
            told = change_text(what, change), verdict_text(change)
            rows.append(("" if at else label_text(what), visit.after.photo.name, *told))
    terminal.say(f"Against {aligned[0].before.photo.name}, on the skin that all visits show:")
    terminal.table(("", "Visit", "Change (95% interval)", "In words"), rows)


def _change_row(change: Change) -> tuple[str, ...]:
    one = quantity(change.quantity)
    return (
        label_text(one),
        value_text(one, change.before),
        value_text(one, change.after),
        change_text(one, change),
        verdict_text(change),
    )
