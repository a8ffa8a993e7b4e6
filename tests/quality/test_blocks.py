"""Blocks of compression: their side, the height of their steps, and that nothing else is taken for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.quality.blocks import block_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT_PX, WIDTH_PX = 720, 960
ALL = np.ones((HEIGHT_PX, WIDTH_PX), dtype=bool)


def grain(level: float = 6.0) -> NDArray[np.float64]:
    """Return grey noise as fine as skin."""
    rng = np.random.default_rng(3)
    return np.asarray(128 + cv2.GaussianBlur(rng.normal(0, 2 * level, ALL.shape), (0, 0), 1.0))


def chequered(side_px: int, height: float) -> NDArray[np.uint8]:
    """Return grain with blocks that stand higher or lower than their neighbours by `height`."""
    rows, columns = np.indices(ALL.shape) // side_px
    return np.clip(grain() + height * ((rows + columns) % 2), 0, 255).round().astype(np.uint8)


def saved(grey: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    _, file = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


@pytest.mark.parametrize("side_px", [8, 12, 21])
def test_height_and_side_of_blocks(side_px: int) -> None:
    low, high = (block_steps(chequered(side_px, height), ALL) for height in (8.0, 16.0))
    assert (low[1], high[1]) == pytest.approx((side_px, side_px), rel=0.01)
    assert low[0] < high[0] < 16.0
    assert high[0] > 10.0


@pytest.mark.parametrize("factor", [1.0, 1.6, 2.5])
def test_blocks_of_a_photo_enlarged_after_compression(factor: float) -> None:
    size = (round(WIDTH_PX / factor), round(HEIGHT_PX / factor))
    fine = grain(12).round().astype(np.uint8)
    small = np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = [
        block_steps(np.asarray(cv2.resize(saved(small, quality), ALL.shape[::-1]), np.uint8), ALL)
        for quality in (95, 40)
    ]
    assert found[1][1] == pytest.approx(8 * factor, rel=0.01)
    assert found[1][0] > found[0][0]


def test_blocks_outside_the_field_are_not_seen() -> None:
    grey = chequered(8, 16.0)
    grey[:, : WIDTH_PX // 2] = grain().round().astype(np.uint8)[:, : WIDTH_PX // 2]
    left = ALL.copy()
    left[:, WIDTH_PX // 2 :] = False
    assert block_steps(grey, ALL)[0] > 2
    assert block_steps(grey, left)[0] < 0.1


@pytest.mark.parametrize("noise", [0.0, 8.0, 30.0])
def test_what_has_no_blocks(noise: float) -> None:
    rng = np.random.default_rng(5)
    hairs = np.full(ALL.shape, 180.0)
    for left, top in rng.uniform((20, 20), (WIDTH_PX - 60, HEIGHT_PX - 60), (60, 2)).astype(int):
        cv2.line(hairs, (int(left), int(top)), (int(left) + 30, int(top) + 40), 60.0, 9)
    soft = cv2.GaussianBlur(hairs, (0, 0), 1.2) + rng.normal(0, noise, ALL.shape)
    assert block_steps(soft.clip(0, 255).round().astype(np.uint8), ALL)[0] < 0.1


def test_too_small_a_photo_tells_nothing() -> None:
    assert block_steps(np.zeros((40, 40), np.uint8), np.ones((40, 40), dtype=bool)) == (0.0, 8)
    assert block_steps(np.zeros(ALL.shape, np.uint8), ~ALL) == (0.0, 8)
