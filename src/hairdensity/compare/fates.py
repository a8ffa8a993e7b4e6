"""Followed hairs become fates: units that gained or lost a hair, vellus hairs that became terminal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.compare.followed import Followed
    from hairdensity.compare.model import ChangeSettings
    from hairdensity.hairs.field import Field
    from hairdensity.scale.model import Scale

    Array = NDArray[np.float64]

CROSSINGS = ("vellus_to_terminal", "terminal_to_vellus")


@dataclass(frozen=True, slots=True)
class UnitFates:
    """How many units of the shared field have as many hairs as before, more, or fewer; are new, or gone."""

    same: int
    larger: int
    smaller: int
    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the shared field's units and of its kept hairs.

    `vellus_to_terminal` and `terminal_to_vellus` are numbers of kept hairs whose diameter crossed the
    terminal threshold, each with its 95 % interval; None without a scale.
    """

    units: UnitFates
    vellus_to_terminal: Estimate | None
    terminal_to_vellus: Estimate | None


def find_fates(
    followed: Followed, shared: Field, scale: Scale | None, threshold_um: float, settings: ChangeSettings
) -> Fates:
    """Return what became of units and kept hairs.

    Parameters
    ----------
    followed
        Both visits, in px of the before photo.
    shared
        The field that both photos show, in px of the before photo.
    scale
        Size of such a px.
    threshold_um
        From this diameter on a hair is terminal.
    settings
        Of the noise of the crossings.
    """
    units = _unit_fates(followed, shared)
    if scale is None:
        return Fates(units, None, None)
    threshold_px = threshold_um / scale.um_per_px.value
    threshold = Estimate.from_sd(threshold_px, scale.um_per_px.relative_sd * threshold_px)
    risen, fallen = _crossings(followed, shared, threshold, settings.crossing_variance)
    return Fates(units, risen, fallen)


def _unit_fates(followed: Followed, shared: Field) -> UnitFates:
    inside = shared.contains(np.array([unit.centre_px for unit, *_ in followed.units], float).reshape(-1, 2))
    sizes = np.array([size for _, *size in followed.units], int).reshape(-1, 2)[inside]
    before, after = sizes.T
    stayed = (before > 0) & (after > 0)
    return UnitFates(
        same=int((stayed & (after == before)).sum()),
        larger=int((stayed & (after > before)).sum()),
        smaller=int((stayed & (after < before)).sum()),
        new=int((before == 0).sum()),
        gone=int((after == 0).sum()),
    )


def _crossings(
    followed: Followed, shared: Field, threshold_px: Estimate, variance_per_hair: float
) -> tuple[Estimate, Estimate]:
    """Return how many kept hairs rose to the threshold, and how many fell below it.

    Their noise is that of diameters misread at one visit, of growth, which moves hairs together, and of
    the scale, which moves the threshold.
    """
    roots = np.array([later.root_px for _, later in followed.kept], float).reshape(-1, 2)
    kept = [both for both, inside in zip(followed.kept, shared.contains(roots), strict=True) if inside]
    diameters = np.array([[hair.diameter_px.value for hair in both] for both in kept], float)
    before, after = diameters.reshape(-1, 2).T
    doubts_px = np.array([followed.growth.doubts_px(later.diameter_px) for _, later in kept], float)
    less_or_more = [
        [(after + way * by_px, threshold_px.value) for way in (-1, 1)] for by_px in doubts_px.reshape(-1, 3).T
    ]
    less_or_more.append([(after, threshold_px.value + way * threshold_px.sd) for way in (-1, 1)])
    variance = np.full(2, variance_per_hair * len(kept))
    for one, other in less_or_more:
        variance += ((_crossed(before, *other) - _crossed(before, *one)) / 2) ** 2
    risen, fallen = (
        Estimate.from_sd(float(number), math.sqrt(noise)).bounded(0, len(kept))
        for number, noise in zip(_crossed(before, after, threshold_px.value), variance, strict=True)
    )
    return risen, fallen


def _crossed(before: Array, after: Array, threshold: float) -> Array:
    """Return how many rose to the threshold and how many fell below it, shape (2,)."""
    was, is_now = before >= threshold, after >= threshold
    return np.array([(~was & is_now).sum(), (was & ~is_now).sum()], float)
