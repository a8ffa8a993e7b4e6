"""Manifests as people save them: separators, encodings, decimal commas, mistakes."""

from __future__ import annotations

import pytest

from hairdensity.errors import UsageError
from hairdensity.scale.model import StatedScale
from hairdensity.study.entry import PhotoEntry
from hairdensity.study.manifest import read_manifest


@pytest.mark.parametrize(
    "content",
    [
        "photo,subject,date,um_per_px\nx/a.jpg,7,2026-01-02,5.5\n",
        "\ufeffPhoto;Subject;Date;um_per_px;notes\r\nx\\a.jpg; 7 ;2026-01-02;5,5;blurred?\r\n;;;;\r\n",
        "date\tphoto\tum_per_px\tsubject\n2026-01-02\tx/./a.jpg\t5.5\t7\n",
    ],
)
def test_one_row_however_the_table_was_saved(content: str) -> None:
    manifest = read_manifest(content.encode(), "m.csv")
    expected = PhotoEntry("x/a.jpg", subject="7", date="2026-01-02", size=StatedScale(um_per_px=5.5))
    assert manifest.entries == (expected,)
    assert manifest.unknown_columns == (("notes",) if "notes" in content else ())


def test_a_list_of_photos_is_a_manifest_too() -> None:
    entries = read_manifest(b"b.jpg\na.jpg\n\n", "list.txt").entries
    assert [entry.photo for entry in entries] == ["b.jpg", "a.jpg"]


def test_an_absolute_path_becomes_relative_to_the_folder() -> None:
    entries = read_manifest(b"photo\n/data/trial/x/a.jpg\n", "m.csv", "/data/trial").entries
    assert entries[0].photo == "x/a.jpg"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no photo is listed"),
        (b"photo,subject\n", "no photo is listed"),
        (b"file,subject\na.jpg,7\n", "no column photo"),
        (b"photo,subject\n,7\n", "line 2: names no photo"),
        (b"photo\na.jpg\nb.jpg\na.jpg\n", "line 4: a.jpg is listed twice"),
        (b"photo,date\na.jpg,02.01.2026\n", "line 2: date is 02.01.2026; write it as YYYY-MM-DD"),
        (b"photo,um_per_px\na.jpg,-5\n", "line 2: um_per_px is -5; give a number above 0"),
        (b"photo,um_per_px\na.jpg,five\n", "um_per_px is five"),
        (b"photo\n\xff.jpg\n", "byte 6 is not UTF-8"),
    ],
)
def test_a_mistake_is_one_line_that_says_where(content: bytes, said: str) -> None:
    with pytest.raises(UsageError) as error:
        read_manifest(content, "m.csv")
    assert str(error.value).startswith("m.csv")
    assert said in str(error.value)
    assert "\n" not in str(error.value)
