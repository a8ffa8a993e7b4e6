"""Profiles across shafts: along the colour that tells them from skin, dark on light."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.hairs.profiles import ProfileSettings, take_profiles
from tests.hairs.drawn import DrawnHair, draw_photo, in_colours

if TYPE_CHECKING:
    from hairdensity.hairs.profiles import Profiles
    from hairdensity.photo import Photo

SKIN, BROWN = (170, 160, 140), (120, 110, 100)
WIDTH_PX = 14.0
HAIR = DrawnHair([(40, 80), (150, 80)], width=7)


def profiles_of(photo: Photo, rows: tuple[float, ...] = (80.0,)) -> Profiles:
    """Take profiles across shafts along these working rows."""
    along_px = np.linspace(80, 300, 30)
    paths_px = [np.stack([along_px, np.full(30, 2 * row + 0.5)], 1).astype(np.float32) for row in rows]
    return take_profiles(photo, paths_px, np.full(len(rows), WIDTH_PX, np.float32), 5.5, ProfileSettings())


def test_what_blotches_the_skin_counts_little() -> None:
    photo = in_colours(draw_photo([HAIR]), skin=SKIN, shaft=BROWN)
    redness = cv2.GaussianBlur(np.random.default_rng(3).normal(0, 400, photo.pixels.shape[:2]), (0, 0), 6)
    reddened = photo.pixels + redness[..., None] * (1, 0, 0)
    blotched = replace(photo, pixels=reddened.clip(0, 255).round().astype(np.uint8))
    profiles = profiles_of(blotched)
    skin = profiles.levels[0][:, np.abs(profiles.offsets[0]) > 0.7 * WIDTH_PX]
    shaft = profiles.levels[0][:, np.abs(profiles.offsets[0]) < 0.4 * WIDTH_PX]
    assert skin.mean() - shaft.mean() > 20 * skin.std()


@pytest.mark.parametrize("shaft", [(120, 110, 100), (250, 245, 240), (215, 180, 60)])
def test_shafts_are_dark_on_light(shaft: tuple[int, int, int]) -> None:
    profiles = profiles_of(in_colours(draw_photo([HAIR]), skin=SKIN, shaft=shaft))
    usual = np.median(profiles.levels[0], axis=0)
    assert usual[len(usual) // 2] < usual[0] - 20
    assert profiles.is_light[0] == (sum(shaft) > sum(SKIN))


def test_shadow_beside_a_fair_shaft_counts_little() -> None:
    photo = in_colours(draw_photo([HAIR]), skin=(200, 170, 160), shaft=(160, 140, 90))
    beyond_px = np.arange(photo.height_px)[:, None] - (2 * 80.0 + 0.5)
    shadow = 1 - 0.15 * np.exp(-0.5 * ((beyond_px - 3) / 9) ** 2)
    shaded = replace(photo, pixels=(photo.pixels * shadow[..., None]).round().astype(np.uint8))
    profiles = profiles_of(shaded)
    usual, aside = np.median(profiles.levels[0], axis=0), profiles.offsets[0] / WIDTH_PX
    lit, shaft = usual[np.abs(aside) > 1.4].mean(), usual[np.abs(aside) < 0.3].mean()
    assert lit - usual[(aside > 0.6) & (aside < 0.9)].mean() < 0.15 * (lit - shaft)


def test_dark_and_light_shafts_of_one_photo_are_both_told_from_the_skin() -> None:
    dark, light = (DrawnHair([(40, y), (150, y)], width=7, grey=grey) for y, grey in ((80, 110), (120, 250)))
    profiles = profiles_of(draw_photo([dark, light]), (80.0, 120.0))
    assert profiles.is_light.tolist() == [False, True]
    usual = np.median(profiles.levels, axis=1)
    assert (usual[:, usual.shape[1] // 2] < usual[:, 0] - 40).all()


def test_levels_of_a_grey_photo_are_its_grey_levels() -> None:
    usual = np.median(profiles_of(draw_photo([HAIR])).levels[0], axis=0)
    assert usual[len(usual) // 2] == pytest.approx(60, abs=1)
    assert usual[0] == pytest.approx(180, abs=1)


def test_noise_is_evened_out_along_the_shaft() -> None:
    photo = draw_photo([HAIR])
    noise = np.random.default_rng(5).normal(0, 12, photo.pixels.shape[:2])
    pixels = (photo.pixels + noise[..., None]).clip(0, 255).round().astype(np.uint8)
    profiles = profiles_of(replace(photo, pixels=pixels))
    skin = profiles.levels[0][:, np.abs(profiles.offsets[0]) > 0.8 * WIDTH_PX]
    assert skin.std(axis=0).mean() < 6
