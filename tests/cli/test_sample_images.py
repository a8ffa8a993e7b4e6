"""The sample images through the whole command line: every document valid, every null explained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from hairdensity.report import read_schema
from tests.report.test_documents import null_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]

SAMPLES = Path(__file__).parents[2] / "sample_images"
COMPARISON_FILES = {
    "comparison.json",
    "hairs.csv",
    "before.png",
    "after.png",
    "report.html",
    "before",
    "after",
}


def valid(path: Path) -> dict[str, Any]:
    """Return a document that its schema accepts and whose nulls all have their reasons."""
    document: dict[str, Any] = json.loads(path.read_text())
    schema = read_schema("comparison" if path.name == "comparison.json" else "analysis")
    jsonschema.Draft202012Validator(schema).validate(document)
    unexplained = set(null_paths(document)) - set(document["null_reasons"])
    assert unexplained == set()
    return document


@pytest.mark.parametrize(("before", "after"), [("before", "after"), ("hard_before", "hard_after")])
def test_compare_fills_every_file(run: Run, tmp_path: Path, before: str, after: str) -> None:
    out = tmp_path / "out"
    done = run("compare", SAMPLES / f"{before}.jpg", SAMPLES / f"{after}.jpg", "-o", out)
    assert done.exit_code == 0, done.err
    assert {one.name for one in out.iterdir()} == COMPARISON_FILES
    document = valid(out / "comparison.json")
    hairs = {
        side: {one["id"] for one in valid(out / side / "analysis.json")["hairs"]}
        for side in ("before", "after")
    }
    for pair in document["hairs"]["pairs"]:
        assert pair["before_id"] is None or pair["before_id"] in hairs["before"]
        assert pair["after_id"] is None or pair["after_id"] in hairs["after"]
    assert (out / "report.html").stat().st_size < 3_000_000
    for file in out.rglob("*.*"):
        assert str(SAMPLES.parent).encode() not in file.read_bytes(), file.name


def test_the_photo_that_must_be_refused_is_refused(run: Run, tmp_path: Path) -> None:
    done = run("analyze", SAMPLES / "refused.jpg", "-o", tmp_path / "out")
    assert done.exit_code == 3
    document = valid(tmp_path / "out/analysis.json")
    assert (document["quality"]["verdict"], document["hairs"]) == ("refused", [])


def test_a_pair_with_a_refused_photo_is_refused(run: Run, tmp_path: Path) -> None:
    done = run("compare", SAMPLES / "before.jpg", SAMPLES / "refused.jpg", "-o", tmp_path / "out")
    assert done.exit_code == 3
    assert valid(tmp_path / "out/comparison.json")["alignment"]["status"] == "not-aligned"


def test_different_skin_reports_no_change(run: Run, tmp_path: Path) -> None:
    done = run("compare", SAMPLES / "before.jpg", SAMPLES / "hard_before.jpg", "-o", tmp_path / "out")
    assert done.exit_code == 5
    assert done.err.startswith("Error: not aligned: ")
    assert valid(tmp_path / "out/comparison.json")["changes"] == []


def test_without_a_scale_the_relative_change_is_reported(run: Run, tmp_path: Path) -> None:
    for name in ("before", "after"):  # without the sidecar files that state their scale
        (tmp_path / f"{name}.jpg").write_bytes((SAMPLES / f"{name}.jpg").read_bytes())
    done = run("compare", "before.jpg", "after.jpg", "-o", "out")
    assert done.exit_code == 0, done.err
    changes = {one["quantity"]: one for one in valid(tmp_path / "out/comparison.json")["changes"]}
    density = changes["hair_density_per_cm2"]
    assert (density["before"], density["after"], density["difference"]) == (None, None, None)
    assert density["relative"]["low"] <= density["relative"]["value"] <= density["relative"]["high"]


def test_same_photos_same_bytes(run: Run, tmp_path: Path) -> None:
    for out in ("one", "two"):
        run("analyze", SAMPLES / "before.jpg", "-o", tmp_path / out)
    one, two = (json.loads((tmp_path / out / "analysis.json").read_text()) for out in ("one", "two"))
    assert one | {"created_at": ""} == two | {"created_at": ""}
    for name in ("overlay.png", "hairs.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_three_visits_become_a_course(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    visits = [SAMPLES / f"{name}.jpg" for name in ("before", "after", "before")]
    done = run("compare", *visits, "-o", out)
    assert done.exit_code == 0, done.err
    course = json.loads((out / "course.json").read_text())
    assert [one["after"]["photo"]["name"] for one in course] == ["after.jpg", "before.jpg"]
    for number, comparison in enumerate(course, start=2):
        assert valid(out / f"visit{number}" / "comparison.json")["changes"] == comparison["changes"]
        assert f"Report: {out}/visit{number}/report.html" in done.out
    assert f"Report: {out}/course.json" in done.out
    summary = done.out.partition("Against before.jpg, on the skin that all visits show")[2]
    lines = summary.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("Hair density"))
    for line, visit, verdict in (
        (lines[at], "after.jpg", "increase"),
        (lines[at + 1], "before.jpg", "no clear"),
    ):
        assert visit in line
        assert verdict in line


def test_a_visit_of_other_skin_leaves_the_rest_of_a_course(run: Run, tmp_path: Path) -> None:
    visits = [SAMPLES / f"{name}.jpg" for name in ("before", "hard_before", "after")]
    done = run("compare", *visits, "-o", tmp_path)
    assert done.exit_code == 5
    other, same = json.loads((tmp_path / "course.json").read_text())
    assert (other["alignment"]["status"], same["alignment"]["status"]) == ("not-aligned", "aligned")
    assert other["changes"] == []
    assert "increase" in done.out.partition("Against before.jpg")[2]
