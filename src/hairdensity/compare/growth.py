"""Diameters read twice become growth: how much thicker hairs usually are, and what is believed of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
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
"""From so many on, thick hairs alone tell the growth: thin ones of one photo are misread together. And that
hairs of a kind grow like all others counts as much as so many of them."""
THIN_SHARED_UM = 2.7
"""By so much (1 sd) they are: measured on drawn pairs, the median of a pair's thin hairs."""
ONE_SIDED = 3.0
"""Misread hairs seem to have grown and to have shrunk alike. Departures are believed by how far the square of
their mean is more than so many times its variance."""


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


THICK = Reading(unshared=0.15, misread_sd=0.41, misread_share=0.07)
THIN = Reading(unshared=0.35, misread_sd=0.38, misread_share=0.36)


@dataclass(frozen=True, slots=True)
class KindGrowth:
    """How the hairs of one kind, thick or thin, grew apart from the usual growth.

    `apart_px` is taken for those that were not measured twice, in px of the before photo. `one_sided`, 0-1,
    is how far departures that look misread are believed, for they point one way.
    """

    apart_px: float = 0.0
    one_sided: float = 0.0


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much diameters usually grew, in px of the before photo.

    It is a difference: what thickens shafts, or their edges in a photo, adds about as much to thin ones as to
    thick ones. `sd_px` is the standard deviation of the mean growth of all hairs, `own_sd_px` how far single
    hairs grow apart from it, `thin_px` the diameter below which they are thin.
    """

    difference_px: float
    sd_px: float
    own_sd_px: float
    thin_px: float
    thick: KindGrowth = KindGrowth()
    thin: KindGrowth = KindGrowth()

    def of_kind(self, diameter_px: float) -> KindGrowth:
        """Return how hairs as thick as this grew apart from the usual growth."""
        return self.thin if diameter_px < self.thin_px else self.thick

    def expected_px(self, diameter_px: float) -> float:
        """Return by how much a hair as thick as this grew that was not measured twice."""
        return self.difference_px + self.of_kind(diameter_px).apart_px


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
    """Return how diameters grew in the hairs measured in both photos, drawn to no change.

    Thick hairs tell what is usual where there are some: those thinner are misread more often, and in one
    photo alike. What departs from it far is misread, unless the departures of a kind point one way.

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
    nothing = Growth(0.0, USUAL_GROWTH_SD * median_px, OWN_GROWTH_SD * median_px, thin_px)
    measured = _arrays([couple for couple in couples if not any(map(_is_guessed, couple))])
    if not len(measured.apart):
        return nothing
    is_thick = measured.middle >= thin_px
    if int(is_thick.sum()) >= FEWEST_THICK:
        usual = _most_usual(measured.take(is_thick), nothing)
    else:
        usual = _most_usual(measured, nothing)
        usual = replace(usual, sd_px=math.hypot(usual.sd_px, THIN_SHARED_UM / um_per_px))
    (thick, thick_sd_px), (thin, thin_sd_px) = (
        _kind_growth(measured.take(which), usual) for which in (is_thick, ~is_thick)
    )
    share = float(is_thick.mean())
    sd_px = math.hypot(usual.sd_px, share * thick_sd_px, (1 - share) * thin_sd_px)
    return replace(usual, sd_px=sd_px, thick=thick, thin=thin)


def _most_usual(couples: _Couples, nothing: Growth) -> Growth:
    """Return the growth of the hairs that were not misread; `nothing` is what is known beforehand."""
    growth_px, variance = float(np.median(couples.apart)), 1.0
    for _ in range(ROUNDS):
        spread, right = _read(couples, growth_px, nothing)
        weight = right / spread**2
        known = weight.sum() + nothing.sd_px**-2
        growth_px, variance = float(weight @ couples.apart / known), 1 / known
    beyond_px = max(abs(growth_px) - MOST_GROWTH_SDS * nothing.sd_px, 0.0)
    return replace(nothing, difference_px=growth_px, sd_px=math.hypot(math.sqrt(variance), beyond_px))


def _kind_growth(couples: _Couples, usual: Growth) -> tuple[KindGrowth, float]:
    """Return how hairs of one kind grew apart from the usual growth, and the sd of their mean by that."""
    count = len(couples.apart)
    if not count:
        return KindGrowth(), 0.0
    apart = couples.apart - usual.difference_px
    _, right = _read(couples, usual.difference_px, usual)
    doubted = (1 - right) * apart
    mean, variance = float(doubted.mean()), float((doubted**2).sum()) / count**2
    one_sided = max(0.0, 1 - ONE_SIDED * variance / mean**2) if mean else 0.0
    apart_px = float((right * apart + one_sided * doubted).sum()) / (count + FEWEST_THICK)
    untold = one_sided * ((1 - one_sided) * mean) ** 2
    return KindGrowth(apart_px, one_sided), math.sqrt(one_sided**2 * variance + untold)


def settle(seen: Sequence[Estimate | None], growth: Growth) -> tuple[Estimate, Estimate]:
    """Return a hair's diameters: what is missing before or after, or a guess, follows from the other one.

    A hair that grew or shrank far more than the others was likelier misread: its growth is brought to theirs
    by the chance of that, unless many of its kind did the same.

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
        _, right = _read(couple, growth.difference_px, growth)
        believed = right[0] + growth.of_kind(couple.middle[0]).one_sided * (1 - right[0])
        own_px = float(believed * (couple.apart[0] - growth.difference_px))
        return _grown(measured[0][0], measured[1][0], growth.difference_px + own_px)
    if len(known) == len(seen) and not measured:
        middle_px = (known[0][0].value + known[1][0].value) / 2
        return _grown(known[0][0], known[1][0], growth.expected_px(middle_px))
    diameter, is_after = (measured or known)[0]
    growth_px = growth.expected_px(diameter.value)
    other = _resized(diameter, diameter.value + (-growth_px if is_after else growth_px))
    return (other, diameter) if is_after else (diameter, other)


def _arrays(couples: Sequence[tuple[Estimate, Estimate]]) -> _Couples:
    earlier, later, errors = (
        np.array([(one.value, two.value, math.hypot(one.sd, two.sd)) for one, two in couples], np.float64)
        .reshape(-1, 3)
        .T
    )
    return _Couples(later - earlier, (later + earlier) / 2, errors)


def _read(couples: _Couples, growth_px: float, usual: Growth) -> tuple[Array, Array]:
    """Return how far the growth of hairs read right lies from that of the others; the chance of that."""
    is_thin = couples.middle < usual.thin_px
    unshared = np.where(is_thin, THIN.unshared, THICK.unshared)
    share = np.where(is_thin, THIN.misread_share, THICK.misread_share)
    misread = np.where(is_thin, THIN.misread_sd, THICK.misread_sd) * couples.middle
    spread = np.hypot(usual.own_sd_px, unshared * couples.errors)
    right, wrong = (
        chance / sd * np.exp(-0.5 * ((couples.apart - growth_px) / sd) ** 2)
        for chance, sd in ((1 - share, spread), (share, misread))
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
