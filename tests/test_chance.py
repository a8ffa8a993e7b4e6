"""How likely hairs found in one photo alone are changes depends on how much changed in their pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.match.chance import (
    ChanceModel,
    change_chances,
    no_hair_chances,
    shipped_chance_model,
    term_names,
    terms,
)
from hairdensity.match.evidence import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNT = len(FEATURES)
MODEL = ChanceModel(
    command="",
    pair_count=1,
    hair_count=1,
    usual_share=0.4,
    constant=float(np.log(0.4 / 0.6)),
    middles=(0.0,) * COUNT,
    spreads=(1.0,) * COUNT,
    weights=(2.0, *(0.0,) * (len(term_names()) - 1)),
)
"""Evidence of 0 leaves the usual share; the first column alone speaks."""


def chances(*spoken: float, shared: bool = True, usual_share_hairs: float = 3.0) -> NDArray[np.float64]:
    evidence = np.zeros((len(spoken), COUNT))
    evidence[:, 0] = spoken
    return change_chances(MODEL, evidence, np.full(len(spoken), shared), usual_share_hairs)


def test_a_hair_that_nothing_speaks_of_has_the_share_of_its_pair() -> None:
    among_changes, alone, among_missed = (chances(0.0, *[one] * 20)[0] for one in (2.5, 0.0, -2.5))
    assert alone == pytest.approx(0.4)
    assert among_missed < 0.1
    assert among_changes > 0.9


def test_the_share_is_that_at_which_the_chances_add_up_to_it() -> None:
    found = chances(2.5, 1.0, 0.5, -0.5, -2.0)
    share = (3.0 * 0.4 + found.sum()) / (3.0 + len(found))
    odds = share / (1 - share) * np.exp(2.0 * np.array([2.5, 1.0, 0.5, -0.5, -2.0]))
    assert found == pytest.approx(odds / (1 + odds), abs=1e-3)


def test_hairs_that_one_photo_alone_shows_say_nothing_of_the_share() -> None:
    assert chances(0.0, *[2.5] * 20, shared=False)[0] == pytest.approx(0.4)


def test_the_usual_share_weighs_as_much_as_it_is_told_to() -> None:
    assert chances(0.0, 2.5, 2.5, usual_share_hairs=300.0)[0] == pytest.approx(0.4, abs=0.01)
    assert chances(0.0, 2.5, 2.5, usual_share_hairs=0.3)[0] > 0.6


def test_no_hair_has_no_chance() -> None:
    assert chances().shape == (0,)
    assert chances(usual_share_hairs=0.0).shape == (0,)


def test_evidence_beyond_what_was_seen_counts_no_more() -> None:
    far, further = np.zeros((2, COUNT)), np.zeros((2, COUNT))
    far[:, 0], further[:, 0] = 2.5, 250.0
    assert terms(far) == pytest.approx(terms(further))


def test_how_likely_something_is_no_hair_does_not_hang_on_the_others() -> None:
    evidence = np.zeros((3, COUNT))
    evidence[1:, 0] = 2.5
    assert no_hair_chances(MODEL, evidence[:1]) == pytest.approx(0.4)
    assert no_hair_chances(MODEL, evidence)[0] == pytest.approx(0.4)
    assert no_hair_chances(MODEL, evidence)[1] > 0.95


def test_the_shipped_models_are_fitted_on_hairs_that_the_other_model_leaves() -> None:
    change, no_hair = shipped_chance_model("change"), shipped_chance_model("no_hair")
    assert change.command == no_hair.command
    stayed = (1 - change.usual_share) * change.hair_count
    assert no_hair.hair_count == pytest.approx(stayed, rel=1e-3)
