"""Visibility: real shafts stand out all along, whatever their colour."""

from __future__ import annotations

import numpy as np
import pytest

from hairdensity.hairs.visibility import VisibilitySettings, shaft_contrast, visibility
from tests.hairs.drawn import DrawnHair, draw_maps, draw_photo, make_roots


def seen(*hairs: DrawnHair, in_photo: int | None = None) -> list[float]:
    """Judge the paths of all hairs in a photo of the first `in_photo` of them."""
    paths = [np.linspace(hair.path[0], hair.path[-1], 25, dtype=np.float32) for hair in hairs]
    points = np.stack([path[0] for path in paths])
    roots = make_roots(points, np.zeros_like(points))
    photo = draw_photo(hairs[:in_photo])
    contrast = shaft_contrast(photo, draw_maps(hairs), (roots, paths), VisibilitySettings())
    return [float(one) for one in visibility(contrast, VisibilitySettings())]


ROWS = [DrawnHair([(30, y), (80, y)]) for y in (20.0, 50.0, 80.0, 110.0)]


def test_usual_shafts_are_seen_in_full() -> None:
    assert seen(*ROWS) == pytest.approx([1, 1, 1, 1], abs=0.1)


def test_path_over_bare_skin_is_not_seen() -> None:
    assert seen(*ROWS, DrawnHair([(120, 60), (170, 60)]), in_photo=4)[-1] < 0.4


def test_bright_hair_is_seen_like_a_dark_one() -> None:
    bright = DrawnHair([(120, 60), (170, 60)], grey=250)
    faint = DrawnHair([(120, 60), (170, 60)], grey=172)
    assert seen(*ROWS, bright)[-1] > 0.5 > seen(*ROWS, faint)[-1]


def test_path_that_leaves_its_shaft_is_seen_less() -> None:
    half = DrawnHair([(120, 60), (140, 60)])
    beyond = DrawnHair([(120, 60), (170, 60)])
    assert seen(*ROWS, half, beyond, in_photo=5)[-1] < 0.5
