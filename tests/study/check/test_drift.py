"""What counts as a drift, in which stage, and how it is told."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from hairdensity import Settings, StatedScale
from hairdensity.errors import UsageError
from hairdensity.measure import MeasureSettings
from hairdensity.pipeline import analyze_photo
from hairdensity.study.check.baseline import STAGES, Baseline, read_baseline, write_baseline
from hairdensity.study.check.drift import Drift, find_drifts
from hairdensity.study.check.junit import junit_xml
from hairdensity.study.check.summary import summarise
from tests.report import fakes

SAMPLES = Path(__file__).parents[3] / "sample_images"


@pytest.fixture
def summary() -> dict[str, dict[str, Any]]:
    """Return the summary of an analysis made by hand: three hairs and one outside the field."""
    return summarise(fakes.make_analysis(scale=fakes.make_scale()))


def changed(summary: dict[str, dict[str, Any]], stage: str, **values: object) -> dict[str, dict[str, Any]]:
    return {**summary, stage: {**summary[stage], **values}}


def stages_of(baseline: Baseline, now: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one.stage, one.quantity) for one in find_drifts(baseline, {"a.jpg": now})]


def test_a_summary_has_every_stage_in_the_order_of_the_pipeline(summary: dict[str, dict[str, Any]]) -> None:
    assert set(summary) == set(STAGES)
    assert summary["hairs"]["found"] == 4
    assert summary["hairs"]["counted"] == 3
    assert summary["hairs"]["roots_px"][0] == [100.0, 100.0]
    assert list(summarise(fakes.make_refused())) == ["photo", "scale", "field", "quality"]


def test_a_photo_that_stays_the_same_does_not_drift(summary: dict[str, dict[str, Any]]) -> None:
    assert stages_of(Baseline({"a.jpg": summary}), summary) == []


@pytest.mark.parametrize(
    ("stage", "quantity", "value", "drifts"),
    [
        ("photo", "sha256", "other", True),
        ("scale", "um_per_px", 10.01, False),
        ("scale", "um_per_px", 10.05, True),
        ("scale", "source", "sidecar", True),
        ("scale", "um_per_px", None, True),
        ("field", "share_of_photo", 0.75, True),
        ("hairs", "found", 5, True),
        ("hairs", "roots_px", [[101, 100], [115, 100], [200, 150], [350, 150]], False),
        ("hairs", "roots_px", [[110, 100], [115, 100], [200, 150], [350, 150]], True),
        ("hairs", "roots_px", [], True),
        ("quality", "flags", ["glare"], True),
        ("measure", "terminal_threshold_um", 40.1, True),
        ("measure", "mean_diameter_um", 47.0, False),
        ("measure", "mean_diameter_um", 49.0, True),
    ],
)
def test_what_moves_beyond_its_tolerance_drifts(
    summary: dict[str, dict[str, Any]], stage: str, quantity: str, value: object, *, drifts: bool
) -> None:
    now = changed(summary, stage, **{quantity: value})
    assert stages_of(Baseline({"a.jpg": summary}), now) == ([(stage, quantity)] if drifts else [])


def test_a_tolerance_of_the_photo_itself_wins(summary: dict[str, dict[str, Any]]) -> None:
    now = changed(summary, "measure", mean_diameter_um=49.0)
    loose = {**summary, "tolerances": {"measure.mean_diameter_um": {"relative": 0.1}}}
    assert stages_of(Baseline({"a.jpg": loose}), now) == []
    strict = {**summary, "tolerances": {"measure.*": {"absolute": 0.0}}}
    assert len(stages_of(Baseline({"a.jpg": strict}), changed(now, "measure", unit_count=3))) == 2


def test_new_and_missing_photos_drift(summary: dict[str, dict[str, Any]]) -> None:
    drifts = find_drifts(Baseline({"a.jpg": summary}), {"b.jpg": summary})
    assert [(one.photo, one.moved) for one in drifts] == [("a.jpg", "gone"), ("b.jpg", "new")]


def test_a_baseline_survives_its_file_one_line_a_stage(
    tmp_path: Path, summary: dict[str, dict[str, Any]]
) -> None:
    baseline = Baseline({"b.jpg": summary, "ä.jpg": summary}, versions={"opencv": "5.0.0"})
    write_baseline(tmp_path / "b.json", baseline)
    assert read_baseline(tmp_path / "b.json") == baseline
    text = (tmp_path / "b.json").read_text("utf-8")
    assert [line.strip()[:9] for line in text.splitlines() if line.startswith("   ")][:2] == [
        *('"photo": ', '"scale": ')
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read as a baseline"),
        ("[]", "is no baseline of schema"),
        (
            '{"schema": "hairdensity.baseline/1", "tolerances": {"hair.*": {}}, "photos": {}}',
            "tolerance hair",
        ),
        (
            '{"schema": "hairdensity.baseline/1", "tolerances": {"hairs.*": {"relative": -1}}, "photos": {}}',
            "tolerance hairs",
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_said(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_baseline(tmp_path / "b.json")


def test_junit_has_one_test_a_photo_and_names_the_first_stage() -> None:
    drifts = (
        Drift("a\x1b.jpg", "hairs", "found", "50", "40", "-10 (-20.0%)", "2.00%"),
        Drift("a\x1b.jpg", "measure", "hair_count", "50", "40", "-10 (-20.0%)", "2.00%"),
    )
    suite = ET.fromstring(junit_xml(["b.jpg", "a\x1b.jpg"], drifts))[0]  # noqa: S314 -- our own document
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failures = [case.find("failure") for case in suite]
    assert failures[0] is not None
    assert failures[0].get("message") == "drift in stage hairs"
    assert (failures[0].text or "").count("\n") == 1
    assert failures[1] is None


def test_a_setting_of_one_stage_shows_in_that_stage() -> None:
    photo, scale = SAMPLES / "before.jpg", StatedScale(um_per_px=5.5)
    before = summarise(analyze_photo(photo, scale))
    settings = Settings(measure=MeasureSettings(terminal_threshold_um=65.0))
    now = summarise(analyze_photo(photo, scale, settings))
    moved = stages_of(Baseline({"a.jpg": before}), now)
    assert ("measure", "terminal_fraction") in moved
    assert {stage for stage, _ in moved} == {"measure"}
