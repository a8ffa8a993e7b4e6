"""A target area from the first word to the last number: only its hairs count, on both photos' same skin."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from hairdensity.compare import CompareSettings, compare_photos
from hairdensity.errors import ScaleError, UsageError
from hairdensity.hairs.field import FieldSettings
from hairdensity.phantom import STYLES, random_phantom
from hairdensity.pipeline import Analysis, Settings, analyze_photo
from hairdensity.report.provenance import analysis_settings
from hairdensity.scale import StatedScale
from tests.made import make_photo

UM_PER_PX = 11.0
SCALE = StatedScale(um_per_px=UM_PER_PX)
PHOTO = make_photo(random_phantom(31, STYLES["clipped"], (560, 448), UM_PER_PX).pixels)


def asked(words: str) -> Settings:
    return Settings(field=FieldSettings(target=words))


@cache
def analysed(words: str) -> Analysis:
    return analyze_photo(PHOTO, SCALE, asked(words))


def test_only_hairs_rooted_in_the_area_count() -> None:
    whole, part = analysed(""), analysed("circle:3mm")
    centre = np.array([(560 - 1) / 2, (448 - 1) / 2])
    inside = [hair for hair in whole.hairs if np.hypot(*(hair.root_px - centre)) * UM_PER_PX <= 1500]
    assert part.measurement.hair_count == len([hair for hair in inside if hair.counted])
    assert len(part.hairs) == len(whole.hairs)
    assert part.field.area_px * (UM_PER_PX / 1000) ** 2 == pytest.approx(np.pi * 1.5**2, rel=0.02)


def test_an_area_beyond_the_photo_is_said() -> None:
    part = analysed("circle:12mm")
    assert "target-incomplete" in {flag.code for flag in part.quality.flags}
    assert part.quality.measured["target-incomplete"] < 30


def test_a_size_in_mm_without_a_scale_and_unknown_words_are_errors() -> None:
    with pytest.raises(ScaleError, match="a field in mm needs a scale"):
        analyze_photo(PHOTO, None, asked("circle:3mm"))
    with pytest.raises(UsageError, match="is no field"):
        analyze_photo(PHOTO, SCALE, asked("circle"))


def test_results_name_a_mask_without_its_folder() -> None:
    named = replace(analysed(""), settings=asked("mask:/somewhere/private/mask.png"))
    assert analysis_settings(named)["field"]["target"] == "mask:mask.png"


def test_two_photos_are_measured_on_the_same_skin() -> None:
    comparison = compare_photos(PHOTO, PHOTO, SCALE, SCALE, CompareSettings(analysis=asked("circle:3mm")))
    shared = comparison.alignment.before_shared_field
    assert shared is not None
    assert 0.7 < shared.area_px / comparison.before.field.area_px <= 1
    assert comparison.after.field.asked_px is None
    assert comparison.after.field.area_px > 2 * shared.area_px
    density = next(one for one in comparison.changes if one.quantity == "hair_density_per_cm2")
    assert density.difference is not None
    assert density.difference.value == pytest.approx(0)
