"""A result in one or two plain sentences: the first thing a reader sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hairdensity.report.analysis_document import area_cm2, shown_name
from hairdensity.report.by_hand import corrections_text
from hairdensity.report.comparison_document import count_states
from hairdensity.report.words import (
    detectable_text,
    interval_text,
    quantity,
    relative_text,
    value_text,
)

if TYPE_CHECKING:
    from hairdensity.compare import Change, Comparison
    from hairdensity.pipeline import Analysis

NOT_ITS_CAUSE = "One uncontrolled pair shows a change, not its cause."
DENSITY = quantity("hair_density_per_cm2")


def analysis_summary(analysis: Analysis) -> str:
    """Say what was counted in one photo, or why nothing was; after corrections also what was found before."""
    if analysis.by_hand is None:
        return _counted_text(analysis)
    made = corrections_text(analysis.by_hand.corrections) or "no corrections by hand"
    automatic = _counted_text(analysis.by_hand.automatic)
    return f"{_counted_text(analysis)} This is after {made}. Automatic result: {automatic}"


def _counted_text(analysis: Analysis) -> str:
    measurement = analysis.measurement
    if analysis.quality.verdict == "refused":
        return f"{refusal_text(analysis)} No number is reported."
    counted = f"{measurement.hair_count} hairs in {measurement.unit_count} follicular units were counted"
    if analysis.scale is None:
        return f"{counted}. The photo has no scale, so nothing per cm², mm or µm is reported."
    density = interval_text(DENSITY, measurement.hair_density_per_cm2)
    skin_cm2 = area_cm2(analysis.field, analysis.scale)
    return f"{counted} on {skin_cm2:.2f} cm² of skin: {density} hairs per cm²."


def refusal_text(analysis: Analysis) -> str:
    """Say in one sentence why a photo is refused.

    Returns
    -------
    str
        Name and message of the flags behind the refusal.
    """
    reasons = "; ".join(flag.message.rstrip(".") for flag in analysis.quality.flags)
    return f"{shown_name(analysis.photo)} is refused: {reasons or 'hairs cannot be counted in it'}."


def comparison_summary(comparison: Comparison) -> str:
    """Say whether hair density changed between two visits, or why that cannot be said."""
    refused = [one for one in (comparison.before, comparison.after) if one.quality.verdict == "refused"]
    if refused:
        return f"{' '.join(refusal_text(one) for one in refused)} No change is reported."
    if comparison.alignment.status == "not-aligned":
        return f"The photos could not be aligned: {comparison.alignment.reason}. No change is reported."
    if comparison.automatic is None:
        return _change_text(comparison)
    sides = [one.by_hand for one in (comparison.before, comparison.after) if one.by_hand is not None]
    made = corrections_text([one for side in sides for one in side.corrections]) or "no corrections by hand"
    return (
        f"{_change_text(comparison)} This is after {made}."
        f" Automatic result: {_change_text(comparison.automatic)}"
    )


def _change_text(comparison: Comparison) -> str:
    density = next(one for one in comparison.changes if one.quantity == DENSITY.name)
    return f"{_density_text(density)} {followed_text(comparison)}"


def followed_text(comparison: Comparison) -> str:
    """Say what became of the hairs one by one."""
    counts = ", ".join(f"{count} {state}" for state, count in count_states(comparison).items())
    return f"Hairs followed one by one on the skin that both photos show: {counts}."


def _density_text(change: Change) -> str:
    values = ""
    if change.before is not None and change.after is not None:
        values = (
            f" from {value_text(DENSITY, change.before)} to {value_text(DENSITY, change.after)} hairs per cm²"
        )
    relative = relative_text(change.relative).replace("(", "(95% interval ")
    if change.verdict == "not-resolved":
        smallest = detectable_text(DENSITY, change).replace(DENSITY.unit, " hairs per cm²")
        return (
            f"No change in hair density beyond the error of measurement was found{values}: {relative}."
            f" A change smaller than about {smallest} could not have been told from error."
        )
    direction = "rose" if change.verdict == "increase" else "fell"
    return f"Hair density {direction}{values}: {relative}. This is more than the error of measurement."
