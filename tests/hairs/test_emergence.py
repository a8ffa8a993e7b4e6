"""Emergence: a path begins where its shaft comes out of the skin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hairdensity.hairs.emergence import EmergenceSettings, settle_roots
from tests.hairs.drawn import DrawnHair, draw_maps

SETTINGS = EmergenceSettings(trust=1.0)
HAIR = DrawnHair([(60, 80), (140, 80)])


def settled(path: list[tuple[float, float]], settings: EmergenceSettings = SETTINGS) -> tuple[float, float]:
    line = np.linspace(path[0], path[-1], 40, dtype=np.float32)
    (result,) = settle_roots(draw_maps([HAIR]), [line], settings)
    assert result[-1] == pytest.approx(path[-1])
    return float(result[0, 0]), float(result[0, 1])


def test_root_that_is_about_right_stays() -> None:
    assert settled([(61, 80), (140, 80)]) == (61, 80)


@pytest.mark.parametrize("begin", [48, 50, 54, 64])
def test_root_in_the_shadow_or_on_the_shaft_goes_to_where_the_shaft_begins(begin: float) -> None:
    assert settled([(begin, 80), (140, 80)]) == pytest.approx((59, 80), abs=1.5)


def test_half_trust_goes_half_the_way() -> None:
    x, _ = settled([(50, 80), (140, 80)], replace(SETTINGS, trust=0.5))
    assert x == pytest.approx(54.5, abs=1)


def test_short_path_stays() -> None:
    assert settled([(50, 80), (66, 80)]) == (50, 80)


def test_path_without_a_shaft_stays() -> None:
    assert settled([(20, 20), (100, 20)])[1] == 20
