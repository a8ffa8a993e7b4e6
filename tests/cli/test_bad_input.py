"""Bad input from the command line to the files: the right exit code, one line, and never a number made up."""

from __future__ import annotations

import json
import struct
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]

SAMPLES = Path(__file__).parents[2] / "sample_images"
SCALE = ("--um-per-px", 5.5)


@pytest.fixture
def crop() -> Image.Image:
    """Return a small part of a sample photo: enough skin to count on, quick to analyse."""
    with Image.open(SAMPLES / "before.jpg") as photo:
        return photo.crop((100, 100, 740, 580))


def says_one_line(outcome: Outcome, exit_code: int, *words: str) -> None:
    assert outcome.exit_code == exit_code, outcome
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.err


def only(folder: Path, *names: str) -> None:
    """Nothing but these files lies in the folder."""
    assert {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()} == set(names)


def refusal(folder: Path) -> dict[str, Any]:
    """Return the analysis of a refused photo, having made sure that it holds no number."""
    document: dict[str, Any] = json.loads((folder / "analysis.json").read_text())
    assert document["quality"]["verdict"] == "refused"
    assert document["hairs"] == []
    known = {name for name, value in document["measurement"].items() if value is not None}
    assert known <= {"terminal_threshold_um"}
    assert all(
        f"measurement.{name}" in document["null_reasons"] for name in document["measurement"].keys() - known
    )
    return document


