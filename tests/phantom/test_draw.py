"""Phantoms show what their truth says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hairdensity.phantom import STYLES, Camera, View, random_phantom
from hairdensity.phantom.draw import draw_phantom
from hairdensity.phantom.scene import sample_scene
from hairdensity.phantom.truth import encode, truth_of

SIZE_PX = (360, 300)
PLAIN = Camera(noise=0.0, blur_px=0.0)


def test_the_same_seed_draws_the_same_photo() -> None:
    first = random_phantom(5, STYLES["clipped"], SIZE_PX, 8.0)
    again = random_phantom(5, STYLES["clipped"], SIZE_PX, 8.0)
    other = random_phantom(6, STYLES["clipped"], SIZE_PX, 8.0)
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)


@pytest.mark.parametrize("name", sorted(STYLES))
def test_every_style_draws_its_hairs(name: str) -> None:
    phantoms = [random_phantom(seed, STYLES[name], SIZE_PX, 9.0) for seed in range(3)]
    assert sum(len(phantom.hairs) for phantom in phantoms) > 0
    for phantom in phantoms:
        roots = np.array([path[0] for path in phantom.paths_px]).reshape(-1, 2)
        assert ((roots > -0.5) & (roots < np.array(SIZE_PX) - 0.5)).all()
        assert not any(hair.is_fragment for hair in phantom.hairs)


def test_view_puts_its_centre_in_the_middle_at_its_scale() -> None:
    view = View((200, 100), 5.0, (1000.0, 2000.0), turn_deg=90.0)
    to_photo = view.skin_to_photo()
    assert to_photo @ [1000.0, 2000.0, 1.0] == pytest.approx([99.5, 49.5, 1.0])
    assert to_photo @ [1050.0, 2000.0, 1.0] == pytest.approx([99.5, 59.5, 1.0])


def test_dark_shafts_are_darker_than_the_skin_beside_them() -> None:
    style = replace(
        STYLES["clipped"], vellus_fraction=(0.0, 0.0), glare=(0.0, 0.0), units_per_cm2=(90.0, 100.0)
    )
    size_um = (SIZE_PX[0] * 6.0, SIZE_PX[1] * 6.0)
    scene = sample_scene(4, style, size_um)
    phantom = draw_phantom(scene, View(SIZE_PX, 6.0, (size_um[0] / 2, size_um[1] / 2)), PLAIN)
    grey = phantom.pixels.mean(axis=2)
    shafts = []
    for path, leaves in zip(phantom.paths_px, phantom.leaves_frame, strict=True):
        x, y = path[len(path) // 2].round().astype(int)
        if not leaves:
            shafts.append(grey[y, x])
    assert len(shafts) > 3
    assert np.median(shafts) < 0.5 * np.median(grey)


def test_paths_end_at_the_frame_where_hair_leaves_it() -> None:
    phantom = random_phantom(2, STYLES["long"], SIZE_PX, 8.0)
    cut = [path[-1] for path, leaves in zip(phantom.paths_px, phantom.leaves_frame, strict=True) if leaves]
    assert cut
    for x, y in cut:
        to_edge = min(abs(x + 0.5), abs(y + 0.5), abs(x - SIZE_PX[0] + 0.5), abs(y - SIZE_PX[1] + 0.5))
        assert to_edge == pytest.approx(0, abs=1e-3)


def test_truth_holds_every_hair_exactly() -> None:
    phantom = random_phantom(8, STYLES["clipped"], SIZE_PX, 8.0)
    truth = truth_of(phantom, "drawn.png", encode(phantom, ".png"))
    assert truth.measurement.hair_count == len(phantom.hairs)
    assert sorted(hair.root_px for hair in truth.hairs) == sorted(
        (float(path[0, 0]), float(path[0, 1])) for path in phantom.paths_px
    )
    diameters_um = sorted(hair.diameter_px.value * 8.0 for hair in truth.hairs)
    assert diameters_um == pytest.approx(sorted(hair.diameter_um for hair in phantom.hairs))
    assert sum(len(unit.hair_ids) for unit in truth.units) == len(truth.hairs)
    assert {hair.unit_id for hair in truth.hairs} == {unit.id for unit in truth.units}


def test_hair_under_the_rim_is_not_counted() -> None:
    size_um = (SIZE_PX[0] * 8.0, SIZE_PX[1] * 8.0)
    scene = sample_scene(8, STYLES["clipped"], size_um)
    view = View(SIZE_PX, 8.0, (size_um[0] / 2, size_um[1] / 2))
    phantom = draw_phantom(scene, view, replace(PLAIN, rim=0.6))
    truth = truth_of(phantom, "drawn.png", encode(phantom, ".png"))
    reach_px = 0.6 * np.hypot(*SIZE_PX) / 2
    centre = (np.array(SIZE_PX) - 1) / 2
    outside = [hair for hair in truth.hairs if np.hypot(*(np.array(hair.root_px) - centre)) > reach_px + 5]
    assert outside
    assert not any(hair.counted for hair in outside)
    assert phantom.pixels[:20, :20].max() == 0
