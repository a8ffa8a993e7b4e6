"""The worked example of docs/statistics.md prints what the page says it prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hairdensity.study.statistics import (
    StudySettings,
    agree_on_photos,
    read_batch,
    read_readings,
    read_sessions,
    run_study,
)
from hairdensity.study.statistics.numbers import numbers_of
from hairdensity.study.statistics.wording import summary_texts
from tests.cli.conftest import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

__all__ = ["run"]
ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "example_study"
PAGE = (ROOT / "docs" / "statistics.md").read_text("utf-8")


def shown(name: str) -> str:
    """Return the block that the page shows for an example."""
    (found,) = re.findall(rf"<!-- example: {name} -->\n```text\n(.*?)```", PAGE, re.DOTALL)
    return str(found).strip()


def test_the_study_finds_what_the_page_says() -> None:
    batch = read_batch(FOLDER)
    readings = read_readings(FOLDER / "by_hand.csv", "", "hair_density_per_cm2")
    agreement = agree_on_photos(batch, readings, "hair_density_per_cm2")
    study = run_study(batch, read_sessions(FOLDER / "sessions.csv"), StudySettings(), agreement)
    assert summary_texts(study) == (shown("study"),)
    numbers = numbers_of("hair_density_per_cm2")
    for one in study.changes:
        if one.quantity == "hair_density_per_cm2" and one.visit == "week 24":
            change = numbers.interval(one.test.mean, one.test.low, one.test.high)
            assert f"| {one.arm} | {one.test.n} | {change} |" in PAGE
    icc, first = agreement.icc, agreement.pairs[0].limits
    assert f"{icc.value:.3f} ({icc.low:.3f} to {icc.high:.3f}) on {agreement.photos} photos" in PAGE
    assert (
        f"{numbers.change(first.low_limit.value)} to {numbers.change(first.high_limit.value)} hairs/cm²"
        in PAGE
    )
    assert study.ancovas["week 12"].slopes_p == pytest.approx(0.025, abs=5e-4)
    plain, adjusted, modelled = (
        next(one.difference for one in study.differences if (one.method, one.visit) == (method, "week 24"))
        for method in ("change", "ancova", "mixed-model")
    )
    assert f"Plain difference {plain:+.1f}, ANCOVA {adjusted:+.1f}, mixed model {modelled:+.1f}" in PAGE


def test_the_plan_says_what_the_page_says(run: Callable[..., Outcome]) -> None:
    done = run(
        "plan", "--effect", 12, "--pilot", FOLDER, "--power", 0.9, "--dropout", 0.1, "--design", "parallel"
    )
    assert " ".join(shown("plan").split()) in " ".join(done.out.split())
    assert "in a field of 0.55 cm²" in done.out
