"""Each statistic gives what was printed for the data that it was printed with."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hairdensity.estimate import Estimate
from hairdensity.study.statistics.agreement import bland_altman, concordance, icc_2_1
from hairdensity.study.statistics.arms import Group, change_differences, fit_ancova, within_differences
from hairdensity.study.statistics.describe import holm, paired_test
from hairdensity.study.statistics.mixed import fit_mixed
from hairdensity.study.statistics.planner import PlanSettings, achieved_power, subjects_needed
from hairdensity.study.statistics.responders import compare_shares, mcnemar_p
from tests.study.statistics import published_data as data


def test_icc_of_shrout_and_fleiss_1979() -> None:
    """Printed: ICC(2,1) = .29; the interval for these data in R's package psych is .019 to .761."""
    found = icc_2_1(data.SHROUT_FLEISS)
    assert found.value == pytest.approx(0.29, abs=0.005)
    assert (found.low, found.high) == pytest.approx((0.019, 0.761), abs=0.001)


def test_limits_of_agreement_of_bland_and_altman_1986() -> None:
    """Printed: mean difference -2.1 (-22.0 to 17.8), SD 38.8, limits -79.7 and 75.5 (2 SD).

    The paper takes 2 SD and a standard error of sqrt(3/n) SD for a limit (half-width 34.6); here it is
    1.96 SD and the authors' later formula (Bland and Altman 1999), half-width 34.8.
    """
    found = bland_altman(data.PEFR_WRIGHT, data.PEFR_MINI)
    assert (found.bias.value, found.sd) == pytest.approx((-2.1, 38.8), abs=0.05)
    assert (found.bias.low, found.bias.high) == pytest.approx((-22.0, 17.8), abs=0.06)
    two_sd = found.bias.value - 2 * found.sd
    assert two_sd == pytest.approx(-79.7, abs=0.1)
    assert found.low_limit.value - two_sd == pytest.approx(0.04 * 38.8, abs=0.01)
    assert found.high_limit.high - found.high_limit.value == pytest.approx(34.6, abs=0.25)


def test_limits_of_agreement_of_giavarina_2015() -> None:
    """Printed: bias -27.17 (-40.17 to -14.17), SD 34.81, limits -95.4 and 41.1 with their intervals."""
    found = bland_altman(data.GIAVARINA_A, data.GIAVARINA_B)
    assert (found.bias.value, found.bias.low, found.bias.high) == pytest.approx(
        (-27.17, -40.17, -14.17), abs=0.01
    )
    assert found.sd == pytest.approx(34.81, abs=0.005)
    assert (found.low_limit.value, found.high_limit.value) == pytest.approx((-95.4, 41.1), abs=0.06)


def test_concordance_of_a_worked_example() -> None:
    """Printed with the data: means 120 and 120.77, SDs 9.27 and 9.34, Pearson's r .87."""
    first, second = zip(*data.PRESSURE, strict=True)
    found = concordance(first, second)
    assert found.pearson == pytest.approx(0.87, abs=0.005)
    n, shift = 30, 120.77 - 120
    by_hand = 2 * 0.8679 * 9.27 * 9.34 / (9.27**2 + 9.34**2 + shift**2 * n / (n - 1))
    assert found.coefficient.value == pytest.approx(by_hand, abs=0.001)
    assert found.coefficient.low < found.coefficient.value < found.coefficient.high


def test_concordance_interval_is_that_of_lin_2000() -> None:
    """Without shift of location or scale Lin's standard error is (1 - r²) / sqrt(n - 2): Fisher's z for r."""
    values = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, -2.0, -1.0, 0.0, 1.0, 2.0])
    other = np.array([-2.0, 0.0, -1.0, 2.0, 1.0, -1.0, -2.0, 1.0, 0.0, 2.0])
    found = concordance(list(values), list(other))
    r = float(np.corrcoef(values, other)[0, 1])
    half_width = 1.959964 / math.sqrt(values.size - 2)
    assert found.coefficient.value == pytest.approx(r)
    assert found.coefficient.low == pytest.approx(math.tanh(math.atanh(r) - half_width))
    assert found.coefficient.high == pytest.approx(math.tanh(math.atanh(r) + half_width))


