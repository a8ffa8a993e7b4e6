"""A result in one or two plain sentences: the first thing a reader sees."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from hairdensity.report.analysis_document import area_cm2, shown_name
from hairdensity.report.by_hand import corrections_text
from hairdensity.report.comparison_document import count_states
from hairdensity.report.language import ENGLISH
from hairdensity.report.words import (
    detectable_text,
    interval_text,
    quantity,
    relative_text,
    value_text,
)

if TYPE_CHECKING:
    from hairdensity.compare import Change, Comparison
    from hairdensity.estimate import Estimate
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language

NOT_ITS_CAUSE = ENGLISH.say("summary.not_its_cause")
DENSITY, HAIRS = quantity("hair_density_per_cm2"), quantity("hair_count")
VERDICT_KEYS = {"increase": "rose", "decrease": "fell", "not-resolved": "unclear"}


def analysis_summary(analysis: Analysis, language: Language = ENGLISH) -> str:
    """Say what was counted in one photo, or why nothing was; after corrections also what was found before."""
    return f"{counted_text(analysis, language)} {analysis_by_hand_text(analysis, language)}".rstrip()


def analysis_by_hand_text(analysis: Analysis, language: Language = ENGLISH) -> str:
    """Say how many corrections were made by hand and what was found before them; empty without any."""
    if analysis.by_hand is None:
        return ""
    made = corrections_text(analysis.by_hand.corrections, language)
    return language.say("hand.after", made=made, automatic=counted_text(analysis.by_hand.automatic, language))


def counted_text(analysis: Analysis, language: Language = ENGLISH) -> str:
    """Say what was counted in one photo, or why nothing was."""
    measurement = analysis.measurement
    if analysis.quality.verdict == "refused":
        return f"{refusal_text(analysis, language)} {coverage_text(analysis, language)}"
    counted = {"hairs": measurement.hair_count, "units": measurement.unit_count}
    skin_cm2 = area_cm2(analysis.field, analysis.scale)
    if skin_cm2 is None:
        return language.say("summary.counted_no_scale", **counted)
    return language.say(
        "summary.counted",
        **counted,
        area=language.number(skin_cm2, 2),
        density=interval_text(DENSITY, measurement.hair_density_per_cm2, language),
    )


def coverage_text(analysis: Analysis, language: Language = ENGLISH) -> str:
    """Say what a refused photo still shows."""
    coverage = analysis.coverage
    if coverage is None:
        return language.say("summary.no_number")
    covered = _spelled(coverage.hair_coverage_fraction.times(100), 0, language)
    for width, unit, places in ((coverage.part_width_mm, "mm", 1), (coverage.part_width_px, "px", 0)):
        if width is not None:
            part = _spelled(width, places, language)
            part = {f"part_{name}": text for name, text in part.items()}
            return language.say("summary.covered_with_part", **covered, **part, unit=unit)
    return language.say("summary.covered", **covered)


def _spelled(estimate: Estimate, places: int, language: Language) -> dict[str, str]:
    return {name: language.number(getattr(estimate, name), places) for name in ("value", "low", "high")}


def refusal_text(analysis: Analysis, language: Language = ENGLISH) -> str:
    """Say in one sentence why a photo is refused.

    Returns
    -------
    str
        Name and message of the flags behind the refusal.
    """
    messages = [language.flag_texts(flag)[0].rstrip(".") for flag in analysis.quality.flags]
    reasons = "; ".join(messages) or language.say("summary.refused_plainly")
    return language.say("summary.refused", name=shown_name(analysis.photo), reasons=reasons)


def comparison_summary(comparison: Comparison, language: Language = ENGLISH) -> str:
    """Say whether hair density changed; after corrections by hand also what was found before them."""
    return f"{change_summary(comparison, language)} {change_by_hand_text(comparison, language)}".rstrip()


def change_by_hand_text(comparison: Comparison, language: Language = ENGLISH) -> str:
    """Say how many corrections were made by hand and what was found before them; empty without any."""
    if comparison.automatic is None:
        return ""
    sides = [one.by_hand for one in (comparison.before, comparison.after) if one.by_hand is not None]
    made = corrections_text([one for side in sides for one in side.corrections], language)
    automatic = change_summary(comparison.automatic, language)
    return language.say("hand.after", made=made, automatic=automatic)


def change_summary(comparison: Comparison, language: Language = ENGLISH) -> str:
    """Say whether hair density changed between two visits, or why that cannot be said."""
    refused = [one for one in (comparison.before, comparison.after) if one.quality.verdict == "refused"]
    if refused:
        why = " ".join(refusal_text(one, language) for one in refused)
        return f"{why} {language.say('summary.no_change')}"
    if comparison.alignment.status == "not-aligned":
        reason = language.note(comparison.alignment.reason)
        return f"{language.say('summary.not_aligned', reason=reason)} {language.say('summary.no_change')}"
    density = next(one for one in comparison.changes if one.quantity == DENSITY.name)
    return f"{density_text(density, language)} {followed_text(comparison, language)}"


def followed_text(comparison: Comparison, language: Language = ENGLISH) -> str:
    """Say what became of the hairs one by one."""
    return language.say("summary.followed", **count_states(comparison))


def fates_texts(comparison: Comparison, language: Language = ENGLISH) -> list[str]:
    """Say what became of the units, and how many kept hairs crossed the terminal threshold."""
    fates = comparison.fates
    if fates is None:
        return []
    units = language.say("summary.units", **asdict(fates.units))
    if fates.vellus_to_terminal is None or fates.terminal_to_vellus is None:
        return [units]
    threshold_um = comparison.before.measurement.terminal_threshold_um
    crossed = language.say(
        "summary.crossed",
        risen=interval_text(HAIRS, fates.vellus_to_terminal, language),
        fallen=interval_text(HAIRS, fates.terminal_to_vellus, language),
        threshold=language.number(threshold_um),
    )
    return [units, crossed]


def density_text(change: Change, language: Language = ENGLISH) -> str:
    """Say whether hair density changed, with the interval of the change."""
    key = f"summary.{VERDICT_KEYS[change.verdict]}"
    if change.before is None or change.after is None:
        key += "_relative"
    before, after = (value_text(DENSITY, one, language) for one in (change.before, change.after))
    if key == "summary.unclear" and before == after:
        key += "_same"
    sentence = language.say(
        key,
        before=before,
        after=after,
        relative=relative_text(change.relative, language, "interval"),
    )
    if change.verdict != "not-resolved":
        return sentence
    smallest = detectable_text(DENSITY, change, language)
    smallest = smallest.replace(DENSITY.unit, f" {language.say('summary.per_cm2')}")
    return f"{sentence} {language.say('summary.detectable', smallest=smallest)}"
