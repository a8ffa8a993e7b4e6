"""Fits the chances that a hair found in one photo alone was lost or gained, or is none, on drawn pairs.

`python benchmarks/chance.py --pairs 300 --write` draws what is not in the work folder yet, fits a logistic
regression to the evidence, and writes src/hairdensity/match/chance.json. Do this again when the finder
changes.
"""

from __future__ import annotations

import argparse
import json
import shlex
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

from hairdensity.align.homography import inverse
from hairdensity.match.alone import alone_evidence, alone_ids
from hairdensity.match.chance import ChanceModel, change_chances, no_hair_chances, term_names, terms
from hairdensity.match.evidence import FEATURES
from hairdensity.match.model import MatchSettings
from hairdensity.match.pairing import couple_hairs
from hairdensity.match.paths import follow_hairs
from pairs import PreparedPair, misfit_um, over_pairs, true_hairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODEL = Path(__file__).parents[1] / "src" / "hairdensity" / "match" / "chance.json"
FIRST = 5000
"""First pair of the fit; the coverage study draws others."""
MAX_MISFIT_UM = 100.0
RIDGE = 60.0
FOLDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """The evidence on the hairs found in one photo of a pair alone, which are changes, and which no hairs."""

    evidence: NDArray[np.float64]
    is_change: NDArray[np.bool_]
    is_no_hair: NDArray[np.bool_]


