"""`hairdensity review`: what goes wrong before a page is served is one line with a remedy."""

from __future__ import annotations

import shutil
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hairdensity.cli import reviewing
from hairdensity.photo import read_photo
from hairdensity.report import write_analysis
from tests.report import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]

SAMPLE = Path(__file__).parents[2] / "sample_images" / "refused.jpg"
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def assert_one_line(done: Outcome, code: int, text: str) -> None:
    assert (done.exit_code, done.err.count("\n"), done.out) == (code, 1, "")
    assert text in done.err


@pytest.mark.parametrize("library", reviewing.LIBRARIES)
def test_a_missing_extra_is_named(run: Run, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "find_spec", lambda name: None if name == library else object())
    assert_one_line(
        run("review", "any"), 2, f"{library}, which is missing; run pip install 'hairdensity[review]'"
    )


def test_bad_input_is_one_line(run: Run, tmp_path: Path) -> None:
    assert_one_line(run("review", "none"), 2, "none: there is no such folder; give the output folder")
    assert_one_line(run("review", tmp_path), 2, "holds neither comparison.json nor analysis.json")
    assert_one_line(run("review", tmp_path, "--by", "John Smith"), 2, "--by John Smith: is not initials")
    assert_one_line(run("review", tmp_path, "--port", "0"), 2, "'--port'")


def test_a_photo_or_a_port_that_is_not_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = tmp_path / "photo.jpg"
    shutil.copy(SAMPLE, photo)
    analysis = fakes.make_analysis(scale=fakes.make_scale())
    write_analysis(replace(analysis, photo=read_photo(photo)), tmp_path / "out", NOON)
    monkeypatch.setattr("webbrowser.open", lambda _: pytest.fail("nothing is served yet"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        done = run("review", "out", "--port", port)
        assert done.exit_code == 2
        assert f"--port {port}: cannot be used on 127.0.0.1" in done.err
    photo.unlink()
    assert_one_line(run("review", "out"), 3, "photo.jpg: the photo of this result was not found; name it")
