"""Every flag of the registry can occur: for each a drawn photo, field or hair that raises it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.hairs.field import Exclusion
from hairdensity.quality import FLAGS, Quality, judge_field, judge_hairs, judge_photo
from tests.made import make_field, make_hair, make_photo, make_scale
from tests.quality.test_judge import HEIGHT_PX, SKIN, UM_PER_PX, WIDTH_PX, hairy, shaft_maps

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.scale.model import Scale

SCALE = make_scale(UM_PER_PX)
WHOLE = make_field(WIDTH_PX, HEIGHT_PX)
NOWHERE = replace(WHOLE, mask=np.zeros((HEIGHT_PX, WIDTH_PX), dtype=bool))


def in_field(
    pixels: NDArray[np.generic],
    scale: Scale | None = SCALE,
    field: Field = WHOLE,
    um_per_px: float = UM_PER_PX,
    tilt_deg: float | None = None,
) -> Quality:
    return judge_field(make_photo(pixels), field, scale, um_per_px, tilt_deg)


def of_hairs(width_px: float = 8.0, scale: Scale = SCALE, *, leave: bool = False, shafts: int = 0) -> Quality:
    hairs = [make_hair(n, (60.0 * n + 20, 100), (60.0 * n + 20, 180), width_px) for n in range(9)]
    hairs = [replace(hair, leaves_frame=leave) for hair in hairs]
    return judge_hairs(hairs, WHOLE, shaft_maps(shafts), scale)


def with_glare() -> Quality:
    corner = np.array([(0, 0), (300, 0), (300, 300), (0, 300)], np.float32)
    mask = np.ones((HEIGHT_PX, WIDTH_PX), dtype=bool)
    mask[:301, :301] = False
    return in_field(hairy(), field=replace(WHOLE, mask=mask, exclusions=(Exclusion("glare", corner),)))


def smeared() -> NDArray[np.uint8]:
    """Return crossing strokes moved by 200 µm along the rows."""
    pixels = hairy(0.3)
    for y in range(40, HEIGHT_PX, 60):
        cv2.line(pixels, (0, y), (WIDTH_PX, y), (35, 28, 25), 9, cv2.LINE_AA)
    return np.asarray(cv2.blur(pixels, (round(200 / UM_PER_PX), 1)), dtype=np.uint8)


def noisy() -> NDArray[np.generic]:
    return hairy() + np.random.default_rng(2).normal(0, 25, (HEIGHT_PX, WIDTH_PX, 1))


def compressed(quality: int) -> NDArray[np.uint8]:
    _, file = cv2.imencode(".jpg", hairy(), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), dtype=np.uint8)


def enlarged(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    large = cv2.resize(pixels, None, fx=1.7, fy=1.7, interpolation=cv2.INTER_CUBIC)
    return np.asarray(large[:HEIGHT_PX, :WIDTH_PX], dtype=np.uint8)


def off_a_screen(depth: float = 0.3) -> NDArray[np.generic]:
    rows, columns = np.mgrid[:HEIGHT_PX, :WIDTH_PX]
    beats = np.cos(2 * np.pi * (columns + 0.15 * rows) / 5.3) + np.cos(
        2 * np.pi * (rows - 0.15 * columns) / 5.3
    )
    return np.asarray(hairy() * (1 + depth / 2 * beats[..., None]))


def grid() -> NDArray[np.uint8]:
    sheet = np.full((800, 1000), 190, dtype=np.uint8)
    for place in range(100, 1000, 300):
        cv2.line(sheet, (place, 0), (place, 800), 50, 28)
        cv2.line(sheet, (0, place), (1000, place), 50, 28)
    return sheet


def covered() -> NDArray[np.uint8]:
    pixels = hairy()
    pixels[:, :220], pixels[:, 420:] = (35, 28, 25), (35, 28, 25)
    return pixels


def burnt() -> NDArray[np.uint8]:
    pixels = hairy()
    pixels[:, :200] = 255
    return pixels


OCCASIONS: dict[str, Callable[[], Quality]] = {
    "too-small": lambda: judge_photo(make_photo(hairy()[:, :90])),
    "blank": lambda: judge_photo(make_photo(np.full((HEIGHT_PX, WIDTH_PX, 3), SKIN))),
    "not-skin": lambda: judge_photo(make_photo(hairy()[..., [1, 0, 2]])),
    "colour-cast": lambda: judge_photo(make_photo(hairy() * (0.75, 0.9, 1.7))),
    "printed-pattern": lambda: judge_photo(make_photo(grid())),
    "skin-hidden": lambda: in_field(covered()),
    "no-field": lambda: in_field(hairy(), field=NOWHERE),
    "target-incomplete": lambda: in_field(hairy(), field=replace(WHOLE, asked_px=2.0 * WIDTH_PX * HEIGHT_PX)),
    "small-field": lambda: in_field(hairy(), make_scale(2.0)),
    "low-magnification": lambda: in_field(hairy(0.3), make_scale(30.0), um_per_px=30.0),
    "narrow-hair": lambda: of_hairs(2.0, make_scale(30.0)),
    "out-of-focus": lambda: in_field(hairy(3.2)),
    "out-of-focus-unscaled": lambda: in_field(hairy(3.2), None),
    "motion": lambda: in_field(smeared()),
    "motion-unscaled": lambda: in_field(smeared(), None),
    "noise": lambda: in_field(noisy()),
    "compression": lambda: in_field(compressed(5)),
    "blocks": lambda: in_field(enlarged(compressed(10))),
    "screen-pattern": lambda: in_field(off_a_screen()),
    "tilt": lambda: in_field(hairy(), tilt_deg=14.0),
    "too-dark": lambda: in_field(hairy() * 0.12),
    "too-bright": lambda: in_field(burnt()),
    "glare": with_glare,
    "not-hair": lambda: of_hairs(shafts=6),
    "no-hair": lambda: judge_hairs([], WHOLE, shaft_maps(0), SCALE),
    "long-hair": lambda: of_hairs(leave=True),
    "scale-implausible": lambda: of_hairs(scale=make_scale(1.0)),
    "scale-contradicted": lambda: in_field(hairy(), replace(SCALE, contradicted_by=make_scale(4.0))),
    "no-scale": lambda: in_field(hairy(), None),
}


@pytest.mark.parametrize("code", FLAGS)
def test_it_can_occur(code: str) -> None:
    quality = OCCASIONS[code]()
    raised = {flag.code: flag for flag in quality.flags}
    assert code in raised
    assert raised[code].value == quality.measured[code]
    assert quality.verdict != "good"


def test_a_plain_photo_raises_none_and_tells_every_value() -> None:
    quality = in_field(hairy())
    assert quality == Quality("good", ())
    assert {"noise", "compression", "blocks", "screen-pattern", "out-of-focus", "glare"} <= set(
        quality.measured
    )


def test_no_value_in_um_is_told_without_a_scale() -> None:
    codes = {code for code, kind in FLAGS.items() if "µm" in kind.quantity} - {"noise", "blocks"}
    assert {"out-of-focus", "motion", "low-magnification"} <= codes
    assert codes.isdisjoint(in_field(smeared(), None).measured)
