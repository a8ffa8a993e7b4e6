"""Follicular units: who belongs together, in which order, and who counts."""

from __future__ import annotations

import numpy as np
import pytest

from hairdensity.estimate import Estimate
from hairdensity.hairs.field import Field
from hairdensity.hairs.trace import Strand
from hairdensity.hairs.units import Hair, Unit, UnitSettings, group_hairs
from tests.made import make_field

UM_PER_PX = 10.0
"""Roots of one unit are up to 27 px apart."""


def grouped(
    *roots: tuple[float, float], field: Field | None = None
) -> tuple[tuple[Hair, ...], tuple[Unit, ...]]:
    strands = [
        Strand(
            np.array([root, (root[0] + 3, root[1] + 4)], np.float32),
            Estimate(6, 5, 7),
            k % 2 == 1,
            0.5 + k / 100,
        )
        for k, root in enumerate(roots)
    ]
    return group_hairs(strands, field or make_field(500, 500), UM_PER_PX, UnitSettings())


def test_roots_within_reach_are_one_unit() -> None:
    hairs, units = grouped((100, 100), (126, 100), (200, 100), (200, 128))
    assert [unit.hair_ids for unit in units] == [(0, 1), (2,), (3,)]
    assert [hair.unit_id for hair in hairs] == [0, 0, 1, 2]
    assert units[0].centre_px == pytest.approx((113, 100))


def test_reach_is_a_length_on_the_skin() -> None:
    strands = [
        Strand(
            np.array([(x, 50), (x, 60)], np.float32), Estimate(6, 5, 7), leaves_frame=False, confidence=0.9
        )
        for x in (50, 90)
    ]
    field = make_field(200, 200)
    assert len(group_hairs(strands, field, 10.0, UnitSettings())[1]) == 2
    assert len(group_hairs(strands, field, 5.0, UnitSettings())[1]) == 1


def test_ids_follow_the_reading_order_whatever_the_order_given() -> None:
    places = [(300.0, 20.0), (40.0, 25.0), (200.0, 5.0), (100.0, 300.0)]
    hairs, units = grouped(*places)
    assert [hair.root_px for hair in hairs] == [(40, 25), (200, 5), (300, 20), (100, 300)]
    assert [hair.id for hair in hairs] == [0, 1, 2, 3]
    assert [unit.hair_ids[0] for unit in units] == sorted(unit.hair_ids[0] for unit in units)
    assert [hair.root_px for hair in grouped(*places[::-1])[0]] == [hair.root_px for hair in hairs]


def test_every_hair_is_in_one_unit() -> None:
    rng = np.random.default_rng(4)
    hairs, units = grouped(*[(float(x), float(y)) for x, y in rng.uniform(0, 500, (200, 2))])
    assert sorted(k for unit in units for k in unit.hair_ids) == list(range(200))
    assert all(hairs[k].unit_id == unit.id for unit in units for k in unit.hair_ids)
    assert max(len(unit.hair_ids) for unit in units) <= UnitSettings().max_hair_count


def test_a_long_chain_is_divided_where_it_is_thinnest() -> None:
    left, right = [(100 + 6.0 * k, 100) for k in range(4)], [(142 + 6.0 * k, 100) for k in range(4)]
    _, units = grouped(*left, *right)
    assert [unit.hair_ids for unit in units] == [(0, 1, 2, 3), (4, 5, 6, 7)]


def test_only_roots_in_the_field_count_and_all_are_kept() -> None:
    whole = make_field(500, 500)
    mask = whole.mask.copy()
    mask[:, 250:] = False
    hairs, _ = grouped((240, 50), (260, 50), (498, 50), field=Field(mask, whole.polygon_px, ()))
    assert [hair.counted for hair in hairs] == [True, False, False]


def test_what_a_strand_carries_stays() -> None:
    (hair,), _ = grouped((10, 10))
    assert hair.diameter_px == Estimate(6, 5, 7)
    assert hair.confidence == 0.5
    assert not hair.leaves_frame
    assert hair.tip_px == (13, 14)
    assert hair.visible_length_px == pytest.approx(5)


def test_no_strands_no_units() -> None:
    assert grouped() == ((), ())