def test_paired_t_of_student_1908() -> None:
    """R's help of t.test prints t = 4.0621 on 9 df, p = .002833, interval .70 to 2.46, mean 1.58."""
    found = paired_test(np.subtract(data.SLEEP_SECOND, data.SLEEP_FIRST).tolist())
    assert (found.mean, found.t, found.df) == pytest.approx((1.58, 4.0621, 9), abs=5e-5)
    assert found.t_p == pytest.approx(0.002833, abs=5e-7)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=5e-8)


def test_signed_rank_of_hollander_and_wolfe_1973() -> None:
    """Sum of positive ranks 40 of 45, one-sided p .0195, so two-sided .0391; estimate .46."""
    found = paired_test(np.subtract(data.DEPRESSION_BEFORE, data.DEPRESSION_AFTER).tolist())
    assert found.w == 45 - 40
    assert found.w_p == pytest.approx(0.03906, abs=5e-6)
    assert found.median == pytest.approx(0.46, abs=0.005)


def test_signed_rank_with_ties_is_the_corrected_normal_one() -> None:
    """R's wilcox.test prints V = 0 and p = .009091 for Student's data, which hold a zero and ties."""
    found = paired_test(np.subtract(data.SLEEP_FIRST, data.SLEEP_SECOND).tolist())
    assert found.w == 0
    assert found.w_p == pytest.approx(0.009091, abs=5e-7)


def test_ancova_of_snedecor_and_cochran() -> None:
    """SAS prints slope .987 (.164), A -3.446 (1.887), D -3.337 (1.854) against F, drug p = .1384."""
    rows = [(arm, *row) for arm, rows in data.LEPROSY.items() for row in rows]
    arms, before, after = zip(*rows, strict=True)
    found = fit_ancova(after, before, arms, "F")
    assert found.arms == ("F", "A", "D")
    assert (found.slope, found.slope_sd) == pytest.approx((0.98718381, 0.16449757), abs=5e-8)
    assert found.effects == pytest.approx((-3.446138280, -3.337166948), abs=5e-9)
    assert found.effect_sds == pytest.approx((1.88678065, 1.85386642), abs=5e-8)
    assert found.arms_p == pytest.approx(0.1384, abs=5e-5)
    assert found.df == 26


def test_ancova_of_changes_is_that_of_values() -> None:
    rows = [(arm, *row) for arm, rows in data.LEPROSY.items() for row in rows]
    arms, before, after = zip(*rows, strict=True)
    of_values, of_changes = (
        fit_ancova(after, before, arms, "F"),
        fit_ancova(np.subtract(after, before).tolist(), before, arms, "F"),
    )
    assert of_changes.effects == pytest.approx(of_values.effects)
    assert of_changes.effect_ps == pytest.approx(of_values.effect_ps)
    assert of_changes.slope == pytest.approx(of_values.slope - 1)


def test_mixed_model_of_potthoff_and_roy_1964() -> None:
    """Pinheiro and Bates 2000: 17.707 + 0.660 age - 2.321 for girls, SDs 1.807 between and 1.432 within."""
    rows = (*data.ORTHODONT_GIRLS, *data.ORTHODONT_BOYS)
    girls = len(data.ORTHODONT_GIRLS)
    design = np.array(
        [(1.0, age, float(at < girls)) for at in range(len(rows)) for age in data.ORTHODONT_AGES]
    )
    subjects = [str(at) for at in range(len(rows)) for _ in data.ORTHODONT_AGES]
    found = fit_mixed(np.ravel(rows), design, subjects, np.ones((len(design), 1)))
    assert found.converged
    assert found.effects == pytest.approx((17.706713, 0.660185, -2.321023), abs=1e-5)
    assert np.sqrt(np.diag(found.effect_covariance)) == pytest.approx(
        (0.8339225, 0.0616059, 0.7614168), abs=1e-5
    )
    assert math.sqrt(found.random_covariance[0, 0]) == pytest.approx(1.807425, abs=1e-4)
    assert math.sqrt(found.residual_variance) == pytest.approx(1.431592, abs=1e-5)
    assert found.log_likelihood == pytest.approx(-218.7563, abs=1e-3)


