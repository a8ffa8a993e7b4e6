"""`hairdensity batch` through the whole command line, on the sample images."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hairdensity import CompareSettings, analyze_photo
from hairdensity.compare import compare_analyses
from hairdensity.measure import Measurement
from hairdensity.study.rows import PAIR_COLUMNS, PHOTO_COLUMNS, QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]

SAMPLES = Path(__file__).parents[2] / "sample_images"
MANIFEST = """photo;subject;site;visit;arm
before.jpg;1;vertex;baseline;A
after.jpg;1;vertex;week 12;A
refused.jpg;2;vertex;baseline;B
cut.jpg;3;vertex;;B
"""


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Return a folder with a manifest, a pair, a photo to be refused and one cut off."""
    folder = tmp_path / "trial"
    folder.mkdir()
    for name in ("before.jpg", "after.jpg", "refused.jpg"):
        shutil.copy(SAMPLES / name, folder)
        shutil.copy(SAMPLES / f"{name}.toml", folder)
    (folder / "cut.jpg").write_bytes((SAMPLES / "before.jpg").read_bytes()[:9000])
    (folder / "trial.csv").write_text(MANIFEST)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def test_a_trial_from_manifest_to_tables(run: Run, trial: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("batch", trial / "trial.csv", "-o", out, "--workers", "1", "--reports", "--hairs")
    assert done.exit_code == 6, done.err
    assert "4 photos, 1 pairs" in done.err
    assert "Error: 2 of 4 photos and 0 of 1 pairs failed, the rest is complete" in done.err
    assert done.out == f"Results: {out}/results.csv, {out}/pairs.csv\n"
    after, before, cut, refused = rows_of(out / "results.csv")
    assert (cut["photo"], cut["exit_code"]) == ("cut.jpg", "3")
    assert "is cut off or damaged" in cut["error"]
    assert (refused["exit_code"], refused["quality_verdict"], refused["hair_count"]) == ("3", "refused", "")
    analyses = [analyze_photo(trial / name) for name in ("before.jpg", "after.jpg")]
    for row, analysis in zip((before, after), analyses, strict=True):
        density = analysis.measurement.hair_density_per_cm2
        assert density is not None
        assert int(row["hair_count"]) == analysis.measurement.hair_count
        assert float(row["hair_density_per_cm2_low"]) == pytest.approx(density.low, rel=1e-5)
    (pair,) = rows_of(out / "pairs.csv")
    comparison = compare_analyses(analyses[0], analyses[1], CompareSettings())
    counts = {state: sum(one.state == state for one in comparison.pairs) for state in ("kept", "gained")}
    assert {state: int(pair[state]) for state in counts} == counts
    verdicts = {change.quantity: change.verdict for change in comparison.changes}
    assert {name: pair[f"{name}_verdict"] for name in verdicts} == verdicts
    assert (out / "reports/photos/before.jpg/report.html").is_file()
    assert (out / "reports/pairs/before.jpg--after.jpg/comparison.json").is_file()
    hairs = rows_of(out / "hairs.csv")
    assert len(hairs) == sum(len(analysis.hairs) for analysis in analyses)
    assert {row["photo"] for row in hairs} == {"before.jpg", "after.jpg"}
    again = run("batch", trial / "trial.csv", "-o", out, "--json", "--workers", "1")
    assert again.exit_code == 6
    printed = [json.loads(line) for line in again.out.splitlines()]
    assert [one.get("photo", one.get("before")) for one in printed] == [
        *("after.jpg", "before.jpg", "cut.jpg", "refused.jpg", "before.jpg")
    ]


def test_columns_are_those_of_the_contract() -> None:
    assert PHOTO_COLUMNS[:17] == (
        "photo",
        "subject",
        "site",
        "visit",
        "date",
        "arm",
        "side",
        "exit_code",
        "error",
        "quality_verdict",
        "um_per_px",
        "scale_source",
        "field_area_cm2",
        "hair_count",
        "hair_density_per_cm2",
        "hair_density_per_cm2_low",
        "hair_density_per_cm2_high",
    )
    assert set(QUANTITIES) == set(Measurement.__slots__) - {"null_reasons"}
    assert PAIR_COLUMNS[:18] == (
        "before",
        "after",
        "subject",
        "site",
        "exit_code",
        "error",
        "shared_area_cm2",
        "kept",
        "gained",
        "lost",
        "unsure",
        "hair_count_before",
        "hair_count_after",
        "hair_count_difference",
        "hair_count_difference_low",
        "hair_count_difference_high",
        "hair_count_relative",
        "hair_count_verdict",
    )


def test_photos_that_nothing_pairs_point_to_the_pattern(run: Run, trial: Path) -> None:
    done = run("batch", trial, "--dry-run")
    counted, note = done.err.splitlines()
    assert counted == "4 photos, 0 pairs"
    assert "no photos were paired" in note
    assert "--pattern" in note


def test_pairs_of_an_earlier_run_are_not_lost_where_nothing_pairs_the_photos(
    run: Run, trial: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run("batch", trial / "trial.csv", "-o", out, "--workers", "1")
    pairs = (out / "pairs.csv").read_bytes()
    assert len(rows_of(out / "pairs.csv")) == 1
    done = run("batch", trial, "-o", out, "--workers", "1")
    assert done.exit_code == 2
    assert f"{out}/pairs.csv holds pairs of an earlier run" in done.err
    assert "--pattern" in done.err
    assert (out / "pairs.csv").read_bytes() == pairs
    again = run("batch", trial / "trial.csv", "-o", out, "--workers", "1")
    assert "4 photos, 1 pairs; 5 of these rows stand from an earlier run" in again.err


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(run: Run, trial: Path, tmp_path: Path) -> None:
    done = run("batch", trial / "trial.csv", "--dry-run", "-v")
    assert (done.exit_code, done.out) == (0, "before.jpg -> after.jpg\n")
    assert done.err == "4 photos, 1 pairs\n"
    assert {one.name for one in tmp_path.iterdir()} == {"trial"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no such folder"),
        (["nowhere.csv"], "there is no such"),
        (["trial", "--pattern", "{who}.jpg"], "{who} is not known"),
        (["trial", "--workers", "0"], "--workers"),
        (["trial", "--executor", "dask"], "needs --scheduler"),
        (["trial", "--scheduler", "tcp://x:1"], "--scheduler needs --executor dask"),
        (["trial", "--executor", "ray"], "--executor"),
    ],
)
def test_wrong_use_leaves_with_2_and_one_line(run: Run, trial: Path, arguments: list[str], said: str) -> None:
    assert trial.is_dir()
    done = run("batch", *arguments)
    assert (done.exit_code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
