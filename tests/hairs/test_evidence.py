"""Evidence: each fact says what it is meant to say, and rivals are seen as they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.hairs import rivals
from hairdensity.hairs.evidence import Evidence, EvidenceSettings, gather_evidence
from hairdensity.hairs.paths import PathSettings, follow_paths
from hairdensity.hairs.rivals import find_rivals
from hairdensity.hairs.trails import lay_trails
from tests.hairs.drawn import DrawnHair, draw_maps, make_roots

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAT, AHEAD, AGREEMENT, LENGTH, WON, SHARE, EDGE = 0, 1, 3, 6, 12, 13, 15


def evidence_of(
    hairs: Sequence[DrawnHair], points: Sequence[tuple[float, float]], ways: Sequence[tuple[float, float]]
) -> Evidence:
    maps, roots = draw_maps(hairs), make_roots(points, ways)
    paths = follow_paths(maps, roots, PathSettings())
    contrast = np.ones((len(points), 2), np.float32)
    return gather_evidence(maps, (roots, paths), contrast, EvidenceSettings())


def test_shaft_votes_for_its_own_root_and_not_for_one_half_way() -> None:
    hair = DrawnHair([(40, 80), (120, 80)])
    facts = evidence_of([hair], [(40, 80), (80, 80)], [(1, 0), (1, 0)]).facts
    assert facts[0, WON] > 5 * facts[1, WON]
    assert facts[0, SHARE] > 0.8


def test_length_is_that_of_the_path() -> None:
    hair = DrawnHair([(40, 80), (120, 80)])
    facts = evidence_of([hair], [(40, 80)], [(1, 0)]).facts
    assert np.exp(facts[0, LENGTH]) * 300 == pytest.approx(80 * 11, rel=0.06)


def test_root_at_the_edge_of_the_photo_is_known_as_such() -> None:
    hairs = [DrawnHair([(0, 40), (60, 40)]), DrawnHair([(90, 100), (150, 100)])]
    facts = evidence_of(hairs, [(1, 40), (90, 100)], [(1, 0), (1, 0)]).facts
    assert facts[0, EDGE] < 0
    assert facts[1, EDGE] == 1


def test_facts_have_the_same_shape_with_one_candidate() -> None:
    alone = evidence_of([DrawnHair([(40, 80), (120, 80)])], [(40, 80)], [(1, 0)])
    assert alone.facts.shape == (1, 19)
    assert alone.links.shape == (0, 2)
    assert alone.relations.shape == (0, 15)
    assert np.isfinite(alone.facts).all()


def relations_of(
    *lines: tuple[tuple[float, float], tuple[float, float]],
) -> dict[tuple[int, int], list[float]]:
    """Return the relations of straight paths in working px of 11 µm, by link."""
    paths = [np.linspace(*line, 41, dtype=np.float32) for line in lines]
    ways = [(path[-1] - path[0]) / np.linalg.norm(path[-1] - path[0]) for path in paths]
    roots = make_roots([path[0] for path in paths], ways)
    links, relations = find_rivals(roots, lay_trails(paths, 11.0), (30.0, 6.0, 2.5), 11.0)
    return {(int(a), int(b)): row.tolist() for (a, b), row in zip(links, relations, strict=True)}


def test_rival_on_the_same_shaft_shares_the_path() -> None:
    found = relations_of(((40, 80), (120, 80)), ((60, 80), (120, 80)))
    whole, part = found[0, 1], found[1, 0]
    assert whole[0] == pytest.approx(20 * 11 / 200)
    assert part[0] == pytest.approx(-20 * 11 / 200)
    assert whole[6] == pytest.approx(0.75, abs=0.06)
    assert part[6] == pytest.approx(1)
    assert (whole[7], part[7]) == (part[6], whole[6])
    assert part[8] == pytest.approx(0, abs=0.01)
    assert part[9] == pytest.approx(np.log1p(20 * 11 / 200), abs=0.01)


def test_crossing_hair_shares_little_and_turns_away() -> None:
    found = relations_of(((60, 80), (140, 80)), ((80, 60), (80, 140)))
    row = found[1, 0]
    assert row[5] == pytest.approx(0, abs=1e-6)
    assert row[6] < 0.15


def test_hairs_apart_are_no_rivals() -> None:
    assert relations_of(((40, 40), (80, 40)), ((40, 120), (80, 120))) == {}


def test_rivals_are_the_same_however_few_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    roots = rng.uniform(0, 60, (12, 2))
    lines = [((x, y), (x + 30, y + 8)) for x, y in roots.tolist()]
    at_once = relations_of(*lines)
    monkeypatch.setattr(rivals, "_PLACES_IN_BLOCK", 7)
    assert relations_of(*lines) == at_once
    assert len(at_once) > 20


def test_trails_know_where_each_path_is() -> None:
    trails = lay_trails(
        [np.array([[0, 0], [3, 4]], np.float32), np.array([[9, 9], [9, 10]], np.float32)], 2.0
    )
    assert trails.lengths_um.tolist() == [10, 2]
    assert trails.along_um.tolist() == [0, 10, 0, 2]
    assert trails.counts().tolist() == [2, 2]
    values = np.array([5.0, 1.0, 2.0, 4.0])
    assert trails.quantile(values, 0.0).tolist() == [1, 2]
    assert trails.quantile(values, 1.0).tolist() == [5, 4]
    assert trails.mean(values).tolist() == [3, 3]
