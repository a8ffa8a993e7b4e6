"""Every quantity of a measurement against hairs whose answer is known in closed form."""

from __future__ import annotations

import math
import statistics
from dataclasses import fields, replace

import numpy as np
import pytest

from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.hairs.body import hair_body
from hairdensity.hairs.field import Field
from hairdensity.measure import Measurement, MeasureSettings, hair_class, measure, no_measurement
from tests.made import make_field, make_hair, make_scale, make_units

SETTINGS = MeasureSettings(
    count_relative_sd=0.1,
    unit_count_relative_sd=0.2,
    unit_size_relative_sd=0.15,
    diameter_shared_sd_um=0.0,
    terminal_share_sd=0.0,
    diameter_diversity_sd=0.0,
    diameter_spread_relative_sd=0.0,
    visible_length_relative_sd=0.0,
    terminal_threshold_um=40.0,
)
FIELD = make_field(1000, 500)
AREA_CM2 = 0.5
HAIRS = [
    make_hair(number, (100.0 * number + 50.3, 100.3), (100.0 * number + 50.3, 200.3), diameter)
    for number, diameter in enumerate((2.0, 3.0, 5.0, 6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0))
]
UNITS = make_units(HAIRS, (1, 1, 2, 2, 4))


def measured(**changes: object) -> Measurement:
    arguments = {"hairs": HAIRS, "units": UNITS, "field": FIELD, "scale": make_scale(), "settings": SETTINGS}
    return measure(**(arguments | changes))  # type: ignore[arg-type]


def known(estimate: Estimate | None) -> Estimate:
    assert estimate is not None
    return estimate


def test_densities_are_counts_over_area() -> None:
    result = measured()
    assert (result.hair_count, result.unit_count) == (10, 5)
    assert known(result.hair_density_per_cm2).value == pytest.approx(10 / AREA_CM2)
    assert known(result.unit_density_per_cm2).value == pytest.approx(5 / AREA_CM2)


def test_density_interval_is_the_measured_noise_of_a_count() -> None:
    density = known(measured().hair_density_per_cm2)
    assert density.relative_sd == pytest.approx(0.1)
    assert known(measured().unit_density_per_cm2).relative_sd == pytest.approx(0.2)


def test_scale_error_enters_density_squared_and_diameter_once() -> None:
    sure, unsure = measured(), measured(scale=make_scale(relative_sd=0.05))
    assert known(unsure.hair_density_per_cm2).relative_sd == pytest.approx(math.hypot(0.1, 0.10))
    assert known(unsure.mean_diameter_um).relative_sd == pytest.approx(
        math.hypot(known(sure.mean_diameter_um).relative_sd, 0.05)
    )


def test_a_density_of_zero_is_not_called_certain() -> None:
    density = known(measured(hairs=[], units=()).hair_density_per_cm2)
    assert (density.value, density.low) == (0, 0)
    assert density.high == pytest.approx(NORMAL_95 * 0.5 / AREA_CM2)


def test_mean_diameter_and_its_standard_error() -> None:
    diameters_um = np.array([20, 30, 50, 60, 60, 60, 60, 70, 90, 100])
    mean = known(measured().mean_diameter_um)
    assert mean.value == pytest.approx(60.0)
    assert mean.sd == pytest.approx(diameters_um.std(ddof=1) / math.sqrt(10))
    assert known(measured().diameter_sd_um).value == pytest.approx(diameters_um.std(ddof=1))


def test_own_errors_of_equal_hairs_and_the_shared_error_widen_the_mean() -> None:
    hairs = [
        make_hair(number, (50.0 * number + 50, 100), (50.0, 200), 6.0, sd_px=0.4) for number in range(16)
    ]
    settings = replace(SETTINGS, diameter_shared_sd_um=2.0)
    mean = known(measured(hairs=hairs, units=(), settings=settings).mean_diameter_um)
    assert mean.sd == pytest.approx(math.hypot(4.0 / 4, 2.0))


def test_spread_interval_is_that_of_chi_square() -> None:
    spread = known(measured().diameter_sd_um)
    assert spread.low / spread.value == pytest.approx(math.sqrt(9 / 19.0228), rel=0.01)
    assert spread.high / spread.value == pytest.approx(math.sqrt(9 / 2.70039), rel=0.02)


def test_terminal_and_vellus_shares_follow_the_threshold() -> None:
    result = measured()
    terminal, vellus = known(result.terminal_fraction), known(result.vellus_fraction)
    assert terminal.value == pytest.approx(0.8)
    assert terminal == Estimate.from_share(8, 10)
    assert vellus.value == pytest.approx(0.2)
    assert (vellus.low, vellus.high) == pytest.approx((1 - terminal.high, 1 - terminal.low))
    thicker = replace(SETTINGS, terminal_threshold_um=65.0)
    assert known(measured(settings=thicker).terminal_fraction).value == pytest.approx(0.3)


def test_an_error_common_to_all_diameters_widens_the_terminal_share() -> None:
    shared = replace(SETTINGS, diameter_shared_sd_um=11.0 / NORMAL_95)
    terminal = known(measured(settings=shared).terminal_fraction)
    moved = Estimate.from_share(8, 10)
    assert terminal.low == pytest.approx(0.8 - math.hypot(0.8 - moved.low, 0.1))
    assert terminal.high == pytest.approx(min(1.0, 0.8 + math.hypot(moved.high - 0.8, 0.1)))