def main() -> None:
    """Draw, fit, say how well, and write when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "hairdensity-pairs")
    parser.add_argument("--write", action="store_true", help=f"write {MODEL.name}")
    asked = parser.parse_args()
    numbers = range(FIRST, FIRST + asked.pairs)
    rows = [one for pair in over_pairs(labelled, numbers, "careful", asked.work) for one in pair]
    command = shlex.join(["python", "benchmarks/chance.py", "--pairs", str(asked.pairs), "--write"])
    models = {name: fit(rows, command, asked.pairs) for name, fit in FITS.items()}
    changed, no_hair = models["change"], models["no_hair"]
    print(f"{changed.hair_count} hairs found in one photo alone, {changed.usual_share:.1%} of them changes")
    print(f"of the other {no_hair.hair_count}, {no_hair.usual_share:.1%} are no hairs")
    print("changes,", _quality(rows, asked.pairs, "change"))
    print("no hairs,", _quality(rows, asked.pairs, "no_hair"))
    if asked.write:
        written = {name: _written(model) for name, model in models.items()}
        MODEL.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def labelled(prepared: PreparedPair) -> list[Labelled]:
    """Return the hairs of the shared field found in the before photo alone, and those in the after photo."""
    alignment = prepared.alignment
    if alignment is None or alignment.before_to_after is None or misfit_um(prepared) > MAX_MISFIT_UM:
        return []
    before, after = prepared.analyses
    shared = alignment.before_shared_field
    if shared is None:
        return []
    mapping = alignment.before_to_after
    paths = follow_hairs(before, mapping), follow_hairs(after, inverse(mapping))
    residual_um = (alignment.residual_px or 0.0) * after.working_um_per_px
    coupled = couple_hairs(paths, after.working_um_per_px, residual_um, MatchSettings())
    paths, couples = coupled.paths, coupled.couples
    ids = alone_ids((before, after), couples)
    evidence = alone_evidence((before, after), paths, couples, coupled.settings)
    names = true_hairs(prepared)
    shown = [{hair.seed for hair in one.hairs} for one in (prepared.pair.before, prepared.pair.after)]
    places_px = paths[0].here_px[ids[0], 0], paths[1].there_px[ids[1], 0]
    found = []
    for side in (0, 1):
        inside = shared.contains(places_px[side])
        seeds = [names[side].get(one) for one in ids[side]]
        changed = np.array([seed is not None and seed not in shown[1 - side] for seed in seeds], bool)
        no_hair = np.array([seed is None for seed in seeds], bool)
        found.append(Labelled(evidence[side][inside], changed[inside], no_hair[inside]))
    return found


def fit_change(rows: Sequence[Labelled], command: str, pair_count: int) -> ChanceModel:
    """Return the model of the chance of a change."""
    evidence = np.vstack([one.evidence for one in rows])
    return _fit(evidence, np.concatenate([one.is_change for one in rows]), command, pair_count)


def fit_no_hair(rows: Sequence[Labelled], command: str, pair_count: int) -> ChanceModel:
    """Return the model of the chance that what did not change is no hair."""
    evidence = np.vstack([one.evidence[~one.is_change] for one in rows])
    no_hair = np.concatenate([one.is_no_hair[~one.is_change] for one in rows])
    return _fit(evidence, no_hair, command, pair_count)


def _fit(
    evidence: NDArray[np.float64], is_target: NDArray[np.bool_], command: str, pair_count: int
) -> ChanceModel:
    """Return a logistic regression on the evidence and its products, with a ridge."""
    target = is_target.astype(float)
    middles, spreads = evidence.mean(axis=0), evidence.std(axis=0) + 1e-9
    design = terms((evidence - middles) / spreads)
    design = np.column_stack([np.ones(len(design)), design])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = design @ weights
        penalty = RIDGE * np.concatenate([[0.0], weights[1:]])
        gradient = design.T @ (1 / (1 + np.exp(-odds)) - target) + penalty
        return float((np.logaddexp(0, odds) - target * odds).sum() + penalty @ weights / 2), gradient

    constant, *weights = minimize(loss, np.zeros(design.shape[1]), jac=True).x.round(4).tolist()
    return ChanceModel(
        command=command,
        pair_count=pair_count,
        hair_count=len(target),
        usual_share=round(float(target.mean()), 4),
        constant=constant,
        middles=tuple(middles.round(5).tolist()),
        spreads=tuple(spreads.round(5).tolist()),
        weights=tuple(weights),
    )


def _written(model: ChanceModel) -> dict[str, Any]:
    named = {
        "middles": dict(zip(FEATURES, model.middles, strict=True)),
        "spreads": dict(zip(FEATURES, model.spreads, strict=True)),
        "weights": dict(zip(term_names(), model.weights, strict=True)),
    }
    return {**asdict(model), **named}


FITS = {"change": fit_change, "no_hair": fit_no_hair}


def _quality(rows: Sequence[Labelled], pair_count: int, what: str) -> str:
    """Say how well pairs that were not fitted are told."""
    told, true = [], []
    for fold in range(FOLDS):
        model = FITS[what]([one for at, one in enumerate(rows) if at // 2 % FOLDS != fold], "", pair_count)
        for one in (one for at, one in enumerate(rows) if at // 2 % FOLDS == fold):
            told.append(_told(model, one, what))
            true.append(one.is_change if what == "change" else one.is_no_hair[~one.is_change])
    chance, is_true = np.concatenate(told), np.concatenate(true)
    called = chance >= MatchSettings().gone_chance
    right = int((called & is_true).sum())
    bins = np.digitize(chance, [0.1, 0.3, 0.5, 0.7, 0.9])
    by_chance = "; ".join(
        f"{chance[part].mean():.2f} told, {is_true[part].mean():.2f} true of {part.sum()}"
        for part in (bins == one for one in range(6))
        if part.any()
    )
    return (
        f"held out: {right / called.sum():.1%} of the calls right,"
        f" {right / is_true.sum():.1%} of them called,"
        f" mean squared error {((chance - is_true) ** 2).mean():.4f}; by chance: {by_chance}"
    )


def _told(model: ChanceModel, one: Labelled, what: str) -> NDArray[np.float64]:
    if what == "no_hair":
        return no_hair_chances(model, one.evidence[~one.is_change])
    everywhere = np.ones(len(one.is_change), bool)
    return change_chances(model, one.evidence, everywhere, MatchSettings().usual_share_hairs)


if __name__ == "__main__":
    main()
