"""The field: what is skin counts, what a program or a lens put over it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.hairs.field import Exclusion, Field, FieldSettings, find_field
from hairdensity.photo import Photo, read_photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

REAL = Path(__file__).parents[2].parent / "shared" / "real"
UM_PER_PX = 8.0
HEIGHT, WIDTH = 480, 640


def skin(seed: int = 0) -> NDArray[np.uint8]:
    """Mottled skin under uneven light, with dark shafts 8 px wide in all directions."""
    rng = np.random.default_rng(seed)
    mottle = cv2.GaussianBlur(rng.normal(0, 60, (HEIGHT, WIDTH, 3)), (0, 0), 3)
    light = np.linspace(-25, 25, WIDTH)[None, :, None]
    pixels = np.clip(np.array([185, 150, 130]) + mottle + light, 0, 255).astype(np.uint8)
    for x, y in rng.integers(40, (WIDTH - 40, HEIGHT - 40), (30, 2)):
        angle = rng.uniform(0.2, np.pi / 2 - 0.2) * rng.choice([-1, 1])
        tip = (int(x + 60 * np.cos(angle)), int(y + 60 * np.sin(angle)))
        cv2.line(pixels, (int(x), int(y)), tip, (40, 30, 28), 8, cv2.LINE_AA)
    return cv2.GaussianBlur(pixels, (0, 0), 1).astype(np.uint8)


def field_of(pixels: NDArray[np.uint8], um_per_px: float = UM_PER_PX) -> Field:
    return find_field(Photo(pixels, "x.png", ""), um_per_px, FieldSettings())


def reasons(field: Field) -> set[str]:
    return {exclusion.reason for exclusion in field.exclusions}


@pytest.mark.parametrize("seed", range(5))
def test_skin_with_hairs_counts_whole(seed: int) -> None:
    field = field_of(skin(seed))
    assert field.mask.all()
    assert field.exclusions == ()
    assert field.area_px == HEIGHT * WIDTH
    corners = {(0, 0), (WIDTH - 1, 0), (WIDTH - 1, HEIGHT - 1), (0, HEIGHT - 1)}
    assert {(int(x), int(y)) for x, y in field.polygon_px} == corners


def test_results_are_read_only() -> None:
    pixels = skin()
    pixels[:20] = 255
    field = field_of(pixels)
    arrays = [field.mask, field.polygon_px, *(exclusion.polygon_px for exclusion in field.exclusions)]
    assert not any(array.flags.writeable for array in arrays)
    assert all(array.dtype == np.float32 and array.shape[1] == 2 for array in arrays[1:])


@pytest.mark.parametrize(("place", "reason"), [(np.s_[-16:], "strip"), (np.s_[:40], "strip")])
@pytest.mark.parametrize("level", [20, 128, 255])
def test_plain_strip(place: slice, reason: str, level: int) -> None:
    pixels = skin()
    pixels[place] = level
    field = field_of(pixels)
    assert reasons(field) == {reason}
    assert not field.mask[place].any()
    assert field.mask.mean() == pytest.approx(1 - len(pixels[place]) / HEIGHT, abs=0.01)


def test_grey_side_bars_with_a_record_square() -> None:
    pixels = skin()
    pixels[:, :60], pixels[:, -50:] = 90, 90
    pixels[:40, :30] = (235, 51, 35)
    field = field_of(pixels)
    assert "side-bar" in reasons(field)
    assert not field.mask[:, :60].any()
    assert not field.mask[:, -50:].any()
    assert field.mask[:, 65:-55].all()


def test_record_square_on_the_skin() -> None:
    pixels = skin()
    pixels[:60, :60] = (235, 51, 35)
    field = field_of(pixels)
    assert reasons(field) == {"drawn-mark"}
    assert not field.mask[:60, :60].any()
    assert field.mask[70:, 70:].all()


def test_dark_rim() -> None:
    pixels = skin()
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    is_outside = np.hypot(columns - WIDTH / 2, rows - HEIGHT / 2) > 300
    pixels[is_outside] = 5
    field = field_of(pixels)
    assert reasons(field) == {"rim"}
    assert np.mean(field.mask == ~is_outside) > 0.94
    assert field.mask[HEIGHT // 2, WIDTH // 2]


def test_shadowed_skin_and_a_cast_of_colour_stay_in() -> None:
    shaded = (skin() * np.linspace(0.45, 1, WIDTH)[None, :, None]).astype(np.uint8)
    assert field_of(shaded).mask.all()
    bluish = np.clip(skin() * np.array([0.75, 0.85, 1.3]), 0, 255).astype(np.uint8)
    assert field_of(bluish).mask.all()


def test_ink_on_the_skin_stays_in() -> None:
    pixels = skin().astype(np.float64)
    stain = cv2.GaussianBlur((np.hypot(*np.mgrid[-240:240, -320:320]) < 50).astype(np.float64), (0, 0), 8)
    pixels = pixels * (1 - 0.7 * stain[..., None]) + 0.7 * stain[..., None] * np.array([60, 60, 190])
    assert field_of(pixels.astype(np.uint8)).mask.mean() > 0.99


@pytest.mark.parametrize("ink", [(255, 255, 255), (30, 30, 200), (10, 10, 10)])
def test_text_in_a_box(ink: tuple[int, int, int]) -> None:
    pixels = skin()
    ground = 230 if max(ink) < 255 else 70
    cv2.rectangle(pixels, (400, 300), (600, 360), (ground, ground, ground), -1)
    for row, text in enumerate(("C=15.827 mm", "A=19.934 mm", "r=2.519 mm")):
        cv2.putText(pixels, text, (405, 318 + 19 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.6, ink, 1)
    field = field_of(pixels)
    assert "text" in reasons(field)
    assert not field.mask[305:350, 410:500].any()
    assert field.mask[:280].all()


def write(pixels: NDArray[np.uint8], text: str, left: int) -> None:
    cv2.putText(pixels, text, (left, 60), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2)


def test_a_short_word_is_text_only_beside_more_text() -> None:
    alone, beside = skin(), skin()
    for pixels in (alone, beside):
        write(pixels, "T1", 230)
    write(beside, "HIT 14 LEFT", 60)
    word = (slice(46, 60), slice(232, 254))
    assert field_of(alone).mask[word].all()
    assert field_of(beside).mask[word].mean() < 0.5


def test_caption_without_a_box() -> None:
    pixels = skin()
    cv2.putText(pixels, "LEFT HIT 14", (60, 420), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (255, 255, 255), 2)
    field = field_of(pixels)
    assert "text" in reasons(field)
    assert field.mask[402:418, 70:235].mean() < 0.25
    assert field.mask[:380].all()


def test_red_circle_takes_only_its_stroke() -> None:
    pixels = skin()
    cv2.circle(pixels, (320, 240), 180, (225, 40, 40), 1, cv2.LINE_AA)
    field = field_of(pixels)
    assert reasons(field) == {"drawn-mark"}
    angles = np.linspace(0, 2 * np.pi, 400)
    on_circle = np.stack([320 + 180 * np.cos(angles), 240 + 180 * np.sin(angles)], axis=1)
    assert field.contains(on_circle).mean() < 0.1
    assert field.mask.mean() > 0.97
    assert field.mask[240, 320]


def test_outline_of_a_ring_leaves_its_middle_out() -> None:
    pixels = skin()
    cv2.circle(pixels, (320, 240), 180, (225, 40, 40), 1, cv2.LINE_AA)
    field = field_of(pixels)
    filled = np.zeros((HEIGHT, WIDTH), np.uint8)
    for exclusion in field.exclusions:
        cv2.fillPoly(filled, [exclusion.polygon_px.round().astype(np.int32)], 1)
    assert not filled[240, 320]
    assert np.mean(filled.astype(bool) == ~field.mask) > 0.99


def test_the_home_bar_of_a_phone_is_a_drawn_mark() -> None:
    pixels = skin()
    cv2.rectangle(pixels, (220, 460), (420, 465), (255, 255, 255), -1)
    field = field_of(pixels)
    assert reasons(field) == {"drawn-mark"}
    assert not field.mask[458:468, 216:424].any()
    assert field.mask[:450].all()


def test_scale_bar_takes_only_its_stroke() -> None:
    pixels = skin()
    pixels[440, 30:211] = 48
    pixels[260:441, 30] = 48
    field = field_of(pixels)
    assert reasons(field) == {"scale-bar"}
    assert not field.mask[440, 30:211].any()
    assert not field.mask[260:441, 30].any()
    assert field.mask[300:430, 40:].all()


def test_wide_glare_is_left_out_and_specks_stay_in() -> None:
    pixels = skin()
    cv2.circle(pixels, (320, 240), 40, (255, 255, 255), -1)
    for x in range(100, 600, 40):
        pixels[100:104, x : x + 4] = 255
    field = field_of(pixels)
    assert reasons(field) == {"glare"}
    assert not field.mask[240, 320]
    assert field.mask[90:110].all()


def test_hair_that_hides_the_skin_is_left_out() -> None:
    pixels = skin()
    cv2.rectangle(pixels, (100, 100), (200, 220), (35, 28, 26), -1)
    field = field_of(pixels)
    assert reasons(field) == {"hidden-skin"}
    assert not field.mask[110:210, 110:190].any()
    assert field.mask[:80].all()
    (hidden,) = field.exclusions
    assert hidden.area_px == pytest.approx((~field.mask).sum(), rel=0.03)


def test_a_part_out_of_focus_is_left_out_and_a_photo_out_of_focus_is_not() -> None:
    pixels = skin()
    blurred = cv2.GaussianBlur(pixels, (0, 0), 45 / UM_PER_PX).astype(np.uint8)
    assert field_of(blurred).mask.all()
    half = np.hstack([pixels[:, :400], blurred[:, 400:]])
    field = field_of(half)
    assert reasons(field) == {"out-of-focus"}
    assert field.mask[:, :320].mean() > 0.9
    assert field.mask[:, 440:].mean() < 0.2


def test_the_area_of_an_exclusion_with_a_hole_leaves_the_hole_out() -> None:
    pixels = skin()
    pixels[:30], pixels[-30:], pixels[:, :30], pixels[:, -30:] = 90, 90, 90, 90
    field = field_of(pixels)
    areas = sum(one.area_px for one in field.exclusions)
    assert areas == pytest.approx((~field.mask).sum(), rel=0.02)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 9), (40, 40), (200, 300)])
@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("um_per_px", [0.5, 8.0, 500.0])
def test_tiny_and_blank_photos_do_not_fail(shape: tuple[int, int], level: int, um_per_px: float) -> None:
    field = field_of(np.full((*shape, 3), level, np.uint8), um_per_px)
    assert field.mask.shape == shape
    assert field.polygon_px.shape[1] == 2
    assert (len(field.polygon_px) == 0) == (field.area_px == 0) or field.exclusions


def test_an_empty_field_has_no_outline() -> None:
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[10:90, 10:90] = 2
    pixels[:, 50:] = 255
    field = field_of(pixels)
    assert field.area_px == field.mask.sum()
    assert isinstance(field.exclusions, tuple)


def test_contains_rounds_to_the_nearest_px_and_refuses_what_lies_outside() -> None:
    mask = np.zeros((4, 6), bool)
    mask[1, 2] = True
    field = Field(mask, np.zeros((0, 2), np.float32), (Exclusion("glare", np.zeros((3, 2), np.float32)),))
    points = np.array([[2.4, 0.6], [2.6, 1.0], [-1.0, 1.0], [2.0, 99.0]])
    assert field.contains(points).tolist() == [True, False, False, False]


def test_paths_are_covered_by_text_and_not_by_glare() -> None:
    corners = np.array([[0, 0], [9, 0], [9, 4], [0, 4]], np.float32)
    mask = np.zeros((20, 20), bool)
    mask[10:] = True
    field = Field(
        mask,
        corners,
        (Exclusion("text", corners), Exclusion("glare", corners + np.array([0, 5], np.float32))),
    )
    paths = [
        np.array([[1, 1], [2, 2]]),
        np.array([[1, 1], [1, 2], [1, 7], [1, 15]]),
        np.array([[1, 7], [25, 7]]),
    ]
    assert field.covered_fractions(paths).tolist() == [1.0, 0.5, 0.0]
    assert field.covered_fractions([]).tolist() == []


@pytest.mark.skipif(not REAL.is_dir(), reason="the real photos are not in ../shared/real")
def test_real_frames() -> None:
    frames = json.loads((REAL / "fdu" / "annotations.json").read_text())["frames"]
    for name in sorted(frames)[::14]:
        field = field_of(read_photo(REAL / "fdu" / "frames" / f"{name}.jpg").pixels, 5.54)
        roots = np.array([hair["root"] for hair in frames[name]["hairs"]])
        assert field.contains(roots).mean() > 0.9
        assert ({"text", "scale-bar"} <= reasons(field)) == frames[name]["bar"]
        assert frames[name]["bar"] or field.mask.all()


@pytest.mark.skipif(not REAL.is_dir(), reason="the real photos are not in ../shared/real")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("closeups/phone_scope_24.png", {"strip", "side-bar", "drawn-mark"}),
        ("closeups/phone_scope_30.jpg", {"strip", "side-bar", "drawn-mark"}),
        ("closeups/shaved_low_magnification.png", {"rim"}),
        ("closeups/uncut_2.jpg", set()),
        ("closeups/macro_190.jpg", set()),
        ("before_after/ruler_after.jpg", {"text", "drawn-mark"}),
    ],
)
def test_real_closeups(name: str, expected: set[str]) -> None:
    assert reasons(field_of(read_photo(REAL / name).pixels)) - {"hidden-skin", "out-of-focus"} == expected
