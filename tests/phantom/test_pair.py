"""Pairs show the same skin with the change they state."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from hairdensity.hairs.field import Field
from hairdensity.phantom import (
    STYLES,
    Motion,
    PairTruth,
    SiteChange,
    View,
    any_motion,
    moved_pair,
    pair_truth,
    random_pair,
)
from hairdensity.phantom.draw import _lay_skin
from hairdensity.phantom.motion import moved_view, overlap_fraction
from hairdensity.phantom.scene import sample_scene

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


def test_thin_hairs_alone_get_thicker_as_stated() -> None:
    style = replace(STYLES["clipped"], vellus_fraction=(0.4, 0.5))
    pair = random_pair(4, style, SiteChange(thin_thicker_um=12.0), SIZE_PX, 9.0)
    before = {hair.seed: hair.diameter_um for hair in pair.before.hairs}
    grown = [
        (before[hair.seed], hair.diameter_um - before[hair.seed])
        for hair in pair.after.hairs
        if hair.seed in before
    ]
    thin = [growth for diameter_um, growth in grown if diameter_um < 40]
    thick = [growth for diameter_um, growth in grown if diameter_um >= 40]
    assert thin == pytest.approx([12.0] * len(thin))
    assert thick == pytest.approx([0.0] * len(thick))
    assert thin
    assert thick


@pytest.mark.parametrize("um_per_px", [5.5, 6.1, 7.3])
def test_a_scene_keeps_its_skin_at_every_resolution(um_per_px: float) -> None:
    """Furrows and blotches are those of the scene, not of the canvas on which one view is drawn."""
    scene = replace(sample_scene(31, STYLES["clipped"], (3000.0, 2400.0)), skin_um_per_px=5.5)
    start = np.array([200.0, 150.0])
    first = _lay_skin(scene, start, (300, 400), 6.8)[..., 1]
    second = _lay_skin(scene, start, (420, 520), um_per_px)[..., 1]
    zoom = np.array([[6.8 / um_per_px, 0, 0], [0, 6.8 / um_per_px, 0]])
    brought = cv2.warpAffine(second, zoom, (400, 300), flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR)
    likeness = np.corrcoef(first[5:-5, 5:-5].ravel(), brought[5:-5, 5:-5].ravel())[0, 1]
    assert likeness > 0.95


@pytest.mark.parametrize("overlap", [0.4, 0.7])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_a_motion_leaves_the_overlap_it_states(overlap: float, zoom: float) -> None:
    first = View(SIZE_PX, 8.0, (5000.0, 5000.0))
    second = moved_view(first, Motion(overlap, turn_deg=70.0, zoom=zoom, heading_deg=30.0))
    assert overlap_fraction(first, second) == pytest.approx(overlap, abs=0.01)
    assert second.um_per_px == pytest.approx(8.0 * zoom)


def test_any_motion_reaches_far() -> None:
    motions = [any_motion(np.random.default_rng(seed)) for seed in range(60)]
    assert min(one.overlap_fraction for one in motions) < 0.5
    assert max(abs(one.turn_deg) for one in motions) > 150
    assert (min(one.zoom for one in motions), max(one.zoom for one in motions)) == pytest.approx(
        (0.5, 2.0), abs=0.15
    )


def test_only_the_field_counts_when_one_is_given() -> None:
    pair = moved_pair(3, STYLES["clipped"], STILL, (SIZE_PX, 9.0), Motion())
    mask = np.zeros((SIZE_PX[1], SIZE_PX[0]), bool)
    mask[:, : SIZE_PX[0] // 2] = True
    left, right = (pair_truth(pair, Field(one, np.empty((0, 2), np.float32), ())) for one in (mask, ~mask))
    assert 0 < left.kept < pair_truth(pair).kept
    assert left.kept + right.kept == pair_truth(pair).kept
