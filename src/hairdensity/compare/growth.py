"""Diameters read twice become growth: how much thicker hairs usually are, and what is believed of each."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.compare.readings import THIN_UM, chances, couples_of, is_guessed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.compare.readings import Couples
    from hairdensity.estimate import Estimate

    Array = NDArray[np.float64]

USUAL_GROWTH_SD = 0.08
"""How far diameters usually change from visit to visit, as a part of the median diameter, before anything was
measured."""
MOST_GROWTH_SDS = 3.0
"""What goes beyond so many times that is likelier a photo whose edges were misread: it counts as doubt."""
MOST_LOG_ODDS = 100.0
"""Beyond, nothing is left of a chance."""
ROUNDS = 20
"""Enough for the usual growth to settle."""
MOST_SHRUNK = 0.5
"""What is told of a diameter by the growth of other hairs leaves at least so much of it."""
GUESSED_SHARE_SD = 0.25
"""How far the share of thin hairs among those that are guessed lies from that among the measured ones."""
OWN_GROWTH_SD = 0.03
"""How far a hair's growth lies from that of the others by itself, as a part of the median diameter."""
FEWEST_THICK = 5
"""From so many on, thick hairs alone tell the usual growth: thin ones of one photo are misread together."""
THIN_SHARED_UM = 2.0
"""By so much (1 sd) they are: measured on drawn pairs, the median of a pair's thin hairs."""
THIN_APART_CHANCE, THIN_GROWTH_SD_UM = 0.1, 8.0
"""How likely thin hairs grow apart from thick ones, and how far then (1 sd): they are what is treated."""


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much diameters grew, in px of the before photo.

    It is a difference: what thickens shafts, or their edges in a photo, adds about as much to thin ones as to
    thick ones.

    Attributes
    ----------
    difference_px, sd_px
        What is usual, and its standard deviation.
    own_sd_px
        How far single hairs grow apart from it.
    thin_px
        The mean of both diameters below which hairs are thin.
    thin_apart_px, thin_sd_px
        By how much thin hairs grew besides, and its standard deviation.
    thin_read_px
        By how much they seem to have, where they were misread together.
    thin_share
        The share of thin hairs among those measured at both visits.
    """

    difference_px: float
    sd_px: float
    own_sd_px: float
    thin_px: float
    thin_apart_px: float = 0.0
    thin_sd_px: float = 0.0
    thin_read_px: float = 0.0
    thin_share: float = 0.0

    @property
    def guessed_px(self) -> float:
        """By how much hairs grew whose diameters are guesses: a guess hardly tells whether they are thin."""
        return self.difference_px + self.thin_share * self.thin_apart_px

    def expected_px(self, diameter_px: float) -> float:
        """Return by how much hairs grew whose diameters have this mean."""
        return self.difference_px + (self.thin_apart_px if diameter_px < self.thin_px else 0.0)

    def read_px(self, diameter_px: float) -> float:
        """Return by how much hairs seem to have grown whose diameters have this mean."""
        return self.difference_px + (self.thin_read_px if diameter_px < self.thin_px else 0.0)

    def from_one_px(self, diameter_px: float, *, is_after: bool) -> float:
        """Return by how much a hair grew that is as thick as this at one visit."""
        is_thin = self._is_thin(diameter_px, is_after=is_after)
        return self.difference_px + (self.thin_apart_px if is_thin else 0.0)

    def doubts_px(self, after: Estimate) -> Array:
        """Return how far the growth of a hair of this diameter may be off, shape (3,), in px (1 sd).

        By what is usual, by how much thin hairs grew besides, and by whether a guessed hair is thin: hairs of
        a kind are off together.
        """
        is_thin = self._is_thin(after.value, is_after=True)
        guessed_px = GUESSED_SHARE_SD * self.thin_apart_px
        return np.array([self.sd_px, self.thin_sd_px * is_thin, guessed_px * is_guessed(after)])

    def _is_thin(self, diameter_px: float, *, is_after: bool) -> bool:
        """Say whether a hair is thin, in the mean of both visits, that grew as thin ones do."""
        half_px = (self.difference_px + self.thin_apart_px) / 2
        return diameter_px + (-half_px if is_after else half_px) < self.thin_px


@dataclass(frozen=True, slots=True)
class _Known:
    """A growth in px, its standard deviation, and the logarithm of how likely it makes the readings."""

    px: float
    sd_px: float
    evidence: float = 0.0


def usual_growth(couples: Sequence[tuple[Estimate, Estimate]], um_per_px: float) -> Growth:
    """Return how diameters grew in the hairs measured in both photos, drawn to no change.

    Thick hairs tell what is usual where there are some: those thinner are misread more often, and in one
    photo alike. By how much thin ones grew besides is drawn to nothing by that.

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
    nothing = Growth(
        difference_px=0.0,
        sd_px=USUAL_GROWTH_SD * median_px,
        own_sd_px=OWN_GROWTH_SD * median_px,
        thin_px=thin_px,
        thin_sd_px=math.sqrt(THIN_APART_CHANCE) * THIN_GROWTH_SD_UM / um_per_px,
    )
    measured = couples_of([couple for couple in couples if not any(map(is_guessed, couple))])
    is_thick = measured.middle >= thin_px
    if int(is_thick.sum()) >= FEWEST_THICK:
        usual = _most_usual(measured.take(is_thick), nothing)
        usual = replace(usual, thin_share=1 - float(is_thick.mean()))
        return _with_thin(measured.take(~is_thick), usual, um_per_px)
    if not len(measured.apart):
        return nothing
    usual = _most_usual(measured, nothing)
    return replace(usual, sd_px=math.hypot(usual.sd_px, THIN_SHARED_UM / um_per_px), thin_sd_px=0.0)


