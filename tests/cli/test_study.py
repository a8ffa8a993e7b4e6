"""`hairdensity study` and `hairdensity plan` on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hairdensity.report.noise_floor import FLOOR_SCHEMA
from tests.study.statistics.made import QUANTITY, Made, trial, write_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    made = trial({"sham": 0.0, "PRP": 25.0}, subjects=6)
    made.photo("bad.jpg", None, subject="A01", visit="week 24", arm="sham")
    return made.write(tmp_path / "batch-out")


def test_a_study_says_what_was_found_and_where_it_lies(run: Run, results: Path, tmp_path: Path) -> None:
    done = run("study", results)
    assert done.exit_code == 0
    assert "Hair density at week 24: PRP against sham" in done.out
    assert "ANCOVA" in done.out
    assert "Only where chance assigned them" in done.out.replace("\n", " ").replace("  ", " ")
    assert "Note: 1 photo or pair was left out; left_out.csv tells why" in done.err
    assert (tmp_path / "hairdensity-out" / "batch-out-study" / "report.html").is_file()


def test_json_stands_alone_on_standard_output(run: Run, results: Path) -> None:
    sessions = write_sessions(results / "sessions.csv", [("B01", "2026-01-12", "PRP", "")])
    hand = results / "hand.csv"
    hand.write_text(f"photo,{QUANTITY}\nA01_w0.jpg,150\nA02_w0.jpg,160\nA03_w0.jpg,140\n", "utf-8")
    done = run(
        "study", results, "--json", "-o", "there", "--treatments", sessions, "--against", f"By hand={hand}",
        "--responder", "15", "--control", "PRP",
    )  # fmt: skip
    document = json.loads(done.out)
    assert (document["control"], document["settings"]["responder"]) == ("PRP", 15.0)
    assert document["agreement"][0]["second"] == "By hand"
    assert "Agreement, ICC(2,1)" in done.err


def test_quiet_says_nothing(run: Run, results: Path) -> None:
    done = run("study", results, "-q", "--without-models")
    assert (done.exit_code, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--quantity", "hairs"), "--quantity hairs: there is no such quantity; choose one of hair_count"),
        (("--control", "x"), "there is no such arm; arms seen: PRP, sham"),
        (("--responder", "much"), "much is no amount; give a number such as 15, or a percentage such as 10%"),
        (("--treatments", "none.csv"), "none.csv: cannot be read"),
        (("--against", "a.csv", "--against", "b.csv"), "hand is named twice"),
    ],
)
def test_wrong_use_is_one_line(run: Run, results: Path, options: tuple[str, ...], message: str) -> None:
    for name in ("a.csv", "b.csv"):
        (results.parent / name).write_text(f"photo,reader,{QUANTITY}\nA01_w0.jpg,hand,1\n", "utf-8")
    done = run("study", results, *options)
    assert done.exit_code == 2
    assert message in done.err
    assert done.err.strip().count("\n") == 0
    assert not (results.parent / "hairdensity-out").exists()


def test_what_is_no_batch_is_one_line(run: Run, tmp_path: Path) -> None:
    done = run("study", tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "give the output folder of hairdensity batch" in done.err


def test_a_plan_names_subjects_field_and_what_it_cannot_show(run: Run) -> None:
    done = run("plan", "--effect", "15", "--sd", "20", "--dropout", "0.1")
    assert done.exit_code == 0
    assert "two parallel arms" in done.out
    assert "from 0.35 cm² on" in done.out
    assert "One group without a control shows a change, not its cause" in done.out


def write_floor(path: Path, **means: float) -> Path:
    quantities = {name: {"mean": mean, "within_sd": 0.06 * mean} for name, mean in means.items()}
    document = {"schema": FLOOR_SCHEMA, "degrees_of_freedom": 5, "quantities": quantities}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_plan_with_an_own_noise_floor_is_that_with_its_variation_and_field(
    run: Run, tmp_path: Path
) -> None:
    floor = write_floor(tmp_path / "own.json", hair_count=75.0, hair_density_per_cm2=150.0)
    asked = ("plan", "--effect", "15", "--sd", "20", "--area", "0.8", "--json")
    own = json.loads(run(*asked, "--noise-floor", str(floor)).out)
    stated = json.loads(run(*asked, "--noise-cv", "0.06", "--noise-area", "0.5").out)
    assert own["arms"] == stated["arms"]
    assert "own.json" in own["floor"]["source"]


def test_a_noise_floor_without_density_is_one_line(run: Run, tmp_path: Path) -> None:
    floor = write_floor(tmp_path / "own.json", hair_count=75.0)
    done = run("plan", "--effect", "15", "--sd", "20", "--noise-floor", str(floor))
    assert done.exit_code == 2
    assert "own.json: tells no hair density" in done.err


def test_a_plan_as_json(run: Run) -> None:
    done = run("plan", "--effect", "10%", "--density", "200", "--sd", "20", "--design", "parallel", "--json")
    plan = json.loads(done.out)
    assert plan["settings"]["effect"] == pytest.approx(20.0)
    assert [one["design"] for one in plan["arms"]] == ["parallel"]


def test_a_pilot_gives_spread_density_and_field(run: Run, tmp_path: Path) -> None:
    made = Made()
    for at, change in enumerate((4.0, 10.0, 16.0)):
        made.course(f"S{at}", {0: 200.0, 12: 200.0 + change})
    done = run("plan", "--effect", "15", "--pilot", made.write(tmp_path / "pilot"), "--json")
    settings = json.loads(done.out)["settings"]
    assert (settings["sd"], settings["density_per_cm2"], settings["sd_area_cm2"]) == pytest.approx(
        (6.0, 200.0, 0.4)
    )


def test_subjects_instead_of_an_effect(run: Run) -> None:
    done = run("plan", "--subjects", "20", "--sd", "20", "--json")
    assert json.loads(done.out)["detectable_effect_per_cm2"]["parallel"] == pytest.approx(18.2, abs=0.3)
    assert "Change shown by 20 subjects" in run("plan", "--subjects", "20", "--sd", "20").out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "give --effect, or --subjects"),
        (("--effect", "15"), "the spread of the change over subjects is missing; give --sd, or a --pilot"),
        (("--effect", "0", "--sd", "3"), "0 is no amount"),
        (("--effect", "15", "--sd", "-3"), "-3 is no size"),
        (("--effect", "15", "--subjects", "9", "--sd", "3"), "give --effect, or --subjects"),
        (("--effect", "15", "--sd", "3", "--power", "1"), "1.0 is not in the range"),
    ],
)
def test_a_plan_without_what_it_needs_is_one_line(run: Run, options: tuple[str, ...], message: str) -> None:
    done = run("plan", *options)
    assert done.exit_code == 2
    assert message in done.err
    assert done.err.strip().count("\n") == 0


def test_a_pilot_without_spread_is_one_line(run: Run, tmp_path: Path) -> None:
    made = Made()
    made.course("S1", {0: 200.0, 12: 210.0})
    done = run("plan", "--effect", "15", "--pilot", made.write(tmp_path / "pilot"))
    assert (done.exit_code, "give --sd" in done.err) == (2, True)
