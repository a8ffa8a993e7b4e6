"""The same skin is found again, wherever it lies in the other photo, and different skin never is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.align import Alignment, AlignSettings, align
from hairdensity.align.find import is_plausible
from hairdensity.align.homography import inverse, local_scale, project, resampling, stretches
from hairdensity.align.view import view_skin
from hairdensity.hairs.field import Exclusion, Field
from tests.drawn import (
    HEIGHT_PX,
    UM_PER_PX,
    WIDTH_PX,
    Line,
    analyse,
    photograph,
    scattered_hairs,
    skin_texture,
    turned,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.pipeline import Analysis

SETTINGS = AlignSettings()
CORNERS = np.array([(x, y) for x in (160.0, 480.0) for y in (128.0, 384.0)])


@pytest.fixture(scope="module")
def skin() -> NDArray[np.float32]:
    return skin_texture(1)


@pytest.fixture(scope="module")
def hairs() -> list[Line]:
    return scattered_hairs(2, 25)


@pytest.fixture(scope="module")
def before(skin: NDArray[np.float32], hairs: list[Line]) -> Analysis:
    return analyse(photograph(skin, hairs), hairs, name="before.png")


def error_um(alignment: Alignment, truth: NDArray[np.float64]) -> float:
    """Return the largest distance by which the alignment misses `truth` over the photo's inner half."""
    assert alignment.before_to_after is not None, alignment.reason
    gaps_px = project(alignment.before_to_after, CORNERS) - project(truth, CORNERS)
    return float(np.linalg.norm(gaps_px, axis=1).max()) * UM_PER_PX


def test_a_photo_lies_on_itself(before: Analysis) -> None:
    alignment = align(before, before, SETTINGS)
    assert alignment.status == "aligned"
    assert alignment.reason == ""
    assert error_um(alignment, np.eye(3)) < 2
    assert alignment.shared_fraction == pytest.approx(1.0, abs=0.01)
    assert alignment.match_count == 25
    assert alignment.residual_px is not None
    assert alignment.residual_px < 0.1


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_photo_lies_on_its_own_turned_copy(
    before: Analysis, skin: NDArray[np.float32], hairs: list[Line], quarters: int
) -> None:
    turn = turned(-90.0 * quarters)
    after = analyse(photograph(skin, hairs, turn, seed=3), hairs, turn)
    assert error_um(align(before, after, SETTINGS), turn) < 10


@pytest.mark.parametrize(
    "mapping",
    [
        pytest.param(turned(17.0), id="turn"),
        pytest.param(turned(5.0, zoom=0.8), id="smaller"),
        pytest.param(turned(-8.0, zoom=1.25), id="larger"),
        pytest.param(turned(160.0, tilt=2e-4), id="tilt"),
        pytest.param(turned(3.0, shift_px=330.0), id="half of it"),
    ],
)
def test_a_moved_photo_is_found(
    before: Analysis, skin: NDArray[np.float32], hairs: list[Line], mapping: NDArray[np.float64]
) -> None:
    relit = photograph(0.8 * skin + 10, hairs, mapping, seed=4)
    alignment = align(before, analyse(relit, hairs, mapping), SETTINGS)
    assert error_um(alignment, mapping) < 20


def test_skin_is_not_laid_steeper_than_a_lens_can_stand(before: Analysis) -> None:
    view = view_skin(before, UM_PER_PX, SETTINGS)
    assert is_plausible(turned(160.0, tilt=2e-4), view, SETTINGS)
    assert not is_plausible(turned(160.0, tilt=3.6e-4), view, SETTINGS)


def test_different_skin_is_not_aligned(before: Analysis) -> None:
    others = scattered_hairs(7, 25)
    after = analyse(photograph(skin_texture(8), others), others, name="after.png")
    alignment = align(before, after, SETTINGS)
    assert alignment.status == "not-aligned"
    assert alignment.before_to_after is None
    assert alignment.before_shared_field is alignment.after_shared_field is None
    assert alignment.shared_fraction == alignment.match_count == 0
    assert "after.png" in alignment.reason
    assert "before.png" in alignment.reason
    assert "0.25 needed" in alignment.reason
    assert "\n" not in alignment.reason


