"""The chances that a hair found in one photo alone was lost or gained, or is none: fitted on drawn pairs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import numpy as np

from hairdensity.match.evidence import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SPREADS = 2.5
ROUNDS = 30
"""Enough for the share of changes to settle."""


@dataclass(frozen=True, slots=True)
class ChanceModel:
    """Logistic regression on the evidence and its products.

    `command` made it from `hair_count` hairs of `pair_count` drawn pairs; `usual_share` of them were what it
    tells the chance of.
    Evidence is taken in `spreads` from `middles`; `weights` are of `terms`.
    """

    command: str
    pair_count: int
    hair_count: int
    usual_share: float
    constant: float
    middles: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]


def change_chances(
    model: ChanceModel,
    evidence: NDArray[np.float64],
    is_shared: NDArray[np.bool_],
    usual_share_hairs: float,
) -> NDArray[np.float64]:
    """Return the chance of a change of each hair found in one of two photos alone.

    The share of changes among such hairs is not the same in every pair: where little changed, most of them
    were missed in the other photo. It is estimated from the hairs themselves by expectation maximisation
    (Saerens, Latinne & Decaestecker 2002), beginning at the usual share.

    Parameters
    ----------
    model
        What the evidence means.
    evidence
        Shape (n, number of `FEATURES`).
    is_shared
        Shape (n,): whether both photos show the place; other hairs say nothing of the share.
    usual_share_hairs
        How many hairs the usual share counts as much as.

    Returns
    -------
    NDArray
        float64, shape (n,), 0-1.
    """
    log_odds = _fitted_log_odds(model, evidence)
    count = usual_share_hairs + int(is_shared.sum())
    chances = _chance(log_odds)
    for _ in range(ROUNDS):
        known = usual_share_hairs * model.usual_share + chances[is_shared].sum()
        share = float(known / count) if count else model.usual_share
        chances = _chance(log_odds + _log_odds(share) - _log_odds(model.usual_share))
    return chances


def no_hair_chances(model: ChanceModel, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance that what was found in one photo alone, and did not change, is no hair; shape (n,).

    A hair that stays leaves a trace in the other photo, even where it was missed; dirt and shine do not.
    """
    return _chance(_fitted_log_odds(model, evidence))


def _fitted_log_odds(model: ChanceModel, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    standard = (evidence - np.array(model.middles)) / np.array(model.spreads)
    return np.asarray(model.constant + terms(standard) @ np.array(model.weights), np.float64)


def terms(standard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return evidence in spreads, shape (n, m), and its products of two: shape (n, m (m + 3) / 2).

    What lies further out than the drawn pairs tell counts as far as they do.
    """
    standard = standard.clip(-MAX_SPREADS, MAX_SPREADS)
    first, second = np.triu_indices(standard.shape[1])
    return np.column_stack([standard, standard[:, first] * standard[:, second]])


def term_names() -> tuple[str, ...]:
    """Return the names of the terms, in their order."""
    first, second = np.triu_indices(len(FEATURES))
    return (*FEATURES, *(f"{FEATURES[i]} * {FEATURES[j]}" for i, j in zip(first, second, strict=True)))


@cache
def shipped_chance_model(what: Literal["change", "no_hair"]) -> ChanceModel:
    """Return the model of the chance of something that is part of the package."""
    text = resources.files("hairdensity.match").joinpath("chance.json").read_text(encoding="utf-8")
    known = json.loads(text)[what]
    return ChanceModel(
        command=known["command"],
        pair_count=known["pair_count"],
        hair_count=known["hair_count"],
        usual_share=known["usual_share"],
        constant=known["constant"],
        middles=tuple(known["middles"][name] for name in FEATURES),
        spreads=tuple(known["spreads"][name] for name in FEATURES),
        weights=tuple(known["weights"][name] for name in term_names()),
    )


def _chance(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-log_odds.clip(-30, 30))), np.float64)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))
