"""Fits the chance that a hair found in one photo alone was lost or gained, on drawn pairs.

`python benchmarks/chance.py --pairs 300 --write` draws what is not in the work folder yet, fits a logistic
regression to the evidence, and writes src/hairdensity/match/chance.json. Do this again when the finder
changes.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from hairdensity.align.homography import inverse
from hairdensity.match.alone import alone_evidence, alone_ids
from hairdensity.match.evidence import FEATURES
from hairdensity.match.model import MatchSettings
from hairdensity.match.pairing import couple_hairs
from hairdensity.match.paths import follow_hairs
from pairs import PreparedPair, misfit_um, prepare_pair, true_hairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = Path(__file__).parents[1] / "src" / "hairdensity" / "match" / "chance.json"
FIRST = 5000
"""First pair of the fit; the coverage study draws others."""
MAX_MISFIT_UM = 100.0
RIDGE = 1.0
FOLDS = 5


def main() -> None:
    """Draw, fit, say how well, and write when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "hairdensity-pairs")
    parser.add_argument("--write", action="store_true", help=f"write {MODEL.name}")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in range(FIRST, FIRST + asked.pairs):
        rows.append(labelled(prepare_pair(number, "careful", asked.work)))
        if sys.stderr.isatty():
            print(f"\r{len(rows)} of {asked.pairs}", end="", file=sys.stderr)
    evidence = np.vstack([one for one, _ in rows])
    is_change = np.concatenate([one for _, one in rows])
    folds = np.concatenate([np.full(len(one), at % FOLDS) for at, (_, one) in enumerate(rows)])
    print(f"{len(is_change)} hairs found in one photo alone, {is_change.mean():.1%} of them changes")
    print(_quality(evidence, is_change, folds))
    constant, weights = fit(evidence, is_change)
    command = shlex.join(["python", "benchmarks/chance.py", "--pairs", str(asked.pairs), "--write"])
    model = {
        "command": command,
        "pair_count": asked.pairs,
        "hair_count": len(is_change),
        "constant": round(constant, 4),
        "weights": {name: round(one, 4) for name, one in zip(FEATURES, weights.tolist(), strict=True)},
    }
    print(json.dumps(model, indent=1))
    if asked.write:
        MODEL.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")


def labelled(prepared: PreparedPair) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the evidence on the hairs of the shared field found alone, and which of them are changes."""
    none = np.empty((0, len(FEATURES))), np.empty(0, bool)
    alignment = prepared.alignment
    if alignment is None or alignment.before_to_after is None or misfit_um(prepared) > MAX_MISFIT_UM:
        return none
    before, after = prepared.analyses
    shared = alignment.before_shared_field, alignment.after_shared_field
    if shared[0] is None or shared[1] is None:
        return none
    mapping = alignment.before_to_after
    paths = follow_hairs(before, mapping), follow_hairs(after, inverse(mapping))
    residual_um = (alignment.residual_px or 0.0) * after.working_um_per_px
    couples = couple_hairs(paths, after.working_um_per_px, residual_um, MatchSettings())
    ids = alone_ids((before, after), couples)
    evidence = alone_evidence((before, after), paths, couples, MatchSettings())
    names = true_hairs(prepared)
    shown = [{hair.seed for hair in one.hairs} for one in (prepared.pair.before, prepared.pair.after)]
    found_rows, found_labels = [], []
    for side in (0, 1):
        roots = paths[side].here_px[ids[side], 0]
        inside = shared[side].contains(roots)  # type: ignore[union-attr]
        seeds = [names[side].get(one) for one in ids[side]]
        found_labels.append(
            np.array([seed is not None and seed not in shown[1 - side] for seed in seeds], bool)[inside]
        )
        found_rows.append(evidence[side][inside])
    return np.vstack(found_rows), np.concatenate(found_labels)


def fit(evidence: NDArray[np.float64], is_change: NDArray[np.bool_]) -> tuple[float, NDArray[np.float64]]:
    """Return constant and weights of a logistic regression with a mild ridge."""
    middle, spread = evidence.mean(axis=0), evidence.std(axis=0) + 1e-9
    design = np.column_stack([np.ones(len(evidence)), (evidence - middle) / spread])
    target = is_change.astype(float)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = design @ weights
        penalty = RIDGE * np.concatenate([[0.0], weights[1:]])
        gradient = design.T @ (1 / (1 + np.exp(-odds)) - target) + penalty
        return float((np.logaddexp(0, odds) - target * odds).sum() + penalty @ weights / 2), gradient

    solved = minimize(loss, np.zeros(design.shape[1]), jac=True).x
    weights = solved[1:] / spread
    return float(solved[0] - weights @ middle), np.asarray(weights)


def _quality(evidence: NDArray[np.float64], is_change: NDArray[np.bool_], folds: NDArray[np.integer]) -> str:
    """Say how well pairs that were not fitted are told."""
    chance = np.zeros(len(is_change))
    for fold in range(FOLDS):
        held = folds == fold
        constant, weights = fit(evidence[~held], is_change[~held])
        chance[held] = 1 / (1 + np.exp(-(constant + evidence[held] @ weights)))
    ranks = chance.argsort().argsort()[is_change]
    changes, others = is_change.sum(), (~is_change).sum()
    area = (ranks.sum() - changes * (changes - 1) / 2) / (changes * others)
    bins = np.digitize(chance, [0.1, 0.3, 0.5, 0.7, 0.9])
    told = "; ".join(
        f"{chance[part].mean():.2f} told, {is_change[part].mean():.2f} true of {part.sum()}"
        for part in (bins == one for one in range(6))
        if part.any()
    )
    return f"held out: area under the curve {area:.3f}; by chance: {told}"


if __name__ == "__main__":
    main()
