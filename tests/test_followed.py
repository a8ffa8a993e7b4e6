"""Diameters of hairs followed through two visits: measured ones stand, guesses follow the measured ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from hairdensity.align.model import Alignment
from hairdensity.compare.followed import STILL_COUPLES, follow_hairs
from hairdensity.hairs.units import UnitSettings
from hairdensity.match.model import HairPair
from tests.made import make_field, make_hair

if TYPE_CHECKING:
    from hairdensity.pipeline import Analysis

MEASURED, GUESSED = 0.02, 0.25
"""Relative sd of a diameter that was measured, and of one that is a guess."""
SIDE_PX = 1000
Seen = tuple[float, float]
"""Diameter in px and its relative sd."""


def followed(*visits: tuple[Seen | None, Seen | None]) -> list[tuple[float, float]]:
    """Follow kept hairs, each seen before and after as given, and return their diameters at both visits."""
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
        cast("Analysis", SimpleNamespace(hairs=tuple(own), working_um_per_px=5.0, settings=settings))
        for own in found
    )
    field = make_field(SIDE_PX, SIDE_PX)
    alignment = Alignment("aligned", "", np.eye(3), 0.0, len(pairs), 1.0, field, field)
    one, other = follow_hairs(before, after, alignment, pairs)
    return [(a.diameter_px.value, b.diameter_px.value) for a, b in zip(one.hairs, other.hairs, strict=True)]


def growth(ratio: float, couples: int) -> float:
    """Return what a ratio seen in so many couples is taken for, beside those that speak for no change."""
    return float(ratio ** (couples / (couples + STILL_COUPLES)))


THICKER = ((10.0, MEASURED), (11.0, MEASURED))
"""A hair measured in both photos that grew by a tenth."""


def test_measured_diameters_stand_as_they_are() -> None:
    couples = (THICKER, ((8.0, MEASURED), (8.0, MEASURED)))
    assert followed(*couples) == pytest.approx(np.array([(10.0, 11.0), (8.0, 8.0)]))


def test_a_guess_follows_what_was_measured_in_the_other_photo() -> None:
    usual = growth(1.1, 3)
    seen = followed(*[THICKER] * 3, ((8.0, MEASURED), (14.0, GUESSED)), ((14.0, GUESSED), (8.0, MEASURED)))
    assert seen[3] == pytest.approx((8.0, 8.0 * usual))
    assert seen[4] == pytest.approx((8.0 / usual, 8.0))


def test_a_hair_missed_in_one_photo_changed_like_the_others() -> None:
    usual = growth(1.1, 3)
    seen = followed(*[THICKER] * 3, ((8.0, MEASURED), None), (None, (8.0, MEASURED)))
    assert seen[3] == pytest.approx((8.0, 8.0 * usual))
    assert seen[4] == pytest.approx((8.0 / usual, 8.0))


def test_two_guesses_keep_their_mean_and_change_like_the_others() -> None:
    seen = followed(*[THICKER] * 3, ((8.0, GUESSED), (12.0, GUESSED)))
    assert seen[3][1] / seen[3][0] == pytest.approx(growth(1.1, 3))
    assert seen[3][0] * seen[3][1] == pytest.approx(8.0 * 12.0)


def test_where_nothing_was_measured_twice_nothing_changed() -> None:
    seen = followed(((8.0, GUESSED), (12.0, GUESSED)), ((8.0, MEASURED), (9.0, GUESSED)))
    assert seen[0][0] == pytest.approx(seen[0][1])
    assert seen[1] == pytest.approx((8.0, 8.0))
