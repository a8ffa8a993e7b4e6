"""Diameters read twice become growth: how much thicker hairs usually are, and what is believed of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.estimate import Estimate

    Array = NDArray[np.float64]

USUAL_GROWTH_SD = 0.08
"""How far diameters usually change from visit to visit, as a part of the median diameter, before anything was
measured."""
MOST_GROWTH_SDS = 3.0
"""What goes beyond so many times that is likelier a photo whose edges were misread: it counts as doubt."""
ROUNDS = 20
"""Enough for the usual growth to settle."""
MOST_SHRUNK = 0.5
"""What is told of a diameter by the growth of other hairs leaves at least so much of it."""
GUESSED_RELATIVE_SD = 0.2
"""A diameter that is as uncertain is a guess: next to nothing of the shaft stood free."""
OWN_GROWTH_SD = 0.03
"""How far a hair's growth lies from that of the others by itself, as a part of the median diameter."""
THIN_UM = 45.0
"""Below this, shadow and neighbours are as wide as the shaft."""
FEWEST_THICK = 5
"""From so many on, thick hairs alone tell the growth: thin ones of one photo are misread together."""
THIN_SHARED_UM = 2.6
"""By so much (1 sd) they are: measured on drawn pairs, the median of a pair's thin hairs."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a diameter is read at two visits, measured on drawn pairs by `benchmarks/growth.py`.

    Attributes
    ----------
    unshared
        Such a part of the uncertainty of a diameter differs from photo to photo.
    misread_sd, misread_share
        How far, as a part of its diameter, where at one visit another edge was taken for the shaft's; and how
        many hairs that befalls.
    """

    unshared: float
    misread_sd: float
    misread_share: float


THICK = Reading(unshared=0.15, misread_sd=0.44, misread_share=0.06)
THIN = Reading(unshared=0.40, misread_sd=0.38, misread_share=0.35)


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much diameters usually grew, in px of the before photo, and its standard deviation.

    It is a difference: what thickens shafts, or their edges in a photo, adds about as much to thin ones as to
    thick ones. `own_sd_px` is how far single hairs grow apart from it, `thin_px` the diameter below which
    they are read as thin ones are.
    """

    difference_px: float
    sd_px: float
    own_sd_px: float
    thin_px: float


@dataclass(frozen=True, slots=True, eq=False)
class _Couples:
    """Diameters measured at both visits, each array float64 of shape (hairs,), in px of the before photo.

    `apart` is the later one less the earlier one, `middle` their mean, `errors` their standard deviations.
    """

    apart: Array
    middle: Array
    errors: Array

    def take(self, which: NDArray[np.bool_]) -> _Couples:
        return _Couples(self.apart[which], self.middle[which], self.errors[which])


def usual_growth(couples: Sequence[tuple[Estimate, Estimate]], um_per_px: float) -> Growth:
    """Return how diameters grew in the hairs measured in both photos and not misread, drawn to no change.

    Thick hairs tell it where there are some: those thinner are misread more often, and in one photo alike.

    Parameters
    ----------
    couples
        Diameters of the hairs found at both visits, before and after, in px of the before photo.
    um_per_px
        Size of that px on the skin.
    """
    thin_px = THIN_UM / um_per_px
    if not couples:
        return Growth(0.0, 0.0, 0.0, thin_px)
    median_px = float(np.median([one.value for couple in couples for one in couple]))
    usual_sd_px = USUAL_GROWTH_SD * median_px
    nothing = Growth(0.0, usual_sd_px, OWN_GROWTH_SD * median_px, thin_px)
    measured = _arrays([couple for couple in couples if not any(map(_is_guessed, couple))])
    is_thick = measured.middle >= thin_px
    has_thick = int(is_thick.sum()) >= FEWEST_THICK
    telling = measured.take(is_thick) if has_thick else measured
    if not len(telling.apart):
        return nothing
    growth_px, variance = float(np.median(telling.apart)), 1.0
    for _ in range(ROUNDS):
        spread, right = _readings(telling, growth_px, nothing)
        weight = right / spread**2
        known = weight.sum() + usual_sd_px**-2
        growth_px, variance = float(weight @ telling.apart / known), 1 / known
    beyond_px = max(abs(growth_px) - MOST_GROWTH_SDS * usual_sd_px, 0.0)
    shared_px = 0.0 if has_thick else THIN_SHARED_UM / um_per_px
    return Growth(
        growth_px, math.hypot(math.sqrt(variance), beyond_px, shared_px), nothing.own_sd_px, thin_px
    )


def settle(seen: Sequence[Estimate | None], growth: Growth) -> tuple[Estimate, Estimate]:
    """Return a hair's diameters: what is missing before or after, or a guess, follows from the other one.

    A hair that grew or shrank far more than the others was likelier misread: its growth is brought to theirs
    by the chance of that.

    Parameters
    ----------
    seen
        Its diameter before and after, one of them None where it was not found.
    growth
        How the others grew.
    """
    known = [(one, after) for one, after in zip(seen, (False, True), strict=True) if one is not None]
    measured = [(one, after) for one, after in known if not _is_guessed(one)]
    if len(measured) == len(seen):
        couple = _arrays([(measured[0][0], measured[1][0])])
        _, right = _readings(couple, growth.difference_px, growth)
        own_px = float(right[0] * (couple.apart[0] - growth.difference_px))
        return _grown(measured[0][0], measured[1][0], growth.difference_px + own_px)
    if len(known) == len(seen) and not measured:
        return _grown(known[0][0], known[1][0], growth.difference_px)
    diameter, is_after = (measured or known)[0]
    other = _resized(diameter, diameter.value + (-growth.difference_px if is_after else growth.difference_px))
    return (other, diameter) if is_after else (diameter, other)


def _arrays(couples: Sequence[tuple[Estimate, Estimate]]) -> _Couples:
    earlier, later, errors = (
        np.array([(one.value, two.value, math.hypot(one.sd, two.sd)) for one, two in couples], np.float64)
        .reshape(-1, 3)
        .T
    )
    return _Couples(later - earlier, (later + earlier) / 2, errors)


def _readings(couples: _Couples, growth_px: float, usual: Growth) -> tuple[Array, Array]:
    """Return how far the growth of hairs read right lies from that of the others; the chance of that."""
    is_thin = couples.middle < usual.thin_px
    unshared = np.where(is_thin, THIN.unshared, THICK.unshared)
    misread_sd = np.where(is_thin, THIN.misread_sd, THICK.misread_sd)
    misread_share = np.where(is_thin, THIN.misread_share, THICK.misread_share)
    spread = np.hypot(usual.own_sd_px, unshared * couples.errors)
    right, wrong = (
        share / sd * np.exp(-0.5 * ((couples.apart - growth_px) / sd) ** 2)
        for share, sd in ((1 - misread_share, spread), (misread_share, misread_sd * couples.middle))
    )
    return spread, np.asarray(right / (right + wrong), np.float64)


def _is_guessed(diameter: Estimate) -> bool:
    return diameter.relative_sd > GUESSED_RELATIVE_SD


def _grown(earlier: Estimate, later: Estimate, growth_px: float) -> tuple[Estimate, Estimate]:
    """Return diameters with the same mean that differ by so much."""
    middle_px = (earlier.value + later.value) / 2
    return _resized(earlier, middle_px - growth_px / 2), _resized(later, middle_px + growth_px / 2)


def _resized(diameter: Estimate, to_px: float) -> Estimate:
    return diameter.times(max(to_px / diameter.value, MOST_SHRUNK))
