"""Strands: one for each hair, whole, in px of the photo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.hairs.trace import Strand, TraceSettings, trace_strands
from tests.hairs.drawn import DrawnHair, draw_maps, draw_photo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.evidence import Evidence


def trace(hairs: Sequence[DrawnHair]) -> list[Strand]:
    """Trace drawn hairs; the strands in the order of their roots' x."""
    strands = trace_strands(draw_photo(hairs), draw_maps(hairs), TraceSettings()).strands
    return sorted(strands, key=lambda strand: float(strand.path_px[0, 0]))


def in_photo(x: float, y: float) -> tuple[float, float]:
    return 2 * x + 0.5, 2 * y + 0.5


def test_one_hair_becomes_one_strand_in_photo_px() -> None:
    (strand,) = trace([DrawnHair([(50, 60), (110, 90)], width=7)])
    assert strand.path_px[0] == pytest.approx(in_photo(50, 60), abs=0.5)
    assert strand.path_px[-1] == pytest.approx(in_photo(110, 90), abs=6)
    assert strand.diameter_px.value == pytest.approx(14, abs=0.5)
    assert not strand.leaves_frame
    assert 0.5 < strand.confidence <= 1
    assert not strand.path_px.flags.writeable


def test_crossing_hairs_are_two_strands_that_keep_their_ways() -> None:
    left, right = trace([DrawnHair([(40, 40), (140, 120)]), DrawnHair([(160, 40), (60, 120)])])
    assert left.path_px[-1] == pytest.approx(in_photo(140, 120), abs=6)
    assert right.path_px[-1] == pytest.approx(in_photo(60, 120), abs=6)


def test_hairs_of_one_unit_are_two_strands() -> None:
    left, right = trace([DrawnHair([(60, 40), (45, 110)]), DrawnHair([(70, 40), (95, 110)])])
    assert left.path_px[-1] == pytest.approx(in_photo(45, 110), abs=6)
    assert right.path_px[-1] == pytest.approx(in_photo(95, 110), abs=6)


def test_hairs_of_one_opening_are_two_strands_the_surer_first() -> None:
    hairs = [DrawnHair([(60, 60), (60, 130)]), DrawnHair([(60, 60), (95, 125)])]
    first, second = trace_strands(draw_photo(hairs), draw_maps(hairs), TraceSettings()).strands
    assert first.confidence >= second.confidence > 0.5
    tips = sorted((first.path_px[-1], second.path_px[-1]), key=lambda tip: float(tip[0]))
    assert tips[0] == pytest.approx(in_photo(60, 130), abs=6)
    assert tips[1] == pytest.approx(in_photo(95, 125), abs=6)


@pytest.mark.parametrize("along", [12, 25, 60])
def test_second_root_along_a_shaft_is_dropped(along: float) -> None:
    hair = DrawnHair([(40, 80), (150, 80)], extra_roots=[(40 + along, 81, 0.5)])
    (strand,) = trace([hair])
    assert strand.path_px[0] == pytest.approx(in_photo(40, 80), abs=0.5)


def test_root_under_a_hair_that_crosses_is_kept() -> None:
    strands = trace([DrawnHair([(30, 80), (180, 80)]), DrawnHair([(120, 72), (120, 140)])])
    assert len(strands) == 2


def test_hair_that_runs_out_of_the_photo_says_so() -> None:
    inside, outside = trace([DrawnHair([(30, 40), (80, 40)]), DrawnHair([(120, 100), (230, 100)])])
    assert not inside.leaves_frame
    assert outside.leaves_frame
    assert outside.path_px[-1, 0] == 399
    assert inside.path_px[-1, 0] < 399


def judge_says(monkeypatch: pytest.MonkeyPatch, *logits: float) -> None:
    """Let the judge say this of the candidates, those with the strongest roots first."""

    def judged(evidence: Evidence) -> NDArray[np.float32]:
        assert len(evidence.facts) == len(logits)
        return np.array(logits, np.float32)

    monkeypatch.setattr("hairdensity.hairs.trace.judge_candidates", judged)


@pytest.mark.parametrize(("logit", "left"), [(3.5, 1), (-1.0, 1), (-20.0, 0)])
def test_where_the_judge_is_not_at_home_it_speaks_only_against(
    monkeypatch: pytest.MonkeyPatch, logit: float, left: int
) -> None:
    hairs = [DrawnHair([(50, 60), (110, 90)])]
    judge_says(monkeypatch, logit)
    strands = trace(hairs)
    assert len(strands) == left
    unheard = replace(TraceSettings(), judge_weight=0.0)
    (by_score,) = trace_strands(draw_photo(hairs), draw_maps(hairs), unheard).strands
    assert all(strand.confidence == by_score.confidence for strand in strands)


THREE = [DrawnHair([(30, y), (90, y)], heat=heat) for y, heat in ((30, 1.0), (70, 0.9), (110, 0.8))]


@pytest.mark.parametrize(("typical", "left"), [(3.0, 3), (4.6, 2)])
def test_where_the_judge_is_at_home_it_decides(
    monkeypatch: pytest.MonkeyPatch, typical: float, left: int
) -> None:
    judge_says(monkeypatch, typical, typical, -0.6)
    assert len(trace(THREE)) == left


def test_a_judge_at_home_finds_what_the_score_doubts(monkeypatch: pytest.MonkeyPatch) -> None:
    hairs = [*THREE, DrawnHair([(120, 90), (180, 90)], heat=0.05)]
    doubting = replace(TraceSettings(), usual_score=0.1)
    judge_says(monkeypatch, 3.0, 3.0, 3.0, 3.0)
    assert len(trace_strands(draw_photo(hairs), draw_maps(hairs), doubting).strands) == 3
    judge_says(monkeypatch, 4.6, 4.6, 4.6, -0.4)
    *_, last = strands = trace_strands(draw_photo(hairs), draw_maps(hairs), doubting).strands
    assert len(strands) == 4
    assert last.confidence == pytest.approx(0.5, abs=0.02)


def test_the_judge_comes_home_by_degrees(monkeypatch: pytest.MonkeyPatch) -> None:
    sureness = []
    for typical in (3.5, 4.0, 4.5):
        judge_says(monkeypatch, typical, typical, 0.0)
        weakest = max(trace(THREE), key=lambda strand: float(strand.path_px[0, 1]))
        sureness.append(float(np.log(weakest.confidence / (1 - weakest.confidence))))
    assert sureness[0] > sureness[1] > sureness[2]
    weight = TraceSettings().judge_weight
    of_both = (sureness[0] + sureness[2] / weight) / 2
    assert sureness[1] == pytest.approx(of_both * (1 + weight) / 2, rel=0.01)


def test_weaker_root_is_less_certain() -> None:
    weak, strong = trace([DrawnHair([(30, 40), (80, 40)], heat=0.2), DrawnHair([(120, 90), (170, 90)])])
    assert weak.confidence < strong.confidence


def test_strands_do_not_depend_on_the_order_of_equal_hairs() -> None:
    hairs = [DrawnHair([(30, y), (80, y + 10)]) for y in (20, 60, 100)]
    forward, backward = trace(hairs), trace(hairs[::-1])
    for one, other in zip(forward, backward, strict=True):
        np.testing.assert_allclose(one.path_px, other.path_px)


def test_bare_skin_has_no_strands() -> None:
    assert trace([]) == []
