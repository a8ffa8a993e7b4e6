"""The journal: what is written is read, a half-written last line is no harm, a changed line shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.corrections import in_force, read_journal
from hairdensity.corrections.lines import INITIALS, parse_journal
from hairdensity.errors import UsageError
from tests.corrections.made import Writer, path

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = path((10, 10), (20, 10)), path((50, 50), (60, 70))


@pytest.fixture
def writer() -> Writer:
    made = Writer([ONE, TWO])
    made.add("draw", paths=[path((1.234, 2), (30, 40))])
    made.add("delete", [made.automatic_hair(1)])
    made.add("undo", undoes=2)
    return made


def test_what_is_written_is_read(writer: Writer) -> None:
    journal = parse_journal(writer.lines(), "c.jsonl")
    assert [one.action for one in journal.corrections] == ["draw", "delete", "undo"]
    drawn, deleted, undone = journal.corrections
    assert drawn.paths_px[0].tolist() == [pytest.approx([1.23, 2.0]), [30.0, 40.0]]
    assert (drawn.by, drawn.when, drawn.photo, drawn.result) == (
        "AB", writer.made[0].when, writer.photo, writer.result,
    )  # fmt: skip
    assert deleted.hairs[0].key == "a1"
    assert np.array_equal(deleted.hairs[0].path_px, TWO)
    assert undone.undoes == 2
    assert journal.whole_bytes == len(writer.lines())
    assert not drawn.paths_px[0].flags.writeable


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_half_written_last_line_is_left_out(writer: Writer, cut: int) -> None:
    whole = writer.lines()
    second = whole.rindex(b"\n", 0, len(whole) - 1) + 1
    torn = whole[: len(whole) - cut] if cut > 1 else whole[: second + 5]
    journal = parse_journal(torn, "c.jsonl")
    assert [one.number for one in journal.corrections] == [1, 2]
    assert journal.whole_bytes == second


def test_a_last_line_that_only_lacks_its_break_counts(writer: Writer) -> None:
    assert len(parse_journal(writer.lines()[:-1], "c.jsonl").corrections) == 3


def test_every_cut_leaves_a_readable_journal(writer: Writer) -> None:
    whole = writer.lines()
    ends = [at + 1 for at, one in enumerate(whole) if one == ord("\n")]
    for cut in range(0, len(whole), 7):
        found = len(parse_journal(whole[:cut], "c.jsonl").corrections)
        assert found in {sum(end <= cut for end in ends), sum(end - 1 <= cut for end in ends)}


def changed(content: bytes, number: int, **values: object) -> bytes:
    lines = content.splitlines(keepends=True)
    lines[number] = json.dumps({**json.loads(lines[number]), **values}).encode() + b"\n"
    return b"".join(lines)


@pytest.mark.parametrize(
    ("number", "values", "line"),
    [
        (0, {"by": "XY"}, 2),
        (1, {"what": "erase"}, 2),
        (1, {"hairs": []}, 2),
        (0, {"paths_px": [[[0, 0]]]}, 1),
        (0, {"paths_px": [[[0, 0], [1e999, 0]]]}, 1),
        (0, {"by": "two words"}, 1),
        (0, {"when": "2026-11-22T12:00:00"}, 1),
        (2, {"undoes": None}, 3),
        (0, {"format": "hairdensity.corrections/9"}, 1),
    ],
)
def test_a_changed_line_is_named(writer: Writer, number: int, values: dict[str, object], line: int) -> None:
    with pytest.raises(UsageError, match=rf"c\.jsonl: line {line} is no correction"):
        parse_journal(changed(writer.lines(), number, **values), "c.jsonl")


def test_a_missing_line_shows(writer: Writer) -> None:
    lines = writer.lines().splitlines(keepends=True)
    with pytest.raises(UsageError, match="line 2"):
        parse_journal(lines[0] + lines[2], "c.jsonl")


def test_damage_in_the_middle_is_no_torn_end(writer: Writer) -> None:
    lines = writer.lines().splitlines(keepends=True)
    with pytest.raises(UsageError, match="line 2"):
        parse_journal(lines[0] + lines[1][:40] + b"\n" + lines[2], "c.jsonl")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.jsonl: corrections cannot be read \(No such file"):
        read_journal(tmp_path / "none.jsonl")


@pytest.mark.parametrize("text", ["AB", "å", "a.b-c", "A1"])
def test_initials(text: str) -> None:
    assert INITIALS.fullmatch(text) is not None


@pytest.mark.parametrize("text", ["", "  ", "John Smith", "=cmd", "<b>", "ninechars9", "-a", "\u202eab"])
def test_what_are_no_initials(text: str) -> None:
    assert INITIALS.fullmatch(text) is None


def test_only_what_is_not_undone_is_in_force(writer: Writer) -> None:
    assert [one.number for one in in_force(writer.made)] == [1]
    writer.add("redo", undoes=2)
    assert [one.number for one in in_force(writer.made)] == [1, 2]
