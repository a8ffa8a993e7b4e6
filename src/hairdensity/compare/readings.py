"""A diameter read at two visits: how far both readings may lie apart, read right or misread."""

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

GUESSED_RELATIVE_SD = 0.2
"""A diameter that is as uncertain is a guess: next to nothing of the shaft stood free."""
THIN_UM = 45.0
"""Below this, shadow and neighbours are as wide as the shaft."""


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


THICK = Reading(unshared=0.14, misread_sd=0.42, misread_share=0.05)
THIN = Reading(unshared=0.29, misread_sd=0.44, misread_share=0.22)


@dataclass(frozen=True, slots=True, eq=False)
class Couples:
    """Diameters measured at both visits, each array float64 of shape (hairs,), in px of the before photo.

    `apart` is the later one less the earlier one, `middle` their mean, `errors` their standard deviations.
    """

    apart: Array
    middle: Array
    errors: Array

    def take(self, which: NDArray[np.bool_]) -> Couples:
        """Return some of them; `which` is of shape (hairs,)."""
        return Couples(self.apart[which], self.middle[which], self.errors[which])


def couples_of(diameters: Sequence[tuple[Estimate, Estimate]]) -> Couples:
    """Return hairs by their diameters before and after."""
    earlier, later, errors = (
        np.array([(one.value, two.value, math.hypot(one.sd, two.sd)) for one, two in diameters], np.float64)
        .reshape(-1, 3)
        .T
    )
    return Couples(later - earlier, (later + earlier) / 2, errors)


def chances(
    couples: Couples, growth_px: float, own_sd_px: float, thin_px: float
) -> tuple[Array, Array, Array]:
    """Return how likely hairs are read so that grew by as much, each array of shape (hairs,).

    Parameters
    ----------
    couples
        The readings.
    growth_px
        By how much the hairs grew.
    own_sd_px
        How far single hairs grow apart from that.
    thin_px
        The mean of both diameters below which hairs are thin.

    Returns
    -------
    spread, right, wrong
        How far the readings of hairs read right scatter, in px; the density of each reading if it is right,
        and if it is not, each times the share of such hairs.
    """
    is_thin = couples.middle < thin_px
    unshared = np.where(is_thin, THIN.unshared, THICK.unshared)
    share = np.where(is_thin, THIN.misread_share, THICK.misread_share)
    misread = np.where(is_thin, THIN.misread_sd, THICK.misread_sd) * couples.middle
    spread = np.hypot(own_sd_px, unshared * couples.errors)
    right, wrong = (
        chance / sd * np.exp(-0.5 * ((couples.apart - growth_px) / sd) ** 2)
        for chance, sd in ((1 - share, spread), (share, misread))
    )
    return spread, right, wrong


def is_guessed(diameter: Estimate) -> bool:
    """Say whether a diameter is a guess."""
    return diameter.relative_sd > GUESSED_RELATIVE_SD
