"""The file on the disk: each line whole or not there, one review at a time, nothing confirmed is lost."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from hairdensity.corrections import read_journal
from hairdensity.errors import UsageError
from hairdensity.review.journal_file import JournalFile
from tests.corrections.made import Writer, path

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.corrections import Correction


@pytest.fixture
def made() -> list[Correction]:
    writer = Writer([path((10, 10), (20, 10))])
    for step in range(3):
        writer.add("draw", paths=[path((step, 0), (step, 50))])
    return writer.made


def test_each_line_is_forced_to_the_disk(
    tmp_path: Path, made: list[Correction], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))
    file = tmp_path / "c.jsonl"
    with JournalFile(file) as journal:
        journal.append(made[0])
        assert synced[0] == file.stat().st_size
        assert len(synced) == 2  # the line, and the name of the new file
        journal.append(made[1])
        assert synced[2] == file.stat().st_size


def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, made: list[Correction], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = tmp_path / "c.jsonl"
    with JournalFile(file) as journal:
        journal.append(made[0])
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            with pytest.raises(UsageError, match="No space left"):
                journal.append(made[1])
        assert len(journal.corrections) == 1
        journal.append(made[1])
    assert [one.number for one in read_journal(file).corrections] == [1, 2]


@pytest.mark.parametrize("cut", [1, 30])
def test_what_was_never_finished_gives_way(tmp_path: Path, made: list[Correction], cut: int) -> None:
    file = tmp_path / "c.jsonl"
    with JournalFile(file) as journal:
        journal.append(made[0])
        journal.append(made[1])
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut])
    with JournalFile(file) as journal:
        left = len(journal.corrections)
        assert left == (2 if cut == 1 else 1)  # without its break alone, a line is whole
        journal.append(made[left])
    assert len(read_journal(file).corrections) == left + 1
    assert file.read_bytes().startswith(whole[: len(whole) - 1 if cut == 1 else whole.index(b"\n") + 1])


def test_a_file_that_was_taken_away_is_not_begun_again(tmp_path: Path, made: list[Correction]) -> None:
    file = tmp_path / "c.jsonl"
    with JournalFile(file) as journal:
        journal.append(made[0])
        file.unlink()
        with pytest.raises(UsageError, match="was removed during the review"):
            journal.append(made[1])
    assert not file.exists()


def test_two_at_once_are_refused_and_one_after_the_other_not(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    with JournalFile(file), pytest.raises(UsageError, match="is open in another review"):
        JournalFile(file)
    with JournalFile(file) as journal:
        assert journal.corrections == ()


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match=r"c\.jsonl: cannot be written .* keep corrections elsewhere"):
        JournalFile(tmp_path / "file" / "c.jsonl")
