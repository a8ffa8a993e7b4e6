"""Diameters of hairs followed through two visits: measured ones stand, guesses follow the measured ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from hairdensity.align.model import Alignment
from hairdensity.compare.followed import follow_hairs, if_grown
from hairdensity.compare.growth import (
    GUESSED_SHARE_SD,
    THIN_APART_CHANCE,
    THIN_GROWTH_SD_UM,
    THIN_SHARED_UM,
    USUAL_GROWTH_SD,
)
from hairdensity.hairs.units import UnitSettings
from hairdensity.match.model import HairPair
from tests.made import make_field, make_hair

if TYPE_CHECKING:
    from hairdensity.compare.followed import Followed
    from hairdensity.pipeline import Analysis

MEASURED, UNSURE, GUESSED = 0.02, 0.15, 0.25
"""Relative sd of a diameter that was measured, of one measured badly, and of one that is a guess."""
SIDE_PX = 1500
UM_PER_PX = 5.0
Seen = tuple[float, float]
"""Diameter in px and its relative sd."""
THICKER = ((10.0, MEASURED), (11.0, MEASURED))
"""A hair measured in both photos that grew by 1 px."""
THIN_THICKER = ((5.0, MEASURED), (6.0, MEASURED))
"""A thin one that did the same."""


def followed(*visits: tuple[Seen | None, Seen | None]) -> Followed:
    """Follow kept hairs, each seen before and after as given."""
    sides = [
        [
            None
            if one is None
            else make_hair(k, (40 + 60 * k, 80), (40 + 60 * k, 160), one[0], one[0] * one[1])
            for k, one in enumerate(side)
        ]
        for side in zip(*visits, strict=True)
    ]
    found = [[hair for hair in side if hair is not None] for side in sides]
    ids = [
        [None if hair is None else own.index(hair) for hair in side]
        for side, own in zip(sides, found, strict=True)
    ]
    pairs = [HairPair(earlier, later, "kept") for earlier, later in zip(*ids, strict=True)]
    settings = SimpleNamespace(units=UnitSettings(max_root_distance_um=100.0))
    before, after = (
        cast("Analysis", SimpleNamespace(hairs=tuple(own), working_um_per_px=UM_PER_PX, settings=settings))
        for own in found
    )
    field = make_field(SIDE_PX, 300)
    alignment = Alignment("aligned", "", np.eye(3), 0.0, len(pairs), 1.0, field, field)
    return follow_hairs(before, after, alignment, pairs)


def diameters(seen: Followed) -> list[tuple[float, float]]:
    """Return each hair's diameters in px, before and after."""
    both = zip(seen.before.hairs, seen.after.hairs, strict=True)
    return [(a.diameter_px.value, b.diameter_px.value) for a, b in both]


def test_measured_diameters_stand_as_they_are() -> None:
    seen = diameters(followed(*[THICKER] * 9, ((9.4, MEASURED), (9.8, MEASURED))))
    assert seen[0] == pytest.approx((10.0, 11.0), rel=0.01)
    assert seen[9] == pytest.approx((9.4, 9.8), rel=0.01)


def test_a_hair_that_grew_unlike_all_others_was_misread() -> None:
    seen = followed(*[THICKER] * 9, ((8.0, MEASURED), (16.0, MEASURED)))
    before, after = diameters(seen)[9]
    assert after - before == pytest.approx(seen.growth.difference_px, rel=0.01)
    assert before + after == pytest.approx(8.0 + 16.0)


def test_a_guess_follows_what_was_measured_in_the_other_photo() -> None:
    seen = followed(*[THICKER] * 9, ((8.0, MEASURED), (14.0, GUESSED)), ((14.0, GUESSED), (8.0, MEASURED)))
    assert diameters(seen)[9] == pytest.approx((8.0, 8.0 + seen.growth.difference_px))
    assert diameters(seen)[10] == pytest.approx((8.0 - seen.growth.difference_px, 8.0))


def test_a_hair_missed_in_one_photo_changed_like_the_others() -> None:
    seen = followed(*[THICKER] * 9, ((8.0, MEASURED), None), (None, (8.0, MEASURED)))
    assert diameters(seen)[9] == pytest.approx((8.0, 8.0 + seen.growth.difference_px))
    assert diameters(seen)[10] == pytest.approx((8.0 - seen.growth.difference_px, 8.0))


def test_two_guesses_keep_their_mean_and_change_like_the_others() -> None:
    seen = followed(*[THICKER] * 9, ((8.0, GUESSED), (12.0, GUESSED)))
    before, after = diameters(seen)[9]
    assert after - before == pytest.approx(seen.growth.expected_px(10.0))
    assert after - before == pytest.approx(1.0, abs=0.02)
    assert before + after == pytest.approx(8.0 + 12.0)


