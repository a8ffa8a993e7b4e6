"""What became of units and kept hairs: sizes before and after, and crossings of the terminal threshold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from hairdensity.compare.fates import Fates, UnitFates, find_fates
from hairdensity.compare.followed import Followed, HairSet
from hairdensity.compare.growth import Growth
from hairdensity.compare.model import ChangeSettings
from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.hairs.units import Hair, Unit
from tests.made import make_field, make_hair, make_scale

if TYPE_CHECKING:
    from hairdensity.scale.model import Scale

UM_PER_PX = 5.0
THRESHOLD_UM = 40.0
THRESHOLD_PX = THRESHOLD_UM / UM_PER_PX
SIDE_PX = 200
NO_DOUBT = Growth(0.0, 0.0, 0.0, thin_px=THRESHOLD_PX)
NO_NOISE = ChangeSettings(crossing_variance=0.0)
SURE_SCALE = make_scale(UM_PER_PX)
Diameters = tuple[float, float]


def kept_hair(number: int, diameters_px: Diameters, root_px: tuple[float, float]) -> tuple[Hair, Hair]:
    """Return one hair as it stands at both visits."""
    tip_px = (root_px[0], root_px[1] + 30)
    before, after = (make_hair(number, root_px, tip_px, diameter_px) for diameter_px in diameters_px)
    return before, after


def fates(
    *diameters_px: Diameters,
    sizes: tuple[Diameters, ...] = (),
    growth: Growth = NO_DOUBT,
    scale: Scale | None = SURE_SCALE,
    settings: ChangeSettings = NO_NOISE,
    first_x_px: float = 20,
) -> Fates:
    """Follow kept hairs of these diameters, and units of these sizes, each 20 px beside the one before."""
    places = [(first_x_px + 20 * k, 50.0) for k in range(max(len(diameters_px), len(sizes)))]
    nothing = HairSet((), ())
    followed = Followed(
        nothing,
        nothing,
        growth,
        kept=tuple(kept_hair(k, both, places[k]) for k, both in enumerate(diameters_px)),
        units=tuple((Unit(k, places[k], ()), int(size[0]), int(size[1])) for k, size in enumerate(sizes)),
    )
    return find_fates(followed, make_field(SIDE_PX, 100), scale, THRESHOLD_UM, settings)


def crossings(**given: object) -> tuple[Estimate, Estimate]:
    """Return what became terminal and what became vellus of three hairs that rose and one that fell."""
    found = fates((7.0, 9.0), (6.0, 8.0), (7.9, 8.1), (9.0, 7.0), **given)  # type: ignore[arg-type]
    assert found.vellus_to_terminal is not None
    assert found.terminal_to_vellus is not None
    return found.vellus_to_terminal, found.terminal_to_vellus


def test_units_are_told_by_how_many_hairs_stand_in_them() -> None:
    found = fates(sizes=((2, 2), (1, 1), (1, 2), (1, 3), (0, 1), (3, 2), (2, 0), (1, 0), (1, 0)))
    assert found.units == UnitFates(same=2, larger=2, smaller=1, new=1, gone=3)


def test_units_and_hairs_outside_the_shared_field_are_not_told() -> None:
    found = fates((7.0, 9.0), (7.0, 9.0), sizes=((1, 2), (2, 2)), first_x_px=SIDE_PX - 20)
    assert found.units == UnitFates(same=0, larger=1, smaller=0, new=0, gone=0)
    assert found.vellus_to_terminal == Estimate(1.0, 1.0, 1.0)


def test_a_hair_is_terminal_from_the_threshold_on() -> None:
    assert fates((7.9, THRESHOLD_PX)).vellus_to_terminal == Estimate(1.0, 1.0, 1.0)
    assert fates((THRESHOLD_PX, 7.9)).terminal_to_vellus == Estimate(1.0, 1.0, 1.0)
    still = fates((THRESHOLD_PX, 9.0), (3.0, 7.9))
    assert still.vellus_to_terminal == still.terminal_to_vellus == Estimate(0.0, 0.0, 0.0)


def test_the_threshold_is_one_of_um() -> None:
    assert fates((7.0, 9.0), scale=make_scale(2 * UM_PER_PX)).vellus_to_terminal == Estimate(0.0, 0.0, 0.0)
    assert fates((3.0, 4.0), scale=make_scale(2 * UM_PER_PX)).vellus_to_terminal == Estimate(1.0, 1.0, 1.0)


def test_crossings_are_counted_each_way() -> None:
    risen, fallen = crossings()
    assert (risen.value, fallen.value) == (3.0, 1.0)


def test_diameters_misread_at_one_visit_make_crossings_uncertain() -> None:
    risen, fallen = crossings(settings=ChangeSettings(crossing_variance=0.09))
    half = NORMAL_95 * math.sqrt(0.09 * 4)
    assert (risen.low, risen.high) == pytest.approx((3 - half, 4.0))
    assert (fallen.low, fallen.high) == pytest.approx((0.0, 1 + half))


def test_growth_that_may_be_off_makes_crossings_uncertain() -> None:
    growth = Growth(0.0, 1.5, 0.0, thin_px=THRESHOLD_PX)
    risen, fallen = crossings(growth=growth)
    # 1.5 px thinner, none of the three rose; 1.5 px thicker, the one that fell did not
    assert (risen.low, risen.high) == pytest.approx((3 - NORMAL_95 * 1.5, 4.0))
    assert (fallen.low, fallen.high) == pytest.approx((1 - NORMAL_95 * 0.5, 1 + NORMAL_95 * 0.5))


def test_a_scale_that_may_be_off_moves_the_threshold() -> None:
    risen, fallen = crossings(scale=make_scale(UM_PER_PX, 0.02))
    # from a threshold of 7.84 px on two rose, from one of 8.16 px on one; the one that fell did so either way
    assert (risen.low, risen.high) == pytest.approx((3 - NORMAL_95 * 0.5, 3 + NORMAL_95 * 0.5))
    assert fallen == Estimate(1.0, 1.0, 1.0)


def test_without_hairs_nothing_crossed() -> None:
    found = fates()
    assert found.vellus_to_terminal == found.terminal_to_vellus == Estimate(0.0, 0.0, 0.0)
    assert found.units == UnitFates(0, 0, 0, 0, 0)


def test_without_a_scale_no_threshold_can_be_crossed() -> None:
    found = fates((7.0, 9.0), sizes=((1, 2),), scale=None)
    assert found.vellus_to_terminal is None
    assert found.terminal_to_vellus is None
    assert found.units.larger == 1
