"""The languages of the report: complete, with the same names filled in, numbers as they are written there."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from hairdensity.align import AlignSettings
from hairdensity.align.find import Evidence, _different_skin
from hairdensity.cli import options
from hairdensity.errors import UsageError
from hairdensity.quality import FLAGS, Flag
from hairdensity.report.language import ENGLISH, LANGUAGES, read_language
from hairdensity.report.summary import analysis_summary, comparison_summary, fates_texts, refusal_text
from hairdensity.report.words import QUANTITIES, change_text, interval_text, quantity
from tests.report.fakes import make_analysis, make_change, make_refused

if TYPE_CHECKING:
    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language

OTHERS = LANGUAGES[1:]
each_other = pytest.mark.parametrize("language", [read_language(code) for code in OTHERS], ids=OTHERS)
GERMAN = read_language("de")


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@each_other
def test_every_text_is_there_with_the_same_names_in_it(language: Language) -> None:
    expected = {key: names_in(text) for key, text in ENGLISH.texts.items()}
    found = {key: names_in(text) for key, text in language.texts.items() if not key.startswith("flag.")}
    assert found == expected, "each text of texts/en.toml needs its counterpart"


@each_other
def test_every_quality_flag_is_there(language: Language) -> None:
    wanted = {f"flag.{code}.{part}" for code in FLAGS for part in ("message", "advice")}
    found = {key for key in language.texts if key.startswith("flag.")}
    assert found == wanted, f"the flags of quality/registry.py and of texts/{language.code}.toml differ"
    for code, kind in FLAGS.items():
        assert names_in(language.texts[f"flag.{code}.message"]) == names_in(kind.message), code


@each_other
def test_what_the_library_says_keeps_its_names(language: Language) -> None:
    assert [names_in(english) for english, _ in language.notes] == [
        names_in(own) for _, own in language.notes
    ]


def test_every_quantity_has_its_words() -> None:
    wanted = {f"{one.name}.{part}" for one in QUANTITIES for part in ("label", "meaning")}
    assert set(ENGLISH.below("quantity")) == wanted


def test_the_command_line_offers_the_languages_there_are() -> None:
    assert options.LANGUAGES == LANGUAGES


def test_an_unknown_language_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--lang xx: the report has no such language; choose en or de"):
        read_language("xx")


def test_numbers_are_written_as_in_german() -> None:
    change = make_change("hair_density_per_cm2")
    assert change_text(quantity("hair_density_per_cm2"), change, GERMAN) == "+20 (+12 bis +28)"
    assert interval_text(quantity("mean_diameter_um"), change.before, GERMAN) == "100,0 (95,0 bis 105,0)"
    assert interval_text(quantity("hair_coverage_fraction"), 0.125, GERMAN) == "12,5\N{NO-BREAK SPACE}%"


def test_the_german_summary(comparison: Comparison, analysis: Analysis) -> None:
    assert comparison_summary(comparison, GERMAN).startswith(
        "Die Haardichte stieg von 100 auf 120 Haare je cm²: +20\N{NO-BREAK SPACE}% (95-%-Intervall +12 bis"
    )
    assert "0,09 cm² Haut wurden 3 Haare" in analysis_summary(analysis, GERMAN)


def test_what_became_of_units_and_kept_hairs_in_german(comparison: Comparison) -> None:
    units, crossed = fates_texts(comparison, GERMAN)
    assert units.endswith(
        "9 mit so vielen Haaren wie vorher, 3 mit mehr, 2 mit weniger, 1 neu, 4 verschwunden."
    )
    assert "die Schwelle von 40 µm kreuzten: 2 (0 bis 4) wurden Terminalhaar, 1 (0 bis 3)" in crossed


def test_a_flag_is_told_in_german_with_its_numbers() -> None:
    flag = Flag("small-field", "The counted area is small.", "Photograph more.", 0.0512, 0.1)
    message, advice = GERMAN.flag_texts(flag)
    assert message.startswith("Die gezählte Fläche ist klein: 0,0512 cm², weniger als 0,1 cm²")
    assert advice.startswith("Fotografieren Sie")


def test_a_flag_without_german_words_keeps_its_own() -> None:
    refused = make_refused()
    assert refusal_text(refused, GERMAN).startswith("before.jpg wird abgelehnt: The photo is blurred")


def test_why_photos_are_not_aligned_is_told_in_german() -> None:
    before, after = make_analysis("a.jpg"), make_analysis("b 1.5.jpg")
    strongest = Evidence(0.08, 1.0, has_texture=True, score=1.0, match_count=0, matched_fraction=0.0)
    reason = _different_skin(before, after, strongest, AlignSettings())
    told = GERMAN.note(reason)
    assert told.startswith("b 1.5.jpg zeigt nicht die Haut von a.jpg")
    assert "0,08" in told
    assert not re.search(r"\b(the|skin|needed)\b", told)
    bare = GERMAN.note(_different_skin(before, after, replace(strongest, compared_mm2=0.0), AlignSettings()))
    assert bare.startswith("b 1.5.jpg lässt sich nicht auf a.jpg legen")


def test_what_has_no_german_words_stays_as_it_is() -> None:
    assert GERMAN.note("something new") == "something new"
