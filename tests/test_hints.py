"""What two photos suggest besides a treatment: each hint with what asks for it and what just does not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.compare.hints import FEWEST_THIN, MIN_HAIRS, Hint, find_hints
from hairdensity.match import HairPair
from hairdensity.measure import MeasureSettings, no_measurement
from hairdensity.pipeline import Analysis, Settings
from hairdensity.quality import Quality
from hairdensity.report.language import read_language
from tests.made import make_field, make_hair, make_photo, make_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.hairs.units import Hair

GERMAN = read_language("de")
ENGLISH_WORDS = re.compile(r"\b(the|photo|hairs|lighter|darker|redder|red)\b")
Colour = tuple[float, float, float]
WIDTH_PX, HEIGHT_PX = 1100, 300
UM_PER_PX = 10.0
SKIN: Colour = (200.0, 160.0, 130.0)
SHAFT: Colour = (60.0, 48.0, 39.0)
COUNT = 10


def hair(number: int, length_px: float = 100.0, diameter_px: float = 7.0, sd_px: float = 0.3) -> Hair:
    root = (30.0 + 50 * number, 20.0)
    return make_hair(number, root, (root[0], root[1] + length_px), diameter_px, sd_px)


HAIRS = [hair(number) for number in range(COUNT)]
LATER = make_photo(np.full((2, 2), 7), "later.png").sha256


def visit(
    found: Sequence[Hair], shaft: Colour = SHAFT, um_per_px: float = UM_PER_PX, *, later: bool = False
) -> Analysis:
    """Return a photo in which shafts 9 px wide stand out in this colour."""
    pixels = np.full((HEIGHT_PX, WIDTH_PX, 3), SKIN, np.float32)
    for one in found:
        x, y = one.path_px.round().astype(int).T
        pixels[y.min() : y.max() + 1, x.min() - 4 : x.min() + 5] = shaft
    photo = make_photo(pixels)
    return Analysis(
        photo=replace(photo, sha256=LATER) if later else photo,
        scale=make_scale(um_per_px),
        working_um_per_px=um_per_px,
        field=make_field(WIDTH_PX, HEIGHT_PX),
        quality=Quality("good", ()),
        hairs=tuple(found),
        units=(),
        measurement=no_measurement("not asked", MeasureSettings()),
        settings=Settings(),
    )


def kept(count: int = COUNT) -> list[HairPair]:
    return [HairPair(number, number, "kept") for number in range(count)]


def hints(before: Analysis, after: Analysis, pairs: Sequence[HairPair]) -> tuple[Hint, ...]:
    """Return what is suggested; all of it has German words."""
    found = find_hints(before, after, pairs)
    german = [GERMAN.note(hint.message) for hint in found]
    assert [text for text in german if ENGLISH_WORDS.search(text)] == []
    return found


def codes(before: Analysis, after: Analysis, pairs: Sequence[HairPair]) -> list[str]:
    return [hint.code for hint in hints(before, after, pairs)]


def test_the_same_photo_says_nothing_else() -> None:
    photo = visit(HAIRS)
    assert codes(photo, photo, kept()) == ["same-photo"]


def test_hairs_alike_suggest_nothing() -> None:
    assert codes(visit(HAIRS), visit(HAIRS, later=True), kept()) == []


@pytest.mark.parametrize(
    ("length_px", "expected", "part"),
    [(74.0, ["cut"], "26% shorter"), (76.0, [], ""), (132.0, [], ""), (134.0, ["grown"], "34% longer")],
)
def test_a_changed_length(length_px: float, expected: list[str], part: str) -> None:
    after = visit([hair(number, length_px) for number in range(COUNT)], later=True)
    found = hints(visit(HAIRS), after, kept())
    assert [hint.code for hint in found] == expected
    assert all(part in hint.message for hint in found)


def test_lengths_are_compared_on_the_skin() -> None:
    nearer = [hair(number, 200.0, 14.0, 0.6) for number in range(COUNT)]
    assert codes(visit(HAIRS), visit(nearer, um_per_px=UM_PER_PX / 2, later=True), kept()) == []


def test_hairs_cut_by_the_frame_tell_no_length() -> None:
    after = [replace(hair(number, 50.0), leaves_frame=number >= MIN_HAIRS - 1) for number in range(COUNT)]
    assert codes(visit(HAIRS), visit(after, later=True), kept()) == []
    after[MIN_HAIRS - 1] = replace(after[MIN_HAIRS - 1], leaves_frame=False)
    assert codes(visit(HAIRS), visit(after, later=True), kept()) == ["cut"]


@pytest.mark.parametrize(("length_px", "expected"), [(59.0, ["regrowth"]), (61.0, [])])
def test_gained_hairs_much_shorter_than_the_kept_ones(length_px: float, expected: list[str]) -> None:
    gained = [hair(number, length_px) for number in range(COUNT, COUNT + MIN_HAIRS)]
    after = visit([*HAIRS, *gained], later=True)
    pairs = [*kept(), *(HairPair(None, one.id, "gained") for one in gained)]
    assert codes(visit(HAIRS), after, pairs) == expected
    assert codes(visit(HAIRS), after, pairs[:-1]) == []


@pytest.mark.parametrize(
    ("factors", "how"),
    [
        ((1.7, 1.7, 1.7), "lighter"),
        ((0.58, 0.58, 0.58), "darker"),
        ((1.18, 1.0, 0.88), "redder"),
        ((0.88, 1.0, 1.18), "less red"),
        ((1.55, 1.55, 1.55), ""),
        ((1.08, 1.0, 0.9), ""),
    ],
)
def test_a_changed_colour(factors: Colour, how: str) -> None:
    red, green, blue = (one * factor for one, factor in zip(SHAFT, factors, strict=True))
    found = hints(visit(HAIRS), visit(HAIRS, (red, green, blue), later=True), kept())
    assert [hint.code for hint in found] == (["colour"] if how else [])
    assert all(f"hairs are {how} against" in hint.message for hint in found)


def thin_and_thick(thin: int, measured: int, diameter_px: float = 3.0) -> list[Hair]:
    """Return hairs of which some are thin, and of those some no guess."""
    sds = [0.15 if number < measured else 1.0 for number in range(thin)]
    few = [hair(number, diameter_px=diameter_px, sd_px=sd) for number, sd in enumerate(sds)]
    return [*few, *HAIRS[thin:]]


@pytest.mark.parametrize(
    ("thin", "measured", "expected"),
    [(3, 3, ["thin-hairs"]), (8, FEWEST_THIN - 1, ["thin-hairs"]), (8, FEWEST_THIN, []), (0, 0, [])],
)
def test_too_few_thin_hairs_to_tell_what_they_do(thin: int, measured: int, expected: list[str]) -> None:
    after = visit(thin_and_thick(thin, measured), later=True)
    found = hints(visit(thin_and_thick(thin, thin)), after, kept())
    assert [hint.code for hint in found] == expected
    assert all(f"of {thin} thin hairs found in both photos {measured} could" in one.message for one in found)


def test_thin_is_what_is_thin_on_the_skin_as_the_mean_of_both_visits() -> None:
    before = thin_and_thick(3, 3, 4.0)
    for diameter_px, expected in ((4.9, ["thin-hairs"]), (5.1, [])):
        nearer = [
            replace(one, diameter_px=one.diameter_px.times(2), path_px=2 * one.path_px)
            for one in thin_and_thick(3, 3, diameter_px)
        ]
        assert codes(visit(before), visit(nearer, um_per_px=UM_PER_PX / 2, later=True), kept()) == expected


def test_a_thin_hair_in_twenty_is_no_matter() -> None:
    many = [hair(number, diameter_px=7.0 if number else 3.0) for number in range(20)]
    assert codes(visit(many), visit(many, later=True), kept(20)) == []
    assert codes(visit(many[:10]), visit(many[:10], later=True), kept()) == ["thin-hairs"]
