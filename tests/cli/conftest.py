"""Runs the command line in this process or in its own, on results built by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hairdensity.cli import main, work
from tests.report import fakes

if TYPE_CHECKING:
    from collections.abc import Callable


SOURCES = Path(__file__).parents[2] / "src"


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line left."""

    exit_code: int
    out: str
    err: str


@pytest.fixture
def run(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Run the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run_here(*arguments: object) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(one) for one in arguments])
        captured = capfd.readouterr()
        return Outcome(int(end.value.code or 0), captured.out, captured.err)

    return run_here


@pytest.fixture
def spawn(tmp_path: Path) -> Callable[..., Outcome]:
    """Run the command line in a process of its own, in an empty folder."""

    def run_there(*arguments: object, **environment: str) -> Outcome:
        program = [sys.executable, "-c", "from hairdensity.cli import main; main()"]
        path = os.pathsep.join(filter(None, [environment.pop("first_path", ""), str(SOURCES)]))
        done = subprocess.run(
            [*program, *map(str, arguments)],
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": path, **environment},
            check=False,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "replace"))

    return run_there


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Something that stands where a photo stands; nothing here reads it."""
    path = tmp_path / "before.jpg"
    path.write_bytes(b"a photo")
    return path


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Let both commands find what stands here, and note what they asked for."""
    scale = fakes.make_scale()
    held: dict[str, object] = {
        "analysis": fakes.make_analysis(scale=scale),
        "comparison": fakes.make_comparison(scale, scale),
    }

    def analyze_photo(*asked: object) -> object:
        held["asked"] = asked
        return held["analysis"]

    def compare_photos(*asked: object) -> object:
        held["asked"] = asked
        return held["comparison"]

    monkeypatch.setattr(work, "analyze_photo", analyze_photo)
    monkeypatch.setattr(work, "compare_photos", compare_photos)
    return held
