"""Scale bars drawn into photos are found and measured; nothing else is taken for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.photo import Photo, read_photo
from hairdensity.scale import Stroke, StrokeSettings, find_scale_bar, find_strokes

if TYPE_CHECKING:
    from numpy.typing import NDArray

REAL = Path(__file__).parents[2].parent / "shared" / "real"
BLACK, GREY, WHITE, YELLOW = (0, 0, 0), (48, 48, 48), (255, 255, 255), (250, 240, 40)


def skin(seed: int = 0, width: int = 640, height: int = 512) -> NDArray[np.uint8]:
    """Mottled skin under uneven light, with dark hairs in all directions."""
    rng = np.random.default_rng(seed)
    mottle = cv2.GaussianBlur(rng.normal(0, 60, (height, width, 3)), (0, 0), 3)
    light = np.linspace(-25, 25, width)[None, :, None]
    pixels = np.clip(np.array([185, 150, 130]) + mottle + light, 0, 255).astype(np.uint8)
    for x, y in rng.integers(0, (width, height), (40, 2)):
        angle = rng.uniform(0.2, np.pi / 2 - 0.2) * rng.choice([-1, 1])
        tip = (int(x + 60 * np.cos(angle)), int(y + 60 * np.sin(angle)))
        cv2.line(pixels, (int(x), int(y)), tip, (40, 30, 28), 8, cv2.LINE_AA)
    return cv2.GaussianBlur(pixels, (0, 0), 1).astype(np.uint8)


def bar_of(pixels: NDArray[np.uint8], quality: int = 90) -> tuple[float, float] | None:
    """Return length and half interval of the bar found after JPEG compression."""
    encoded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    assert decoded is not None
    bar = find_scale_bar(Photo(decoded[..., ::-1].astype(np.uint8), "x.jpg", ""))
    return None if bar is None else (bar.length_px.value, bar.length_px.high - bar.length_px.value)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("colour", [BLACK, GREY, WHITE, YELLOW])
@pytest.mark.parametrize("thickness", [2, 4, 9])
def test_straight_bar(seed: int, colour: tuple[int, int, int], thickness: int) -> None:
    pixels = skin(seed)
    for end in (400, 580):
        pixels[455:490, end - 15 : end + 15] = (185, 150, 130)
    pixels[470 : 470 + thickness, 400:580] = colour
    found = bar_of(pixels)
    assert found is not None
    assert found[0] == pytest.approx(180, abs=1)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("length", [100, 181, 250])
def test_thin_dark_ell(seed: int, length: int) -> None:
    pixels = skin(seed)
    pixels[480, 20 : 20 + length] = GREY
    pixels[481 - length : 481, 20] = GREY
    found = bar_of(pixels)
    assert found is not None
    assert found[0] == pytest.approx(length, abs=1)
    assert found[1] == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("seed", range(4))
def test_half_transparent_ell(seed: int) -> None:
    pixels = skin(seed)
    for place in (np.s_[480, 20:201], np.s_[300:481, 20]):
        pixels[place] = (0.75 * np.array(GREY) + 0.25 * pixels[place]).astype(np.uint8)
    found = bar_of(pixels)
    assert found is not None
    assert found[0] == pytest.approx(181, abs=1)


@pytest.mark.parametrize("thickness", [1, 3])
def test_ticks_are_measured_from_middle_to_middle(thickness: int) -> None:
    pixels = skin()
    for start, stop in (((400, 470), (560, 470)), ((400, 462), (400, 478)), ((560, 462), (560, 478))):
        cv2.rectangle(pixels, start, (stop[0] + thickness - 1, stop[1] + thickness - 1), BLACK, -1)
    found = bar_of(pixels)
    assert found is not None
    assert found[0] == pytest.approx(160, abs=0.5)


def test_hair_over_the_corner_does_not_lengthen_an_ell() -> None:
    pixels = skin()
    cv2.line(pixels, (0, 486), (60, 474), (46, 44, 44), 13)
    pixels[480, 20:201] = GREY
    pixels[300:481, 20] = GREY
    found = bar_of(pixels)
    assert found is not None
    assert found[0] == pytest.approx(181, abs=1.5)


def test_vertical_bar_and_its_place() -> None:
    pixels = skin()
    pixels[100:300, 600:604] = WHITE
    strokes = find_strokes(Photo(pixels, "x.jpg", ""), StrokeSettings())
    assert [stroke.box_px() for stroke in strokes] == [(600, 100, 603, 299)]
    assert strokes[0].box_px(2) == (598, 98, 605, 301)
    assert strokes[0].is_bright


@pytest.mark.parametrize("seed", range(8))
def test_no_bar_in_skin_with_hairs(seed: int) -> None:
    assert bar_of(skin(seed)) is None


def test_hairs_along_rows_and_columns_are_no_bars() -> None:
    pixels = skin()
    cv2.line(pixels, (100, 100), (300, 104), (30, 25, 25), 7, cv2.LINE_AA)
    cv2.line(pixels, (500, 200), (505, 400), (30, 25, 25), 9, cv2.LINE_AA)
    assert bar_of(cv2.GaussianBlur(pixels, (0, 0), 1.5).astype(np.uint8)) is None


def test_lines_that_reach_the_frame_are_no_bars() -> None:
    pixels = skin()
    pixels[250:252] = WHITE
    pixels[:, 300] = BLACK
    assert bar_of(pixels) is None


def test_circle_is_no_bar() -> None:
    pixels = skin()
    cv2.circle(pixels, (320, 256), 200, (225, 40, 40), 1)
    assert bar_of(pixels) is None


def test_home_bar_of_a_phone_is_no_bar() -> None:
    pixels = skin()
    cv2.line(pixels, (220, 500), (419, 500), WHITE, 7)
    assert bar_of(pixels) is None
    beside = skin()
    beside[497:504, 100:300] = WHITE
    assert bar_of(beside) is not None


def test_two_bars_of_different_length_are_not_chosen_from() -> None:
    pixels = skin()
    pixels[470:474, 400:580] = BLACK
    pixels[40:44, 60:160] = BLACK
    assert bar_of(pixels) is None


def test_box_with_text_is_no_bar() -> None:
    pixels = skin()
    cv2.rectangle(pixels, (10, 4), (210, 22), (70, 70, 70), -1)
    cv2.putText(pixels, "2026/03/17 09:05:50", (14, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, WHITE, 1)
    assert bar_of(pixels) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (33, 33), (64, 64)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_tiny_and_blank_photos_have_none(shape: tuple[int, int], level: int) -> None:
    assert find_scale_bar(Photo(np.full((*shape, 3), level, np.uint8), "x.png", "")) is None


def test_thickness_and_length_count_px() -> None:
    stroke = Stroke(
        is_vertical=False,
        start_px=10,
        end_px=109,
        low_px=5,
        high_px=5,
        is_bright=False,
        ends_are_clear=(True, True),
        free_fraction=1.0,
        has_ticks=False,
    )
    assert (stroke.length_px, stroke.thickness_px) == (100, 1)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real photos are not in ../shared/real")
def test_real_frames() -> None:
    annotations = json.loads((REAL / "fdu" / "annotations.json").read_text())
    with_bar = [name for name, frame in annotations["frames"].items() if frame["bar"]]
    without = [name for name, frame in annotations["frames"].items() if not frame["bar"]]
    lengths = []
    for name in with_bar[::4]:
        bar = find_scale_bar(read_photo(REAL / "fdu" / "frames" / f"{name}.jpg"))
        lengths.append(np.nan if bar is None else bar.length_px.value)
    um_per_px = 1000 / np.array(lengths)
    assert np.mean(np.abs(um_per_px / annotations["um_per_px"] - 1) < 0.005) >= 0.98
    others = [REAL / "fdu" / "frames" / f"{name}.jpg" for name in without[::6]]
    others += [path for path in (REAL / "closeups").iterdir() if path.suffix in {".jpg", ".png"}]
    assert [path.name for path in others if find_scale_bar(read_photo(path))] == []
