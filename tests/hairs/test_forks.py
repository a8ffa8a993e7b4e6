"""Forks: two hairs out of one opening, of which one root is found."""

from __future__ import annotations

import numpy as np
import pytest

from hairdensity.hairs.forks import Fork, ForkSettings, find_forks
from tests.hairs.drawn import DrawnHair, draw_maps

STEM = DrawnHair([(40, 80), (120, 80)])
BRANCH = DrawnHair([(40, 80), (115, 110)])


def straight(
    root: tuple[float, float], tip: tuple[float, float]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.linspace(np.array(root), np.array(tip), 60, dtype=np.float32)


def forks_of(*hairs: DrawnHair) -> tuple[Fork, ...]:
    """Return the forks from the first hair."""
    return find_forks(draw_maps(hairs), [straight(hairs[0].path[0], hairs[0].path[-1])], ForkSettings())


@pytest.mark.parametrize("tip", [(115, 110), (115, 50), (80, 130)])
def test_a_branch_is_a_hair_from_the_same_opening_to_its_own_tip(tip: tuple[float, float]) -> None:
    (fork,) = forks_of(STEM, DrawnHair([(40, 80), tip]))
    assert fork.path[0] == pytest.approx((40, 80), abs=1.5)
    assert fork.path[-1] == pytest.approx(tip, abs=4)
    away = np.linalg.norm(fork.path - straight((40, 80), tip)[:, None], axis=2).min(axis=0)
    assert away.max() < 2
    steps = np.diff(fork.path, axis=0)
    headings = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    assert np.abs(np.diff(headings)).max() < np.radians(20)


def test_both_branches_of_a_fork_in_three_are_hairs() -> None:
    tips = [fork.path[-1] for fork in forks_of(STEM, BRANCH, DrawnHair([(40, 80), (115, 50)]))]
    assert sorted(tips, key=lambda tip: float(tip[1])) == [
        pytest.approx((115, 50), abs=4),
        pytest.approx((115, 110), abs=4),
    ]


def test_a_longer_branch_is_the_surer_hair() -> None:
    (short,), (long,) = (forks_of(STEM, DrawnHair([(40, 80), tip])) for tip in ((75, 110), (115, 140)))
    assert 0 < short.chance < long.chance


def test_no_branch_no_fork() -> None:
    assert forks_of(STEM) == ()
    assert find_forks(draw_maps([STEM]), [], ForkSettings()) == ()


def test_a_stub_beside_a_shaft_is_no_fork() -> None:
    assert forks_of(STEM, DrawnHair([(40, 80), (45, 85)])) == ()


def test_what_points_back_to_another_place_is_no_fork() -> None:
    assert forks_of(STEM, DrawnHair([(70, 96), (115, 130)])) == ()


def test_what_begins_far_from_the_opening_is_no_fork() -> None:
    branch = DrawnHair([(40, 80), (180, 118)])
    maps = draw_maps([STEM, branch])
    maps.centre[:, : 120 // 2] = 0
    assert find_forks(maps, [straight((40, 80), (120, 80))], ForkSettings()) == ()


def test_a_doubtful_centre_line_is_no_fork() -> None:
    maps = draw_maps([STEM, BRANCH])
    np.minimum(maps.centre, 0.45, out=maps.centre)
    assert find_forks(maps, [straight((40, 80), (120, 80))], ForkSettings()) == ()


def test_what_points_back_all_over_the_place_is_no_fork() -> None:
    maps = draw_maps([STEM, BRANCH])
    maps.to_root[1] += np.where(np.arange(maps.centre.shape[1]) % 2, 9, -9)
    assert find_forks(maps, [straight((40, 80), (120, 80))], ForkSettings()) == ()
