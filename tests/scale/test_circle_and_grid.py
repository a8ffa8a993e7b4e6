"""Circles and grids of stated size: their scale, and that nothing else is taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.errors import ScaleError
from hairdensity.photo import Photo, read_photo
from hairdensity.scale import StatedScale, read_scale
from hairdensity.scale.circle import see_circle
from hairdensity.scale.grid import see_grid
from tests.scale.test_bar import skin

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

INKS = [(40, 30, 60), (225, 40, 40), (250, 250, 250)]


def circled(
    pixels: NDArray[np.uint8], axes_px: tuple[float, float], ink: tuple[int, int, int], thick: int
) -> Photo:
    large = cv2.resize(pixels, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    height, width = large.shape[:2]
    ends = (round(axes_px[0] * 2), round(axes_px[1] * 2))
    cv2.ellipse(large, (width // 2, height // 2), ends, 30, 0, 360, ink, 4 * thick, cv2.LINE_AA)
    small = cv2.resize(large, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    return Photo(np.asarray(small, np.uint8), "circle.jpg", "")


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("thick", [2, 5])
@pytest.mark.parametrize("diameter_px", [200.0, 420.0])
def test_diameter_of_a_circle(ink: tuple[int, int, int], thick: int, diameter_px: float) -> None:
    photo = circled(skin(1), (diameter_px, diameter_px), ink, thick)
    scale = read_scale(photo, StatedScale(circle_mm=10.0)).scale
    assert scale is not None
    assert scale.source == "circle"
    assert scale.um_per_px.value == pytest.approx(10_000 / diameter_px, rel=0.01)
    assert scale.um_per_px.low < 10_000 / diameter_px < scale.um_per_px.high


def test_a_tilted_circle_has_the_area_of_its_ellipse() -> None:
    seen = see_circle(circled(skin(2), (400.0, 380.0), INKS[0], 3))
    assert seen is not None
    assert seen.length_px.value == pytest.approx((400 * 380) ** 0.5, rel=0.01)
    assert seen.tilt_deg == pytest.approx(np.degrees(np.arccos(0.95)), abs=3)


def test_tilted_too_much_it_is_refused() -> None:
    photo = circled(skin(2), (400.0, 340.0), INKS[0], 3)
    with pytest.raises(ScaleError, match="circle"):
        read_scale(photo, StatedScale(circle_mm=10.0))


def test_without_being_stated_neither_is_looked_for() -> None:
    assert read_scale(circled(skin(1), (300.0, 300.0), INKS[0], 3)).seen == ()


@pytest.mark.parametrize("seed", range(4))
def test_skin_holds_neither(seed: int) -> None:
    photo = Photo(skin(seed), "skin.jpg", "")
    assert see_circle(photo) is None
    assert see_grid(photo) is None
    for stated in (StatedScale(circle_mm=10.0), StatedScale(grid_mm=1.0)):
        with pytest.raises(ScaleError, match=r"^skin\.jpg: no single (circle|grid) of .* mm is seen"):
            read_scale(photo, stated)


def gridded(spacing_px: float, angle_deg: float, lean: float = 0.0) -> Photo:
    rng = np.random.default_rng(1)
    paper = np.full((2400, 2400), 225, np.uint8)
    for at in np.arange(100, 2300, spacing_px * 2):
        cv2.line(paper, (round(at), 0), (round(at), 2399), 60, 5)
        cv2.line(paper, (0, round(at)), (2399, round(at)), 60, 5)
    turn = np.vstack([cv2.getRotationMatrix2D((1200, 1200), angle_deg, 0.5), (0, 0, 1)])
    turn[:2, 2] -= (800, 850)
    turn[2, :2] = lean * 1e-4
    grey = cv2.warpPerspective(paper, turn, (800, 700), flags=cv2.INTER_AREA)
    noisy = grey + rng.normal(0, 4, grey.shape)
    return Photo(np.repeat(np.clip(noisy, 0, 255).astype(np.uint8)[..., None], 3, axis=2), "grid.jpg", "")


@pytest.mark.parametrize("spacing_px", [40.0, 90.0])
@pytest.mark.parametrize("angle_deg", [0.0, 17.0, 50.0])
def test_spacing_of_a_grid(spacing_px: float, angle_deg: float) -> None:
    scale = read_scale(gridded(spacing_px, angle_deg), StatedScale(grid_mm=1.0)).scale
    assert scale is not None
    assert scale.source == "grid"
    assert scale.um_per_px.value == pytest.approx(1000 / spacing_px, rel=0.005)


def test_nothing_real_is_a_circle_or_a_grid(real: Path) -> None:
    photos = [read_photo(path) for path in sorted((real / "closeups").iterdir())[::3]]
    assert [photo.name for photo in photos if see_circle(photo) is not None] == []
    photos += [read_photo(path) for path in sorted((real / "refuse").iterdir())]
    assert [photo.name for photo in photos if see_grid(photo) is not None] == []
