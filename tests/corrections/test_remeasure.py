"""Hairs made by hand are measured in the photo, as automatic ones are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.corrections.remeasure import remeasure
from hairdensity.corrections.replay import StandingHair
from hairdensity.corrections.settle import SettleSettings, even_path, settle
from hairdensity.errors import PhotoError
from hairdensity.hairs.trace import TraceSettings
from hairdensity.measure import Measurement
from hairdensity.pipeline import Analysis, analyze_photo, correct_analysis
from tests.corrections.made import Writer, path
from tests.made import make_photo
from tests.report.fakes import make_refused

if TYPE_CHECKING:
    from hairdensity.photo import Photo

SAMPLES = Path(__file__).parents[2] / "sample_images"
UM_PER_PX = 5.5


@pytest.fixture(scope="module")
def automatic() -> Analysis:
    cv2.setNumThreads(1)
    return analyze_photo(SAMPLES / "before.jpg")


def band(width_px: float, *, bright: bool = False) -> Photo:
    """Return skin with one straight shaft along y = 100."""
    rows = np.abs(np.arange(200) - 100.0)
    shaft = np.clip(width_px / 2 + 0.5 - rows, 0, 1)[:, None] * np.ones((1, 300))
    grey = 150 + (60 if bright else -90) * shaft
    return make_photo(cv2.GaussianBlur(grey, (0, 0), 1.2))


@pytest.mark.parametrize("bright", [False, True])
@pytest.mark.parametrize("width_px", [5.0, 12.0])
def test_a_line_drawn_beside_a_shaft_is_laid_onto_it(width_px: float, bright: bool) -> None:  # noqa: FBT001 -- parametrized
    drawn = path((40, 104), (150, 95), (260, 103))
    laid = settle(band(width_px, bright=bright), drawn, UM_PER_PX, SettleSettings())
    assert np.abs(laid[3:, 1] - 100).max() < 1.5
    assert laid[0].tolist() == [40.0, 104.0]  # the root stays where the person put it
    assert laid[-1, 0] == pytest.approx(260, abs=2)


def test_on_bare_skin_a_line_stays_as_drawn() -> None:
    skin = make_photo(np.full((200, 300), 150.0))
    drawn = path((40, 104), (260, 104))
    assert settle(skin, drawn, UM_PER_PX, SettleSettings())[:, 1] == pytest.approx(104)


def test_no_point_leaves_the_photo() -> None:
    laid = settle(band(8.0), path((-30, 100), (400, 100)), UM_PER_PX, SettleSettings())
    assert laid.min() >= 0
    assert laid[:, 0].max() <= 299


def test_even_points_keep_the_ends() -> None:
    points = even_path(path((0, 0), (3, 4), (3, 14)), 5.0)
    assert points.tolist() == [[0, 0], [3, 4], [3, 9], [3, 14]]


def test_no_corrections_change_nothing(automatic: Analysis) -> None:
    corrected = correct_analysis(automatic, ())
    assert corrected.measurement == automatic.measurement
    assert [hair.diameter_px for hair in corrected.hairs] == [hair.diameter_px for hair in automatic.hairs]
    assert corrected.units == automatic.units
    assert corrected.by_hand is not None
    assert corrected.by_hand.automatic is automatic


@pytest.mark.parametrize("bright", [False, True])
def test_a_hair_much_thinner_than_usual_is_measured(bright: bool) -> None:  # noqa: FBT001 -- parametrized
    drawn = StandingHair("drawn", path((50, 100), (150, 100), (250, 100)), None, "drawn")
    (made,) = remeasure(band(6.0, bright=bright), [drawn], [], UM_PER_PX, TraceSettings())
    assert made.strand.diameter_px.value == pytest.approx(6.0, abs=0.8)


def test_a_hair_drawn_over_a_deleted_one_measures_the_same(automatic: Analysis) -> None:
    """Every fifth hair is deleted and drawn again, three points a hair, some um off."""
    writer, noise = Writer.of(automatic), np.random.default_rng(4)
    chosen = [hair for hair in automatic.hairs[::5] if len(hair.path_px) > 8]
    for hair in chosen:
        writer.add("delete", [writer.automatic_hair(hair.id)])
        rough = hair.path_px[[0, len(hair.path_px) // 2, -1]] + noise.normal(0, 2, (3, 2)).astype(np.float32)
        laid = settle(automatic.photo, rough, automatic.working_um_per_px, SettleSettings())
        writer.add("draw", paths=[laid])
    corrected = correct_analysis(automatic, writer.made)
    assert len(corrected.hairs) == len(automatic.hairs)
    assert corrected.by_hand is not None
    assert corrected.by_hand.same_result
    again = [
        hair
        for hair, one in zip(corrected.hairs, corrected.by_hand.standing, strict=True)
        if one.origin == "drawn"
    ]
    assert len(again) == len(chosen) >= 8
    gaps = []
    for hair in chosen:
        nearest = min(again, key=lambda one: np.hypot(*np.subtract(one.root_px, hair.root_px)))
        gaps.append(nearest.diameter_px.value / hair.diameter_px.value - 1)
        assert nearest.confidence == 1.0
    assert np.median(np.abs(gaps)) < 0.03
    assert abs(float(np.mean(gaps))) < 0.1


def test_counts_and_units_follow_the_corrections(automatic: Analysis) -> None:
    writer = Writer.of(automatic)
    inside = next(hair for hair in automatic.hairs if hair.counted)
    outside_count = sum(not hair.counted for hair in automatic.hairs)
    writer.add("delete", [writer.automatic_hair(inside.id)])
    x, y = 640.0, 512.0
    for step in range(3):
        writer.add("draw", paths=[path((x + 5 * step, y), (x + 5 * step, y + 60))])
    corrected = correct_analysis(automatic, writer.made)
    assert automatic.measurement.hair_count is not None
    assert corrected.measurement.hair_count == automatic.measurement.hair_count + 2
    assert sum(not hair.counted for hair in corrected.hairs) == outside_count
    drawn = [
        hair.unit_id
        for hair in corrected.hairs
        if hair.root_px[1] == y and hair.root_px[0] in {x, x + 5, x + 10}
    ]
    assert len(drawn) == 3
    assert len(set(drawn)) == 1  # nearer than 270 um: one unit
    assert isinstance(corrected.measurement, Measurement)


def test_an_unsure_hair_keeps_all_but_its_confidence(automatic: Analysis) -> None:
    writer = Writer.of(automatic)
    writer.add("unsure", [writer.automatic_hair(5)])
    corrected = correct_analysis(automatic, writer.made)
    assert corrected.measurement == automatic.measurement
    assert corrected.hairs[5].confidence == 0.5
    assert corrected.hairs[5].diameter_px == automatic.hairs[5].diameter_px


def test_a_refused_photo_cannot_be_counted_by_hand() -> None:
    with pytest.raises(PhotoError, match=r"before\.jpg: is refused"):
        correct_analysis(make_refused(), ())
