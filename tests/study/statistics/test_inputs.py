"""What a batch left is read as it stands; what cannot be read is one line that names the cell."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from hairdensity.errors import UsageError
from hairdensity.study.statistics import agree_on_photos, read_batch, read_readings, read_sessions
from tests.study.statistics.made import QUANTITY, Made, write_sessions

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = Made()
    made.course("S1", {0: 150.0, 12: 160.0}, arm="PRP", side="left")
    made.photo("bad.jpg", None, subject="S2", visit="week 0")
    return made.write(tmp_path / "out")


def test_rows_are_read_as_the_contract_has_them(folder: Path) -> None:
    batch = read_batch(folder)
    good = next(one for one in batch.photos if one.photo == "S1left_w12.jpg")
    assert (good.subject, good.visit, good.day, good.arm, good.side) == (
        "S1",
        "week 12",
        date(2026, 3, 30),
        "PRP",
        "left",
    )
    assert good.values[QUANTITY] == 160.0
    assert "unit_count" not in good.values
    assert good.area_cm2 == 0.5
    bad = next(one for one in batch.photos if one.photo == "bad.jpg")
    assert bad.error.startswith("bad.jpg: refused")
    (pair,) = batch.pairs
    assert (pair.changes[QUANTITY].difference, pair.changes[QUANTITY].verdict) == (10.0, "increase")
    assert pair.changes["hair_count"].difference is None


def test_the_table_itself_may_be_named_and_pairs_may_be_absent(folder: Path) -> None:
    (folder / "pairs.csv").unlink()
    assert read_batch(folder / "results.csv").pairs == ()


def test_cells_guarded_against_formulas_and_a_byte_order_mark_are_read(folder: Path) -> None:
    table = folder / "results.csv"
    text = table.read_text("utf-8").replace(",S1,", ",'=S1,")
    table.write_text("\ufeff" + text, "utf-8")
    assert {one.subject for one in read_batch(folder).photos} == {"=S1", "S2"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("150.0", "many", "results.csv line 2: hair_density_per_cm2 is 'many', which is no number"),
        ("150.0", "nan", "hair_density_per_cm2 is 'nan'"),
        ("2026-01-05", "5 Jan", "date is '5 Jan'; write dates as 2026-03-31"),
        ("subject,", "patient,", "results.csv: the column subject is missing"),
        ("S1left_w12.jpg", "S1left_w0.jpg", "S1left_w0.jpg has more than one row"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(folder: Path, old: str, new: str, message: str) -> None:
    table = folder / "results.csv"
    table.write_text(table.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(UsageError, match=message) as error:
        read_batch(folder)
    assert "\n" not in str(error.value)


def test_a_folder_without_results_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give the output folder of hairdensity batch"):
        read_batch(tmp_path)


def test_photos_without_any_subject_say_what_to_do(tmp_path: Path) -> None:
    made = Made()
    made.photo("a.jpg", 150.0)
    with pytest.raises(UsageError, match="no photo names its subject"):
        read_batch(made.write(tmp_path / "out"))


def test_text_in_another_encoding_is_an_error(folder: Path) -> None:
    (folder / "results.csv").write_bytes("photo,subject\nMüller.jpg,1".encode("latin-1"))
    with pytest.raises(UsageError, match="no text in UTF-8"):
        read_batch(folder)


def test_sessions_are_sorted_spelled_once_and_kept_once(tmp_path: Path) -> None:
    rows = [
        ("S1", "2026-02-01", "Micro-needling", ""),
        ("S1", "2026-01-01", "micro-needling ", "left"),
        ("S1", "2026-02-01", "MICRO-NEEDLING", ""),
    ]
    found = read_sessions(write_sessions(tmp_path / "t.csv", rows))
    assert [(one.day.month, one.kind, one.side) for one in found] == [
        (1, "Micro-needling", "left"), (2, "Micro-needling", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("subject,date,kind\nS1,,PRP\n", "line 2: subject, date and kind must all be given"),
        ("subject,date,kind\nS1,soon,PRP\n", "line 2: date is 'soon'"),
        ("subject,kind\nS1,PRP\n", "the column date is missing; a table of sessions has"),
    ],
)
def test_sessions_that_cannot_be_read_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        read_sessions(path)


def test_readers_are_told_apart_and_matched_by_photo(tmp_path: Path) -> None:
    made = Made()
    for at in range(5):
        made.photo(f"p{at}.jpg", 100.0 + 10 * at, subject=f"S{at}")
    batch = read_batch(made.write(tmp_path / "out"))
    rows = [
        f"p{at}.jpg,{name},{100 + 10 * at + shift}"
        for at in range(4)
        for name, shift in (("A", 1), ("B", at))
    ]
    table = tmp_path / "hand.csv"
    table.write_text(f"photo,reader,{QUANTITY}\n" + "\n".join(rows) + "\np4.jpg,A,\n", "utf-8")
    found = agree_on_photos(batch, read_readings(table, "", QUANTITY), QUANTITY)
    assert found.methods == ("hairdensity", "A", "B")
    assert found.photos == 4
    first = found.pairs[0]
    assert (first.first, first.second, first.limits.bias.value, first.limits.sd) == (
        "hairdensity",
        "A",
        -1.0,
        0.0,
    )
    assert [one.limits.n for one in found.pairs] == [4, 4, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"photo,{QUANTITY}\nother.jpg,1\n", "needs 3 photos that every method has; there are 0"),
        (f"photo,{QUANTITY}\np0.jpg,1\np0.jpg,2\n", "p0.jpg stands twice for hand"),
        ("photo,count\np0.jpg,1\n", f"the column {QUANTITY} is missing"),
        (f"photo,reader,{QUANTITY}\np0.jpg,hairdensity,1\n", "a reader cannot be called hairdensity"),
        (
            f"photo,{QUANTITY}\np0.jpg,7\np1.jpg,7\np2.jpg,7\n",
            "cannot be told: concordance needs values that differ",
        ),
    ],
)
def test_readings_that_tell_no_agreement_say_why(tmp_path: Path, text: str, message: str) -> None:
    made = Made()
    for at in range(3):
        made.photo(f"p{at}.jpg", 100.0 + at, subject="S")
    batch = read_batch(made.write(tmp_path / "out"))
    table = tmp_path / "hand.csv"
    table.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        agree_on_photos(batch, read_readings(table, "", QUANTITY), QUANTITY)