def png_of_one_colour(width: int, height: int) -> bytes:
    """Return a grey PNG that is tiny as a file, made without ever holding its pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("content", [b"", b"not a photo", b"\xff\xd8\xff\xe0 nothing more"])
def test_what_is_no_photo(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    says_one_line(run("analyze", "a.jpg", *SCALE), 3, "a.jpg")
    only(tmp_path, "a.jpg")


def test_a_truncated_photo(run: Run, tmp_path: Path) -> None:
    whole = (SAMPLES / "before.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(whole[: len(whole) // 2])
    says_one_line(run("analyze", "a.jpg", *SCALE), 3, "a.jpg")
    only(tmp_path, "a.jpg")


def test_a_photo_too_large_is_refused_from_its_header(run: Run, tmp_path: Path) -> None:
    content = png_of_one_colour(20_000, 20_000)
    assert len(content) < 500_000
    (tmp_path / "large.png").write_bytes(content)
    started = time.perf_counter()
    says_one_line(run("analyze", "large.png", *SCALE), 3, "large.png", "400", "100")
    assert time.perf_counter() - started < 2
    only(tmp_path, "large.png")


@pytest.mark.parametrize("size", [(1, 1), (3, 2000)])
def test_photos_too_small(run: Run, tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, (200, 160, 140)).save(tmp_path / "a.png")
    outcome = run("analyze", "a.png", *SCALE, "-o", "out")
    assert outcome.exit_code == 3
    assert [flag["code"] for flag in refusal(tmp_path / "out")["quality"]["flags"]] == ["too-small"]


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 160, 140)])
def test_photos_of_one_colour(run: Run, tmp_path: Path, colour: tuple[int, int, int]) -> None:
    Image.new("RGB", (640, 480), colour).save(tmp_path / "a.png")
    for options in (SCALE, ()):
        outcome = run("analyze", "a.png", *options, "-o", "out")
        assert outcome.exit_code == 3
        assert "blank" in outcome.err
        assert "Traceback" not in outcome.err
        assert [flag["code"] for flag in refusal(tmp_path / "out")["quality"]["flags"]] == ["blank"]


def test_a_photo_out_of_focus(run: Run, tmp_path: Path) -> None:
    outcome = run("analyze", SAMPLES / "refused.jpg", "-o", "out")
    assert outcome.exit_code == 3
    assert "blurred" in outcome.err
    assert "out-of-focus" in [flag["code"] for flag in refusal(tmp_path / "out")["quality"]["flags"]]


@pytest.mark.parametrize("kind", ["grey", "alpha", "cmyk", "sixteen-bit", "sixteen-bit-grey"])
def test_unusual_kinds_of_pixels_are_analysed(run: Run, tmp_path: Path, crop: Image.Image, kind: str) -> None:
    pixels = np.asarray(crop)
    name = {"cmyk": "a.jpg", "sixteen-bit": "a.png"}.get(kind, "a.tif")
    if kind == "sixteen-bit":
        cv2.imwrite(str(tmp_path / name), pixels[..., ::-1].astype(np.uint16) * 257)
    elif kind == "sixteen-bit-grey":
        Image.fromarray(np.asarray(crop.convert("L")).astype(np.uint16) * 257).save(tmp_path / name)
    else:
        crop.convert({"grey": "L", "alpha": "RGBA", "cmyk": "CMYK"}[kind]).save(tmp_path / name)
    outcome = run("analyze", name, *SCALE, "-o", "out")
    assert outcome.exit_code == 0, outcome.err
    truth = json.loads((SAMPLES / "before.truth.json").read_text())["hairs"]
    known = sum(100 <= x < 740 and 100 <= y < 580 for x, y in (hair["root_px"] for hair in truth))
    count = json.loads((tmp_path / "out" / "analysis.json").read_text())["measurement"]["hair_count"]
    assert count == pytest.approx(known, rel=0.3)


def test_a_missing_photo_and_a_folder(run: Run, tmp_path: Path) -> None:
    says_one_line(run("analyze", "none.jpg", *SCALE), 3, "none.jpg")
    (tmp_path / "folder.jpg").mkdir()
    says_one_line(run("analyze", "folder.jpg", *SCALE), 3, "folder.jpg")
    says_one_line(run("compare", SAMPLES / "before.jpg", "none.jpg", *SCALE), 3, "none.jpg")
    only(tmp_path)


def test_an_output_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    says_one_line(run("analyze", SAMPLES / "before.jpg", "-o", "file/out"), 2, "file")
    only(tmp_path, "file")


@pytest.mark.parametrize("value", ["-5", "0", "nan", "inf", "five"])
def test_scales_that_are_no_size(run: Run, tmp_path: Path, value: str) -> None:
    says_one_line(run("analyze", SAMPLES / "before.jpg", f"--um-per-px={value}"), 2, "--um-per-px")
    only(tmp_path)


def test_scales_that_contradict_each_other(run: Run, tmp_path: Path) -> None:
    outcome = run("analyze", SAMPLES / "before.jpg", *SCALE, "--field-width-mm", 14)
    says_one_line(outcome, 4, "before.jpg", "5.5", "10.9")
    only(tmp_path)


def test_a_scale_that_is_missing_and_required(run: Run, tmp_path: Path, crop: Image.Image) -> None:
    crop.save(tmp_path / "a.png")
    says_one_line(run("analyze", "a.png", "--require-scale"), 4, "a.png", "--um-per-px")
    only(tmp_path, "a.png")


def test_two_photos_of_different_skin(run: Run, tmp_path: Path) -> None:
    outcome = run("compare", SAMPLES / "before.jpg", SAMPLES / "hard_before.jpg", "-o", "out")
    assert outcome.exit_code == 5
    assert "Traceback" not in outcome.err
    document = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert document["alignment"]["status"] == "not-aligned"
    assert document["alignment"]["before_to_after"] is None
    assert document["changes"] == []


def test_a_refused_photo_of_a_pair(run: Run, tmp_path: Path) -> None:
    outcome = run("compare", SAMPLES / "before.jpg", SAMPLES / "refused.jpg", "-o", "out")
    assert outcome.exit_code == 3
    assert "refused.jpg" in outcome.err
    assert json.loads((tmp_path / "out" / "comparison.json").read_text())["changes"] == []


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("whole_head_parting.jpg", "skin-hidden"),
        ("parting_photographed_off_a_monitor.jpg", "skin-hidden"),
        ("printed_grid.png", "printed-pattern"),
    ],
)
def test_pictures_in_which_hairs_cannot_be_counted(
    run: Run, tmp_path: Path, real: Path, name: str, flag: str
) -> None:
    for options in (SCALE, ()):
        outcome = run("analyze", real / "refuse" / name, *options, "-o", "out")
        assert outcome.exit_code == 3
        assert name in outcome.err
        assert flag in [one["code"] for one in refusal(tmp_path / "out")["quality"]["flags"]]
