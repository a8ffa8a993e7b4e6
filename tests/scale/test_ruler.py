"""Rulers drawn across photos are found and their ticks counted; hairs, grids and text are no rulers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.photo import Photo, read_photo
from hairdensity.scale import SeenScale, StatedScale, read_scale
from hairdensity.scale.ruler import see_ruler
from tests.scale.test_bar import skin

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def with_ruler(
    pixels: NDArray[np.uint8], spacing_px: float, angle_deg: float, pattern: int = 2, *, joined: bool = False
) -> Photo:
    """Draw a ruler through the middle, each `pattern`-th tick twice as long."""
    height, width = pixels.shape[:2]
    angle = np.radians(angle_deg)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    count = int(0.42 * width / spacing_px)
    middle = np.array([width / 2, height / 2])
    reach = spacing_px * count
    large = cv2.resize(pixels, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)

    def stroke(first: NDArray[np.float64], last: NDArray[np.float64]) -> None:
        ends = [(round(float(x) * 4), round(float(y) * 4)) for x, y in (first, last)]
        cv2.line(large, ends[0], ends[1], (60, 45, 45), 7, cv2.LINE_AA)

    for at in range(-count, count + 1):
        start = middle + at * spacing_px * along
        length = spacing_px * (2 if pattern and at % pattern == 0 else 1)
        stroke(start, start + length * across)
    if joined:
        stroke(middle - reach * along, middle + reach * along)
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return Photo(np.asarray(small, np.uint8), "ruler.jpg", "")


def seen(photo: Photo) -> SeenScale:
    found = see_ruler(photo)
    assert found is not None
    return found


@pytest.mark.parametrize("spacing_px", [9.0, 14.3, 28.9])
@pytest.mark.parametrize("angle_deg", [0.0, 31.0, 77.0, 120.0])
def test_distance_of_ticks_at_any_angle(spacing_px: float, angle_deg: float) -> None:
    found = seen(with_ruler(skin(1, 900, 900), spacing_px, angle_deg))
    assert found.um_per_px is not None  # of fine ticks the long ones alone may be seen, 1 mm apart
    assert found.um_per_px.value == pytest.approx(500 / spacing_px, rel=0.003)
    assert found.um_per_px.low < 500 / spacing_px < found.um_per_px.high


def test_a_line_that_joins_the_ticks_does_not_hide_them() -> None:
    found = seen(with_ruler(skin(2, 900, 900), 20.0, 25.0, joined=True))
    assert found.length_px.value == pytest.approx(20, rel=0.003)


@pytest.mark.parametrize(
    ("pattern", "spacing_px", "division_mm"),
    [(0, 20.0, 1.0), (5, 20.0, 1.0), (10, 20.0, 1.0), (10, 12.0, 0.1)],
)
def test_which_ticks_are_a_millimetre_apart(pattern: int, spacing_px: float, division_mm: float) -> None:
    found = seen(with_ruler(skin(3, 900, 900), spacing_px, 10.0, pattern))
    assert found.length_mm is not None
    assert found.length_mm.value == division_mm


def test_stated_divisions_win() -> None:
    photo = with_ruler(skin(3, 900, 900), 20.0, 10.0, 0)
    assert (scale := read_scale(photo).scale) is not None
    assert scale.source == "ruler"
    assert scale.um_per_px.value == pytest.approx(50, rel=0.003)
    stated = read_scale(photo, StatedScale(ruler_mm=0.1)).scale
    assert stated is not None
    assert stated.um_per_px.value == pytest.approx(5, rel=0.003)
    assert stated.contradicted_by is not None


def test_all_ticks_lie_in_the_outline() -> None:
    photo = with_ruler(skin(4, 900, 900), 25.0, 31.0)
    mask = np.zeros((900, 900), np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(seen(photo).outlines_px[0])).astype(np.int32)], (1,))
    ticks = np.abs(photo.pixels.astype(int) - skin(4, 900, 900)).max(axis=2) > 60
    assert mask[ticks].mean() > 0.98
    assert mask.mean() < 0.15


@pytest.mark.parametrize("seed", range(4))
def test_skin_with_hairs_is_no_ruler(seed: int) -> None:
    assert see_ruler(Photo(skin(seed), "x.jpg", "")) is None


def test_stubble_combed_one_way_is_no_ruler() -> None:
    rng = np.random.default_rng(5)
    pixels = np.full((800, 1000, 3), 170, np.uint8)
    for x, y in rng.integers(20, (960, 760), (160, 2)):
        cv2.line(pixels, (int(x), int(y)), (int(x) + 12, int(y) + 30), (40, 35, 30), 5, cv2.LINE_AA)
    assert see_ruler(Photo(pixels, "x.jpg", "")) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (64, 64)])
def test_tiny_and_blank_photos_have_none(shape: tuple[int, int]) -> None:
    assert see_ruler(Photo(np.full((*shape, 3), 99, np.uint8), "x.png", "")) is None


# Counted by hand: first and last long tick's upper ends, and the number of half millimetres between them.
BY_HAND = {
    "ruler_before.jpg": ((529.0, 19.0), (974.5, 287.0), 18),
    "ruler_after.jpg": ((540.0, 2.5), (984.0, 274.0), 18),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_real_rulers_as_counted_by_hand(real: Path, name: str) -> None:
    first, last, count = BY_HAND[name]
    by_hand_px = float(np.hypot(last[0] - first[0], last[1] - first[1])) / count
    found = seen(read_photo(real / "before_after" / name))
    assert found.length_px.value == pytest.approx(by_hand_px, rel=0.01)
    assert found.length_mm is not None
    assert found.length_mm.value == 0.5


def test_nothing_else_real_is_a_ruler(real: Path) -> None:
    others = [*(real / "refuse").iterdir(), *(real / "closeups").iterdir()]
    others += sorted((real / "fdu" / "frames").iterdir())[::30]
    assert [path.name for path in others if see_ruler(read_photo(path)) is not None] == []
