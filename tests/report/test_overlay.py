"""The drawings: every mark at its root, in its colour and shape; what is left out is dimmed."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import ImageFont

from hairdensity.photo import Photo
from hairdensity.report.language import LANGUAGES, read_language
from hairdensity.report.legend import draw_legend
from hairdensity.report.marks import NOT_COUNTED, NOT_SHARED, PAIR_MARKS, TERMINAL, UNCLASSED, VELLUS
from hairdensity.report.overlay import draw_analysis, draw_comparison
from tests.report.fakes import make_analysis, make_not_aligned, make_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis
    from hairdensity.report.marks import Colour

FACTOR = 3
"""A photo 400 px wide is drawn three times as large."""


def colour_at(picture: NDArray[np.uint8], x_px: float, y_px: float) -> Colour:
    """Return the colour at a place given in px of the photo."""
    row, column = (round((place + 0.5) * FACTOR - 0.5) for place in (y_px, x_px))
    red, green, blue = picture[row, column].tolist()
    return red, green, blue


def test_roots_carry_the_colour_of_their_class(analysis: Analysis) -> None:
    picture = draw_analysis(analysis)
    assert colour_at(picture, 100, 100) == TERMINAL.colour
    assert colour_at(picture, 115, 100) == TERMINAL.colour


def test_a_small_photo_is_enlarged_and_a_legend_added(analysis: Analysis) -> None:
    height, width = draw_analysis(analysis).shape[:2]
    assert width == FACTOR * analysis.photo.width_px
    assert height > FACTOR * analysis.photo.height_px


def test_hairs_are_drawn_from_root_to_tip(analysis: Analysis) -> None:
    picture = draw_analysis(analysis)
    near_tip = picture[round(FACTOR * 138) - 3 : round(FACTOR * 138) + 4, FACTOR * 128 - 4 : FACTOR * 128 + 5]
    assert (np.abs(near_tip.astype(int) - TERMINAL.colour).sum(axis=-1) < 40).any()


def test_what_is_left_out_is_dimmed_and_what_is_counted_is_not(analysis: Analysis) -> None:
    bare = replace(analysis, hairs=())
    picture = draw_analysis(bare)
    skin = analysis.photo.pixels[0, 0].tolist()
    assert list(colour_at(picture, 200, 50)) == skin
    assert sum(colour_at(picture, 350, 50)) < 0.75 * sum(skin)
    assert sum(colour_at(picture, 20, 20)) < 0.75 * sum(skin)


def test_a_lost_hair_is_marked_where_it_stood_in_both_photos(comparison: Comparison) -> None:
    before, after = draw_comparison(comparison)
    # hair 1 of the before photo stood at (115, 100); the after photo is moved by 20 px
    assert colour_at(before, 115, 100) == PAIR_MARKS["lost"].colour
    assert colour_at(after, 135, 100) == PAIR_MARKS["lost"].colour


def test_a_gained_hair_is_marked_where_it_will_stand(comparison: Comparison) -> None:
    before, after = draw_comparison(comparison)
    assert colour_at(after, 115, 100) == PAIR_MARKS["gained"].colour
    assert colour_at(before, 95, 100) == PAIR_MARKS["gained"].colour


def test_photos_of_different_skin_are_drawn_each_for_itself() -> None:
    comparison = make_not_aligned()
    before, _ = draw_comparison(comparison)
    assert (before == draw_analysis(comparison.before)).all()


def test_the_photo_itself_is_left_as_it_was(analysis: Analysis) -> None:
    pixels = analysis.photo.pixels.copy()
    draw_analysis(analysis)
    assert (analysis.photo.pixels == pixels).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (30, 4000)])
def test_a_photo_of_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    analysis = make_analysis(scale=make_scale())
    pixels = np.zeros((*size, 3), dtype=np.uint8)
    field = replace(analysis.field, mask=np.zeros(size, dtype=bool))
    drawn = draw_analysis(replace(analysis, photo=Photo(pixels, "x.png", "0" * 64), field=field))
    assert max(drawn.shape[:2]) <= 4000


def test_every_state_has_its_own_shape_and_colour() -> None:
    for marks in (tuple(PAIR_MARKS.values()), (TERMINAL, VELLUS, NOT_COUNTED)):
        assert len({mark.shape for mark in marks}) == len(marks)
        assert len({mark.colour for mark in marks}) == len(marks)


# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB
BLINDNESS = {
    "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deutan": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritan": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}


@pytest.mark.parametrize("kind", list(BLINDNESS))
def test_colour_blind_eyes_tell_the_states_apart(kind: str) -> None:
    for one, other in combinations(PAIR_MARKS.values(), 2):
        seen = [_seen(mark.colour, kind) for mark in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 0.25, (one.words, other.words)


def _seen(colour: Colour, kind: str) -> NDArray[np.float64]:
    linear = (np.array(colour) / 255.0) ** 2.2
    seen: NDArray[np.float64] = (np.array(BLINDNESS[kind]) @ linear).clip(0, 1) ** (1 / 2.2)
    return seen


def test_the_legend_speaks_the_language_of_the_report(comparison: Comparison) -> None:
    marks = (*PAIR_MARKS.values(), TERMINAL, VELLUS, UNCLASSED, NOT_COUNTED, NOT_SHARED)
    german = read_language("de")
    assert [mark.words for mark in marks if german.note(mark.words) == mark.words] == []
    english, other = draw_comparison(comparison)[0], draw_comparison(comparison, german)[0]
    assert english.shape != other.shape or (english != other).any()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_letter_of_a_legend_can_be_drawn(
    comparison: Comparison, analysis: Analysis, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: set[str] = set()

    def drawn(entries: Sequence[tuple[object, str]], width_px: int) -> NDArray[np.uint8]:
        letters.update(letter for _, words in entries for letter in words)
        return np.zeros((10, width_px, 3), np.uint8)

    monkeypatch.setattr("hairdensity.report.overlay.draw_legend", drawn)
    draw_comparison(comparison, read_language(code))
    draw_analysis(analysis, read_language(code))
    font = ImageFont.load_default(size=20)
    lacking = bytes(font.getmask("\ue000"))
    assert len(letters) > 20
    assert [one for one in letters - {" "} if bytes(font.getmask(one)) == lacking] == []


def test_a_narrow_legend_takes_more_rows() -> None:
    entries = [(mark, f"{mark.words}: 10") for mark in PAIR_MARKS.values()]
    wide, narrow = draw_legend(entries, 600), draw_legend(entries, 300)
    assert (wide.shape[1], narrow.shape[1]) == (600, 300)
    assert narrow.shape[0] > wide.shape[0]