def test_graphics_alike_in_both_photos_align_nothing(skin: NDArray[np.float32]) -> None:
    mask = np.ones((HEIGHT_PX, WIDTH_PX), dtype=bool)
    mask[:90] = mask[400:, :300] = False
    outline = np.array([(0, 90), (WIDTH_PX - 1, 90), (WIDTH_PX - 1, HEIGHT_PX - 1), (0, HEIGHT_PX - 1)])
    field = Field(mask, outline.astype(np.float32), ())
    photos = [photograph(one, ()) for one in (skin, skin_texture(8))]
    for photo in photos:
        for number, word in enumerate(("70x magnified", "not calibrated", "Clinic No. 5")):
            cv2.putText(photo, word, (20, 25 + 26 * number), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
        cv2.putText(photo, "1.0 mm", (20, 480), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 5)
    before, after = (analyse(photo, (), field=field) for photo in photos)
    alignment = align(before, after, SETTINGS)
    assert alignment.status == "not-aligned"


def test_a_mirrored_photo_is_not_the_same_skin(
    before: Analysis, skin: NDArray[np.float32], hairs: list[Line]
) -> None:
    mirrored = np.array([[-1.0, 0, WIDTH_PX - 1], [0, 1, 0], [0, 0, 1]])
    after = analyse(np.ascontiguousarray(photograph(skin, hairs)[:, ::-1]), hairs, mirrored)
    assert align(before, after, SETTINGS).status == "not-aligned"


def test_a_known_mapping_is_tried_before_any_other_is_looked_for(
    before: Analysis,
    skin: NDArray[np.float32],
    hairs: list[Line],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn = turned(40.0, zoom=1.2, shift_px=30.0)
    after = analyse(photograph(skin, hairs, turn), hairs, turn)
    nearly = turned(40.4, zoom=1.2, shift_px=33.0)
    assert error_um(align(before, after, SETTINGS, known=turned(200.0)), turn) < 10
    monkeypatch.setattr("hairdensity.align.find.propose_by_texture", lambda *_: pytest.fail("looked for"))
    assert error_um(align(before, after, SETTINGS, known=nearly), turn) < 10


def test_too_little_in_common_is_said(before: Analysis, skin: NDArray[np.float32], hairs: list[Line]) -> None:
    away = turned(0.0, shift_px=480.0)
    alignment = align(before, analyse(photograph(skin, hairs, away), hairs, away), SETTINGS)
    assert alignment.status == "not-aligned"
    assert "share only 25% of the smaller field" in alignment.reason


def test_featureless_skin_is_found_by_its_roots() -> None:
    smooth, hairs = skin_texture(1, contrast=0.0), scattered_hairs(2, 40)
    turn = turned(25.0)
    before = analyse(photograph(smooth, hairs), hairs)
    again = analyse(photograph(smooth, hairs, turn, seed=5), hairs, turn)
    assert error_um(align(before, again, SETTINGS), turn) < 100
    others = scattered_hairs(9, 40)
    different = analyse(photograph(smooth, others, seed=5), others)
    assert align(before, different, SETTINGS).status == "not-aligned"


def test_two_featureless_photos_without_hairs_are_not_aligned() -> None:
    empty = analyse(photograph(skin_texture(1, contrast=0.0), ()), ())
    assert align(empty, empty, SETTINGS).status == "not-aligned"


def test_the_shared_field_is_what_both_show(skin: NDArray[np.float32], hairs: list[Line]) -> None:
    shift = turned(0.0, shift_px=100.0)
    square = np.array([(300, 200), (330, 200), (330, 230), (300, 230)], np.float32)
    mask = np.ones((HEIGHT_PX, WIDTH_PX), dtype=bool)
    mask[200:231, 300:331] = False
    outline = np.array([(0, 0), (639, 0), (639, 511), (0, 511)], np.float32)
    before = analyse(photograph(skin, hairs), hairs, field=Field(mask, outline, (Exclusion("text", square),)))
    alignment = align(before, analyse(photograph(skin, hairs, shift), hairs, shift), SETTINGS)
    first, second = alignment.before_shared_field, alignment.after_shared_field
    assert first is not None
    assert second is not None
    margin_px = SETTINGS.shared_margin_um / UM_PER_PX
    rows, columns = np.nonzero(first.mask)
    assert (columns.min(), rows.min()) == pytest.approx((margin_px, margin_px), abs=1.5)
    assert columns.max() == pytest.approx(WIDTH_PX - 1 - 100 - margin_px, abs=1.5)
    assert not first.mask[200:231, 300:331].any()
    assert second.area_px == pytest.approx(first.area_px, rel=0.002)
    assert second.contains(np.array([[415.0, 215.0], [350.0, 100.0]])).tolist() == [False, True]
    assert [one.reason for one in first.exclusions] == ["text"]
    assert second.exclusions[0].polygon_px == pytest.approx(square + np.array([100, 0]), abs=0.5)
    expected = (WIDTH_PX - 100) / WIDTH_PX
    assert alignment.shared_fraction == pytest.approx(expected, abs=0.01)


def test_a_drawn_circle_does_not_cut_the_shared_field_in_two(
    skin: NDArray[np.float32], hairs: list[Line]
) -> None:
    ring = cv2.circle(np.ones((HEIGHT_PX, WIDTH_PX), np.uint8), (320, 256), 150, 0, 7)
    outline = np.array([(0, 0), (639, 0), (639, 511), (0, 511)], np.float32)
    before = analyse(photograph(skin, hairs), hairs, field=Field(ring > 0, outline, ()))
    shared = align(before, before, SETTINGS).before_shared_field
    assert shared is not None
    places = np.array([(320.0, 256.0), (320.0 - 150, 256.0), (60.0, 60.0)])
    assert shared.contains(places).tolist() == [True, False, True]


def test_nothing_in_an_alignment_can_be_written(before: Analysis) -> None:
    alignment = align(before, before, SETTINGS)
    assert alignment.before_to_after is not None
    assert alignment.before_shared_field is not None
    assert not alignment.before_to_after.flags.writeable
    assert not alignment.before_shared_field.mask.flags.writeable
    assert not alignment.before_shared_field.polygon_px.flags.writeable


def test_the_number_of_threads_changes_nothing(
    before: Analysis, skin: NDArray[np.float32], hairs: list[Line]
) -> None:
    turn = turned(31.0, zoom=1.1)
    after = analyse(photograph(skin, hairs, turn), hairs, turn)
    found = []
    for threads in (1, 2, 4):
        cv2.setNumThreads(threads)
        found.append(align(before, after, SETTINGS).before_to_after)
    assert found[0] is not None
    assert all(np.array_equal(found[0], other) for other in found[1:] if other is not None)


def test_a_homography_and_its_inverse_cancel() -> None:
    mapping = turned(33.0, zoom=1.2, tilt=3e-4, shift_px=20.0)
    assert project(inverse(mapping), project(mapping, CORNERS)) == pytest.approx(CORNERS)


def test_local_scale_is_the_stretch_of_short_lines() -> None:
    mapping, place = turned(33.0, zoom=1.2, tilt=3e-4), np.array([500.0, 60.0])
    smallest, largest = stretches(mapping, place)
    steps = project(mapping, place + np.array([(0.0, 0.0), (1e-3, 0.0), (0.0, 1e-3)]))
    area = abs(np.linalg.det((steps[1:] - steps[0]) / 1e-3))
    assert local_scale(mapping, place) == pytest.approx(area**0.5, rel=1e-4)
    assert smallest * largest == pytest.approx(area, rel=1e-4)
    assert stretches(np.diag([-1.0, 1.0, 1.0]), place) == (0.0, 0.0)


def test_resampling_keeps_the_corners_of_the_frame() -> None:
    corner = np.array([[-0.5, 639.5]])
    assert project(resampling(0.25), corner) == pytest.approx(np.array([[-0.5, 159.5]]))
