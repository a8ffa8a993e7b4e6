"""The working size assumed from the width of shafts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity import analyze_photo
from hairdensity.estimate import Estimate
from hairdensity.photo import Photo, read_photo
from hairdensity.scale import AssumedSettings, assumed_um_per_px, settled_um_per_px

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = Path(__file__).parents[2] / "sample_images"
USUAL_UM = AssumedSettings().usual_shaft_um
REAL = Path(__file__).parents[2].parent / "shared" / "real"


def shafts(width_px: float, *, shine: bool = False) -> NDArray[np.uint8]:
    """Draw bars of one width in all directions, four times as large and reduced."""
    rng = np.random.default_rng(3)
    large = np.full((2048, 2560, 3), 180, np.uint8)
    for x, y in rng.integers(200, (2360, 1848), (50, 2)):
        angle = rng.uniform(0, np.pi)
        tip = (int(x + 280 * np.cos(angle)), int(y + 280 * np.sin(angle)))
        cv2.line(large, (int(x), int(y)), tip, (40, 35, 35), round(4 * width_px))
        if shine:
            cv2.line(large, (int(x), int(y)), tip, (110, 110, 110), round(width_px))
    noise = rng.normal(0, 4, (512, 640, 3))
    small = cv2.resize(large, (640, 512), interpolation=cv2.INTER_AREA)
    return np.clip(small + noise, 0, 255).astype(np.uint8)


def assumed(pixels: NDArray[np.uint8]) -> float:
    return assumed_um_per_px(Photo(pixels, "x.jpg", ""))


@pytest.mark.parametrize("width_px", [3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0])
def test_inverse_to_the_width_of_shafts(width_px: float) -> None:
    assert assumed(shafts(width_px)) == pytest.approx(assumed(shafts(8.0)) * 8.0 / width_px, rel=0.25)


def test_a_shaft_of_8_px_is_taken_for_a_usual_one() -> None:
    assert 50 < 8 * assumed(shafts(8.0)) < 100


def test_shine_along_the_middle_does_not_halve_the_shaft() -> None:
    assert assumed(shafts(12.0, shine=True)) == pytest.approx(assumed(shafts(12.0)), rel=0.5)


def test_glare_and_brightness_change_little() -> None:
    pixels = shafts(8.0)
    plain = assumed(pixels)
    assert assumed((pixels * 0.5 + 20).astype(np.uint8)) == pytest.approx(plain, rel=0.1)
    glare = pixels.copy()
    rng = np.random.default_rng(0)
    glare[rng.integers(0, 512, 2000), rng.integers(0, 640, 2000)] = 255
    assert assumed(glare) == pytest.approx(plain, rel=0.3)


def test_a_large_photo_is_looked_at_reduced() -> None:
    large = cv2.resize(shafts(8.0), None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    assert assumed(large) == pytest.approx(assumed(shafts(8.0)) / 4, rel=0.2)


@pytest.mark.parametrize("shape", [(1, 1), (20, 2000), (40, 40), (300, 400)])
def test_a_photo_without_lines(shape: tuple[int, int]) -> None:
    fallback = AssumedSettings().fallback_um_per_px
    for level in (0, 100, 255):
        assert assumed(np.full((*shape, 3), level, np.uint8)) == fallback


@pytest.mark.skipif(not REAL.is_dir(), reason="the real photos are not in ../shared/real")
@pytest.mark.parametrize("factor", [0.35, 1.0])
def test_real_frames_come_out_right(factor: float) -> None:
    annotations = json.loads((REAL / "fdu" / "annotations.json").read_text())
    ratios = []
    for name in sorted(annotations["frames"])[::9]:
        pixels = read_photo(REAL / "fdu" / "frames" / f"{name}.jpg").pixels
        resized = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        ratios.append(assumed(resized.astype(np.uint8)) * factor / annotations["um_per_px"])
    assert np.median(ratios) == pytest.approx(1, abs=0.15)
    assert np.mean(np.abs(np.array(ratios) - 1) < 0.3) > 0.85


def found(*diameters_px: float, relative_sd: float = 0.05) -> list[Estimate]:
    return [Estimate.from_sd(one, relative_sd * one) for one in diameters_px]


@pytest.mark.parametrize("assumed_size", [4.0, 9.0])
def test_hairs_of_another_width_settle_the_size(assumed_size: float) -> None:
    assert settled_um_per_px(assumed_size, found(*[13.0] * 8)) == pytest.approx(USUAL_UM / 13.0)


def test_the_size_stays_where_the_hairs_agree_with_it_or_are_few() -> None:
    assert settled_um_per_px(6.5, found(*[13.0] * 8)) == 6.5
    assert settled_um_per_px(9.0, found(*[13.0] * 5)) == 9.0
    assert settled_um_per_px(9.0, []) == 9.0


def test_diameters_that_are_guesses_do_not_settle_the_size() -> None:
    diameters_px = found(*[13.0] * 5) + found(*[40.0] * 5, relative_sd=0.4)
    assert settled_um_per_px(9.0, diameters_px) == pytest.approx(USUAL_UM / 13.0)


def test_without_a_scale_much_the_same_hairs_are_found() -> None:
    photo = read_photo(SAMPLES / "before.jpg")
    guessed, known = analyze_photo(photo), analyze_photo(SAMPLES / "before.jpg")
    assert known.scale is not None
    assert guessed.scale is None
    assert assumed_um_per_px(photo) > 1.5 * known.working_um_per_px
    assert guessed.working_um_per_px == pytest.approx(known.working_um_per_px, rel=0.2)
    assert len(guessed.hairs) == pytest.approx(len(known.hairs), rel=0.1)
