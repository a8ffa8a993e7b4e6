"""The chance that a hair found in one photo alone was lost or gained: weights fitted on drawn pairs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.match.evidence import FEATURES

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ChanceModel:
    """Logistic regression: log-odds of a change are `constant` plus the weighted evidence.

    `command` made it from `hair_count` hairs of `pair_count` drawn pairs.
    """

    command: str
    pair_count: int
    hair_count: int
    constant: float
    weights: tuple[float, ...]


def change_chance(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance 0-1 of each row of evidence, shape (n, number of `FEATURES`)."""
    model = shipped_chance_model()
    log_odds = model.constant + evidence @ np.array(model.weights)
    return np.asarray(1 / (1 + np.exp(-log_odds.clip(-30, 30))), np.float64)


@cache
def shipped_chance_model() -> ChanceModel:
    """Return the model that is part of the package."""
    text = resources.files("hairdensity.match").joinpath("chance.json").read_text(encoding="utf-8")
    known = json.loads(text)
    return ChanceModel(
        command=known["command"],
        pair_count=known["pair_count"],
        hair_count=known["hair_count"],
        constant=known["constant"],
        weights=tuple(known["weights"][name] for name in FEATURES),
    )
