"""Pairs show the same skin with the change they state."""

from __future__ import annotations

import numpy as np
import pytest

from hairdensity.phantom import STYLES, PairTruth, SiteChange, pair_truth, random_pair

SIZE_PX = (400, 320)
STILL = SiteChange(combed_deg=0.0, regrown=0.0)


def test_kept_roots_map_onto_each_other() -> None:
    pair = random_pair(3, STYLES["clipped"], STILL, SIZE_PX, 8.0)
    after = {hair.seed: path[0] for hair, path in zip(pair.after.hairs, pair.after.paths_px, strict=True)}
    gaps = []
    for hair, path in zip(pair.before.hairs, pair.before.paths_px, strict=True):
        if hair.seed in after:
            x, y, w = pair.before_to_after @ [*path[0], 1.0]
            gaps.append(np.hypot(x / w - after[hair.seed][0], y / w - after[hair.seed][1]))
    assert len(gaps) > 5
    assert max(gaps) < 0.01


def test_no_change_is_no_change() -> None:
    truth = pair_truth(random_pair(3, STYLES["clipped"], STILL, SIZE_PX, 8.0))
    assert truth.kept > 5
    assert (truth.gained, truth.lost) == (0, 0)
    assert truth.relative_change == 0


def test_hairs_are_lost_and_gained_as_stated() -> None:
    change = SiteChange(lost_fraction=0.3, gained_fraction=0.2)
    truths = [pair_truth(random_pair(seed, STYLES["clipped"], change, (640, 512), 9.0)) for seed in range(9)]
    kept, gained, lost = (sum(getattr(t, name) for t in truths) for name in ("kept", "gained", "lost"))
    total = kept + gained + lost
    assert lost / total == pytest.approx(0.3, abs=0.12)
    assert gained / total == pytest.approx(0.2, abs=0.12)


def test_relative_change_counts_from_before() -> None:
    assert PairTruth(kept=90, gained=15, lost=10).relative_change == pytest.approx(0.05)


def test_every_hair_gets_thicker_as_stated() -> None:
    pair = random_pair(4, STYLES["clipped"], SiteChange(thicker_um=5.0), SIZE_PX, 9.0)
    before = {hair.seed: hair.diameter_um for hair in pair.before.hairs}
    grown = [hair.diameter_um - before[hair.seed] for hair in pair.after.hairs if hair.seed in before]
    assert grown == pytest.approx([5.0] * len(grown))
    assert grown
