"""`--corrections`: what is applied, what is refused, and that the automatic result stays as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hairdensity.pipeline import analyze_photo
from tests.corrections.made import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]

PHOTO = Path(__file__).parents[2] / "sample_images" / "before.jpg"


@pytest.fixture(scope="module")
def journal() -> bytes:
    """One hair deleted, another deletion undone."""
    writer = Writer.of(analyze_photo(PHOTO))
    writer.add("delete", [writer.automatic_hair(3)])
    writer.add("delete", [writer.automatic_hair(4)])
    writer.add("undo", undoes=2)
    return writer.lines()


def test_the_corrected_result_lies_beside_the_automatic_one(run: Run, journal: bytes) -> None:
    assert run("analyze", PHOTO, "-q").exit_code == 0
    folder = Path("hairdensity-out/before")
    automatic = (folder / "analysis.json").read_bytes()
    (folder / "corrections.jsonl").write_bytes(journal)
    done = run("analyze", PHOTO, "--corrections", folder / "corrections.jsonl")
    assert done.exit_code == 0
    assert "1 correction by hand (1 deleted) by AB" in " ".join(done.out.split())
    corrected = json.loads(Path("hairdensity-out/before-corrected/analysis.json").read_text())
    found = json.loads(automatic)
    assert corrected["corrections"]["count"] == 1
    assert corrected["corrections"]["same_result"] is True
    assert corrected["corrections"]["automatic"] == found["measurement"]
    assert len(corrected["hairs"]) == len(found["hairs"]) - 1
    assert found["corrections"]["automatic"] is None
    assert (folder / "analysis.json").read_bytes() == automatic


def test_an_automatic_result_is_never_overwritten(run: Run, journal: bytes) -> None:
    Path("c.jsonl").write_bytes(journal)
    Path("out").mkdir()
    for content in (
        {"schema": "hairdensity.analysis/1"},
        {"schema": "hairdensity.analysis/1", "corrections": {}},
    ):
        Path("out/analysis.json").write_text(json.dumps(content))
        done = run("analyze", PHOTO, "--corrections", "c.jsonl", "-o", "out")
        assert done.exit_code == 2
        assert "out/analysis.json: is the automatic result" in done.err
        assert json.loads(Path("out/analysis.json").read_text()) == content


def test_corrections_of_another_photo_are_refused(run: Run, journal: bytes) -> None:
    Path("c.jsonl").write_bytes(journal)
    other = PHOTO.with_name("after.jpg")
    done = run("analyze", other, "--um-per-px", "5.5", "--corrections", "c.jsonl")
    assert done.exit_code == 2
    assert "c.jsonl: its corrections are of before.jpg" in done.err
    assert done.err.count("\n") == 1
    assert not Path("hairdensity-out").exists()


def test_two_files_about_one_photo_are_refused(run: Run, journal: bytes) -> None:
    for name in ("one.jsonl", "two.jsonl"):
        Path(name).write_bytes(journal)
    done = run("analyze", PHOTO, "--corrections", "one.jsonl", "--corrections", "two.jsonl")
    assert done.exit_code == 2
    assert "one.jsonl and two.jsonl both hold corrections of before.jpg" in done.err


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\n", b'{"format": "half'])
def test_what_is_no_journal_is_one_line(run: Run, content: bytes) -> None:
    Path("c.jsonl").write_bytes(content)
    for command in (["analyze", PHOTO], ["compare", PHOTO, PHOTO]):
        done = run(*command, "--corrections", "c.jsonl")
        assert done.exit_code == 2
        assert done.err.startswith("Error: c.jsonl: ")
        assert done.err.count("\n") == 1


def test_corrections_meet_another_result_by_place(run: Run, journal: bytes) -> None:
    Path("c.jsonl").write_bytes(journal)
    Path("s.toml").write_text("[trace]\njudge_usual = 3.0\n")
    done = run("analyze", PHOTO, "--corrections", "c.jsonl", "--settings", "s.toml", "-o", "out")
    assert done.exit_code == 0
    assert "is not the one that was corrected" in done.err
    assert json.loads(Path("out/analysis.json").read_text())["corrections"]["same_result"] is False
