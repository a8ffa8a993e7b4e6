"""The files: which, complete or absent, the same bytes for the same result, nothing private in them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.errors import UsageError
from hairdensity.report import claim_folder, write_analysis, write_comparison
from hairdensity.report.folder import write_atomically
from tests.report.fakes import make_not_aligned, make_refused

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis

ANALYSIS_FILES = {"analysis.json", "hairs.csv", "overlay.png", "report.html"}
COMPARISON_FILES = {
    "comparison.json",
    "before/analysis.json",
    "after/analysis.json",
    "hairs.csv",
    "before.png",
    "after.png",
    "report.html",
}


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def size_of(picture: Path) -> tuple[int, int]:
    """Return (width, height) of a picture file."""
    pixels = cv2.imdecode(np.frombuffer(picture.read_bytes(), dtype=np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return pixels.shape[1], pixels.shape[0]


def test_analyze_writes_its_four_files(analysis: Analysis, noon: datetime, tmp_path: Path) -> None:
    write_analysis(analysis, tmp_path / "out", noon)
    assert set(files_in(tmp_path / "out")) == ANALYSIS_FILES


def test_a_refused_photo_gets_the_same_files(noon: datetime, tmp_path: Path) -> None:
    write_analysis(make_refused(), tmp_path, noon)
    assert set(files_in(tmp_path)) == ANALYSIS_FILES
    document = json.loads((tmp_path / "analysis.json").read_text())
    assert (document["quality"]["verdict"], document["hairs"]) == ("refused", [])
    assert "is refused: The photo is blurred" in (tmp_path / "report.html").read_text()


def test_compare_writes_its_seven_files(comparison: Comparison, noon: datetime, tmp_path: Path) -> None:
    write_comparison(comparison, tmp_path, noon)
    assert set(files_in(tmp_path)) == COMPARISON_FILES


def test_photos_of_different_skin_get_the_same_files(noon: datetime, tmp_path: Path) -> None:
    write_comparison(make_not_aligned(), tmp_path, noon)
    assert set(files_in(tmp_path)) == COMPARISON_FILES
    assert "could not be aligned" in (tmp_path / "report.html").read_text()


def test_same_result_same_bytes(comparison: Comparison, noon: datetime, tmp_path: Path) -> None:
    write_comparison(comparison, tmp_path / "one", noon)
    write_comparison(comparison, tmp_path / "two", noon)
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_writing_again_replaces(analysis: Analysis, noon: datetime, tmp_path: Path) -> None:
    (tmp_path / "analysis.json").write_text("old")
    write_analysis(analysis, tmp_path, noon)
    assert json.loads((tmp_path / "analysis.json").read_text())["schema"] == "hairdensity.analysis/1"


def test_no_output_names_a_folder(comparison: Comparison, noon: datetime, tmp_path: Path) -> None:
    write_comparison(comparison, tmp_path, noon)
    for name, content in files_in(tmp_path).items():
        assert str(tmp_path).encode() not in content, name


def test_pictures_hold_nothing_but_pixels(analysis: Analysis, noon: datetime, tmp_path: Path) -> None:
    write_analysis(analysis, tmp_path, noon)
    kinds = set(
        re.findall(rb"(IHDR|IDAT|IEND|eXIf|tEXt|iTXt|zTXt|tIME)", (tmp_path / "overlay.png").read_bytes())
    )
    assert kinds <= {b"IHDR", b"IDAT", b"IEND"}


def test_json_is_one_line_a_hair(analysis: Analysis, noon: datetime, tmp_path: Path) -> None:
    write_analysis(analysis, tmp_path, noon)
    lines = (tmp_path / "analysis.json").read_text().splitlines()
    assert sum('"root_px"' in line for line in lines) == len(analysis.hairs)


def test_overlay_is_a_picture_at_least_as_large_as_the_photo(
    analysis: Analysis, noon: datetime, tmp_path: Path
) -> None:
    write_analysis(analysis, tmp_path, noon)
    width, height = size_of(tmp_path / "overlay.png")
    assert width >= analysis.photo.width_px
    assert height > analysis.photo.height_px


def test_an_interrupted_write_leaves_neither_file_nor_fragment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(descriptor: int) -> None:
        del descriptor
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "analysis.json", b"{}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_of_a_file_is_a_usage_error(
    analysis: Analysis, noon: datetime, tmp_path: Path
) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(UsageError, match=r"report\.html: cannot be written"):
        write_analysis(analysis, tmp_path, noon)
    assert not list(tmp_path.glob(".*"))


def test_claiming_leaves_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), claim_folder(tmp_path / "a" / "b"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_claiming_keeps_what_was_there_and_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with claim_folder(tmp_path / "there"):
        pass
    with claim_folder(tmp_path / "new") as folder:
        (folder / "file").write_text("x")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["new", "there"]


@pytest.mark.parametrize("name", ["file", "file/below", "x" * 300])
def test_a_place_that_cannot_be_a_folder_is_a_usage_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="results cannot be written there"), claim_folder(tmp_path / name):
        pytest.fail("nothing can be written there")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_takes_no_files_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(path), data)

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(UsageError, match="No space left"), claim_folder(tmp_path / "new"):
        pytest.fail("nothing can be written there")
    assert list(tmp_path.iterdir()) == []


def test_a_huge_photo_is_drawn_smaller(analysis: Analysis, noon: datetime, tmp_path: Path) -> None:
    wide = replace(analysis.photo, pixels=np.zeros((40, 6000, 3), dtype=np.uint8))
    mask = np.ones((40, 6000), dtype=bool)
    write_analysis(replace(analysis, photo=wide, field=replace(analysis.field, mask=mask)), tmp_path, noon)
    assert size_of(tmp_path / "overlay.png")[0] == 3000
