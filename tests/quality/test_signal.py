"""Noise, compression and the grid of a screen: what is put into a drawn photo is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.hairs.focus import Edges
from hairdensity.quality import Flag, Quality
from hairdensity.quality.coverage import can_cover, measure_coverage
from hairdensity.quality.sharpness import smear_um
from hairdensity.quality.signal import block_flatness, grid_strength, noise_share
from tests.made import make_field, make_photo, make_scale
from tests.quality.test_judge import HEIGHT_PX, WIDTH_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE = make_field(WIDTH_PX, HEIGHT_PX)


def bars() -> NDArray[np.float64]:
    """Return bars 100 levels darker than the ground, a tenth of the photo."""
    grey = np.full((HEIGHT_PX, WIDTH_PX), 180.0)
    for left in range(20, WIDTH_PX, 80):
        grey[:, left : left + 8] = 80
    return grey


@pytest.mark.parametrize("level", [0.0, 3.0, 10.0, 20.0])
def test_noise_is_told_in_shares_of_the_contrast_at_working_size(level: float) -> None:
    grey = bars() + np.random.default_rng(1).normal(0, level, (HEIGHT_PX, WIDTH_PX))
    seen = noise_share(grey.clip(0, 255).round().astype(np.uint8), WHOLE, 11.0)
    assert seen == pytest.approx(level / 100, rel=0.15, abs=0.004)
    fine = noise_share(grey.clip(0, 255).round().astype(np.uint8), WHOLE, 5.5)
    assert fine == pytest.approx(seen / 2, rel=0.2, abs=0.002)


def test_flat_blocks_grow_with_compression_and_need_blocks() -> None:
    grain = bars() + cv2.GaussianBlur(
        np.random.default_rng(1).normal(0, 20, (HEIGHT_PX, WIDTH_PX)), (0, 0), 1
    )
    grey = grain.clip(0, 255).astype(np.uint8)
    shares = []
    for quality in (80, 20, 5):
        _, file = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
        shares.append(block_flatness(np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)))
    assert shares == sorted(shares)
    assert shares[-1] > 0.6
    assert block_flatness(np.full((HEIGHT_PX, WIDTH_PX), 90, np.uint8)) == 0
    assert block_flatness(bars().astype(np.uint8)) == 0


@pytest.mark.parametrize("period_px", [3.1, 5.7, 9.3])
def test_a_grid_rises_out_of_the_spectrum(period_px: float) -> None:
    rows, columns = np.mgrid[:HEIGHT_PX, :WIDTH_PX]
    texture = np.random.default_rng(1).normal(0, 4, (HEIGHT_PX, WIDTH_PX))
    beats = 6 * np.cos(2 * np.pi * (columns + 0.1 * rows) / period_px)
    plain, shown = ((bars() + texture + one).clip(0, 255).astype(np.uint8) for one in (0, beats))
    assert grid_strength(plain, WHOLE) < 12
    assert grid_strength(shown, WHOLE) > grid_strength(plain, WHOLE) + 10


def test_smear_is_what_motion_added() -> None:
    across = np.repeat([0.0, 90.0], 40)
    blur_um = np.where(across == 0, 50.0, 30.0)
    edges = Edges(np.zeros((80, 2), np.intp), blur_um, across)
    assert smear_um(edges) == pytest.approx(40)
    assert smear_um(Edges(edges.places_px[:40], blur_um[:40], across[:40])) is None


def test_a_parting_has_its_coverage_and_width() -> None:
    pixels = np.full((400, 600, 3), (45, 32, 26), np.uint8)
    pixels[:, 250:350] = (205, 160, 140)
    pixels[:, :60] = (235, 235, 230)
    coverage = measure_coverage(make_photo(pixels), make_scale(100.0))
    assert coverage is not None
    assert coverage.hair_coverage_fraction.value == pytest.approx(440 / 540, abs=0.02)
    assert coverage.part_width_px is not None
    assert coverage.part_width_px.value == pytest.approx(100, abs=4)
    assert coverage.part_width_mm is not None
    assert coverage.part_width_mm.value == pytest.approx(10, abs=0.4)
    assert measure_coverage(make_photo(pixels), None).part_width_mm is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("skin-hidden",), True),
        (("low-magnification", "out-of-focus", "not-hair"), True),
        (("narrow-hair", "out-of-focus-unscaled"), True),
        (("out-of-focus",), False),
        (("out-of-focus-unscaled", "not-hair"), False),
        (("skin-hidden", "printed-pattern"), False),
    ],
)
def test_coverage_is_told_where_hairs_run_together_and_not_of_blur_alone(
    codes: tuple[str, ...], *, said: bool
) -> None:
    flags = tuple(Flag(code, "", "", 1.0, 1.0) for code in codes)
    assert can_cover(Quality("refused", flags)) is said


def test_skin_without_a_part_has_coverage_only() -> None:
    pixels = np.full((400, 600, 3), (205, 160, 140), np.uint8)
    pixels[:80] = (45, 32, 26)
    coverage = measure_coverage(make_photo(pixels), None)
    assert coverage is not None
    assert coverage.hair_coverage_fraction.value == pytest.approx(0.2, abs=0.01)
    assert coverage.part_width_px is None
