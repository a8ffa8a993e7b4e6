"""The terminal: colour and progress only for a person, any width, any encoding, readers that leave."""

from __future__ import annotations

import io
import os
import pty
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from hairdensity.cli.streams import write_line, write_text
from tests.cli.conftest import SOURCES

if TYPE_CHECKING:
    from pathlib import Path

ESCAPE = "\x1b["
PROGRAM = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background is started deaf to it
from hairdensity.cli import main, work
from tests.report import fakes

def compare_photos(*asked):
    time.sleep(0.5)
    return fakes.make_comparison(fakes.make_scale(), fakes.make_scale())

work.compare_photos = compare_photos
main(["compare", "before.jpg", "after.jpg", *sys.argv[1:]])
"""


def environment(**changes: str) -> dict[str, str]:
    clean = {
        name: one for name, one in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    }
    path = os.pathsep.join([str(SOURCES), str(SOURCES.parent)])
    return {**clean, "PYTHONPATH": path, "TERM": "xterm-256color", **changes}


def on_terminal(folder: Path, *arguments: str, **changes: str) -> str:
    """Run in a pseudo terminal and return everything that it showed."""
    own, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        stdin=other, stdout=other, stderr=other, cwd=folder, env=environment(**changes),
    )  # fmt: skip
    os.close(other)
    shown = b""
    try:
        while piece := os.read(own, 65536):
            shown += piece
    except OSError:  # Linux ends a closed pseudo terminal so
        pass
    os.close(own)
    assert process.wait() == 0
    return shown.decode("utf-8")


def in_pipe(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True, cwd=folder, env=environment(**changes), check=True,
    )  # fmt: skip


def test_a_pipe_gets_neither_colour_nor_progress(tmp_path: Path) -> None:
    done = in_pipe(tmp_path)
    assert ESCAPE.encode() not in done.stdout + done.stderr
    assert b"Finding the hairs" not in done.stdout + done.stderr


def test_a_terminal_gets_colour_and_progress(tmp_path: Path) -> None:
    shown = on_terminal(tmp_path)
    assert f"{ESCAPE}32mincrease" in shown
    assert "Finding the hairs" in shown


def test_no_color_is_respected(tmp_path: Path) -> None:
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", on_terminal(tmp_path, NO_COLOR="1"))


def test_quiet_is_quiet_on_a_terminal_too(tmp_path: Path) -> None:
    assert on_terminal(tmp_path, "--quiet") == ""


def test_a_narrow_terminal_cuts_no_word(tmp_path: Path) -> None:
    said = in_pipe(tmp_path, COLUMNS="50").stdout.decode()
    assert "Hair density, /cm²" in said
    assert "Change (95% interval): +20 (+12 to +28)" in said
    assert "\N{HORIZONTAL ELLIPSIS}" not in said


def test_a_terminal_without_unicode_still_reads_well(tmp_path: Path) -> None:
    said = in_pipe(tmp_path, PYTHONIOENCODING="ascii").stdout.decode("ascii")
    assert "Hair density, /cm2" in said
    assert "?" not in said


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "--json"],
            stdout=gone, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(), check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert b"Error" not in done.stderr


def test_an_interruption_leaves_with_130_and_no_empty_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("0.5", "60"), "-o", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(),
    )  # fmt: skip
    while not out.exists():  # it is made just before the work begins
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, b"")
    assert complained == b"Interrupted; no half-written file is left.\n"
    assert not out.exists()


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8", "µ²"), ("latin-1", "µ²"), ("ascii", "u2")])
def test_each_encoding_gets_what_it_can_show(encoding: str, expected: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    write_text(stream, "µ²")
    assert stream.buffer.getvalue().decode(encoding) == expected


def test_a_line_stays_a_line() -> None:
    stream = io.StringIO()
    write_line(stream, "a\r\nb\tc\x1b")
    assert stream.getvalue() == "a??b?c?\n"
