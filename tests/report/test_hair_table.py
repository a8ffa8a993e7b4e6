"""hairs.csv: one row a hair, no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hairdensity.photo import Photo
from hairdensity.report import analysis_document, comparison_document
from hairdensity.report.hair_table import analysis_table, comparison_table
from tests.report.fakes import make_analysis, make_not_aligned, make_refused

if TYPE_CHECKING:
    from datetime import datetime

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def comparison_rows(comparison: Comparison, noon: datetime) -> list[dict[str, str]]:
    sides = analysis_document(comparison.before, noon), analysis_document(comparison.after, noon)
    return rows_of(comparison_table(comparison_document(comparison, noon), *sides))


def test_one_row_a_hair(analysis: Analysis, noon: datetime) -> None:
    rows = rows_of(analysis_table(analysis_document(analysis, noon)))
    assert [row["id"] for row in rows] == ["0", "1", "2", "3"]
    assert rows[2]["class"] == "vellus"
    assert (rows[0]["root_x_px"], rows[0]["tip_y_px"]) == ("100.0", "140.0")
    assert [row["counted"] for row in rows] == ["true", "true", "true", "false"]


def test_what_is_not_known_is_empty(noon: datetime) -> None:
    rows = rows_of(analysis_table(analysis_document(make_analysis(), noon)))
    assert {row["diameter_um"] for row in rows} == {""}


def test_a_refused_photo_has_no_rows(noon: datetime) -> None:
    text = analysis_table(analysis_document(make_refused(), noon))
    assert text.startswith("photo,id,unit_id,")
    assert rows_of(text) == []


def test_one_row_a_followed_hair(comparison: Comparison, noon: datetime) -> None:
    rows = comparison_rows(comparison, noon)
    assert [(row["state"], row["before_id"], row["after_id"]) for row in rows] == [
        ("kept", "0", "0"),
        ("gained", "", "1"),
        ("lost", "1", ""),
        ("unsure", "2", "2"),
    ]
    assert (rows[1]["before_root_x_px"], rows[1]["after_root_x_px"]) == ("", "115.0")
    assert rows[0]["diameter_change_um"] == "0.0"


def test_photos_of_different_skin_have_no_rows(noon: datetime) -> None:
    assert comparison_rows(make_not_aligned(), noon) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u202e=", "\ufeff@", "\uff1d"])
def test_a_name_cannot_become_a_formula(analysis: Analysis, noon: datetime, start: str) -> None:
    name = f'{start}HYPERLINK("x")"\n, "y.jpg'
    tricky = replace(analysis, photo=Photo(analysis.photo.pixels, name, analysis.photo.sha256))
    rows = rows_of(analysis_table(analysis_document(tricky, noon)))
    assert rows[0]["photo"] == f"'{name}".replace("\r\n", "\n")
    assert len(rows) == 4


def test_a_negative_number_stays_a_number(analysis: Analysis, noon: datetime) -> None:
    document = analysis_document(analysis, noon)
    document["hairs"][0]["angle_deg"] = -12.5
    assert rows_of(analysis_table(document))[0]["angle_deg"] == "-12.5"
