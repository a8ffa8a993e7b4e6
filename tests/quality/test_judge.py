"""Drawn photos that must be refused, and for which reason; real ones that must not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.hairs.segment import HairMaps
from hairdensity.pipeline import analyze_photo
from hairdensity.quality import Quality, judge_field, judge_hairs, judge_photo, together
from hairdensity.quality.sharpness import edge_blur_um
from hairdensity.scale import StatedScale
from tests.made import make_field, make_hair, make_photo, make_scale

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.photo import Photo

SKIN = (205, 165, 145)
HAIR = (35, 28, 25)
WIDTH_PX, HEIGHT_PX = 640, 480
UM_PER_PX = 8.0


def skin() -> NDArray[np.uint8]:
    """Return skin with a little texture."""
    texture = np.random.default_rng(1).normal(0, 6, (HEIGHT_PX, WIDTH_PX, 1))
    return (np.full((HEIGHT_PX, WIDTH_PX, 3), SKIN) + texture).clip(0, 255).astype(np.uint8)


def hairy(blur_px: float = 0.8) -> NDArray[np.uint8]:
    """Return skin with forty short strokes."""
    pixels = skin()
    for number in range(40):
        x, y = 40 + 80 * (number % 8), 40 + 95 * (number // 8)
        cv2.line(pixels, (x, y), (x + 25, y + 55), HAIR, 9, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur_px), dtype=np.uint8)


def codes(quality: Quality) -> set[str]:
    return {flag.code for flag in quality.flags}


def judged(pixels: NDArray[np.uint8], um_per_px: float = UM_PER_PX) -> Quality:
    photo = make_photo(pixels)
    field = make_field(photo.width_px, photo.height_px)
    return together(judge_photo(photo), judge_field(photo, field, make_scale(um_per_px), um_per_px))


def test_a_plain_photo_is_good() -> None:
    assert judged(hairy()) == Quality("good", ())


@pytest.mark.parametrize(
    ("pixels", "code"),
    [
        (np.zeros((1, 1, 3)), "too-small"),
        (np.zeros((480, 640, 3)), "blank"),
        (np.full((480, 640, 3), 255), "blank"),
        (np.full((480, 640, 3), SKIN), "blank"),
        (hairy()[:, :90], "too-small"),
        (hairy()[..., [1, 0, 2]], "not-skin"),
        (hairy()[..., ::-1] * (0.2, 0.3, 1.0), "not-skin"),
    ],
)
def test_what_is_no_photo_of_skin_is_refused_before_anything_else(
    pixels: NDArray[np.generic], code: str
) -> None:
    quality = judge_photo(make_photo(pixels))
    assert quality.verdict == "refused"
    assert codes(quality) == {code}


def test_grey_photos_are_not_refused_for_their_colour() -> None:
    grey = np.asarray(cv2.cvtColor(hairy(), cv2.COLOR_RGB2GRAY))
    assert judge_photo(make_photo(grey)) == Quality("good", ())


def test_blue_light_is_said_and_not_refused() -> None:
    blue = (hairy() * (0.75, 0.9, 1.7)).clip(0, 255).astype(np.uint8)
    assert codes(judged(blue)) == {"colour-cast"}
    assert judged(blue).verdict == "usable"


@pytest.mark.parametrize("angle_deg", [0, 17, 45])
def test_a_printed_grid_is_refused(angle_deg: float) -> None:
    sheet = np.full((1600, 1600), 190, dtype=np.uint8)
    for place in range(100, 1600, 300):
        cv2.line(sheet, (place, 0), (place, 1600), 50, 28)
        cv2.line(sheet, (0, place), (1600, place), 50, 28)
    turn = cv2.getRotationMatrix2D((800, 800), angle_deg, 1)
    turned = np.asarray(cv2.warpAffine(sheet, turn, (1600, 1600)))[400:1200, 300:1300]
    assert codes(judge_photo(make_photo(turned))) == {"printed-pattern"}


def test_hair_that_hides_the_skin_is_refused_with_any_scale() -> None:
    dense = hairy()
    dense[:, :220] = HAIR
    dense[:, 420:] = HAIR
    for um_per_px in (5.0, 15.0):
        assert codes(judged(dense, um_per_px)) == {"skin-hidden"}
    dense[:, :480] = hairy()[:, :480]
    assert judged(dense).verdict == "usable"
    assert "skin-hidden" in codes(judged(dense))


@pytest.mark.parametrize(("um_per_px", "verdict"), [(19.0, "good"), (28.0, "usable"), (65.0, "refused")])
def test_low_magnification(um_per_px: float, verdict: str) -> None:
    quality = judged(hairy(0.3), um_per_px)
    assert quality.verdict == verdict
    assert codes(quality) == (set() if verdict == "good" else {"low-magnification"})


@pytest.mark.parametrize("blur_px", [1.0, 2.0, 3.0])
def test_blur_is_measured(blur_px: float) -> None:
    photo, field = _step(blur_px)
    assert edge_blur_um(photo, field, 5.0) == pytest.approx(5.0 * blur_px, rel=0.1)


def test_blur_is_the_same_at_any_magnification() -> None:
    photo, field = _step(4.0)
    half = make_photo(
        np.asarray(cv2.resize(photo.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    )
    fine = edge_blur_um(photo, field, 5.0)
    coarse = edge_blur_um(half, make_field(half.width_px, half.height_px), 10.0)
    assert coarse == pytest.approx(fine, rel=0.1)


def test_a_photo_without_edges_has_no_blur() -> None:
    assert edge_blur_um(make_photo(skin()), make_field(WIDTH_PX, HEIGHT_PX), 5.0) is None


@pytest.mark.parametrize(("blur_px", "verdict"), [(0.8, "good"), (2.9, "usable"), (5.5, "refused")])
def test_blurred_photos(blur_px: float, verdict: str) -> None:
    quality = judged(hairy(blur_px))
    assert quality.verdict == verdict
    assert codes(quality) <= {"out-of-focus"}


def test_exposure() -> None:
    assert codes(judged((hairy() * 0.12).astype(np.uint8))) == {"too-dark"}
    burnt = hairy()
    burnt[:, :200] = 255
    assert "too-bright" in codes(judged(burnt))


def test_scale_flags() -> None:
    photo, field = make_photo(hairy()), make_field(WIDTH_PX, HEIGHT_PX)
    assert codes(judge_field(photo, field, None, UM_PER_PX)) == {"no-scale"}
    doubted = replace(make_scale(UM_PER_PX), contradicted_by=make_scale(UM_PER_PX / 2))
    quality = judge_field(photo, field, doubted, UM_PER_PX)
    assert quality.verdict == "usable"
    assert [(flag.code, flag.value) for flag in quality.flags] == [("scale-contradicted", 2.0)]
    assert codes(judge_field(photo, field, make_scale(2.0), UM_PER_PX)) == {"small-field"}


def test_a_field_without_skin_is_refused() -> None:
    field = replace(make_field(WIDTH_PX, HEIGHT_PX), mask=np.zeros((HEIGHT_PX, WIDTH_PX), dtype=bool))
    quality = judge_field(make_photo(hairy()), field, make_scale(UM_PER_PX), UM_PER_PX)
    assert (quality.verdict, codes(quality) >= {"no-field"}) == ("refused", True)


def test_hair_flags() -> None:
    field, scale, maps = make_field(WIDTH_PX, HEIGHT_PX), make_scale(UM_PER_PX), shaft_maps(0)
    short = [
        make_hair(number, (50.0 * number + 20, 100), (50.0 * number + 20, 180), 8) for number in range(10)
    ]
    assert judge_hairs(short, field, maps, scale) == Quality("good", ())
    assert codes(judge_hairs([], field, maps, scale)) == {"no-hair"}
    long = [replace(hair, leaves_frame=True) for hair in short[:4]] + short[4:]
    assert codes(judge_hairs(long, field, maps, scale)) == {"long-hair"}
    assert codes(judge_hairs(short, field, maps, make_scale(1.0))) == {"scale-implausible"}
    assert judge_hairs(short, field, maps, make_scale(60.0)).verdict == "refused"


def test_shafts_that_belong_to_no_hair_are_refused() -> None:
    field, scale = make_field(WIDTH_PX, HEIGHT_PX), make_scale(UM_PER_PX)
    hairs = [make_hair(0, (50, 40), (50, 440), 16)]
    assert codes(judge_hairs(hairs, field, shaft_maps(6), scale)) == {"not-hair"}
    six = [make_hair(number, (50.0 + 80 * number, 0), (50.0 + 80 * number, 479), 16) for number in range(6)]
    assert judge_hairs(six, field, shaft_maps(6), scale) == Quality("good", ())


def test_a_refused_photo_names_only_why() -> None:
    usable, refused = judged(hairy(2.9)), judged(np.zeros((480, 640, 3), dtype=np.uint8))
    assert together(usable, refused).flags == refused.flags
    assert together(usable, usable).verdict == "usable"
    assert together() == Quality("good", ())


@pytest.mark.parametrize("um_per_px", [5.54, None])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("whole_head_parting.jpg", "skin-hidden"),
        ("parting_photographed_off_a_monitor.jpg", "skin-hidden"),
        ("printed_grid.png", "printed-pattern"),
    ],
)
def test_real_photos_in_which_hairs_cannot_be_counted(
    real: Path, name: str, code: str, um_per_px: float | None
) -> None:
    stated = None if um_per_px is None else StatedScale(um_per_px=um_per_px)
    analysis = analyze_photo(real / "refuse" / name, stated)
    assert analysis.quality.verdict == "refused"
    assert code in codes(analysis.quality)
    assert analysis.hairs == ()
    assert analysis.measurement.hair_count is None


def test_real_frames_are_not_refused(real: Path) -> None:
    frames = sorted((real / "fdu" / "frames").glob("*.jpg"))[::20]
    assert frames
    for frame in frames:
        quality = analyze_photo(frame, StatedScale(um_per_px=5.54)).quality
        assert quality.verdict in {"good", "usable"}, (frame.name, quality)


def test_real_closeups_are_not_refused_and_say_what_is_unsure(real: Path) -> None:
    for name in ("macro_123.jpg", "stubble_7.png", "uncut_2.jpg", "usb_640x480.jpg", "usb_scope_5.png"):
        quality = analyze_photo(real / "closeups" / name).quality
        assert quality.verdict == "usable", (name, quality)
        assert "no-scale" in codes(quality)


def _step(blur_px: float) -> tuple[Photo, Field]:
    """Return dark bars behind a Gaussian blur of known width."""
    bars = np.full((400, 400), 200, dtype=np.float32)
    for left in range(30, 400, 60):
        bars[:, left : left + 24] = 40
    return make_photo(cv2.GaussianBlur(bars, (0, 0), blur_px)), make_field(400, 400)


def shaft_maps(shaft_count: int) -> HairMaps:
    """Return maps that see upright shafts 20 px wide and 80 px apart in a photo at working scale."""
    body = np.zeros((HEIGHT_PX // 2, WIDTH_PX // 2), dtype=np.float32)
    for number in range(shaft_count):
        body[:, 20 + 40 * number : 30 + 40 * number] = 1.0
    pair = np.zeros((2, *body.shape), dtype=np.float32)
    heat = np.zeros((HEIGHT_PX, WIDTH_PX), dtype=np.float32)
    return HairMaps(heat, body, body, pair, pair, pair, body, UM_PER_PX, (1.0, 1.0))
