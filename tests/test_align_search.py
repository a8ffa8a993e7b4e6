"""The search over all turns, sizes and places: it finds skin that nothing else does, and no other skin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.align import AlignSettings, align, find
from hairdensity.align.homography import inverse, project
from hairdensity.align.search import search_texture, searched_views
from tests.drawn import HEIGHT_PX, UM_PER_PX, WIDTH_PX, analyse, photograph, skin_texture, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.align.search import Sighting
    from hairdensity.pipeline import Analysis

SETTINGS = AlignSettings()
MIRROR = np.array([[-1.0, 0, WIDTH_PX - 1], [0, 1, 0], [0, 0, 1]])


@pytest.fixture(scope="module")
def skin() -> NDArray[np.float32]:
    return skin_texture(1)


@pytest.fixture(scope="module")
def before(skin: NDArray[np.float32]) -> Analysis:
    return analyse(photograph(skin, ()), (), name="before.png")


def shot(skin: NDArray[np.float32], mapping: NDArray[np.float64], noise: float = 12.0) -> Analysis:
    """Photograph the skin in other light, with so much noise that features do not match."""
    pixels = photograph(0.7 * skin + 20, (), mapping, seed=4)
    grain = np.random.default_rng(6).normal(0, noise, pixels.shape)
    return analyse((pixels + grain).clip(0, 255).astype(np.uint8), (), mapping, name="after.png")


def sighted(before: Analysis, after: Analysis) -> Sighting:
    """Return the best sighting, its mapping in px of the photos."""
    views = searched_views(before, after, SETTINGS)
    best = search_texture((before, after), views, SETTINGS)[0]
    return replace(best, mapping=inverse(views[1].from_photo) @ best.mapping @ views[0].from_photo)


def miss_um(found: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Return the median distance between two mappings over the part of the photo that both show."""
    grid = np.array([(x, y) for x in range(0, WIDTH_PX, 40) for y in range(0, HEIGHT_PX, 40)], float)
    known = project(truth, grid)
    shown = ((known >= 0) & (known < (WIDTH_PX, HEIGHT_PX))).all(axis=1)
    gaps_px = np.linalg.norm(project(found, grid[shown]) - known[shown], axis=1)
    return float(np.median(gaps_px)) * UM_PER_PX


@pytest.mark.parametrize(
    "mapping",
    [
        pytest.param(turned(0.0), id="as it was"),
        pytest.param(turned(100.4, zoom=1.04), id="turn"),
        pytest.param(turned(-163.0, zoom=0.96, tilt=1e-4), id="tilt"),
        pytest.param(turned(31.3, shift_px=320.0), id="right half"),
        pytest.param(turned(-31.3, shift_px=-320.0), id="left half"),
    ],
)
def test_the_same_skin_rises_above_all_else(
    before: Analysis, skin: NDArray[np.float32], mapping: NDArray[np.float64]
) -> None:
    sighting = sighted(before, shot(skin, mapping))
    assert sighting.rise > 1.5 * SETTINGS.min_sighting_rise
    assert miss_um(sighting.mapping, mapping) < 150


@pytest.mark.parametrize("zoom", [0.6, 1.7])
def test_any_size_is_found_where_a_scale_is_missing(
    before: Analysis, skin: NDArray[np.float32], zoom: float
) -> None:
    mapping = turned(70.0, zoom=zoom)
    after = replace(shot(skin, mapping, noise=4.0), scale=None)
    sighting = sighted(before, after)
    assert sighting.rise > SETTINGS.min_sighting_rise
    assert miss_um(sighting.mapping, mapping) < 200


def test_other_skin_and_mirrored_skin_do_not_rise(before: Analysis, skin: NDArray[np.float32]) -> None:
    assert sighted(before, shot(skin_texture(8), np.eye(3))).rise < SETTINGS.min_sighting_rise
    assert sighted(before, shot(skin, MIRROR)).rise < SETTINGS.min_sighting_rise


def test_an_alignment_needs_neither_features_nor_roots(
    before: Analysis, skin: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "_proposals", lambda *_: iter(()))
    mapping = turned(125.0, shift_px=150.0)
    alignment = align(before, shot(skin, mapping), SETTINGS)
    assert alignment.before_to_after is not None, alignment.reason
    assert miss_um(alignment.before_to_after, mapping) < 20
    assert align(before, shot(skin_texture(8), mapping), SETTINGS).status == "not-aligned"


def test_skin_without_texture_gives_no_sighting(before: Analysis) -> None:
    none = replace(before, field=replace(before.field, mask=np.zeros_like(before.field.mask)))
    views = searched_views(before, none, SETTINGS)
    assert search_texture((before, none), views, SETTINGS) == []


def test_the_correlation_needed_falls_with_the_root_of_the_area() -> None:
    evidence = find.Evidence(0.5, 4.0, has_texture=True, score=0.0, match_count=0, matched_fraction=0.0)
    sighting = replace(evidence, rise=20.0)
    assert find.needed_correlation(sighting, SETTINGS) == pytest.approx(SETTINGS.min_sighting_strength / 2)
    wide = replace(sighting, compared_mm2=400.0)
    assert find.needed_correlation(wide, SETTINGS) == SETTINGS.min_sighting_correlation
    assert find.needed_correlation(evidence, SETTINGS) == pytest.approx(SETTINGS.min_texture_strength / 2)
    assert find.is_proof(sighting, SETTINGS)
    assert not find.is_proof(replace(sighting, correlation=0.4), SETTINGS)


@pytest.mark.parametrize(
    ("score", "on_2_mm", "on_20_mm"),
    [(0.0, 0.4, 0.25), (8.0, 0.4, 0.25), (10.65, 0.3, 0.205), (13.3, 0.2, 0.16), (30.0, 0.2, 0.16)],
)
def test_the_better_the_roots_agree_the_less_texture_is_needed(
    score: float, on_2_mm: float, on_20_mm: float
) -> None:
    evidence = find.Evidence(
        correlation=on_2_mm + 0.01,
        compared_mm2=4.0,
        has_texture=True,
        score=score,
        match_count=9,
        matched_fraction=0.9,
    )
    assert find.needed_correlation(evidence, SETTINGS) == pytest.approx(on_2_mm)
    wide = replace(evidence, compared_mm2=400.0)
    assert find.needed_correlation(wide, SETTINGS) == pytest.approx(on_20_mm)
    assert find.is_proof(evidence, SETTINGS)
    assert not find.is_proof(replace(evidence, correlation=on_2_mm - 0.01), SETTINGS)
