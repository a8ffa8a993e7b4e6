"""Lengths written beside scale bars are read, or not read, but never misread."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from hairdensity.photo import Photo, read_photo
from hairdensity.scale import find_scale_bar, read_scale, see_scales
from hairdensity.scale.label import read_label
from tests.scale.test_bar import skin

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MICRO = "\N{MICRO SIGN}m"
LABELS = [
    ("1.0 mm", 1.0),
    ("1 mm", 1.0),
    ("10 mm", 10.0),
    ("0.5 mm", 0.5),
    ("2.5mm", 2.5),
    ("0,25 mm", 0.25),
    (f"500 {MICRO}", 0.5),
    (f"100{MICRO}", 0.1),
    ("200 um", 0.2),
    ("1 cm", 10.0),
]


def labelled(text: str, height_px: int, dark: bool, box: bool, seed: int = 0) -> Photo:  # noqa: FBT001
    """Draw a bar of 180 px with its length below it or, in a box, beside it."""
    pixels = skin(seed)
    pixels[380:400, 290:510] = (185, 150, 130)
    pixels[385:389, 310:490] = (0, 0, 0) if dark else (255, 255, 255)
    picture = Image.fromarray(pixels)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(height_px)
    place = (500.0, 386.0 - height_px) if box else (350.0, 396.0)
    if box:
        draw.rectangle(_widened(draw.textbbox(place, text, font)), (70, 70, 70))
    draw.text(place, text, (0, 0, 0) if dark else (255, 255, 255), font)
    return _as_jpeg(np.asarray(picture))


def _widened(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3


def _as_jpeg(pixels: NDArray[np.uint8]) -> Photo:
    encoded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None
    return Photo(np.asarray(decoded[..., ::-1], np.uint8), "bar.jpg", "")


def length_mm(photo: Photo) -> float | None:
    bar = find_scale_bar(photo)
    assert bar is not None
    label = read_label(photo, bar)
    return None if label is None else label.length_mm


def test_lengths_are_read_and_never_misread() -> None:
    read, missed = 0, []
    for at, (text, length) in enumerate(LABELS):
        for height_px in (14, 18, 26):
            for dark in (False, True):
                photo = labelled(text, height_px, dark, box=bool(at % 2) and not dark, seed=at)
                found = length_mm(photo)
                assert found in {None, length}, (text, height_px, dark)
                read += found is not None
                missed += [] if found is not None else [(text, height_px, dark)]
    assert read >= 0.65 * 6 * len(LABELS), missed


@pytest.mark.parametrize("text", ["", "70x", "2026-11-22", "mm", "1.0", "A095", "1.0.5 mm", "12:30", "5 V"])
def test_other_text_is_no_length(text: str) -> None:
    assert length_mm(labelled(text, 18, dark=False, box=False)) is None


def test_a_lost_point_is_not_read_over() -> None:
    photo = labelled("1.0 mm", 18, dark=False, box=False)
    pixels = photo.pixels.copy()
    bar = see_scales(photo)[0]
    assert bar.length_mm is not None
    left, right = (sorted(x for x, _ in bar.outlines_px[-1])[at] for at in (0, -1))
    width = right - left
    point = np.s_[403:420, round(left + 0.12 * width) : round(left + 0.2 * width)]
    pixels[point] = (0.75 * pixels[point] + 0.25 * np.array([185, 150, 130])).astype(np.uint8)
    assert length_mm(Photo(pixels, "bar.jpg", "")) in {None, 1.0}


def test_the_scale_that_follows() -> None:
    scale = read_scale(labelled("0.5 mm", 18, dark=False, box=True)).scale
    assert scale is not None
    assert scale.source == "scale-bar"
    assert scale.um_per_px.value == pytest.approx(500 / 180, rel=0.01)
    assert "labelled 0.5 mm" in scale.how


def test_real_frames(real: Path) -> None:
    annotations = json.loads((real / "fdu" / "annotations.json").read_text())
    with_bar = [name for name, frame in sorted(annotations["frames"].items()) if frame["bar"]]
    for name in with_bar[::15]:
        scale = read_scale(read_photo(real / "fdu" / "frames" / f"{name}.jpg")).scale
        assert scale is not None, name
        assert scale.source == "scale-bar"
        assert scale.um_per_px.value == pytest.approx(annotations["um_per_px"], rel=0.005)
