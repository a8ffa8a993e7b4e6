"""Shaft diameters: bars of known width, blurred, shining, bright, beside others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.hairs.width import WidthSettings, measure_diameters
from hairdensity.photo import Photo
from tests.hairs.drawn import DrawnHair, draw_photo, in_colours

if TYPE_CHECKING:
    from hairdensity.estimate import Estimate

UM_PER_PX = 5.5


def measured(photo: Photo, hair: DrawnHair, guess: float = 1.0) -> Estimate:
    """Measure one hair of a photo; the drawn path is in px of half the resolution."""
    path_px = (np.linspace(hair.path[0], hair.path[-1], 30) + 0.5) * 2 - 0.5
    guess_px = 2 * hair.width * guess
    (diameter_px,) = measure_diameters(
        photo, [path_px.astype(np.float32)], [guess_px], UM_PER_PX, WidthSettings()
    )
    return diameter_px


@pytest.mark.parametrize("width_px", [6, 9, 13, 18])
@pytest.mark.parametrize("tip", [(150, 80), (140, 130), (40, 140)])
def test_width_of_a_bar_is_found(width_px: float, tip: tuple[float, float]) -> None:
    hair = DrawnHair([(40, 80) if tip[0] > 40 else (40, 30), tip], width=width_px / 2)
    found = measured(draw_photo([hair]), hair)
    assert found.value == pytest.approx(width_px, abs=0.35)
    assert found.low < width_px < found.high


@pytest.mark.parametrize("guess", [0.65, 1.5])
def test_wrong_guess_of_a_dark_shaft_does_not_matter(guess: float) -> None:
    hair = DrawnHair([(40, 80), (150, 90)], width=6)
    assert measured(draw_photo([hair]), hair, guess).value == pytest.approx(12, abs=0.35)


@pytest.mark.parametrize("blur_px", [0.8, 2.0, 3.0])
def test_blur_does_not_widen_a_wide_shaft(blur_px: float) -> None:
    hair = DrawnHair([(40, 80), (150, 90)], width=8)
    assert measured(draw_photo([hair], blur_px=blur_px), hair).value == pytest.approx(16, abs=0.4)


def test_a_soft_shadow_beside_the_shaft_does_not_widen_it() -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=7)
    plain = draw_photo([hair])
    assert measured(shaded_beside(plain), hair).value == pytest.approx(measured(plain, hair).value, abs=0.6)


def test_shadow_at_one_side_makes_a_narrow_shaft_less_sure_than_a_wide_one() -> None:
    narrow, wide = (DrawnHair([(40, 80), (150, 80)], width=width) for width in (3, 9))
    more = []
    for hair in (narrow, wide):
        plain = draw_photo([hair], blur_px=1.5)
        more.append(measured(shaded_beside(plain), hair).relative_sd - measured(plain, hair).relative_sd)
    of_narrow, of_wide = more
    assert of_narrow > 0.05
    assert of_narrow > 4 * abs(of_wide)


@pytest.mark.parametrize("blur_px", [1.2, 2.5])
@pytest.mark.parametrize(("darkness", "aside_px"), [(0.5, 0.0), (0.3, 6.0), (0.3, -3.0)])
def test_a_deep_shadow_under_the_shaft_does_not_widen_it(
    darkness: float, aside_px: float, blur_px: float
) -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=7)
    offsets_px = np.arange(320) - in_photo_row(80)
    shaded = 200 * (1 - darkness * np.exp(-0.5 * ((offsets_px - aside_px) / 8.0) ** 2))
    cover = (7.5 - np.abs(offsets_px)).clip(0, 1)
    row = shaded + (60 - shaded) * cover
    picture = cv2.GaussianBlur(np.tile(row[:, None, None], (1, 400, 3)), (0, 0), blur_px)
    photo = Photo(picture.round().astype(np.uint8), "drawn.png", "")
    assert measured(photo, hair).value == pytest.approx(14, abs=0.5)


def shaded_beside(photo: Photo) -> Photo:
    """Return the photo with a soft shadow beside a shaft along working row 80."""
    offsets_px = np.arange(photo.height_px)[:, None] - in_photo_row(80)
    shadow = 1 - 0.35 * np.exp(-0.5 * ((offsets_px - 5.0) / 8.0) ** 2)
    return replace(photo, pixels=(photo.pixels * shadow[..., None]).round().astype(np.uint8))


def in_photo_row(row: float) -> float:
    return 2 * row + 0.5


def test_blur_seen_on_wide_shafts_is_taken_off_a_thin_one() -> None:
    hairs = [
        DrawnHair([(40, y), (150, y)], width=w) for y, w in ((30, 8.0), (60, 8.0), (90, 8.0), (120, 2.0))
    ]
    paths_px = [((np.linspace(h.path[0], h.path[-1], 30) + 0.5) * 2 - 0.5).astype(np.float32) for h in hairs]
    photo = draw_photo(hairs, blur_px=1.8)
    diameters_px = measure_diameters(photo, paths_px, [16, 16, 16, 4], UM_PER_PX, WidthSettings())
    assert diameters_px[3].value == pytest.approx(4, abs=0.6)


def test_bright_hair_and_a_line_of_shine_keep_their_width() -> None:
    bright = DrawnHair([(40, 80), (150, 90)], width=7, grey=240)
    assert measured(draw_photo([bright]), bright).value == pytest.approx(14, abs=0.4)
    dark = DrawnHair([(40, 80), (150, 90)], width=8)
    shine = DrawnHair([(40, 80), (150, 90)], width=2, grey=170)
    assert measured(draw_photo([dark, shine]), dark).value == pytest.approx(16, abs=0.6)


def test_a_shaft_lighter_than_the_skin_is_less_sure_than_a_dark_one() -> None:
    light, dark = (DrawnHair([(40, 80), (150, 90)], width=7, grey=grey) for grey in (240, 60))
    assert measured(draw_photo([light]), light).relative_sd > 0.2
    assert measured(draw_photo([dark]), dark).relative_sd < 0.06


@pytest.mark.parametrize("width_px", [5.0, 16.0])
def test_no_diameter_is_surer_than_3_um(width_px: float) -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=width_px / 2)
    sd_um = measured(draw_photo([hair]), hair).sd * UM_PER_PX
    assert 3.0 < sd_um < 4.0


@pytest.mark.parametrize(("off_centre", "breadth"), [(0, 3), (1.5, 2)])
def test_shine_brighter_than_the_skin_does_not_narrow_a_dark_shaft(off_centre: float, breadth: float) -> None:
    dark = DrawnHair([(40, 80), (150, 90)], width=9, grey=120)
    shine = DrawnHair([(40, 80 + off_centre), (150, 90 + off_centre)], width=breadth, grey=255)
    assert measured(draw_photo([dark, shine]), dark, guess=1.15).value == pytest.approx(18, abs=0.6)


def test_fair_hair_as_bright_as_the_skin_is_measured_by_its_hue() -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=7)
    photo = in_colours(draw_photo([hair]), skin=(200, 170, 190), shaft=(215, 180, 100))
    assert measured(photo, hair, guess=1.2).value == pytest.approx(14, abs=0.4)
    assert measured(shaded_beside(photo), hair, guess=1.2).value == pytest.approx(14, abs=0.6)


def test_the_bright_core_of_a_translucent_shaft_is_not_its_width() -> None:
    core = DrawnHair([(40, 80), (150, 90)], width=4, grey=240)
    assert measured(draw_photo([core]), core, guess=1.6).value == pytest.approx(1.6 * 8)
    assert measured(draw_photo([core]), core, guess=1.1).value == pytest.approx(8, abs=0.4)


def test_the_less_of_a_shaft_is_clean_the_wider_its_interval() -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=6)
    touched_to = (DrawnHair([(40, 86.5), (end, 86.5)], width=6) for end in (42, 80, 110))
    sds = [measured(draw_photo([hair, other]), hair).relative_sd for other in touched_to]
    assert sds[0] + 0.01 < sds[1] < sds[2] - 0.01


def test_profiles_that_touch_a_neighbour_are_left_out() -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=6)
    neighbour = DrawnHair([(40, 86.5), (90, 86.5)], width=6)
    assert measured(draw_photo([hair, neighbour]), hair).value == pytest.approx(12, abs=1)


def test_shafts_that_touch_all_along_keep_their_guesses() -> None:
    hairs = [DrawnHair([(40, y), (150, y)], width=6) for y in (80, 85)]
    paths_px = [((np.linspace(h.path[0], h.path[-1], 30) + 0.5) * 2 - 0.5).astype(np.float32) for h in hairs]
    diameters_px = measure_diameters(draw_photo(hairs), paths_px, [12, 12], UM_PER_PX, WidthSettings())
    assert [diameter.value for diameter in diameters_px] == [12, 12]
    assert diameters_px[0].relative_sd > 0.2


def test_without_contrast_the_guess_stays_with_a_wide_interval() -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=6)
    found = measured(draw_photo([]), hair)
    assert found.value == pytest.approx(12)
    assert found.high - found.low == pytest.approx(12, rel=0.1)


def test_a_guess_of_nothing_does_no_harm() -> None:
    hair = DrawnHair([(40, 80), (150, 80)], width=6)
    assert measured(draw_photo([hair]), hair, guess=0).low > 0


def test_nothing_to_measure() -> None:
    assert measure_diameters(draw_photo([]), [], [], UM_PER_PX, WidthSettings()) == ()