def test_growth_is_believed_the_more_hairs_tell_it() -> None:
    one, many = followed(THICKER).growth, followed(*[THICKER] * 20).growth
    assert 0.8 < one.difference_px < many.difference_px < 1.0
    assert many.difference_px == pytest.approx(1.0, abs=0.01)
    assert many.sd_px < one.sd_px < USUAL_GROWTH_SD * 10.5


def test_thick_hairs_tell_the_growth_where_there_are_some() -> None:
    thin, thick = ((4.0, MEASURED), (4.4, MEASURED)), ((16.0, MEASURED), (16.8, MEASURED))
    growth = followed(*[thin] * 10, *[thick] * 10).growth
    assert growth.difference_px == pytest.approx(0.8, abs=0.03)


def test_thin_hairs_tell_the_growth_where_nothing_else_does_but_with_more_doubt() -> None:
    thin, thick = ((4.0, MEASURED), (4.2, MEASURED)), ((16.0, MEASURED), (16.8, MEASURED))
    growth = followed(*[thin] * 20, thick).growth
    assert growth.difference_px == pytest.approx(0.2, abs=0.05)
    assert growth.sd_px == pytest.approx(THIN_SHARED_UM / UM_PER_PX, rel=0.05)


def test_growth_of_its_own_is_believed_of_a_thick_hair_sooner_than_of_a_thin_one() -> None:
    odd = ((10.0, MEASURED), (12.0, MEASURED)), ((5.0, MEASURED), (7.0, MEASURED))
    seen = followed(*[THICKER] * 9, *[THIN_THICKER] * 9, *odd)
    of_thick, of_thin = (after - before - seen.growth.difference_px for before, after in diameters(seen)[18:])
    assert of_thick > 3 * of_thin > 0


THIN_AND_THICK = [THICKER] * 12, [((5.0, MEASURED), (9.0, MEASURED))] * 12
"""Thick hairs that grew by 1 px, and thin ones that grew by 4."""


def test_many_thin_hairs_that_alone_grew_far_more_are_believed() -> None:
    thick, thin = THIN_AND_THICK
    seen = followed(*thick, *thin)
    grown = [after - before for before, after in diameters(seen)]
    assert grown[:12] == pytest.approx([1.0] * 12, abs=0.05)
    assert min(grown[12:]) > 2.8


def test_a_part_of_what_thin_hairs_share_is_taken_for_misread() -> None:
    thick, thin = THIN_AND_THICK
    growth = followed(*thick, *thin).growth
    part = THIN_GROWTH_SD_UM**2 / (THIN_GROWTH_SD_UM**2 + THIN_SHARED_UM**2)
    assert growth.thin_read_px == pytest.approx(3.0, abs=0.05)
    assert growth.thin_apart_px == pytest.approx(part * growth.thin_read_px, rel=0.01)


def test_a_thin_hair_may_grow_a_little_more_than_its_kind() -> None:
    thick, thin = THIN_AND_THICK
    grown = [
        after - before
        for before, after in diameters(followed(*thick, *thin, ((5.0, MEASURED), (9.3, MEASURED))))
    ]
    assert grown[24] - grown[23] == pytest.approx(0.3, abs=0.1)


def test_thin_hairs_that_seem_to_have_grown_and_shrunk_alike_are_not_believed() -> None:
    either_way = [((5.0, MEASURED), (9.0, MEASURED)), ((8.0, MEASURED), (6.0, MEASURED))] * 6
    grown = [after - before for before, after in diameters(followed(*[THICKER] * 12, *either_way))]
    assert grown[12:] == pytest.approx([1.0] * 12, abs=0.2)


def test_what_the_others_of_its_kind_did_is_taken_for_a_hair_measured_once() -> None:
    thick, thin = THIN_AND_THICK
    seen = followed(
        *thick, *thin, ((10.0, MEASURED), None), ((6.0, MEASURED), None), (None, (10.0, MEASURED))
    )
    of_thick, of_thin, of_thickened = (after - before for before, after in diameters(seen)[24:])
    assert of_thick == pytest.approx(1.0, abs=0.05)
    assert of_thin == pytest.approx(of_thickened)
    assert of_thin > 2.0


