"""Corrections of two photos: the change is measured anew, the automatic one stays beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest

from hairdensity.align.find import not_aligned
from hairdensity.compare import compare_photos, correct_comparison
from hairdensity.compare.photos import without_change
from hairdensity.report import analysis_document, comparison_document
from hairdensity.report.hair_table import analysis_table
from hairdensity.report.summary import analysis_summary, comparison_summary
from tests.corrections.made import Writer
from tests.report.test_documents import assert_valid

if TYPE_CHECKING:
    from hairdensity.compare import Comparison

SAMPLES = Path(__file__).parents[2] / "sample_images"
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def automatic() -> Comparison:
    cv2.setNumThreads(1)
    return compare_photos(SAMPLES / "before.jpg", SAMPLES / "after.jpg")


def states(comparison: Comparison) -> dict[str, int]:
    return {
        state: sum(pair.state == state for pair in comparison.pairs)
        for state in ("kept", "gained", "lost", "unsure")
    }


def test_no_corrections_change_nothing(automatic: Comparison) -> None:
    again = correct_comparison(automatic, ())
    assert again.changes == automatic.changes
    assert again.pairs == automatic.pairs
    assert again.automatic is automatic


def test_a_hair_deleted_on_both_sides_is_gone_from_both(automatic: Comparison) -> None:
    pair = next(
        one
        for one in automatic.pairs
        if one.state == "kept" and one.before_id is not None and one.after_id is not None
    )
    before, after = Writer.of(automatic.before, "before"), Writer.of(automatic.after, "after")
    assert pair.before_id is not None
    assert pair.after_id is not None
    before.add("delete", [before.automatic_hair(pair.before_id)])
    after.add("delete", [after.automatic_hair(pair.after_id)])
    corrected = correct_comparison(automatic, [*before.made, *after.made])
    assert states(corrected)["kept"] == states(automatic)["kept"] - 1
    assert automatic.before_shared is not None
    assert corrected.before_shared is not None
    assert automatic.before_shared.hair_count is not None
    assert corrected.before_shared.hair_count == automatic.before_shared.hair_count - 1
    assert corrected.alignment is automatic.alignment
    check_documents(corrected, count=2)


def check_documents(corrected: Comparison, count: int) -> None:
    document = comparison_document(corrected, NOON)
    assert_valid(document, "comparison")
    assert document["corrections"]["count"] == count
    assert document["corrections"]["automatic"]["hairs"] == states(corrected.automatic or corrected)
    for one in (corrected.before, corrected.after):
        own = analysis_document(one, NOON)
        assert_valid(own, "analysis")
        assert own["corrections"]["automatic"]["hair_count"] == own["measurement"]["hair_count"] + 1
        assert own["corrections"]["by"] == ["AB"]
        assert "origin" in analysis_table(own).partition("\n")[0]
        assert "1 correction by hand (1 deleted) by AB. Automatic result: " in analysis_summary(one)
    text = comparison_summary(corrected)
    assert "This is after 2 corrections by hand (2 deleted) by AB. Automatic result: " in text


def test_a_lost_hair_marked_unsure_is_no_longer_lost(automatic: Comparison) -> None:
    lost = [pair.before_id for pair in automatic.pairs if pair.state == "lost" and pair.before_id is not None]
    writer = Writer.of(automatic.before, "before")
    writer.add("unsure", [writer.automatic_hair(lost[0])])
    corrected = correct_comparison(automatic, writer.made)
    assert states(corrected)["lost"] == states(automatic)["lost"] - 1
    assert states(corrected)["unsure"] == states(automatic)["unsure"] + 1


def test_of_the_same_photo_twice_the_side_decides(automatic: Comparison) -> None:
    twice = replace(automatic, after=automatic.before)
    writer = Writer.of(automatic.before, "after")
    writer.add("delete", [writer.automatic_hair(3)])
    corrected = correct_comparison(twice, writer.made)
    assert len(corrected.before.hairs) == len(automatic.before.hairs)
    assert len(corrected.after.hairs) == len(automatic.before.hairs) - 1


def test_photos_that_are_not_aligned_are_still_corrected_each(automatic: Comparison) -> None:
    of_both = automatic.before, automatic.after
    apart = without_change(*of_both, not_aligned("different skin"), automatic.settings)
    writer = Writer.of(automatic.before, "before")
    writer.add("delete", [writer.automatic_hair(3)])
    corrected = correct_comparison(apart, writer.made)
    assert len(corrected.before.hairs) == len(automatic.before.hairs) - 1
    assert_valid(comparison_document(corrected, NOON), "comparison")
