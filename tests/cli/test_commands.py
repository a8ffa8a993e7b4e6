"""`analyze` and `compare`: what they write and say, and their exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from hairdensity.errors import PhotoError, ScaleError
from hairdensity.scale.model import StatedScale
from tests.report import fakes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]
    Found = dict[str, Any]


def test_analyze_says_what_was_found_and_where_the_report_lies(run: Run, found: Found, photo: Path) -> None:
    done = run("analyze", photo)
    assert (done.exit_code, done.err) == (0, "")
    assert "3 hairs in 2 follicular units were counted" in done.out
    assert "120 (108 to 132)" in done.out
    assert "Report: hairdensity-out/before/report.html" in done.out
    assert (photo.parent / "hairdensity-out/before/report.html").is_file()
    assert found["asked"][:2] == (photo, None)


def test_compare_says_what_changed_and_where_the_report_lies(run: Run, found: Found, photo: Path) -> None:
    done = run("compare", photo, photo.with_name("after.jpg"))
    assert (done.exit_code, done.err) == (0, "")
    assert "Hair density rose from 100 to 120" in done.out
    row = next(line for line in done.out.splitlines() if line.startswith("Hair density, /cm²"))
    assert row.removeprefix("Hair density, /cm²").split() == [
        "100",
        "120",
        "+20",
        "(+12",
        "to",
        "+28)",
        "increase",
    ]
    in_one_line = " ".join(done.out.split())
    assert "3 with more, 2 with fewer, 1 new, 4 gone." in in_one_line
    assert "2 (0 to 4) became terminal" in in_one_line
    assert "not its cause" in done.out
    assert "Report: hairdensity-out/before--after/report.html" in done.out
    assert (photo.parent / "hairdensity-out/before--after/comparison.json").is_file()
    del found


def test_json_is_the_only_thing_on_standard_output(
    run: Run, found: Found, photo: Path, tmp_path: Path
) -> None:
    done = run("compare", photo, photo, "--json", "-o", tmp_path / "out")
    assert json.loads(done.out)["schema"] == "hairdensity.comparison/1"
    assert done.out == (tmp_path / "out/comparison.json").read_text()
    assert "Report: " in done.err
    del found


def test_json_of_one_photo(run: Run, found: Found, photo: Path) -> None:
    assert json.loads(run("analyze", photo, "--json", "-q").out)["schema"] == "hairdensity.analysis/1"
    del found


def test_quiet_says_nothing(run: Run, found: Found, photo: Path) -> None:
    done = run("compare", photo, photo, "--quiet")
    assert (done.exit_code, done.out, done.err) == (0, "", "")
    del found


def test_verbose_shows_every_quantity(run: Run, found: Found, photo: Path) -> None:
    assert "Single-hair units" not in run("analyze", photo).out
    assert "Single-hair units" in run("analyze", photo, "-v").out
    del found


def test_flags_are_said_on_standard_error_with_their_advice(run: Run, found: Found, photo: Path) -> None:
    usable = replace(fakes.REFUSED, verdict="usable")
    found["analysis"] = replace(found["analysis"], quality=usable)
    done = run("analyze", photo)
    assert done.exit_code == 0
    assert done.err == "Note: before.jpg: The photo is blurred (0.10, at least 0.30). Focus on the skin.\n"


def test_a_refused_photo_leaves_with_3_and_its_files(run: Run, found: Found, photo: Path) -> None:
    found["analysis"] = fakes.make_refused()
    done = run("analyze", photo)
    assert done.exit_code == 3
    assert done.err == (
        "Error: before.jpg is refused: The photo is blurred (0.10, at least 0.30). Focus on the skin.\n"
    )
    document = json.loads((photo.parent / "hairdensity-out/before/analysis.json").read_text())
    assert document["quality"]["verdict"] == "refused"


def test_a_refused_photo_of_a_pair_leaves_with_3(run: Run, found: Found, photo: Path) -> None:
    found["comparison"] = replace(fakes.make_not_aligned(), after=fakes.make_refused("after.jpg"))
    done = run("compare", photo, photo)
    assert done.exit_code == 3
    assert done.err.startswith("Error: after.jpg is refused")


def test_different_skin_leaves_with_5_and_its_files(run: Run, found: Found, photo: Path) -> None:
    found["comparison"] = fakes.make_not_aligned()
    done = run("compare", photo, photo, "-o", "out")
    assert done.exit_code == 5
    assert done.err == "Error: not aligned: the skin texture agrees by 0.08, at least 0.30 is needed\n"
    assert done.out == "Report: out/report.html\n"
    document = json.loads((photo.parent / "out/comparison.json").read_text())
    assert (document["alignment"]["status"], document["changes"]) == ("not-aligned", [])


@pytest.mark.parametrize("command", ["analyze", "compare"])
def test_a_required_scale_that_is_missing_leaves_with_4_and_no_files(
    run: Run, found: Found, photo: Path, command: str
) -> None:
    found["analysis"], found["comparison"] = fakes.make_analysis(), fakes.make_comparison()
    photos = [photo] if command == "analyze" else [photo, photo]
    done = run(command, *photos, "--require-scale")
    assert done.exit_code == 4
    assert done.err.startswith("Error: before.jpg: no scale found; give --um-per-px")
    assert not (photo.parent / "hairdensity-out").exists()
    assert run(command, *photos).exit_code == 0


@pytest.mark.parametrize(
    ("error", "exit_code"), [(PhotoError("x.jpg: cut off"), 3), (ScaleError("x.jpg: two scales"), 4)]
)
def test_what_the_library_raises_becomes_one_line_and_no_files(
    run: Run, monkeypatch: pytest.MonkeyPatch, photo: Path, error: Exception, exit_code: int
) -> None:
    def fails(*asked: object) -> None:
        del asked
        raise error

    monkeypatch.setattr("hairdensity.cli.work.analyze_photo", fails)
    done = run("analyze", photo)
    assert (done.exit_code, done.out, done.err) == (exit_code, "", f"Error: {error}\n")
    assert not (photo.parent / "hairdensity-out").exists()


def test_scales_reach_the_library(run: Run, found: Found, photo: Path) -> None:
    run("analyze", photo, "--field-width-mm", "7.1")
    assert found["asked"][1] == StatedScale(field_width_mm=7.1)
    run("compare", photo, photo, "--um-per-px", "5.5")
    assert found["asked"][2:4] == (StatedScale(um_per_px=5.5), StatedScale(um_per_px=5.5))
    run("compare", photo, photo, "--before-um-per-px", "5.5", "--scale-bar-mm", "1")
    assert found["asked"][2:4] == (
        StatedScale(um_per_px=5.5, scale_bar_mm=1.0),
        StatedScale(scale_bar_mm=1.0),
    )


def test_an_output_that_cannot_be_written_is_said_before_the_work(
    run: Run, found: Found, photo: Path
) -> None:
    done = run("analyze", photo, "--output", photo / "below")
    assert done.exit_code == 2
    assert "results cannot be written there" in done.err
    assert "asked" not in found


@pytest.mark.parametrize(("command", "name"), [("analyze", "overlay.png"), ("compare", "after.png")])
def test_a_result_never_replaces_a_photo(
    run: Run, found: Found, tmp_path: Path, command: str, name: str
) -> None:
    own = tmp_path / name
    own.write_bytes(b"mine")
    done = run(command, *[own] * (1 if command == "analyze" else 2), "-o", tmp_path)
    assert done.exit_code == 2
    assert "would replace this photo" in done.err
    assert own.read_bytes() == b"mine"
    assert "asked" not in found


def test_settings_from_a_file_reach_the_library(run: Run, found: Found, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("[measure]\nterminal_threshold_um = 30\n")
    run("analyze", photo, "--settings", "s.toml")
    assert found["asked"][2].measure.terminal_threshold_um == 30.0
    run("compare", photo, photo, "--settings", "s.toml")
    assert found["asked"][4].analysis.measure.terminal_threshold_um == 30.0
