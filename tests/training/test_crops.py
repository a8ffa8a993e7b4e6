"""What the network is asked to answer is what the phantom shows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from types import ModuleType


@pytest.fixture(scope="module")
def crops() -> ModuleType:
    folder = Path(__file__).resolve().parents[2] / "training"
    if not folder.is_dir():
        pytest.skip("the training folder is part of a checkout, not of the installed package")
    sys.path.insert(0, str(folder))
    try:
        import crops  # type: ignore[import-not-found]  # noqa: PLC0415 - a folder of scripts, not a package
    finally:
        sys.path.remove(str(folder))
    return crops  # type: ignore[no-any-return]


def drawn_crop(crops: ModuleType) -> Any:  # noqa: ANN401 - a named tuple of the scripts
    """Return a crop with one straight hair of 8 px, from (100, 160) to (220, 160)."""
    path = np.stack([np.linspace(100.0, 220.0, 30), np.full(30, 160.0)], axis=1)
    pixels = np.full((crops.RENDERED_PX, crops.RENDERED_PX, 3), 200, np.uint8)
    return crops.Crop(pixels, (path,), (8.0,))


def test_targets_point_from_every_px_of_a_hair_to_its_ends(crops: ModuleType) -> None:
    identity = np.array([[1.0, 0, -32], [0, 1.0, -32]])
    targets = crops._targets(np.random.default_rng(0), drawn_crop(crops), identity, 1.0)
    rows, columns = np.nonzero(targets[13])
    assert len(rows) > 50
    to_root = np.stack([columns, rows], 1) + targets[8:10, rows, columns].T * crops.OFFSET_UNIT
    to_tip = np.stack([columns, rows], 1) + targets[10:12, rows, columns].T * crops.OFFSET_UNIT
    assert np.abs(to_root - (np.array([68.0, 128.0]) - 0.5) / 2).max() < 0.01
    assert np.abs(to_tip - (np.array([188.0, 128.0]) - 0.5) / 2).max() < 0.01
    assert targets[6, rows, columns] == pytest.approx(np.ones(len(rows)), abs=1e-5)
    assert targets[12, rows, columns] == pytest.approx(np.full(len(rows), np.log(8 / 6)), abs=1e-5)


def test_the_heat_peaks_at_the_root_alone(crops: ModuleType) -> None:
    identity = np.array([[1.0, 0, -32], [0, 1.0, -32]])
    targets = crops._targets(np.random.default_rng(0), drawn_crop(crops), identity, 1.0)
    heat = targets[0:4].reshape(2, 2, crops.GRID, crops.GRID).transpose(2, 0, 3, 1)
    full = heat.reshape(crops.CROP_PX, crops.CROP_PX)
    assert np.argwhere(full == 1).tolist() == [[128, 68]]


def test_rendered_crops_repeat_and_vary(crops: ModuleType) -> None:
    first, again = crops.render_crop(11), crops.render_crop(11)
    assert np.array_equal(first.pixels, again.pixels)
    pixels, targets = crops.vary(np.random.default_rng(1), first)
    assert pixels.shape == (crops.CROP_PX, crops.CROP_PX, 3)
    assert targets.shape == (crops.TARGETS, crops.GRID, crops.GRID)
    assert np.isfinite(targets).all()
    assert not np.array_equal(pixels, crops.vary(np.random.default_rng(2), first)[0])


def test_forked_units_share_an_opening_and_part(crops: ModuleType) -> None:
    scene = crops.sample_scene(5, crops.STYLES["clipped"], (9000.0, 9000.0))
    forked = crops.fork_units(np.random.default_rng(0), scene)
    moved = [
        (old, new)
        for old, new in zip(scene.hairs, forked.hairs, strict=True)
        if not np.array_equal(old.path_um, new.path_um)
    ]
    assert len(moved) > 10
    for old, new in moved:
        assert new.unit == old.unit >= 0
        assert _length(new.path_um) == pytest.approx(_length(old.path_um))
        first = next(hair for hair in forked.hairs if hair.unit == new.unit)
        assert np.linalg.norm(new.path_um[0] - first.path_um[0]) < 200
        middles = (one.path_um[len(one.path_um) // 2] - one.path_um[0] for one in (first, new))
        part = np.subtract(*(np.arctan2(middle[1], middle[0]) for middle in middles))
        assert 0.06 < abs(np.angle(np.exp(1j * part))) < 0.46


def _length(path: Any) -> float:  # noqa: ANN401 - an array of the scripts
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
