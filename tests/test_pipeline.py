"""One photo through all stages: right on a drawn photo, the same every time, and stopped where it must be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

import hairdensity
from hairdensity.annotation import read_truths
from hairdensity.errors import PhotoError, ScaleError
from hairdensity.estimate import Estimate
from hairdensity.evaluate import score_photo
from hairdensity.hairs.field import FieldSettings
from hairdensity.hairs.trace import Doubted, Strand, Trace
from hairdensity.phantom.graphics import draw_header
from hairdensity.photo import Photo, read_photo
from hairdensity.pipeline import REFUSED, Analysis, Settings, analyze, analyze_photo
from hairdensity.scale import StatedScale
from tests.made import make_photo, make_scale

SAMPLES = Path(__file__).parents[1] / "sample_images"
BEFORE = SAMPLES / "before.jpg"


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    cv2.setNumThreads(1)
    return analyze_photo(BEFORE)


def test_hairs_of_a_drawn_photo_are_found(analysis: Analysis) -> None:
    score = score_photo(analysis, read_truths(SAMPLES / "before.truth.json")["before"])
    assert score.f1 >= 0.9
    assert abs(score.count_error) <= 0.1


def test_every_part_of_the_result_fits_the_others(analysis: Analysis) -> None:
    assert analysis.scale is not None
    assert analysis.working_um_per_px == analysis.scale.um_per_px.value
    assert analysis.measurement.hair_count == sum(hair.counted for hair in analysis.hairs)
    assert [hair.id for hair in analysis.hairs] == list(range(len(analysis.hairs)))
    of_units = sorted(number for unit in analysis.units for number in unit.hair_ids)
    assert of_units == [hair.id for hair in analysis.hairs]
    assert all(hair.id in analysis.units[hair.unit_id].hair_ids for hair in analysis.hairs)
    assert analysis.quality.verdict != "refused"
    assert analysis.measurement.null_reasons == {}


def test_arrays_cannot_be_written(analysis: Analysis) -> None:
    assert not analysis.photo.pixels.flags.writeable
    assert not analysis.field.mask.flags.writeable
    assert not any(hair.path_px.flags.writeable for hair in analysis.hairs)


def test_the_same_photo_gives_the_same_hairs_with_any_number_of_threads(analysis: Analysis) -> None:
    for threads in (1, 3):
        cv2.setNumThreads(threads)
        again = analyze_photo(BEFORE)
        assert again.measurement == analysis.measurement
        assert len(again.hairs) == len(analysis.hairs)
        for one, other in zip(again.hairs, analysis.hairs, strict=True):
            assert np.array_equal(one.path_px, other.path_px)
            assert one.diameter_px == other.diameter_px


def test_a_scale_beside_the_photo_is_found_only_by_path(analysis: Analysis) -> None:
    assert analysis.scale is not None
    assert analysis.scale.source == "sidecar"
    assert analysis.stated_scale is None
    opened = analyze._opened(read_photo(BEFORE), None, Settings())
    assert opened.scale is None
    assert opened.working_um_per_px > 0


def test_a_stated_scale_goes_before_and_a_known_one_is_taken_as_it_is() -> None:
    stated = StatedScale(um_per_px=6.0)
    opened = analyze._opened(BEFORE, stated, Settings())
    assert opened.scale is not None
    assert (opened.scale.um_per_px.value, opened.scale.source) == (6.0, "option")
    assert opened.stated_scale == stated
    known = make_scale(7.0, relative_sd=0.02)
    assert analyze._opened(BEFORE, known, Settings()).scale is known


def test_a_refused_photo_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("hairs were looked for in a photo that is refused")

    monkeypatch.setattr(analyze, "find_field", never)
    monkeypatch.setattr(analyze, "segment_hairs", never)
    for size in ((1, 1), (480, 640)):
        refused = analyze_photo(make_photo(np.zeros(size)))
        assert refused.quality.verdict == "refused"
        assert not refused.hairs
        assert not refused.units
        assert refused.field.area_px == 0
        assert set(refused.measurement.null_reasons.values()) == {REFUSED}


@pytest.mark.parametrize(("strip_px", "target"), [(0, ""), (40, ""), (0, "circle:200px")])
def test_strokes_of_burnt_in_text_are_no_hairs(
    monkeypatch: pytest.MonkeyPatch, strip_px: int, target: str
) -> None:
    pixels = np.full((300, 400, 3), (200, 160, 140), np.uint8)
    pixels[:strip_px] = (60, 62, 64)
    draw_header(pixels, "2026-11-23 09:12:57  Unit: mm")
    none = Doubted(np.empty((0, 2), np.float32), np.empty((0, 2), np.float32), np.empty(0, np.float32))
    along = [np.linspace((20, 10), tip, 30) for tip in ((150, 10), (40, 60))]
    rooted_below = np.concatenate([[(200, 150)], along[0]])
    strands = [
        Strand(path.astype(np.float32), Estimate.from_sd(14, 1), leaves_frame=False, confidence=0.9)
        for path in (*along, rooted_below)
    ]
    monkeypatch.setattr(analyze, "trace_strands", lambda *_: Trace(tuple(strands), none))
    settings = replace(Settings(), field=FieldSettings(target=target))
    seen = analyze_photo(make_photo(pixels), StatedScale(um_per_px=5.5), settings)
    assert [hair.path_px[-1].tolist() for hair in seen.hairs] == [[40, 60], [150, 10]]
    assert [hair.counted for hair in seen.hairs] == [False, True]


def test_errors_of_reading_and_scale_go_to_the_caller(tmp_path: Path) -> None:
    with pytest.raises(PhotoError):
        analyze_photo(tmp_path / "none.jpg")
    with pytest.raises(ScaleError):
        analyze_photo(BEFORE, StatedScale(um_per_px=5.5, field_width_mm=14.0))


def test_the_public_names_are_the_library_s() -> None:
    assert hairdensity.analyze_photo is analyze_photo
    assert hairdensity.Photo is Photo
