"""Errors become one line and an exit code; a traceback only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from hairdensity import errors
from hairdensity.cli.exits import Session, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome


def command_that_raises(error: BaseException) -> click.Command:
    @click.command()
    @click.option("-v", "verbose", is_flag=True)
    @click.pass_obj
    def command(session: Session, *, verbose: bool) -> None:
        session.verbose = verbose
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (errors.UsageError("x: bad"), 2),
        (errors.PhotoError("x: bad"), 3),
        (errors.ScaleError("x: bad"), 4),
        (errors.AlignmentError("x: bad"), 5),
        (click.BadParameter("bad"), 2),
        (click.ClickException("bad"), 2),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("division"), 1),
    ],
)
def test_each_error_has_one_line_and_its_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, exit_code: int
) -> None:
    assert run(command_that_raises(error), []) == exit_code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


def test_a_bug_shows_its_traceback_only_with_v(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command_that_raises(ZeroDivisionError("division")), []) == 1
    assert "run again with -v" in capsys.readouterr().err
    assert run(command_that_raises(ZeroDivisionError("division")), ["-v"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_name_with_line_breaks_and_escapes_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    run(command_that_raises(errors.PhotoError("a\nb\x1b[31m.jpg: missing")), [])
    assert capsys.readouterr().err == "Error: a?b?[31m.jpg: missing\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze"],
        ["analyze", "x.jpg", "--nonsense"],
        ["analyze", "x.jpg", "--um-per-px", "-3"],
        ["analyze", "x.jpg", "--um-per-px", "0"],
        ["analyze", "x.jpg", "--um-per-px", "nan"],
        ["analyze", "x.jpg", "--um-per-px", "inf"],
        ["analyze", "x.jpg", "--um-per-px", "five"],
        ["analyze", "x.jpg", "--field-width-mm", "-1"],
        ["analyze", "x.jpg", "--scale-bar-mm", "-1"],
        ["compare", "x.jpg"],
        ["compare", "x.jpg", "y.jpg", "--after-um-per-px", "-1"],
        ["compare", "x.jpg", "y.jpg", "--um-per-px", "5", "--before-um-per-px", "6"],
        ["nonsense"],
        ["--nonsense"],
    ],
)
def test_wrong_use_leaves_with_2_and_one_line(run: Callable[..., Outcome], arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.out) == (2, "")
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1


def test_a_wrong_value_is_named_with_its_option(run: Callable[..., Outcome]) -> None:
    said = run("analyze", "x.jpg", "--um-per-px", "-3").err
    assert "--um-per-px" in said
    assert "-3 is no size; give a finite number above 0" in said
    assert "hairdensity analyze --help" in said


def test_a_missing_system_library_is_named_with_both_cures(
    spawn: Callable[..., Outcome], tmp_path: Path
) -> None:
    text = "libGL.so.1: cannot open shared object file: No such file or directory"
    (tmp_path / "cv2.py").write_text(f"raise ImportError({text!r})\n")
    done = spawn("analyze", "x.jpg", first_path=str(tmp_path))
    assert (done.exit_code, done.out, done.err.count("\n")) == (2, "", 1)
    for words in ("libGL.so.1", "apt-get install libgl1 libglib2.0-0", "opencv-python-headless"):
        assert words in done.err


def test_an_emptied_opencv_is_named_with_its_cure(capsys: pytest.CaptureFixture[str]) -> None:
    emptied = AttributeError("module 'cv2' has no attribute 'resize'")
    assert run(command_that_raises(emptied), []) == 2
    assert "pip install --force-reinstall opencv-python" in capsys.readouterr().err
