"""The plan: subjects follow the power asked for, fields the noise of measuring."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from hairdensity.compare.model import ChangeSettings
from hairdensity.errors import UsageError
from hairdensity.study.statistics import Floor, PlanSettings, plan_trial, read_batch
from hairdensity.study.statistics.pilot import read_pilot
from hairdensity.study.statistics.planner import achieved_power, detectable_effect, subjects_needed
from tests.study.statistics.made import Made

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = PlanSettings(effect=15.0, sd=20.0)


def test_planned_subjects_have_the_power_and_one_fewer_has_not() -> None:
    for arm in plan_trial(SETTINGS, Floor()).arms:
        assert arm.power >= 0.8
        assert achieved_power(arm.analysed - 1, 15.0, arm.sd, SETTINGS, arm.design) < 0.8


def test_power_is_what_simulated_trials_show() -> None:
    random = np.random.default_rng(5)
    n = 30
    arms = random.normal(0, 20, (4000, n)), random.normal(15, 20, (4000, n))
    found = float((stats.ttest_ind(*arms, axis=1).pvalue < 0.05).mean())
    assert achieved_power(n, 15.0, 20.0, SETTINGS, "parallel") == pytest.approx(found, abs=0.02)


def test_those_who_leave_are_enrolled_on_top() -> None:
    plain, leaving = plan_trial(SETTINGS, Floor()), plan_trial(replace(SETTINGS, dropout=0.2), Floor())
    for one, other in zip(plain.arms, leaving.arms, strict=True):
        assert other.analysed == one.analysed
        assert other.enrolled == math.ceil(one.analysed / 0.8)
    assert leaving.arms[2].total == 2 * leaving.arms[2].enrolled


def test_sides_that_go_together_need_fewer_heads() -> None:
    counts = [
        plan_trial(replace(SETTINGS, side_correlation=one), Floor()).arms[1].analysed
        for one in (0.0, 0.5, 0.9)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == subjects_needed(
        15.0, math.sqrt(2) * plan_trial(SETTINGS, Floor()).arms[0].sd, SETTINGS, "split-head"
    )


def test_noise_falls_with_the_field_and_subjects_with_it() -> None:
    noisy = Floor(cv=0.08)
    fields = plan_trial(SETTINGS, noisy).fields
    assert [one.detectable_per_cm2 for one in fields] == sorted(
        (one.detectable_per_cm2 for one in fields), reverse=True
    )
    assert fields[0].subjects > fields[-1].subjects
    assert fields[2].detectable_per_cm2 == pytest.approx(1.96 * math.sqrt(2) * 0.08 * 150, rel=1e-3)


def test_followed_hairs_have_a_noise_that_grows_with_the_root_of_their_number() -> None:
    floor = Floor(variance_per_hair=0.02)
    assert floor.sd(150, 2.0) == pytest.approx(math.sqrt(0.02 * 300) / 2.0)
    assert floor.half_width(150, 2.0) == pytest.approx(1.96 * floor.sd(150, 2.0), rel=1e-4)
    assert floor.half_width(20, 0.05) == 1 / 0.05


def test_a_pilot_tells_the_noise_that_its_intervals_state(tmp_path: Path) -> None:
    made = Made()
    for at, change in enumerate((4.0, 10.0, 16.0)):
        made.course(f"S{at}", {0: 200.0, 12: 200.0 + change})
    pilot = read_pilot(read_batch(made.write(tmp_path / "pilot")))
    assert pilot.floor is not None
    assert pilot.floor.half_width(200.0, 0.4) == pytest.approx(6.0)
    assert "3 pairs" in pilot.floor.source
    alone = read_pilot(read_batch(made.write(tmp_path / "photos", with_pairs=False)))
    assert alone.floor is None
    assert (alone.area_cm2, alone.sd) == pytest.approx((0.5, 6.0))


def test_no_field_smaller_than_the_noise_was_measured_in_is_advised() -> None:
    plan = plan_trial(replace(SETTINGS, effect=60.0), Floor())
    assert plan.single_area_cm2 is not None
    assert plan.single_area_cm2 * 150 >= ChangeSettings().usual_hair_count


def test_a_field_that_no_size_satisfies_is_none() -> None:
    plan = plan_trial(replace(SETTINGS, effect=1.0, sd=2.0), Floor(cv=0.2))
    assert (plan.trial_area_cm2, plan.single_area_cm2) == (None, None)


def test_noise_in_the_spread_is_not_counted_twice() -> None:
    seen = replace(SETTINGS, sd_area_cm2=0.5, area_cm2=0.5)
    assert plan_trial(seen, Floor()).arms[0].sd == pytest.approx(20.0)
    assert plan_trial(replace(seen, sd_area_cm2=None), Floor()).arms[0].sd > 20.0


def test_the_effect_that_subjects_show_is_that_which_needs_them() -> None:
    settings = replace(SETTINGS, area_cm2=1.0)
    effect = detectable_effect(20, settings, Floor(), "parallel")
    sd = plan_trial(settings, Floor()).arms[2].sd
    assert subjects_needed(effect * 1.001, sd, settings, "parallel") == 20


def test_more_comparisons_need_more_subjects() -> None:
    counts = [plan_trial(replace(SETTINGS, comparisons=one), Floor()).arms[2].analysed for one in (1, 3)]
    assert counts[1] > counts[0]


def test_an_effect_beyond_reach_is_an_error() -> None:
    with pytest.raises(UsageError, match="needs more than 1000000 subjects"):
        plan_trial(replace(SETTINGS, effect=0.001), Floor())