def test_one_hair_does_not_speak_for_all_of_its_kind() -> None:
    one, many = (followed(*[THICKER] * 12, *[((5.0, MEASURED), (9.0, MEASURED))] * n).growth for n in (1, 6))
    assert one.thin_apart_px < 0.75 * many.thin_apart_px
    assert one.thin_sd_px > 2 * many.thin_sd_px


def test_the_less_sure_a_thin_reading_the_farther_off_it_may_be_by_itself() -> None:
    sure, unsure = (
        diameters(followed(*[THICKER] * 9, *[THIN_THICKER] * 9, ((5.0, sd), (7.0, sd))))[18]
        for sd in (MEASURED, UNSURE)
    )
    assert sure[1] - sure[0] < 1.15
    assert unsure[1] - unsure[0] > 1.4


def test_thin_hairs_that_grew_like_thick_ones_leave_little_doubt_that_they_did() -> None:
    growth = followed(*[THICKER] * 12, *[THIN_THICKER] * 12).growth
    assert growth.thin_apart_px == pytest.approx(0.0, abs=0.01)
    assert growth.thin_sd_px < 0.09


def test_of_thin_hairs_that_were_not_measured_nothing_is_sure() -> None:
    growth = followed(*[THICKER] * 12, ((5.0, GUESSED), (6.0, GUESSED))).growth
    assert growth.thin_apart_px == 0.0
    assert growth.thin_sd_px == pytest.approx(np.sqrt(THIN_APART_CHANCE) * THIN_GROWTH_SD_UM / UM_PER_PX)


def test_a_guessed_hair_may_be_thin_whatever_the_guess() -> None:
    thick, thin = THIN_AND_THICK
    seen = followed(*thick, *thin, ((14.0, GUESSED), (14.0, GUESSED)), ((14.0, GUESSED), None))
    for before, after in diameters(seen)[24:]:
        assert after - before == pytest.approx(
            seen.growth.difference_px + seen.growth.thin_apart_px / 2, rel=1e-6
        )


def test_growth_is_doubted_by_kind() -> None:
    thick, thin = THIN_AND_THICK
    seen = followed(*thick, *thin, ((14.0, GUESSED), (14.0, GUESSED)))
    growth = seen.growth
    of_thick, of_thin, of_guessed = (
        growth.doubts_px(seen.after.hairs[index].diameter_px).tolist() for index in (0, 12, 24)
    )
    assert of_thick == [growth.sd_px, 0.0, 0.0]
    assert of_thin == [growth.sd_px, growth.thin_sd_px, 0.0]
    assert of_guessed == [growth.sd_px, 0.0, GUESSED_SHARE_SD * growth.thin_apart_px]
    assert min(growth.sd_px, growth.thin_sd_px, growth.thin_apart_px) > 0


def test_hairs_can_be_taken_for_thicker_one_by_one() -> None:
    seen = followed(*[THICKER] * 3).after
    grown = if_grown(seen, np.array([0.0, 0.5, -0.5]))
    assert [hair.diameter_px.value for hair in grown.hairs] == pytest.approx(
        [hair.diameter_px.value + more for hair, more in zip(seen.hairs, (0.0, 0.5, -0.5), strict=True)]
    )
    assert grown.units == seen.units


def test_a_hair_misread_once_does_not_pull_the_growth_of_the_others() -> None:
    growth = followed(*[THICKER] * 9, ((10.0, MEASURED), (20.0, MEASURED))).growth
    assert growth.difference_px == pytest.approx(1.0, abs=0.03)


def test_growth_beyond_what_hair_does_is_doubted() -> None:
    usual = followed(*[((10.0, MEASURED), (11.5, MEASURED))] * 20).growth
    huge = followed(*[((10.0, MEASURED), (16.0, MEASURED))] * 20).growth
    assert usual.sd_px < 0.2
    assert huge.sd_px > 2.0


def test_a_diameter_is_not_told_away_by_the_growth_of_thicker_hairs() -> None:
    seen = followed(*[((16.0, MEASURED), (12.0, MEASURED))] * 20, ((4.0, MEASURED), None))
    assert seen.growth.difference_px < -3
    assert diameters(seen)[20] == pytest.approx((4.0, 2.0))


def test_where_nothing_was_measured_twice_nothing_changed() -> None:
    seen = followed(((8.0, GUESSED), (12.0, GUESSED)), ((8.0, MEASURED), (9.0, GUESSED)))
    assert seen.growth.difference_px == 0.0
    assert seen.growth.sd_px == pytest.approx(USUAL_GROWTH_SD * 8.5)
    guessed, half_measured = diameters(seen)
    assert guessed[0] == pytest.approx(guessed[1])
    assert half_measured == pytest.approx((8.0, 8.0))
