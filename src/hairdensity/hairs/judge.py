"""Evidence becomes chances: how likely a hair leaves the skin at each root candidate, rivals considered."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.hairs.weights import shipped_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hairdensity.hairs.evidence import Evidence

    Array = NDArray[np.float32]

_MEAN_RIVALS = np.float32(8)


def judge_candidates(evidence: Evidence) -> NDArray[np.float32]:
    """Judge the root candidates of one photo together.

    A small network, trained on drawn photos: each candidate is described by its own facts, looks twice at
    its rivals, and then says how likely it is a hair of its own.

    Returns
    -------
    NDArray
        float32, shape (n,): logit of the chance.

    Raises
    ------
    HairDensityError
        When the file of weights is damaged.
    """
    weights = _load_weights()
    facts = (evidence.facts - weights["facts_mean"]) / weights["facts_sd"]
    relations = (evidence.relations - weights["relations_mean"]) / weights["relations_sd"]
    state = _layers(weights, "own", facts, ends_open=False)
    me, other = evidence.links.T
    for look in ("first", "second"):
        seen = np.concatenate([state[me], state[other], relations], axis=1)
        told = _layers(weights, f"{look}.told", seen, ends_open=False)
        state = _consider(weights, look, state, (me, told))
    return np.asarray((state @ weights["chance.weight"] + weights["chance.bias"])[:, 0], np.float32)


def _consider(
    weights: Mapping[str, Array], look: str, state: Array, told: tuple[NDArray[np.intp], Array]
) -> Array:
    """Return the state of each candidate after what its rivals told: the most, and all of it."""
    receivers, messages = told
    most, total = np.zeros_like(state), np.zeros_like(state)
    if len(receivers):
        first = np.concatenate([[True], receivers[1:] != receivers[:-1]]).nonzero()[0]
        most[receivers[first]] = np.maximum.reduceat(messages, first)
        total[receivers[first]] = np.add.reduceat(messages, first)
    heard = np.concatenate([state, most, total / _MEAN_RIVALS], axis=1)
    changed = state + _layers(weights, f"{look}.changed", heard, ends_open=True)
    return np.asarray(np.maximum(changed, 0))


def _layers(weights: Mapping[str, Array], name: str, values: Array, *, ends_open: bool) -> Array:
    """Apply two layers; the last one is rectified unless it ends open."""
    hidden = np.maximum(values @ weights[f"{name}.0.weight"] + weights[f"{name}.0.bias"], 0)
    result = hidden @ weights[f"{name}.1.weight"] + weights[f"{name}.1.bias"]
    return np.asarray(result if ends_open else np.maximum(result, 0), np.float32)


@cache
def _load_weights() -> Mapping[str, Array]:
    with np.load(io.BytesIO(shipped_weights("hairjudge.npz"))) as file:
        return {name: file[name] for name in file.files}