def _most_usual(couples: Couples, nothing: Growth) -> Growth:
    """Return the growth of the hairs that were not misread; `nothing` is what is known beforehand."""
    found = _location(couples, _Known(0.0, nothing.sd_px), nothing)
    beyond_px = max(abs(found.px) - MOST_GROWTH_SDS * nothing.sd_px, 0.0)
    return replace(nothing, difference_px=found.px, sd_px=math.hypot(found.sd_px, beyond_px))


def _with_thin(couples: Couples, usual: Growth, um_per_px: float) -> Growth:
    """Return by how much thin hairs grew besides what is usual: by nothing, or by something of their own.

    What thin hairs share by being misread is known from drawn pairs, and told from growth by their sizes.
    """
    if not len(couples.apart):
        return usual
    shared_px, apart_sd_px = THIN_SHARED_UM / um_per_px, THIN_GROWTH_SD_UM / um_per_px
    alike, apart = (
        _location(couples, _Known(usual.difference_px, sd_px), usual)
        for sd_px in (shared_px, math.hypot(shared_px, apart_sd_px))
    )
    odds = math.exp(min(apart.evidence - alike.evidence, MOST_LOG_ODDS)) * THIN_APART_CHANCE
    chance = odds / (odds + 1 - THIN_APART_CHANCE)
    growth_part = apart_sd_px**2 / (apart_sd_px**2 + shared_px**2)
    apart_px = growth_part * (apart.px - usual.difference_px)
    unknown = apart_sd_px**2 * (1 - growth_part) + (growth_part * apart.sd_px) ** 2
    return replace(
        usual,
        thin_apart_px=chance * apart_px,
        thin_sd_px=math.sqrt(chance * unknown + chance * (1 - chance) * apart_px**2),
        thin_read_px=chance * apart.px + (1 - chance) * alike.px - usual.difference_px,
    )


def _location(couples: Couples, before: _Known, usual: Growth) -> _Known:
    """Return the growth about which the hairs scatter that were read right; `before` is known of it."""
    growth_px = float(np.median(couples.apart))
    for _ in range(ROUNDS):
        spread, right, wrong = chances(couples, growth_px, usual.own_sd_px, usual.thin_px)
        weight = right / (right + wrong) / spread**2
        known = weight.sum() + before.sd_px**-2
        growth_px = float((weight @ couples.apart + before.px * before.sd_px**-2) / known)
    sd_px = float(known**-0.5)
    evidence = float(np.log(right + wrong).sum()) - 0.5 * ((growth_px - before.px) / before.sd_px) ** 2
    return _Known(growth_px, sd_px, evidence + math.log(sd_px / before.sd_px))


def settle(seen: Sequence[Estimate | None], growth: Growth) -> tuple[Estimate, Estimate]:
    """Return a hair's diameters: what is missing before or after, or a guess, follows from the other one.

    A hair that grew or shrank far more than others of its kind was likelier misread: its growth is brought to
    theirs by the chance of that.

    Parameters
    ----------
    seen
        Its diameter before and after, one of them None where it was not found.
    growth
        How the others grew.
    """
    known = [(one, after) for one, after in zip(seen, (False, True), strict=True) if one is not None]
    measured = [(one, after) for one, after in known if not is_guessed(one)]
    if len(measured) == len(seen):
        couple = couples_of([(measured[0][0], measured[1][0])])
        middle_px = float(couple.middle[0])
        read_px = growth.read_px(middle_px)
        _, right, wrong = chances(couple, read_px, growth.own_sd_px, growth.thin_px)
        own_px = float((right / (right + wrong) * (couple.apart - read_px))[0])
        return _grown(measured[0][0], measured[1][0], growth.expected_px(middle_px) + own_px)
    if len(known) == len(seen) and not measured:
        return _grown(known[0][0], known[1][0], growth.guessed_px)
    diameter, is_after = (measured or known)[0]
    growth_px = growth.from_one_px(diameter.value, is_after=is_after) if measured else growth.guessed_px
    other = thickened(diameter, -growth_px if is_after else growth_px)
    return (other, diameter) if is_after else (diameter, other)


def _grown(earlier: Estimate, later: Estimate, growth_px: float) -> tuple[Estimate, Estimate]:
    """Return diameters with the same mean that differ by so much."""
    more_px = (growth_px - (later.value - earlier.value)) / 2
    return thickened(earlier, -more_px), thickened(later, more_px)


def thickened(diameter: Estimate, by_px: float) -> Estimate:
    """Return a diameter that is larger by so much, its interval as wide a part of it."""
    return diameter.times(max(1 + by_px / diameter.value, MOST_SHRUNK))
