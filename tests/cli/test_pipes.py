"""Photos and lists through pipes, and what shells ask when they complete a word."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hairdensity.cli.standard_input import photo_files
from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]

SAMPLES = Path(__file__).parents[2] / "sample_images"


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on standard input."""

    def put(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return put


def test_a_photo_from_a_pipe_is_analysed_like_a_file(run: Run, send: Callable[[bytes], None]) -> None:
    send((SAMPLES / "refused.jpg").read_bytes())
    done = run("analyze", "-", "--json", "--um-per-px", "5.5")
    assert done.exit_code == 3
    document: dict[str, Any] = json.loads(done.out)
    assert document["photo"]["name"] == "stdin"
    by_name = json.loads(run("analyze", SAMPLES / "refused.jpg", "--json", "--um-per-px", "5.5").out)
    assert document["photo"]["sha256"] == by_name["photo"]["sha256"]
    assert document["quality"] == by_name["quality"]


def test_only_one_photo_can_come_through_a_pipe(run: Run, send: Callable[[bytes], None]) -> None:
    send(b"anything")
    done = run("compare", "-", "-")
    assert (done.exit_code, done.out) == (2, "")
    assert "one photo on standard input" in done.err
    with photo_files(Path("a.jpg"), Path("-")) as (first, second):
        assert (first, second.read_bytes()) == (Path("a.jpg"), b"anything")
    assert not second.exists()


def test_an_empty_pipe_is_said(send: Callable[[bytes], None]) -> None:
    send(b"")
    with pytest.raises(UsageError, match="standard input is empty"), photo_files(Path("-")):
        pass


def test_a_list_of_photos_through_a_pipe(run: Run, send: Callable[[bytes], None], tmp_path: Path) -> None:
    for name in ("1_before.jpg", "1_after.jpg"):
        (tmp_path / name).write_bytes(b"x")
    send(b"1_before.jpg\n1_after.jpg\n")
    done = run("batch", "-", "--pattern", "{subject}_{visit}.jpg", "--dry-run", "-v")
    assert (done.exit_code, done.out) == (0, "1_before.jpg -> 1_after.jpg\n")
    send(b"photo,subject,visit\n1_before.jpg,1,a\n1_after.jpg,1,b\n")
    plan = [json.loads(line) for line in run("batch", "-", "--dry-run", "--json").out.splitlines()]
    assert [one.get("photo") for one in plan] == ["1_after.jpg", "1_before.jpg", None]
    assert plan[2] == {"before": "1_before.jpg", "after": "1_after.jpg", "pending": True}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("hairdensity ba", {"batch"}),
        ("hairdensity batch --exe", {"--executor"}),
        ("hairdensity batch --executor d", {"dask"}),
        ("hairdensity completion ", {"bash", "zsh", "fish"}),
    ],
)
def test_a_shell_is_told_how_a_word_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: str, expected: set[str]
) -> None:
    monkeypatch.setenv("_HAIRDENSITY_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    said = run()
    assert said.exit_code == 0
    assert {line.partition(",")[2] for line in said.out.splitlines()} == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.exit_code == 0
    assert "_HAIRDENSITY_COMPLETE" in done.out
