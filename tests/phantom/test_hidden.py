"""Hidden roots: under a hair drawn later, not beside it, not on top of it."""

from __future__ import annotations

import numpy as np

from hairdensity.phantom.hidden import hidden_roots
from hairdensity.phantom.scene import DrawnHair


def hair(start: tuple[float, float], end: tuple[float, float], seed: int, diameter_um: float) -> DrawnHair:
    path = np.linspace(start, end, 20)
    return DrawnHair(path, diameter_um, np.zeros(3), unit=0, seed=seed, fade_um=0.0, shadow_um=0.0)


def test_root_under_a_thicker_hair_is_hidden_and_the_thicker_one_is_not() -> None:
    below = hair((500, 500), (1000, 500), 1, 40)
    above = hair((300, 505), (1200, 505), 2, 100)
    assert hidden_roots([below, above]).tolist() == [True, False]
    assert hidden_roots([above, below]).tolist() == [False, True]


def test_root_on_top_or_beside_is_seen() -> None:
    on_top = hair((500, 500), (1000, 500), 3, 40)
    below = hair((300, 505), (1200, 505), 2, 100)
    beside = hair((500, 700), (1000, 700), 1, 40)
    assert hidden_roots([on_top, below, beside]).tolist() == [False, False, False]


def test_hair_that_only_crosses_hides_no_root() -> None:
    below = hair((500, 500), (1000, 500), 1, 40)
    across = hair((520, 200), (520, 800), 2, 50)
    assert not hidden_roots([below, across]).any()


def test_no_hairs() -> None:
    assert hidden_roots([]).shape == (0,)