def test_mixed_model_with_two_random_effects() -> None:
    """Bates et al., J Stat Softw 67 (2015): 251.405 (6.825) + 10.467 (1.546) a day; REML 1743.6."""
    days = np.tile(np.arange(10.0), len(data.REACTION_MS))
    design = np.column_stack([np.ones(days.size), days])
    subjects = [str(at) for at in range(len(data.REACTION_MS)) for _ in range(10)]
    found = fit_mixed(np.ravel(data.REACTION_MS), design, subjects, design)
    assert found.converged
    assert found.effects == pytest.approx((251.405, 10.467), abs=1e-3)
    assert np.sqrt(np.diag(found.effect_covariance)) == pytest.approx((6.825, 1.546), abs=2e-3)
    assert np.diag(found.random_covariance) == pytest.approx((612.10, 35.07), rel=1e-3)
    assert found.residual_variance == pytest.approx(654.94, rel=1e-4)
    assert -2 * found.log_likelihood == pytest.approx(1743.6, abs=0.05)


def test_difference_of_shares_of_newcombe_1998() -> None:
    """Table II (a), method 10: 56/70 against 48/80, 0.0524 to 0.3339; Wilson for 81/263, 0.2553 to 0.3662."""
    found = compare_shares(56, 70, 48, 80)
    assert (found.difference.value, found.difference.low, found.difference.high) == pytest.approx(
        (0.2, 0.0524, 0.3339), abs=5e-5
    )
    single = Estimate.from_share(81, 263)
    assert (single.low, single.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_exact_test_of_fisher_1935() -> None:
    """The tea tasting: three of four cups right, two-sided p = .4857."""
    assert compare_shares(3, 4, 1, 4).fisher_p == pytest.approx(0.4857, abs=5e-5)


def test_mcnemar_exact_by_counting() -> None:
    """Of eight subjects that differ one goes one way: 2 (1 + 8) / 256."""
    assert mcnemar_p(1, 7) == pytest.approx(18 / 256)
    assert mcnemar_p(0, 0) is None


def test_welch_of_student_s_data_as_two_groups() -> None:
    """R's help of t.test prints t = -1.8608, df = 17.776, p = .07939, -3.3654832 to 0.2054832."""
    names = tuple(map(str, range(10)))
    unknown = (None,) * 10
    control = Group("second", names, unknown, data.SLEEP_SECOND)
    (found,) = change_differences("v", [control, Group("first", names, unknown, data.SLEEP_FIRST)])
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=5e-8)
    assert found.p == pytest.approx(0.07939, abs=5e-6)


def test_arms_within_subjects_are_the_paired_test() -> None:
    names = tuple(map(str, range(10)))
    unknown = (None,) * 10
    control = Group("second", names, unknown, data.SLEEP_SECOND)
    (found,) = within_differences(
        "v", [control, Group("first", names[::-1], unknown, data.SLEEP_FIRST[::-1])]
    )
    assert (found.difference, found.p) == pytest.approx((-1.58, 0.002833), abs=5e-7)


def test_holm_s_adjustment() -> None:
    """Holm, Scand J Stat 6 (1979): .01, .04, .03, .005 become .03, .06, .06, .02."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize(("effect", "subjects"), [(0.2, 393), (0.5, 64), (0.8, 26)])
def test_subjects_of_cohen_1992(effect: float, subjects: int) -> None:
    """Table 2: two means, alpha .05, power .80: 393, 64 and 26 a group for small, medium, large effects."""
    settings = PlanSettings(effect, 1.0)
    assert abs(subjects_needed(effect, 1.0, settings, "parallel") - subjects) <= 1


def test_subjects_of_r_s_power_t_test() -> None:
    """R's help of power.t.test: power .90, delta 1, sd 1 needs n = 22.02 a group."""
    assert subjects_needed(1.0, 1.0, PlanSettings(1.0, 1.0, power=0.90), "parallel") == 23


def test_subjects_and_power_within_subjects() -> None:
    """UCLA's G*Power examples of the paired t test: loss 5, SD 5 needs 10; 35 show 5 of SD 10 with .82."""
    settings = PlanSettings(5.0, 5.0)
    assert subjects_needed(5.0, 5.0, settings, "before-after") == 10
    assert achieved_power(35, 5.0, 10.0, settings, "before-after") == pytest.approx(0.82, abs=0.005)


def test_power_of_r_s_power_t_test() -> None:
    """R's help of power.t.test: n = 20 a group, delta 1, sd 1 has power 0.8689528."""
    found = achieved_power(20, 1.0, 1.0, PlanSettings(1.0, 1.0), "parallel")
    assert found == pytest.approx(0.8689528, abs=5e-7)
