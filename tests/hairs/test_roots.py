"""Root candidates: where they lie, which way they point, what speaks against them."""

from __future__ import annotations

import numpy as np
import pytest

from hairdensity.hairs.roots import RootSettings, find_roots
from tests.hairs.drawn import DrawnHair, draw_maps

HEATS = (0.3, 0.6, 0.4, 0.8)


def test_root_is_found_to_a_part_of_a_px_with_its_direction() -> None:
    hair = DrawnHair([(60.3, 50.7), (100.3, 80.7)])
    roots = find_roots(draw_maps([hair]), RootSettings())
    assert len(roots.points) == 1
    assert roots.points[0] == pytest.approx((60.3, 50.7), abs=0.1)
    assert roots.directions[0] == pytest.approx((0.8, 0.6), abs=0.05)


@pytest.mark.parametrize("angle_deg", range(0, 360, 30))
def test_direction_points_along_the_shaft_and_not_back(angle_deg: float) -> None:
    direction = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    hair = DrawnHair([(100.0, 80.0), (100 + 50 * direction[0], 80 + 50 * direction[1])])
    roots = find_roots(draw_maps([hair]), RootSettings())
    assert roots.directions[0] @ direction > 0.98


def test_middle_of_a_shaft_scores_less_than_its_root() -> None:
    hair = DrawnHair([(40, 80), (120, 80)], heat=0.6, extra_roots=[(70, 80, 0.6)])
    roots = find_roots(draw_maps([hair]), RootSettings())
    at_root, in_middle = roots.scores[np.argsort(roots.points[:, 0])]
    assert in_middle < 0.6 * at_root


def test_heat_without_a_shaft_scores_little() -> None:
    hair = DrawnHair([(40, 40), (90, 40)], extra_roots=[(100, 120, 0.8)])
    roots = find_roots(draw_maps([hair]), RootSettings())
    assert np.sum(roots.scores > 0.05) == 1


def test_direction_against_all_neighbours_counts_against_a_root() -> None:
    leaning = [DrawnHair([(20, 10 + 20 * i), (60, 10 + 20 * i)]) for i in range(7)]
    backwards = DrawnHair([(160, 75), (120, 75)])
    alone = find_roots(draw_maps([backwards]), RootSettings()).scores.max()
    together = find_roots(draw_maps([*leaning, backwards]), RootSettings())
    assert together.scores[together.points[:, 0] > 150].max() < 0.5 * alone


def test_no_heat_no_roots() -> None:
    roots = find_roots(draw_maps([]), RootSettings())
    assert roots.points.shape == (0, 2)
    assert roots.directions.shape == (0, 2)


def test_of_too_many_candidates_the_best_are_kept_in_their_order() -> None:
    hairs = [DrawnHair([(30, 20 + 30 * k), (70, 20 + 30 * k)], heat=heat) for k, heat in enumerate(HEATS)]
    maps = draw_maps(hairs)
    everything = find_roots(maps, RootSettings())
    assert len(everything.scores) == len(HEATS)
    area_mm2 = maps.root_heat.size * (maps.um_per_px / 1000) ** 2
    best = find_roots(maps, RootSettings(max_per_mm2=2.5 / area_mm2))
    assert best.points.tolist() == everything.points[[1, 3]].tolist()
    assert best.agreement.tolist() == everything.agreement[[1, 3]].tolist()