def test_misread_hairs_widen_what_shafts_tell() -> None:
    misread = replace(
        SETTINGS,
        terminal_share_sd=0.1 / NORMAL_95,
        diameter_diversity_sd=0.15 / NORMAL_95,
        diameter_spread_relative_sd=0.2 / NORMAL_95,
        visible_length_relative_sd=0.1 / NORMAL_95,
    )
    sure, unsure = measured(), measured(settings=misread)
    for name, half_width in (
        ("terminal_fraction", 0.1),
        ("diameter_diversity_fraction", 0.15),
        ("diameter_sd_um", 0.2 * known(sure.diameter_sd_um).value),
        ("mean_visible_length_mm", 0.1 * known(sure.mean_visible_length_mm).value),
    ):
        plain, wide = known(getattr(sure, name)), known(getattr(unsure, name))
        assert wide.value == plain.value
        assert wide.value - wide.low == pytest.approx(math.hypot(plain.value - plain.low, half_width))


def test_class_of_one_hair() -> None:
    scale = make_scale()
    assert hair_class(HAIRS[0], scale, SETTINGS) == "vellus"
    assert hair_class(HAIRS[3], scale, SETTINGS) == "terminal"
    assert hair_class(HAIRS[3], None, SETTINGS) is None


def test_cumulative_thickness_is_the_sum_of_diameters_per_area() -> None:
    thickness = known(measured().cumulative_thickness_mm_per_cm2)
    assert thickness.value == pytest.approx(0.6 / AREA_CM2)
    assert thickness.relative_sd > 0.1


def test_diversity_is_the_share_that_departs_a_fifth_from_the_median() -> None:
    assert known(measured().diameter_diversity_fraction).value == pytest.approx(0.4)


def test_units() -> None:
    result = measured()
    hairs_per_unit, sizes = known(result.hairs_per_unit), [1, 1, 2, 2, 4]
    assert hairs_per_unit.value == pytest.approx(2.0)
    half = NORMAL_95 * math.hypot(statistics.stdev(sizes) / math.sqrt(5), 0.15 * 2)
    assert (hairs_per_unit.low, hairs_per_unit.high) == pytest.approx((max(2 - half, 1), 2 + half))
    assert known(result.single_hair_unit_fraction) == Estimate.from_share(
        2, 5, SETTINGS.unit_share_dispersion
    )


def test_a_share_that_varies_twice_as_much_is_known_like_that_of_half_as_many() -> None:
    assert Estimate.from_share(20, 40, dispersion=2.0) == Estimate.from_share(10, 20)


def test_coverage_is_length_times_diameter_over_field() -> None:
    coverage = known(measured().hair_coverage_fraction)
    assert coverage.value == pytest.approx(60 * 100 / 500_000, rel=0.02)


def test_crossing_bodies_are_covered_once() -> None:
    cross = [make_hair(0, (10.3, 50.3), (90.3, 50.3), 10), make_hair(1, (50.3, 10.3), (50.3, 90.3), 10)]
    assert hair_body(cross, (100, 100)).sum() == pytest.approx(2 * 80 * 10 - 100, rel=0.03)


def test_visible_length_leaves_out_hairs_cut_by_the_frame() -> None:
    longer = replace(make_hair(20, (500, 100), (500, 499)), leaves_frame=True)
    assert known(measured(hairs=[*HAIRS, longer]).mean_visible_length_mm).value == pytest.approx(1.0)


def test_only_roots_in_the_field_are_counted_and_bodies_by_their_px() -> None:
    mask = np.zeros((500, 1000), dtype=bool)
    mask[:, :500] = True
    half = Field(mask, FIELD.polygon_px, ())
    result = measured(field=half)
    assert result.hair_count == 5
    assert known(result.hair_density_per_cm2).value == pytest.approx(5 / 0.25)
    assert known(result.mean_diameter_um).value == pytest.approx(44.0)


def test_scaling_the_photo_changes_no_physical_value() -> None:
    small = [
        make_hair(one.id, (one.root_px[0] / 2, 50), (one.root_px[0] / 2, 100), one.diameter_px.value / 2)
        for one in HAIRS
    ]
    half = measure(
        small, make_units(small, (1, 1, 2, 2, 4)), make_field(500, 250), make_scale(20.0), SETTINGS
    )
    whole = measured()
    for name in ("hair_density_per_cm2", "mean_diameter_um", "mean_visible_length_mm", "terminal_fraction"):
        assert getattr(half, name).value == pytest.approx(getattr(whole, name).value), name


def test_without_scale_counts_and_shares_remain_and_the_rest_has_its_reason() -> None:
    result = measured(scale=None)
    assert (result.hair_count, result.unit_count) == (10, 5)
    assert known(result.diameter_diversity_fraction).value == pytest.approx(0.4)
    assert set(result.null_reasons.values()) == {"no scale"}
    assert not [
        name
        for name in _null_names(result)
        if not name.endswith(("_um", "_mm", "_cm2", "al_fraction", "us_fraction"))
    ]


def test_every_null_has_its_reason_and_every_reason_a_null() -> None:
    nothing = measured(hairs=[], units=())
    cases = (measured(scale=None), nothing, no_measurement("refused", SETTINGS), measured(hairs=HAIRS[:1]))
    for result in (*cases, measured(field=Field(np.zeros((500, 1000), dtype=bool), FIELD.polygon_px, ()))):
        assert set(result.null_reasons) == _null_names(result)
    assert nothing.hair_count == 0
    assert nothing.null_reasons["mean_diameter_um"] == "no hair in the field"


def test_nothing_is_measured_of_a_refused_photo() -> None:
    result = no_measurement("the photo is refused", SETTINGS)
    assert result.hair_count is None
    assert len(_null_names(result)) == len(fields(Measurement)) - 2


def _null_names(result: Measurement) -> set[str]:
    return {one.name for one in fields(result) if getattr(result, one.name) is None}
