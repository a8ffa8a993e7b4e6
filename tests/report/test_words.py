"""Values, intervals, changes and summaries in words."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from hairdensity.compare import Change
from hairdensity.estimate import Estimate
from hairdensity.measure import Measurement
from hairdensity.report.summary import analysis_summary, comparison_summary, fates_texts
from hairdensity.report.words import (
    QUANTITIES,
    change_text,
    detectable_text,
    interval_text,
    quantity,
    relative_text,
    value_text,
    verdict_text,
)
from tests.report.fakes import make_analysis, make_change, make_comparison, make_not_aligned, make_refused

if TYPE_CHECKING:
    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis

TERMINAL = quantity("terminal_fraction")
DENSITY = quantity("hair_density_per_cm2")


def test_every_quantity_of_a_measurement_has_words() -> None:
    measured = [one.name for one in fields(Measurement)]
    named = [one for one in measured if one not in {"terminal_threshold_um", "null_reasons"}]
    assert [one.name for one in QUANTITIES] == named


def test_fractions_are_read_in_per_cent() -> None:
    share = Estimate(0.625, 0.5, 0.75)
    assert interval_text(TERMINAL, share) == "62% (50 to 75%)"
    grown = Change("terminal_fraction", None, None, Estimate(-0.05, -0.1, 0.0), None, 0.04, "not-resolved")
    assert change_text(TERMINAL, grown) == "\N{MINUS SIGN}5 (\N{MINUS SIGN}10 to 0) points"
    assert detectable_text(TERMINAL, grown) == "4 points"


def test_what_is_not_known_is_a_dash() -> None:
    nothing = Change("hair_count", None, None, None, None, None, "not-resolved")
    dash = "\N{EN DASH}"
    assert [value_text(DENSITY, None), interval_text(DENSITY, None), relative_text(None)] == [dash] * 3
    assert [change_text(DENSITY, nothing), detectable_text(DENSITY, nothing)] == [dash] * 2
    assert verdict_text(nothing) == dash


def test_without_a_scale_the_change_is_relative() -> None:
    change = make_change("hair_density_per_cm2", scaled=False)
    assert change_text(DENSITY, change) == "+20% (+12 to +28%)"
    assert detectable_text(DENSITY, change) == "8%"


def test_summary_of_one_photo(analysis: Analysis) -> None:
    assert analysis_summary(analysis) == (
        "3 hairs in 2 follicular units were counted on 0.09 cm² of skin: 120 (108 to 132) hairs per cm²."
    )
    assert "no scale" in analysis_summary(make_analysis())
    assert analysis_summary(make_refused()) == (
        "before.jpg is refused: The photo is blurred (0.10, at least 0.30). No number is reported."
    )


def test_summary_of_a_change(comparison: Comparison) -> None:
    text = comparison_summary(comparison)
    assert text.startswith(
        "Hair density rose from 100 to 120 hairs per cm²: +20% (95% interval +12 to +28%)."
    )
    assert text.endswith("1 kept, 1 gained, 1 lost, 1 unsure.")


def test_summary_of_a_fall(comparison: Comparison) -> None:
    fallen = replace(make_change("hair_density_per_cm2"), verdict="decrease")
    assert "Hair density fell" in comparison_summary(replace(comparison, changes=(fallen,)))


def test_summary_without_a_resolved_change(comparison: Comparison) -> None:
    small = replace(make_change("hair_density_per_cm2"), verdict="not-resolved")
    text = comparison_summary(replace(comparison, changes=(small,)))
    assert text.startswith(
        "No change in hair density beyond the error of measurement was found (100 hairs per cm² before"
    )
    assert "smaller than about 8 hairs per cm² could not" in text


def test_summary_of_the_same_density_twice_says_it_once(comparison: Comparison) -> None:
    whole = make_change("hair_density_per_cm2")
    same = replace(whole, after=whole.before, verdict="not-resolved")
    text = comparison_summary(replace(comparison, changes=(same,)))
    assert "was found (100 hairs per cm² before and after)" in text


def test_a_bound_that_a_verdict_hangs_on_never_reads_as_0() -> None:
    grown = Change("hair_count", None, None, Estimate(2.2, 0.3, 4.1), None, None, "increase")
    assert change_text(quantity("hair_count"), grown) == "+2.2 (+0.3 to +4.1)"
    assert relative_text(Estimate(0.02, 0.0004, 0.04)) == "+2.00% (+0.04 to +4.00%)"
    assert relative_text(Estimate(0.0, 0.0, 0.04)) == "0% (0 to +4%)"
    assert relative_text(Estimate(0.0, -1e-12, 0.04)) == "0% (0 to +4%)"


def test_summary_without_a_scale_names_no_density() -> None:
    text = comparison_summary(make_comparison())
    assert text.startswith("Hair density rose: +20%")
    assert "cm²" not in text


def test_what_became_of_units_and_kept_hairs(comparison: Comparison) -> None:
    assert fates_texts(comparison) == [
        "Follicular units: 9 with as many hairs as before, 3 with more, 2 with fewer, 1 new, 4 gone.",
        "Kept hairs that crossed 40 µm: 2 (0 to 4) became terminal, 1 (0 to 3) became vellus.",
    ]


def test_without_a_scale_units_alone_are_told() -> None:
    assert [text.split(":")[0] for text in fates_texts(make_comparison())] == ["Follicular units"]


def test_of_different_skin_nothing_became() -> None:
    assert fates_texts(make_not_aligned()) == []


def test_summary_of_different_skin_reports_no_change() -> None:
    text = comparison_summary(make_not_aligned())
    assert text == (
        "The photos could not be aligned: the skin texture agrees by 0.08, at least 0.30 is needed."
        " No change is reported."
    )


def test_summary_of_a_refused_photo_says_why() -> None:
    text = comparison_summary(replace(make_not_aligned(), after=make_refused("after.jpg")))
    assert text.startswith("after.jpg is refused: The photo is blurred")
