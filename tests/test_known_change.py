"""The sample pairs, whose change is known: found as it is, on the right skin."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity import compare_photos, read_photo
from hairdensity.scale import StatedScale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.compare import Comparison

SAMPLES = Path(__file__).resolve().parents[1] / "sample_images"


@pytest.fixture(scope="module", params=["", "hard_"])
def pair(request: pytest.FixtureRequest) -> tuple[str, Comparison]:
    prefix = str(request.param)
    return prefix, compare_photos(SAMPLES / f"{prefix}before.jpg", SAMPLES / f"{prefix}after.jpg")


def true_roots(name: str) -> NDArray[np.float64]:
    """Return the true roots of a sample, shape (n, 2)."""
    hairs = json.loads((SAMPLES / f"{name}.truth.json").read_text())["hairs"]
    return np.array([hair["root_px"] for hair in hairs], np.float64)


def test_the_alignment_is_right(pair: tuple[str, Comparison]) -> None:
    prefix, comparison = pair
    truth = json.loads((SAMPLES / f"{prefix}before-{prefix}after.pair.json").read_text())
    found = comparison.alignment.before_to_after
    assert found is not None
    assert comparison.after.scale is not None
    places = np.array([[[x, y]] for x in (250, 640, 1030) for y in (200, 512, 820)], np.float64)
    apart = cv2.perspectiveTransform(places, np.asarray(found)) - cv2.perspectiveTransform(
        places, np.array(truth["before_to_after"])
    )
    error_um = np.linalg.norm(apart, axis=2).max() * comparison.after.scale.um_per_px.value
    assert error_um < 100


def test_the_change_is_right(pair: tuple[str, Comparison]) -> None:
    prefix, comparison = pair
    truth = json.loads((SAMPLES / f"{prefix}before-{prefix}after.pair.json").read_text())
    to_after = np.array(truth["before_to_after"])
    before = true_roots(f"{prefix}before")
    after = true_roots(f"{prefix}after")
    first, second = comparison.alignment.before_shared_field, comparison.alignment.after_shared_field
    assert first is not None
    assert second is not None
    moved = cv2.perspectiveTransform(before[:, None], to_after)[:, 0]
    nearest_px = np.linalg.norm(moved[:, None] - after[None], axis=2)
    lost = first.contains(before) & (nearest_px.min(axis=1) > 1)
    gained = second.contains(after) & (nearest_px.min(axis=0) > 1)
    known = (int(gained.sum()) - int(lost.sum())) / int(first.contains(before).sum())
    density = next(one for one in comparison.changes if one.quantity == "hair_density_per_cm2")
    assert density.relative is not None
    assert density.relative.value == pytest.approx(known, abs=0.03)
    assert density.relative.low <= known <= density.relative.high


@pytest.mark.parametrize("quarter_turns", [0, 1, 2])
def test_a_photo_and_its_turned_copy_show_no_change(quarter_turns: int) -> None:
    photo = read_photo(SAMPLES / "before.jpg")
    pixels = np.ascontiguousarray(np.rot90(photo.pixels, quarter_turns))
    pixels.setflags(write=False)
    scale = StatedScale(um_per_px=5.5)
    comparison = compare_photos(photo, replace(photo, pixels=pixels), scale, scale)
    assert comparison.before_shared is not None
    assert comparison.after_shared is not None
    first, second = comparison.before_shared.hair_count, comparison.after_shared.hair_count
    assert first is not None
    assert second is not None
    assert abs(first - second) <= max(1, 0.02 * first)
    assert all(change.verdict == "not-resolved" for change in comparison.changes)
