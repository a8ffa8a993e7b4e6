"""Printed cards drawn as a camera sees them: scale, tilt, refusal, and what they cover."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hairdensity.errors import ScaleError
from hairdensity.phantom import STYLES, random_phantom
from hairdensity.photo import Photo
from hairdensity.scale import StatedScale, read_scale
from hairdensity.scale.card import CARDS, CardLayout, black_boxes_mm, drawn
from hairdensity.scale.card_seen import see_card
from tests.scale.carded import SIZE_PX, Shot, photographed

PHONE, MICROSCOPE, FINE = CARDS
SHOTS = [
    (PHONE, 40.0, (0.0, 0.0)),
    (PHONE, 60.0, (5.0, 5.0)),
    (PHONE, 90.0, (0.0, 0.0)),
    (MICROSCOPE, 8.0, (-5.0, -2.0)),
    (MICROSCOPE, 14.0, (0.0, 0.0)),
    (MICROSCOPE, 20.0, (0.0, 0.0)),
    (FINE, 5.0, (0.0, 0.0)),
    (FINE, 10.0, (1.0, 0.0)),
    (FINE, 16.0, (0.0, 0.0)),
]


@pytest.mark.parametrize(("layout", "um_per_px", "shift_mm"), SHOTS)
@pytest.mark.parametrize("tilt_deg", [0.0, 8.0, 14.0, 20.0])
def test_scale_within_half_a_per_cent_up_to_20_degrees(
    layout: CardLayout, um_per_px: float, shift_mm: tuple[float, float], tilt_deg: float
) -> None:
    at = round(um_per_px + tilt_deg)
    shot = Shot(um_per_px, tilt_deg, 37.0 * at, 53.0 * at, (0.5, 1.5, 2.5)[at % 3], shift_mm)
    photo, truth = photographed(layout, shot, at)
    seen = see_card(photo)
    assert seen is not None
    assert seen.um_per_px is not None
    assert seen.um_per_px.value == pytest.approx(truth, rel=0.005)
    assert seen.um_per_px.low < truth < seen.um_per_px.high
    assert seen.um_per_px.relative_sd < 0.005
    assert seen.tilt_deg == pytest.approx(tilt_deg, abs=3 if tilt_deg < 5 else 1)


@pytest.mark.parametrize(
    ("layout", "um_per_px", "shift_mm"),
    [(MICROSCOPE, 8.0, (11.0, 3.0)), (MICROSCOPE, 14.0, (14.0, 5.0)), (FINE, 5.0, (6.5, 2.0))],
)
@pytest.mark.parametrize(("tilt_deg", "blur_px"), [(0.0, 0.7), (10.0, 1.5), (20.0, 2.5)])
def test_card_among_hairs_gives_the_same_scale(
    layout: CardLayout, um_per_px: float, shift_mm: tuple[float, float], tilt_deg: float, blur_px: float
) -> None:
    skin = Photo(random_phantom(5, STYLES["medium"], SIZE_PX, um_per_px).pixels, "skin.jpg", "")
    shot = Shot(um_per_px, tilt_deg, 40.0, 15.0, blur_px, shift_mm)
    photo, truth = photographed(layout, shot, 1, skin)
    seen = see_card(photo)
    assert seen is not None
    assert seen.um_per_px is not None
    assert seen.um_per_px.value == pytest.approx(truth, rel=0.005)
    assert seen.um_per_px.low < truth < seen.um_per_px.high


@pytest.mark.parametrize(("layout", "um_per_px", "shift_mm"), SHOTS[::3])
@pytest.mark.parametrize("tilt_deg", [22.0, 30.0])
def test_tilted_more_it_is_refused(
    layout: CardLayout, um_per_px: float, shift_mm: tuple[float, float], tilt_deg: float
) -> None:
    photo, _ = photographed(layout, Shot(um_per_px, tilt_deg, 20, 70, 1.0, shift_mm))
    seen = see_card(photo)
    assert seen is not None
    assert seen.um_per_px is None
    with pytest.raises(ScaleError, match=rf"^card\.jpg: .*tilted by {tilt_deg:.0f} degrees.*20.*--um-per-px"):
        read_scale(photo)
    stated = read_scale(photo, StatedScale(um_per_px=9.0)).scale
    assert stated is not None
    assert stated.um_per_px.value == 9.0


def test_a_square_px_has_the_area_of_the_tilted_plane() -> None:
    _, straight = photographed(FINE, Shot(10.0))
    _, tilted = photographed(FINE, Shot(10.0, 20.0))
    assert straight == pytest.approx(10, rel=1e-3)
    assert tilted == pytest.approx(10 / np.cos(np.radians(20)) ** 0.5, rel=0.01)


def test_every_marker_is_on_one_card_only() -> None:
    numbers = [marker for card in CARDS for marker in card.markers()]
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) < 250


def test_the_window_is_left_open_and_not_taken_from_the_field() -> None:
    photo, _ = photographed(PHONE, Shot(70.0))
    seen = see_card(photo)
    assert seen is not None
    covered = np.zeros((photo.height_px, photo.width_px), np.uint8)
    for polygon in seen.outlines_px:
        cv2.fillPoly(covered, [np.round(np.array(polygon)).astype(np.int32)], (1,))
    middle = (photo.height_px // 2, photo.width_px // 2)
    assert not covered[middle]
    ink = photo.pixels[..., 0] < 60
    assert covered[ink].mean() > 0.99
    window_mm2 = 5 * 3 * 5.0**2
    open_mm2 = (covered[100:-100, 100:-100] == 0).sum() * 0.07**2
    assert open_mm2 == pytest.approx(window_mm2, rel=0.05)


def test_too_little_of_a_card_is_none() -> None:
    assert see_card(photographed(PHONE, Shot(8.0))[0]) is None
    assert see_card(photographed(FINE, Shot(2.5))[0]) is None


@pytest.mark.parametrize("layout", CARDS, ids=[card.name for card in CARDS])
def test_black_boxes_are_what_is_drawn(layout: CardLayout) -> None:
    black_mm2 = sum(width * height for _, _, width, height in black_boxes_mm(layout))
    picture = drawn(layout, 80)
    assert (picture == 0).sum() / 80**2 == pytest.approx(black_mm2, rel=0.01)
    width, height = layout.size_mm
    assert picture.shape == (round(height * 80), round(width * 80))


def test_noise_holds_no_card() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (600, 800, 3), dtype=np.uint8)
    assert see_card(Photo(noise, "noise.png", "")) is None
    assert see_card(Photo(np.zeros((1, 1, 3), np.uint8), "dot.png", "")) is None
