"""The target area: forms of words, sizes in mm, the tattoo dot, and what cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.errors import PhotoError, ScaleError, UsageError
from hairdensity.hairs.dot import find_dots
from hairdensity.hairs.field import FieldSettings, find_field
from hairdensity.hairs.target import Target, parse_target, place_target
from tests.hairs.test_field import HEIGHT, UM_PER_PX, WIDTH, skin
from tests.made import make_photo

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hairdensity.hairs.target import TargetArea

PHOTO = make_photo(skin())
INKS = [(45, 60, 95), (30, 30, 34), (40, 110, 80), (150, 40, 50)]


def placed(words: str, um_per_px: float | None = UM_PER_PX) -> TargetArea:
    return place_target(parse_target(words), PHOTO, um_per_px, UM_PER_PX)


def with_dot(
    places: list[tuple[int, int]], ink: tuple[int, int, int], diameter_um: float = 600
) -> NDArray[np.uint8]:
    """Return skin with soft round spots of ink, 8 um a px."""
    spots = np.zeros((HEIGHT, WIDTH), np.float32)
    for place in places:
        cv2.circle(spots, place, round(diameter_um / UM_PER_PX / 2), 1.0, -1)
    spots = cv2.GaussianBlur(spots, (0, 0), 40 / UM_PER_PX)[..., None] * 0.85
    return np.asarray(skin() * (1 - spots) + spots * np.array(ink)).astype(np.uint8)


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("circle:10mm", Target("circle", (10.0,), "mm")),
        ("circle:300px@20,40.5", Target("circle", (300.0,), "px", (20.0, 40.5))),
        ("rectangle:8x6mm@dot", Target("rectangle", (8.0, 6.0), "mm", "dot")),
        ("polygon:1,2:30,2:30,40", Target("polygon", corners_px=((1, 2), (30, 2), (30, 40)))),
        ("mask:a folder/m.png", Target("mask", mask_file="a folder/m.png")),
    ],
)
def test_words(words: str, target: Target) -> None:
    assert parse_target(words) == target


@pytest.mark.parametrize(
    "words",
    [
        *("", "circle", "circle:10", "circle:0mm", "circle:-1mm", "circle:3x4mm", "rectangle:3mm"),
        *("rectangle:1x1cm2", "circle:3mm@", "circle:3mm@here", "polygon:1,2:3,4", "polygon:1,2:3:4,5"),
        *("mask:", "square:3mm", "circle:nanmm"),
    ],
)
def test_other_words_are_refused_with_the_forms_there_are(words: str) -> None:
    with pytest.raises(UsageError, match="give circle:10mm, rectangle"):
        parse_target(words)


def test_a_circle_has_its_size_on_the_skin() -> None:
    area = placed("circle:2mm")
    assert area.mask.sum() * (UM_PER_PX / 1000) ** 2 == pytest.approx(np.pi, rel=0.002)
    assert area.asked_px == pytest.approx(area.mask.sum(), rel=0.002)
    rows, columns = np.nonzero(area.mask)
    assert (columns.mean(), rows.mean()) == pytest.approx(((WIDTH - 1) / 2, (HEIGHT - 1) / 2), abs=0.01)


def test_the_one_square_centimetre_of_the_trials() -> None:
    area = placed("circle:1cm2")
    assert area.asked_px * (UM_PER_PX * 1e-4) ** 2 == pytest.approx(1, rel=0.001)
    assert area.mask.all()


def test_rectangle_and_polygon() -> None:
    area = placed("rectangle:100x50px@200,100")
    assert area.mask.sum() == pytest.approx(101 * 51)
    assert area.mask[80:120, 160:240].all()
    assert not area.mask[:, 260:].any()
    assert placed("polygon:0,0:100,0:0,100").mask.sum() == pytest.approx(101 * 102 / 2)


def test_what_lies_outside_the_photo_is_known_to_be_missing() -> None:
    area = placed("circle:400px@0,0")
    assert area.mask.sum() / area.asked_px == pytest.approx(0.25, abs=0.01)


def test_a_mask_file(tmp_path: Path) -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[100:200, 300:400] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    area = placed(f"mask:{tmp_path / 'mask.png'}")
    assert np.array_equal(area.mask, mask > 0)
    cv2.imwrite(str(tmp_path / "small.png"), mask[:100])
    with pytest.raises(UsageError, match=r"small.png: the mask has 640x100 px and made.png 640x480"):
        placed(f"mask:{tmp_path / 'small.png'}")
    with pytest.raises(PhotoError, match="there is no such file"):
        placed(f"mask:{tmp_path / 'none.png'}")


def test_a_size_in_mm_needs_a_scale_and_one_in_px_does_not() -> None:
    with pytest.raises(ScaleError, match="needs a scale"):
        placed("circle:2mm", None)
    assert placed("circle:100px", None).mask.any()


def test_an_area_outside_the_photo_is_refused() -> None:
    with pytest.raises(UsageError, match="holds no px"):
        placed("circle:10px@5000,10")


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("diameter_um", [400.0, 1000.0])
def test_the_dot_is_found_among_hairs(ink: tuple[int, int, int], diameter_um: float) -> None:
    (found,) = find_dots(make_photo(with_dot([(400, 200)], ink, diameter_um)), UM_PER_PX)
    assert found == pytest.approx((400, 200), abs=6)


def test_no_dot_and_two_dots_are_said() -> None:
    assert find_dots(PHOTO, UM_PER_PX) == ()
    two = make_photo(with_dot([(150, 150), (500, 300)], INKS[0]))
    assert len(find_dots(two, UM_PER_PX)) == 2
    with pytest.raises(PhotoError, match=r"2 spots .* give its place as @X,Y"):
        place_target(parse_target("circle:2mm@dot"), two, UM_PER_PX, UM_PER_PX)


def test_a_target_round_the_dot_is_the_field() -> None:
    photo = make_photo(with_dot([(380, 220)], INKS[0]))
    target = place_target(parse_target("circle:2mm@dot"), photo, UM_PER_PX, UM_PER_PX)
    field = find_field(photo, UM_PER_PX, FieldSettings(), target)
    assert field.asked_px == target.asked_px
    assert field.area_px + sum(one.area_px for one in field.exclusions) == pytest.approx(
        target.asked_px, rel=0.02
    )
    centre = (field.polygon_px.min(axis=0) + field.polygon_px.max(axis=0)) / 2
    assert tuple(centre) == pytest.approx((380, 220), abs=6)
