"""Courses of subjects become arms, changes and comparisons; what does not fit is left out with its reason."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from hairdensity.errors import UsageError
from hairdensity.study.statistics import StudySettings, read_batch, read_sessions, run_study
from hairdensity.study.statistics.mixed import MixedModel
from tests.study.statistics.made import QUANTITY, Made, split_head, trial, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hairdensity.study.statistics.study import ChangeSummary, Study

    Analyse = Callable[..., Study]


@pytest.fixture
def analyse(tmp_path: Path) -> Analyse:
    """Write what was made, read it back and study it."""

    def study(
        made: Made,
        sessions: list[tuple[str, str, str, str]] | None = None,
        **settings: Any,  # noqa: ANN401 -- any setting
    ) -> Study:
        with_pairs = settings.pop("with_pairs", True)
        folder = made.write(tmp_path / "out", with_pairs=with_pairs)
        known = read_sessions(write_sessions(tmp_path / "sessions.csv", sessions)) if sessions else ()
        return run_study(read_batch(folder), known, StudySettings(**settings))

    return study


def own(study: Study) -> list[ChangeSummary]:
    return [one for one in study.changes if one.quantity == study.settings.quantity]


def by_method(study: Study, method: str) -> dict[tuple[str, str], float]:
    return {(one.visit, one.arm): one.difference for one in study.differences if one.method == method}


def test_a_parallel_trial_finds_its_effects(analyse: Analyse) -> None:
    study = analyse(trial({"sham": 0.0, "PRP": 20.0}, subjects=40))
    assert study.course.arms == ("sham", "PRP")
    assert study.course.visits == ("week 0", "week 12", "week 24")
    for method in ("ancova", "change", "mixed-model"):
        assert by_method(study, method)["week 24", "PRP"] == pytest.approx(20.0, abs=6.0)
        assert by_method(study, method)["week 12", "PRP"] == pytest.approx(10.0, abs=5.0)
    assert isinstance(study.model, MixedModel)
    assert study.model.converged
    assert study.model.residual_sd == pytest.approx(3.0 + 9.0 / 4, abs=2.5)
    assert [one.test.n for one in own(study)] == [40] * 4


def test_pairs_count_before_photos_by_themselves(analyse: Analyse) -> None:
    made = Made()
    for at in range(3):
        made.course(f"S{at}", {0: 150.0 + at, 12: 170.0})
    for row in made.pairs:
        row[f"{QUANTITY}_difference"] = 5.0
    assert [one.test.mean for one in own(analyse(made))] == [5.0]
    assert own(analyse(made, change_from="photos"))[0].test.mean == pytest.approx(19.0)
    assert own(analyse(made, with_pairs=False, change_from="photos"))[0].resolved is None


def test_asking_for_pairs_without_any_is_an_error(analyse: Analyse, tmp_path: Path) -> None:
    made = trial({"A": 0.0}, subjects=2)
    folder = made.write(tmp_path / "other", with_pairs=False)
    with pytest.raises(UsageError, match=r"there is no pairs\.csv"):
        run_study(read_batch(folder), (), StudySettings(change_from="pairs"))
    del analyse


def test_sides_of_one_head_are_compared_within_each_subject(analyse: Analyse) -> None:
    study = analyse(split_head({"sham": 0.0, "PRP": 15.0}, subjects=40))
    assert study.course.is_split
    found = [one for one in study.differences if one.method == "within-subject"]
    assert [(one.visit, one.n_arm) for one in found] == [("week 12", 40), ("week 24", 40)]
    assert found[1].difference == pytest.approx(15.0, abs=6.0)
    assert not by_method(study, "ancova")
    assert by_method(study, "mixed-model")["week 24", "PRP"] == pytest.approx(found[1].difference, abs=1.5)
    response = study.responses[-1]
    assert (response.test, response.difference) == ("McNemar", None)


def test_sides_stand_for_arms_when_nothing_else_does(analyse: Analyse) -> None:
    made = split_head({"sham": 0.0, "PRP": 15.0}, subjects=6)
    for row in made.results:
        row["arm"] = ""
    study = analyse(made)
    assert (study.course.compared_by, study.course.arms) == ("side", ("left", "right"))


def test_arms_are_named_by_what_each_side_received(analyse: Analyse) -> None:
    made = split_head({"x": 0.0, "y": 15.0}, subjects=4)
    for row in made.results:
        row["arm"] = ""
    rows = [(f"S{at + 1:02d}", "2026-01-10", "micro-needling", "") for at in range(4)]
    rows += [(f"S{at + 1:02d}", "2026-01-10", "PRP", "left") for at in range(4)]
    study = analyse(made, rows, compare_by="treatment")
    assert study.course.arms == ("micro-needling", "micro-needling + PRP")
    assert {one.treatment for one in study.published} >= {
        "micro-needling",
        "micro-needling with platelet-rich plasma",
    }
    assert len(study.course.sessions) == 8


def test_subjects_without_sessions_are_the_untreated_control(analyse: Analyse) -> None:
    made = trial({"a": 0.0, "b": 10.0}, subjects=3)
    rows = [(f"B{at + 1:02d}", "2026-01-10", "minoxidil", "") for at in range(3)] + [
        ("X9", "2026-01-10", "minoxidil", "")
    ]
    study = analyse(made, rows, compare_by="treatment")
    assert study.course.arms == ("no treatment", "minoxidil")
    assert any("X9" in note for note in study.course.notes)


def test_what_fails_is_left_out_with_its_reason(analyse: Analyse) -> None:
    made = trial({"sham": 0.0, "PRP": 15.0}, subjects=5)
    made.photo("blurred.jpg", None, subject="A01", visit="week 36", arm="sham")
    made.photo("nobody.jpg", 150.0, subject="", visit="week 0", arm="sham")
    made.photo("when.jpg", 150.0, subject="A01", arm="sham")
    made.course("Z1", {0: 140.0, 12: 150.0})
    made.pairs[1] |= {"exit_code": 5, "error": "A01_w24.jpg: not aligned: different skin"}
    reasons = {one.what: one.reason for one in analyse(made).course.left_out}
    assert reasons["blurred.jpg"].startswith("blurred.jpg: refused")
    assert reasons["nobody.jpg"] == reasons["when.jpg"] == "no subject, or neither visit nor date"
    assert reasons["Z1_w0.jpg"] == reasons["Z1_w12.jpg"] == "no arm"
    assert reasons["A01_w0.jpg with A01_w24.jpg"] == "A01_w24.jpg: not aligned: different skin"


def test_visits_may_be_missing_and_the_model_uses_what_there_is(analyse: Analyse) -> None:
    made = trial({"sham": 0.0, "PRP": 15.0}, subjects=12)
    made.results = [
        one for one in made.results if one["photo"] not in {"A03_w12.jpg", "B05_w24.jpg", "B07_w12.jpg"}
    ]
    study = analyse(made)
    assert isinstance(study.model, MixedModel)
    assert {(one.arm, one.visit): one.n for one in study.model.cells} == {
        ("sham", "week 12"): 11, ("sham", "week 24"): 12, ("PRP", "week 12"): 11, ("PRP", "week 24"): 11,
    }  # fmt: skip


def test_one_subject_has_a_change_and_no_interval(analyse: Analyse) -> None:
    made = Made()
    made.course("S1", {0: 150.0, 12: 160.0})
    study = analyse(made)
    (only,) = own(study)
    assert (only.test.n, only.test.mean, only.test.low, only.test.t_p, only.test.w_p) == (
        1,
        10.0,
        None,
        None,
        None,
    )
    assert only.resolved == (1, 0)
    assert isinstance(study.model, str)
    assert study.responses[0].share.value == 0.0
    assert analyse(made, responder=0.05).responses[0].share.value == 1.0


def test_one_visit_is_described_without_changes(analyse: Analyse) -> None:
    made = Made()
    made.course("S1", {0: 150.0})
    made.course("S2", {0: 170.0})
    study = analyse(made)
    assert study.changes == ()
    assert [(one.sample.n, one.sample.mean) for one in study.visits if one.quantity == QUANTITY] == [
        (2, 160.0)
    ]


def test_repeated_photos_and_sites_are_averaged_within_a_subject(analyse: Analyse) -> None:
    made = Made()
    made.course("S1", {0: 150.0, 12: 160.0})
    made.course("S2", {0: 150.0, 12: 160.0})
    made.photo("again.jpg", 170.0, subject="S1", visit="week 0", date="2026-01-05")
    made.pair("again.jpg", "S1_w12.jpg", (170.0, 160.0))
    made.photo("temple0.jpg", 90.0, subject="S1", visit="week 0", site="temple")
    study = analyse(made)
    first = next(one for one in study.visits if one.quantity == QUANTITY and one.visit == "week 0")
    assert first.sample.n == 2
    assert first.sample.mean == pytest.approx(((150 + 170 + 90) / 3 + 150) / 2)
    assert [(one.subject, one.difference, one.places) for one in study.course.changes_of(QUANTITY)] == [
        ("S1", 0.0, 2), ("S2", 10.0, 1),
    ]  # fmt: skip
    assert len(study.course.notes) == 2
    assert analyse(made, site="Temple").course.visits == ("week 0",)


def test_photos_without_a_scale_have_relative_changes(analyse: Analyse) -> None:
    made = trial({"sham": 0.0, "PRP": 15.0}, subjects=6)
    for row in made.results:
        row[QUANTITY] = ""
    for row in made.pairs:
        row |= {
            f"{QUANTITY}_{part}": ""
            for part in ("before", "after", "difference", "difference_low", "difference_high")
        }
    study = analyse(made, relative=True)
    assert by_method(study, "change")["week 24", "PRP"] == pytest.approx(0.1, abs=0.08)
    assert not by_method(study, "ancova")
    assert analyse(made, quantity="hair_count").visits


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"control": "shame"}, "--control shame: there is no such arm; arms seen: PRP, sham"),
        (
            {"baseline": "week 1"},
            "--baseline week 1: there is no such visit; visits seen: week 0, week 12, week 24",
        ),
        ({"site": "beard"}, "--site beard: no photo has this site; sites seen: vertex"),
        ({"compare_by": "treatment"}, "give --treatments"),
        ({"compare_by": "side"}, "fill the column side"),
        ({"quantity": "unit_count"}, "choose one of these with --quantity: hair_count, hair_density_per_cm2"),
    ],
)
def test_asking_for_what_is_not_there_tells_what_is(
    analyse: Analyse, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as error:
        analyse(trial({"sham": 0.0, "PRP": 15.0}, subjects=2), **settings)
    assert "\n" not in str(error.value)


def test_a_place_in_two_arms_is_an_error(analyse: Analyse) -> None:
    made = trial({"sham": 0.0, "PRP": 15.0}, subjects=2)
    made.results[1]["arm"] = "PRP"
    with pytest.raises(UsageError, match="A01 vertex is in arm sham and in arm PRP"):
        analyse(made)


def test_nothing_usable_is_an_error(analyse: Analyse) -> None:
    made = Made()
    made.photo("a.jpg", None, subject="S1", visit="1")
    with pytest.raises(UsageError, match="no photo has a result, a subject and a visit or date"):
        analyse(made)


def test_visits_are_ordered_by_time_and_named_by_turn_where_unnamed(analyse: Analyse) -> None:
    made = Made()
    for at in range(3):
        made.course(f"S{at}", {0: 150.0, 6: 155.0, 12: 160.0})
    names = {"week 0": "start", "week 6": "z", "week 12": "b"}
    for row in made.results:
        row["visit"] = names[row["visit"]]
    assert analyse(made).course.visits == ("start", "z", "b")
    for row in made.results:
        row["visit"] = ""
    assert analyse(made).course.visits == ("1", "2", "3")


def test_pairs_that_do_not_start_at_the_baseline_are_left_out(analyse: Analyse) -> None:
    made = Made()
    made.course("S1", {0: 150.0, 6: 155.0, 12: 160.0})
    made.pair("S1_w6.jpg", "S1_w12.jpg", (155.0, 160.0))
    study = analyse(made)
    assert [one.reason for one in study.course.left_out] == [
        "it starts from week 6, not from the baseline week 0"
    ]


def test_models_need_their_extra_and_can_be_left_out(
    analyse: Analyse, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trial({"sham": 0.0, "PRP": 15.0}, subjects=4)
    monkeypatch.setitem(sys.modules, "statsmodels.regression.linear_model", None)
    with pytest.raises(UsageError, match=r"pip install 'hairdensity\[stats\]'"):
        analyse(made)
    study = analyse(made, with_models=False)
    assert {one.method for one in study.differences} == {"change"}


def test_subjects_that_hardly_differ_are_modelled_too(analyse: Analyse) -> None:
    """Without variance between subjects the means are plain; searches by derivatives fail here."""
    made = Made()
    for at, (first, second) in enumerate([(4, 9), (9, 4), (5, 8), (8, 5), (6, 7), (7, 6)]):
        made.course(f"S{at}", {0: 150.0, 12: 150.0 + first, 24: 150.0 + second})
    model = analyse(made).model
    assert isinstance(model, MixedModel)
    assert (model.converged, model.at_bound) == (True, True)
    assert [one.mean for one in model.cells] == pytest.approx([6.5, 6.5])
    assert model.subject_sd == pytest.approx(0.0, abs=0.05)


def test_a_name_may_be_that_of_an_arm_and_of_a_visit(analyse: Analyse) -> None:
    made = trial({"1": 0.0, "week 0": 15.0}, subjects=4)
    study = analyse(made)
    assert [(one.arm, one.visit) for one in own(study)] == [
        (arm, visit) for arm in study.course.arms for visit in ("week 12", "week 24")
    ]
