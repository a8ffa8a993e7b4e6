"""Paths: straight, bent, through crossings, over gaps, to the edge."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.hairs.paths import PathSettings, follow_paths
from tests.hairs.drawn import DrawnHair, draw_maps, make_roots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.roots import Roots


def start(hair: DrawnHair) -> Roots:
    root, after = np.array(hair.path[:2], np.float32)
    direction = (after - root) / np.linalg.norm(after - root)
    return make_roots(root, direction)


def distance_from(path: NDArray[np.float32], hair: DrawnHair) -> float:
    """Largest distance of a traced path from the drawn one."""
    way = np.array(hair.path)
    dense = np.concatenate([np.linspace(a, b, 50) for a, b in pairwise(way)])
    return float(np.linalg.norm(path[:, None] - dense[None], axis=2).min(axis=1).max())


def test_straight_path_reaches_the_tip() -> None:
    hair = DrawnHair([(30, 30), (130, 90)])
    (path,) = follow_paths(draw_maps([hair]), start(hair), PathSettings())
    assert path[0] == pytest.approx((30, 30))
    assert path[-1] == pytest.approx((130, 90), abs=3)
    assert distance_from(path, hair) < 2.5


def test_path_follows_a_bend() -> None:
    angles = np.linspace(0, np.pi / 2, 40)
    hair = DrawnHair([(30 + 70 * np.sin(a), 30 + 70 * (1 - np.cos(a))) for a in angles])
    (path,) = follow_paths(draw_maps([hair]), start(hair), PathSettings())
    assert path[-1] == pytest.approx((100, 100), abs=3)
    assert distance_from(path, hair) < 2


@pytest.mark.parametrize("angle_deg", [30, 50, 90, 130])
def test_path_goes_straight_through_a_crossing_hair(angle_deg: float) -> None:
    across = 60 * np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    hair = DrawnHair([(30, 80), (170, 80)])
    crossing = DrawnHair([(100 - across[0], 80 - across[1]), (100 + across[0], 80 + across[1])])
    (path,) = follow_paths(draw_maps([hair, crossing]), start(hair), PathSettings())
    assert path[-1] == pytest.approx((170, 80), abs=3)
    assert distance_from(path, hair) < 3


def test_short_gap_is_bridged_and_a_long_one_is_not() -> None:
    def end_after(gap: float) -> float:
        near, far = DrawnHair([(30, 80), (80, 80)]), DrawnHair([(80 + gap, 80), (150, 80)])
        (path,) = follow_paths(draw_maps([near, far]), start(near), PathSettings())
        return float(path[-1, 0])

    assert end_after(8) == pytest.approx(150, abs=3)
    assert end_after(30) == pytest.approx(80, abs=3)


def test_path_stops_at_the_edge_of_the_photo() -> None:
    hair = DrawnHair([(100, 80), (220, 80)])
    (path,) = follow_paths(draw_maps([hair]), start(hair), PathSettings())
    assert path[-1] == pytest.approx((199.5, 80), abs=0.25)
    assert path[:, 0].max() <= 199.5


def test_root_without_a_shaft_still_gives_a_path() -> None:
    hair = DrawnHair([(100, 80), (120, 80)])
    (path,) = follow_paths(draw_maps([]), start(hair), PathSettings())
    assert path.shape[0] >= 2
