"""Untangling: a path inside a stronger one finds its own shaft, if it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.hairs.paths import PathSettings
from hairdensity.hairs.untangle import UntangleSettings, untangle
from tests.hairs.drawn import DrawnHair, draw_maps, make_roots

if TYPE_CHECKING:
    from hairdensity.hairs.roots import Roots

STRONG = DrawnHair([(40, 80), (150, 80)])
SETTINGS = UntangleSettings(), PathSettings()


def roots_of(*points: tuple[float, float]) -> Roots:
    return make_roots(points, [(1, 0)] * len(points))


def line(*places: tuple[float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    x, y = np.array(places, np.float32).T
    along = np.linspace(0, len(places) - 1, 60)
    knots = np.arange(len(places))
    return np.stack([np.interp(along, knots, x), np.interp(along, knots, y)], axis=1).astype(np.float32)


def test_path_finds_the_branch_beside_the_stronger_one() -> None:
    branch = DrawnHair([(40, 84), (60, 86), (140, 125)])
    strayed = line((40, 84), (50, 80), (150, 80))
    roots = roots_of((40, 80), (40, 84))
    paths = untangle(draw_maps([STRONG, branch]), roots, [line((40, 80), (150, 80)), strayed], SETTINGS)
    assert paths[0][-1] == pytest.approx((150, 80))
    assert paths[1][-1] == pytest.approx((140, 125), abs=4)


def test_path_without_a_shaft_of_its_own_stays() -> None:
    strayed = line((40, 84), (50, 80), (150, 80))
    roots = roots_of((40, 80), (40, 84))
    paths = untangle(draw_maps([STRONG]), roots, [line((40, 80), (150, 80)), strayed], SETTINGS)
    assert paths[1] is strayed


def test_paths_that_only_cross_stay() -> None:
    crossing = DrawnHair([(100, 30), (100, 130)])
    given = [line((40, 80), (150, 80)), line((100, 30), (100, 130))]
    paths = untangle(draw_maps([STRONG, crossing]), roots_of((40, 80), (100, 30)), given, SETTINGS)
    assert all(path is one for path, one in zip(paths, given, strict=True))


def test_nothing_to_untangle() -> None:
    assert untangle(draw_maps([]), roots_of(), [], SETTINGS) == ()
