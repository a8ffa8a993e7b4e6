"""How far the growth of single hairs scatters about that of all: what `compare` tells changed diameters by.

`python benchmarks/growth.py --pairs 600` draws the pairs of the fit that are not in the work folder yet and
fits a mixture of two normal distributions to the departures from the true growth of hairs measured at both
visits: those read right, and those of which another edge was taken for the shaft's; thick and thin ones each.
The constants stand in `hairdensity.compare.readings`, what thin hairs share in `hairdensity.compare.growth`;
there, hairs grow by themselves, too, which drawn ones do not.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from coverage import FIT_FIRST, WRONG_UM
from hairdensity.compare.growth import FEWEST_THICK
from hairdensity.compare.readings import GUESSED_RELATIVE_SD, THIN_UM
from pairs import PreparedPair, misfit_um, over_pairs, true_hairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OWN_GROWTH_SDS = (0.0, 0.02, 0.03)
"""Taken for how far hairs grow by themselves, as parts of the median diameter."""
FIRST_GUESS = np.array([np.log(0.5), np.log(0.45), np.log(0.2 / 0.8)])


def main() -> None:
    """Draw, measure, fit and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=600, help="careful pairs")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "hairdensity-pairs")
    asked = parser.parse_args()
    numbers = range(FIT_FIRST, FIT_FIRST + asked.pairs)
    pairs = list(over_pairs(_departures, numbers, "careful", asked.work))
    hairs = np.concatenate(pairs)
    for name, lowest_um, highest_um in (("thick", THIN_UM, np.inf), ("thin", 0.0, THIN_UM)):
        some = _between(hairs, lowest_um, highest_um)
        shared_um = _shared_um([_between(pair, lowest_um, highest_um) for pair in pairs])
        print(
            f"{len(some)} {name} hairs measured at both visits, off by {shared_um:.2f} µm together in a pair"
        )
        for own in OWN_GROWTH_SDS:
            unshared, misread_sd, misread_share = _fit(some, own)
            print(
                f"own growth {own:.0%}: {unshared:.2f} of the errors of the readings;"
                f" {misread_share:.0%} misread, by {misread_sd:.0%}"
            )


def _between(hairs: NDArray[np.float64], lowest_um: float, highest_um: float) -> NDArray[np.float64]:
    """Return the rows of hairs whose mean diameter lies in between."""
    return hairs[(hairs[:, 2] >= lowest_um) & (hairs[:, 2] < highest_um)]


def _shared_um(pairs: Sequence[NDArray[np.float64]]) -> float:
    """Return by how much the hairs of one pair are off together: a robust standard deviation of medians."""
    medians = [np.median(hairs[:, 0]) for hairs in pairs if len(hairs) >= FEWEST_THICK]
    return float(1.4826 * np.median(np.abs(medians)))


def _departures(prepared: PreparedPair) -> NDArray[np.float64]:
    """Return a row for each hair measured twice, in µm.

    Departure from the true growth, error of both readings, mean of them, median over the pair's hairs.
    """
    alignment = prepared.alignment
    if alignment is None or alignment.before_to_after is None or misfit_um(prepared) >= WRONG_UM:
        return np.empty((0, 4))
    shown = (prepared.pair.before, prepared.pair.after)
    before, after = (
        {
            names[hair.id]: hair.diameter_px.times(phantom.view.um_per_px)
            for hair in analysis.hairs
            if hair.id in names and hair.diameter_px.relative_sd <= GUESSED_RELATIVE_SD
        }
        for analysis, names, phantom in zip(prepared.analyses, true_hairs(prepared), shown, strict=True)
    )
    twice = [(before[seed], after[seed]) for seed in sorted(before.keys() & after.keys())]
    thicker_um = prepared.plan.change.thicker_um
    median_um = np.median([one.value for both in twice for one in both]) if twice else np.nan
    rows = [
        (
            later.value - earlier.value - thicker_um,
            np.hypot(earlier.sd, later.sd),
            (later.value + earlier.value) / 2,
            median_um,
        )
        for earlier, later in twice
    ]
    return np.array(rows).reshape(-1, 4)


def _fit(hairs: NDArray[np.float64], own_sd: float) -> tuple[float, float, float]:
    """Return the likeliest part of the readings' errors, and sd and share of the misread."""
    apart, errors, middle, median = hairs.T

    def surprise(guess: NDArray[np.float64]) -> float:
        unshared, misread_sd, misread_share = _constants(guess)
        spread, misread = np.hypot(own_sd * median, unshared * errors), misread_sd * middle
        right = (1 - misread_share) / spread * np.exp(-0.5 * (apart / spread) ** 2)
        wrong = misread_share / misread * np.exp(-0.5 * (apart / misread) ** 2)
        return -float(np.log(right + wrong).sum())

    return _constants(minimize(surprise, FIRST_GUESS, method="Nelder-Mead").x)


def _constants(guess: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return sizes from their logarithms, and a share from its log odds."""
    return float(np.exp(guess[0])), float(np.exp(guess[1])), float(1 / (1 + np.exp(-guess[2])))


if __name__ == "__main__":
    main()
