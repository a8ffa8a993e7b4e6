"""The report of a study: one page, its charts told in words, nothing from outside, names escaped."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hairdensity.study.statistics import (
    StudySettings,
    agree_on_photos,
    read_batch,
    read_sessions,
    run_study,
)
from hairdensity.study.statistics.charts import change_chart, responder_chart
from hairdensity.study.statistics.drawing import value_axis
from hairdensity.study.statistics.subject_charts import MOST_SUBJECTS, subject_charts
from hairdensity.study.statistics.tables import COLUMNS
from hairdensity.study.statistics.wording import NO_CONTROL, summary_texts
from hairdensity.study.statistics.write import write_study
from tests.study.statistics.made import QUANTITY, Made, trial, write_sessions

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.study.statistics.study import Study

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CAUSAL = re.compile(r"\b(caused?|causes|effective|works|improves?|diagnos(?!is, and)\w*|normal range)\b")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study")
    made = trial({"sham": 0.0, "<b>PRP": 25.0}, subjects=8)
    made.photo("blurred.jpg", None, subject="A01", visit="week 24", arm="sham")
    batch = read_batch(made.write(folder / "out"))
    rows = [(f"B0{at}", "2026-01-12", "platelet-rich plasma", "") for at in range(1, 9)]
    sessions = read_sessions(write_sessions(folder / "t.csv", rows))
    readings = {
        "by hand": {
            one.photo: one.values[QUANTITY] + at % 3 for at, one in enumerate(batch.photos) if not one.error
        }
    }
    return run_study(batch, sessions, StudySettings(), agree_on_photos(batch, readings, QUANTITY))


@pytest.fixture(scope="module")
def written(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    write_study(study, folder, NOW)
    return folder


def test_every_table_is_written_with_its_columns(written: Path) -> None:
    for name, columns in COLUMNS.items():
        with (written / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows, name
        assert tuple(rows[0]) == columns
    assert {one.name for one in written.iterdir()} == {f"{name}.csv" for name in COLUMNS} | {
        "report.html",
        "study.json",
    }


def test_tables_and_document_hold_the_same_numbers(written: Path, study: Study) -> None:
    document = json.loads((written / "study.json").read_text("utf-8"))
    assert document["schema"] == "hairdensity.study/1"
    assert document["arm_order"] == ["sham", "<b>PRP"]
    adjusted = [one for one in document["arms"] if one["method"] == "ancova"]
    assert [one["difference"] for one in adjusted] == [
        one.difference for one in study.differences if one.method == "ancova"
    ]
    assert "statsmodels" in document["versions"]


def test_the_page_stands_alone_and_escapes_names(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    assert "<b>PRP" not in page
    assert "&lt;b&gt;PRP" in page
    assert not re.search(r"""(?:src|href)=|url\(|@import|<script""", page)
    assert "default-src 'none'" in page


def test_every_chart_is_sound_and_says_in_words_what_it_shows(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    drawings = re.findall(r'<svg role="img".*?</svg>', page, re.DOTALL)
    assert len(drawings) >= 8
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for drawing in drawings:
        root = ET.fromstring(drawing)  # noqa: S314 -- our own page
        assert [one.tag for one in root[:2]] == ["title", "desc"]
        assert len(root[1].text or "") > 20
        width, height = (float(root.attrib[name]) for name in ("width", "height"))
        for line in root.iter("polyline"):
            numbers = [float(one) for one in re.split(r"[ ,]+", line.attrib["points"].strip())]
            assert all(-1 <= x <= width + 1 for x in numbers[::2])
            assert all(-1 <= y <= height + 1 for y in numbers[1::2])


def test_no_sentence_speaks_of_cause(written: Path) -> None:
    page = re.sub(
        r"<style>.*?</style>|<pre>.*?</pre>",
        "",
        (written / "report.html").read_text("utf-8"),
        flags=re.DOTALL,
    )
    assert CAUSAL.findall(page) == []


def test_sessions_are_marked_where_they_were(study: Study) -> None:
    charts = {one.title: one for one in subject_charts(study)}
    marked, plain = charts["B01: <b>PRP"], charts["A01: sham"]
    assert "platelet-rich plasma on day 7" in marked.description
    assert [one.style for one in marked.lines].count("session") == 1
    assert [one.text for one in marked.labels if one.style == "session"] == ["A"]
    assert "none marked" in plain.description


def test_published_effects_stand_with_their_source_as_context(written: Path) -> None:
    page = (written / "report.html").read_text("utf-8")
    assert "Gupta 2020" in page
    assert "these numbers are no norm" in page


def test_one_group_is_told_that_it_has_no_control(tmp_path: Path) -> None:
    made = Made()
    for at in range(4):
        made.course(f"S{at}", {0: 150.0, 12: 160.0 + at})
    study = run_study(read_batch(made.write(tmp_path / "out")), (), StudySettings())
    write_study(study, tmp_path / "report", NOW)
    assert NO_CONTROL in (tmp_path / "report" / "report.html").read_text("utf-8")
    (sentence,) = summary_texts(study)
    assert sentence.startswith(
        "Hair density changed by +11.5/cm² (+9.4 to +13.6) from week 0 to week 12 in 4 subjects"
    )


def test_an_interval_around_nothing_is_no_clear_change(tmp_path: Path) -> None:
    made = Made()
    for at in range(4):
        made.course(f"S{at}", {0: 150.0, 12: 147.0 + 2 * at})
    (sentence,) = summary_texts(run_study(read_batch(made.write(tmp_path / "out")), (), StudySettings()))
    assert sentence.endswith("no clear change; any within that interval remains possible.")


def test_charts_of_nothing_are_none_and_many_subjects_are_cut(tmp_path: Path) -> None:
    made = Made()
    made.course("S1", {0: 150.0})
    study = run_study(read_batch(made.write(tmp_path / "one")), (), StudySettings())
    assert (change_chart(study), responder_chart(study), subject_charts(study)) == (None, None, ())
    write_study(study, tmp_path / "report", NOW)
    many = trial({"A": 5.0}, subjects=MOST_SUBJECTS + 3, weeks=(0, 12))
    study = run_study(read_batch(many.write(tmp_path / "many")), (), StudySettings())
    assert len(subject_charts(study)) == MOST_SUBJECTS


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.02, 0.21], ["0", "0.05", "0.10", "0.15", "0.20", "0.25"]),
        ([-40.0, 160.0], ["\N{MINUS SIGN}50", "0", "50", "100", "150", "200"]),
        ([0.0], ["\N{MINUS SIGN}1.0", "\N{MINUS SIGN}0.5", "0", "0.5", "1.0"]),
    ],
)
def test_ticks_are_round_and_hold_all_values(values: list[float], ticks: list[str]) -> None:
    axis = value_axis(values, 100.0, 0.0)
    assert [text for _, text in axis.ticks] == ticks
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert axis.at(axis.low) == 100.0
