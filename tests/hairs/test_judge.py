"""The judge: rivals count, order does not, damage is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.errors import HairDensityError
from hairdensity.hairs import judge
from hairdensity.hairs.evidence import Evidence, EvidenceSettings, gather_evidence
from hairdensity.hairs.judge import judge_candidates
from hairdensity.hairs.paths import PathSettings, follow_paths
from hairdensity.hairs.roots import RootSettings, find_roots
from hairdensity.hairs.visibility import VisibilitySettings, shaft_contrast
from tests.hairs.drawn import DrawnHair, draw_maps, draw_photo

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [DrawnHair([(30, y), (90, y)]) for y in (20, 60, 100, 140)]
WITH_FALSE_ROOT = [*ROWS[:3], DrawnHair([(30, 140), (90, 140)], extra_roots=[(60, 140, 0.4)])]


def evidence_of(hairs: list[DrawnHair]) -> Evidence:
    maps = draw_maps(hairs)
    roots = find_roots(maps, RootSettings())
    found = roots, follow_paths(maps, roots, PathSettings())
    contrast = shaft_contrast(draw_photo(hairs), maps, found, VisibilitySettings())
    return gather_evidence(maps, found, contrast, EvidenceSettings())


def test_roots_are_likely_and_a_root_half_way_along_a_shaft_is_not() -> None:
    evidence = evidence_of(WITH_FALSE_ROOT)
    logits = judge_candidates(evidence)
    assert len(logits) == 5
    assert logits.argmin() == evidence.facts[:, 12].argmin()
    assert (np.sort(logits)[1:] > 0).all()
    assert logits.min() < 0


def test_order_of_candidates_does_not_matter() -> None:
    evidence = evidence_of(WITH_FALSE_ROOT)
    order = np.array([3, 1, 4, 0, 2])
    place = np.argsort(order)
    links = place[evidence.links]
    sorting = np.lexsort(links.T[::-1])
    turned = Evidence(evidence.facts[order], links[sorting], evidence.relations[sorting])
    np.testing.assert_allclose(judge_candidates(turned), judge_candidates(evidence)[order], atol=1e-4)


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hairjudge.npz").write_bytes(b"damaged")
    (tmp_path / "weights.sha256").write_text(f"{'0' * 64} hairjudge.npz\n")
    evidence = evidence_of(ROWS)
    monkeypatch.setattr("importlib.resources.files", lambda _package: tmp_path)
    judge._load_weights.cache_clear()
    with pytest.raises(HairDensityError, match=r"hairjudge.npz: sha256 is .* install hairdensity again"):
        judge_candidates(evidence)
    monkeypatch.undo()
    judge._load_weights.cache_clear()
