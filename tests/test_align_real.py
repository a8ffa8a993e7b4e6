"""Alignment on real frames: scenes are never mistaken for each other, and found again when shot anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from hairdensity.align import AlignSettings, align
from hairdensity.align.homography import project
from hairdensity.compare import compare_photos
from hairdensity.hairs.field import Field
from hairdensity.photo import read_photo
from tests.drawn import HEIGHT_PX, UM_PER_PX, WIDTH_PX, analyse, turned

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hairdensity.pipeline import Analysis

SETTINGS = AlignSettings()
PAIR_COUNT = 8


@pytest.fixture(scope="module")
def frames(real: Path) -> dict[str, Any]:
    frames: dict[str, Any] = json.loads((real / "fdu" / "annotations.json").read_text())["frames"]
    return frames


def skin_field() -> Field:
    """Return the frame without the header and the corner of the scale bar."""
    mask = np.ones((HEIGHT_PX, WIDTH_PX), dtype=bool)
    mask[:20] = mask[-10:] = mask[380:, :150] = False
    outline = np.array([(0, 20), (WIDTH_PX - 1, 20), (WIDTH_PX - 1, 501), (0, 501)], np.float32)
    return Field(mask, outline, ())


def analyse_frame(folder: Path, frames: dict[str, Any], name: str) -> Analysis:
    """Return a frame at half its size with the annotated hairs."""
    photo = read_photo(folder / "fdu" / "frames" / f"{name}.jpg").pixels
    pixels = np.asarray(cv2.resize(photo, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA), np.uint8)
    hairs = [
        (tuple(value / 2 for value in hair["root"]), tuple(value / 2 for value in hair["tip"]))
        for hair in frames[name]["hairs"]
    ]
    return analyse(pixels, hairs, name=f"{name}.jpg", field=skin_field())


def photographed_anew(analysis: Analysis, mapping: NDArray[np.float64], rng: np.random.Generator) -> Analysis:
    """Return the frame mapped, in other light, a little blurred, with new noise; half its hairs found."""
    size = (WIDTH_PX, HEIGHT_PX)
    moved = cv2.warpPerspective(analysis.photo.pixels, mapping, size).astype(float)
    lit = 0.8 * moved * (0.95, 1.0, 1.1) * np.linspace(0.9, 1.1, WIDTH_PX)[:, None]
    pixels = cv2.GaussianBlur(lit, (0, 0), 0.8) + rng.normal(0, 2, moved.shape)
    carried = cv2.warpPerspective(analysis.field.mask.astype(np.uint8), mapping, size) > 0
    field = Field(carried, analysis.field.polygon_px, ())
    hairs = [(hair.root_px, hair.tip_px) for hair in analysis.hairs[::2]]
    return analyse(pixels.clip(0, 255).astype(np.uint8), hairs, mapping, name="anew.jpg", field=field)


def test_frames_of_different_scenes_are_never_aligned(real: Path, frames: dict[str, Any]) -> None:
    rng = np.random.default_rng(11)
    scenes = sorted({frame["group"] for frame in frames.values()} & set(frames))
    chosen = rng.choice(scenes, 2 * PAIR_COUNT, replace=False)
    for before, after in chosen.reshape(-1, 2):
        analyses = [analyse_frame(real, frames, str(name)) for name in (before, after)]
        assert align(analyses[0], analyses[1], SETTINGS).status == "not-aligned", (before, after)


@pytest.mark.parametrize(
    "mapping", [turned(12.0, zoom=1.1), turned(-95.0, zoom=0.85, tilt=1e-4), turned(4.0, shift_px=300.0)]
)
def test_a_frame_photographed_anew_is_found(
    real: Path, frames: dict[str, Any], mapping: NDArray[np.float64]
) -> None:
    rng = np.random.default_rng(12)
    before = analyse_frame(real, frames, sorted(frames)[40])
    alignment = align(before, photographed_anew(before, mapping, rng), SETTINGS)
    assert alignment.before_to_after is not None, alignment.reason
    inner = np.array([(x, y) for x in (100.0, 320.0) for y in (100.0, 400.0)])
    gaps_px = project(alignment.before_to_after, inner) - project(mapping, inner)
    assert np.linalg.norm(gaps_px, axis=1).max() * UM_PER_PX < 100


def test_skin_whose_hairs_were_shed_is_found_and_shows_a_decrease(real: Path) -> None:
    folder = real / "before_after"
    comparison = compare_photos(folder / "ruler_before.jpg", folder / "ruler_after.jpg")
    assert comparison.alignment.status == "aligned", comparison.alignment.reason
    count = next(change for change in comparison.changes if change.quantity == "hair_count")
    assert count.verdict == "decrease"
