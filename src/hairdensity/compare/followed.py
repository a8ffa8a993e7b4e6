"""Hair-to-hair pairs become two hair sets over the same skin, both in px of the before photo."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align.homography import inverse, local_scale, project
from hairdensity.hairs.trace import Strand
from hairdensity.hairs.units import Unit, group_hairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.align import Alignment
    from hairdensity.estimate import Estimate
    from hairdensity.hairs.units import Hair
    from hairdensity.match import HairPair
    from hairdensity.pipeline import Analysis

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
MISREAD_SD, MISREAD_SHARE = 0.42, 0.13
"""How far, as a part of its diameter, where at one visit another edge was taken for the shaft's; and how many
hairs that befalls."""
UNSHARED = 0.15
"""Such a part of the uncertainty of a diameter differs from photo to photo: measured on drawn pairs."""


@dataclass(frozen=True, slots=True, eq=False)
class HairSet:
    """The hairs of the shared field at one visit, with their follicular units."""

    hairs: tuple[Hair, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much diameters usually grew, in px of the before photo, and its standard deviation.

    It is a difference: what thickens shafts, or their edges in a photo, adds about as much to thin ones as to
    thick ones. `own_sd_px` is how far single hairs grow apart from it.
    """

    difference_px: float
    sd_px: float
    own_sd_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Both visits, and how diameters changed in the hairs measured at both."""

    before: HairSet
    after: HairSet
    growth: Growth


def follow_hairs(
    before: Analysis, after: Analysis, alignment: Alignment, pairs: Sequence[HairPair]
) -> Followed:
    """Return the hairs of the shared field before and after.

    A kept hair stands in both sets at one place. Where its diameter could be measured in one photo alone, it
    is taken to have changed like that of the hairs measured in both. Hairs that are unsure stand in neither.
    A hair's unit is the same in both sets.

    Raises
    ------
    ValueError
        When the photos are not aligned.
    """
    mapping, field = alignment.before_to_after, alignment.before_shared_field
    if mapping is None or field is None:
        message = "hairs of photos that are not aligned cannot be followed"
        raise ValueError(message)
    brought = tuple(_brought(hair, inverse(mapping)) for hair in after.hairs)
    sure = [pair for pair in pairs if pair.state != "unsure"]
    growth = _typical_growth(sure, before.hairs, brought)
    visits = [_visits(pair, before.hairs, brought, growth) for pair in sure]
    union = [earlier or later for earlier, later in visits]
    strands = [
        Strand(hair.path_px, hair.diameter_px, hair.leaves_frame, hair.confidence) for hair in union if hair
    ]
    grouped, units = group_hairs(strands, field, before.working_um_per_px, before.settings.units)
    order = [_index_of(hair, strands) for hair in grouped]
    earlier = [visits[index][0] for index in order]
    later = [visits[index][1] for index in order]
    return Followed(_hair_set(earlier, units), _hair_set(later, units), growth)


def _brought(hair: Hair, to_before: NDArray[np.float64]) -> Hair:
    """Return an after hair in px of the before photo."""
    path = project(to_before, hair.path_px).astype(np.float32)
    path.setflags(write=False)
    scale = local_scale(to_before, hair.path_px[0])
    return replace(hair, path_px=path, diameter_px=hair.diameter_px.times(scale))


def _typical_growth(pairs: Sequence[HairPair], before: Sequence[Hair], after: Sequence[Hair]) -> Growth:
    """Return how diameters grew in the hairs measured in both photos and not misread, drawn to no change."""
    couples = [
        (before[pair.before_id].diameter_px, after[pair.after_id].diameter_px)
        for pair in pairs
        if pair.before_id is not None and pair.after_id is not None
    ]
    if not couples:
        return Growth(0.0, 0.0, 0.0)
    median_px = float(np.median([one.value for couple in couples for one in couple]))
    usual_sd_px, own_sd_px = USUAL_GROWTH_SD * median_px, OWN_GROWTH_SD * median_px
    measured = [couple for couple in couples if not any(map(_is_guessed, couple))]
    if not measured:
        return Growth(0.0, usual_sd_px, own_sd_px)
    each_px = np.array([later.value - earlier.value for earlier, later in measured])
    middle_px = np.array([later.value + earlier.value for earlier, later in measured]) / 2
    spread_px = np.array([_spread_px(*couple, own_sd_px) for couple in measured])
    growth_px, variance = float(np.median(each_px)), 1.0
    for _ in range(ROUNDS):
        weight = _right_chance(each_px - growth_px, spread_px, middle_px) / spread_px**2
        known = weight.sum() + usual_sd_px**-2
        growth_px, variance = float(weight @ each_px / known), 1 / known
    beyond_px = max(abs(growth_px) - MOST_GROWTH_SDS * usual_sd_px, 0.0)
    return Growth(growth_px, math.hypot(math.sqrt(variance), beyond_px), own_sd_px)


def _spread_px(earlier: Estimate, later: Estimate, own_sd_px: float) -> float:
    """Return how far the growth of a hair measured right lies from that of the others."""
    return math.hypot(own_sd_px, UNSHARED * earlier.sd, UNSHARED * later.sd)


def _right_chance(
    apart_px: NDArray[np.float64], spread_px: NDArray[np.float64], middle_px: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the chance that hairs of these diameters were measured right which grew so far apart."""
    right, wrong = (
        share / sd_px * np.exp(-0.5 * (apart_px / sd_px) ** 2)
        for share, sd_px in ((1 - MISREAD_SHARE, spread_px), (MISREAD_SHARE, MISREAD_SD * middle_px))
    )
    return np.asarray(right / (right + wrong), np.float64)


def _is_guessed(diameter: Estimate) -> bool:
    return diameter.relative_sd > GUESSED_RELATIVE_SD


def _visits(
    pair: HairPair, before: Sequence[Hair], after: Sequence[Hair], growth: Growth
) -> tuple[Hair | None, Hair | None]:
    """Return one hair as it stands at both visits, None where it does not."""
    earlier = None if pair.before_id is None else before[pair.before_id]
    later = None if pair.after_id is None else after[pair.after_id]
    if pair.state != "kept":
        return earlier, later
    found = [hair for hair in (earlier, later) if hair is not None]
    if not found:
        message = f"a pair without a hair: {pair}"
        raise ValueError(message)
    middle = (found[0].path_px[0] + found[-1].path_px[0]) / 2
    diameters = _settled([None if hair is None else hair.diameter_px for hair in (earlier, later)], growth)
    first, last = (
        _rooted_at(replace(hair, diameter_px=diameter), middle)
        for hair, diameter in zip((found[0], found[-1]), diameters, strict=True)
    )
    return first, last


def _settled(seen: Sequence[Estimate | None], growth: Growth) -> tuple[Estimate, Estimate]:
    """Return a hair's diameters: what is missing before or after, or a guess, follows from the other one."""
    known = [(one, after) for one, after in zip(seen, (False, True), strict=True) if one is not None]
    measured = [(one, after) for one, after in known if not _is_guessed(one)]
    if len(measured) == len(seen):
        return _believed(measured[0][0], measured[1][0], growth)
    if len(known) == len(seen) and not measured:
        return _grown(known[0][0], known[1][0], growth.difference_px)
    diameter, is_after = (measured or known)[0]
    other = _resized(diameter, diameter.value + (-growth.difference_px if is_after else growth.difference_px))
    return (other, diameter) if is_after else (diameter, other)


def _believed(earlier: Estimate, later: Estimate, growth: Growth) -> tuple[Estimate, Estimate]:
    """Return two measured diameters, grown apart as far as that is not likelier an error.

    A hair that grew or shrank far more than the others was likelier misread: its growth is brought to
    theirs by the chance of that.
    """
    middle_px = (earlier.value + later.value) / 2
    apart_px = later.value - earlier.value - growth.difference_px
    spread_px = _spread_px(earlier, later, growth.own_sd_px)
    right = float(_right_chance(np.array(apart_px), np.array(spread_px), np.array(middle_px)))
    return _grown(earlier, later, growth.difference_px + apart_px * right)


def _grown(earlier: Estimate, later: Estimate, growth_px: float) -> tuple[Estimate, Estimate]:
    """Return diameters with the same mean that differ by so much."""
    middle_px = (earlier.value + later.value) / 2
    return _resized(earlier, middle_px - growth_px / 2), _resized(later, middle_px + growth_px / 2)


def _resized(diameter: Estimate, to_px: float) -> Estimate:
    return diameter.times(max(to_px / diameter.value, MOST_SHRUNK))


def _rooted_at(hair: Hair, root_px: NDArray[np.float32]) -> Hair:
    path = hair.path_px + (root_px - hair.path_px[0])
    path.setflags(write=False)
    return replace(hair, path_px=path)


def _index_of(hair: Hair, strands: Sequence[Strand]) -> int:
    """Return which strand became this hair: its path is passed on unchanged."""
    return next(index for index, strand in enumerate(strands) if strand.path_px is hair.path_px)


def _hair_set(hairs: Sequence[Hair | None], units: Sequence[Unit]) -> HairSet:
    """Return the hairs that stand at this visit, numbered anew, and the units they leave."""
    standing = [index for index, hair in enumerate(hairs) if hair is not None]
    new_ids = {index: new_id for new_id, index in enumerate(standing)}
    left = [
        (unit.centre_px, [new_ids[index] for index in unit.hair_ids if index in new_ids]) for unit in units
    ]
    kept_units = tuple(
        Unit(unit_id, centre_px, tuple(ids))
        for unit_id, (centre_px, ids) in enumerate((centre, ids) for centre, ids in left if ids)
    )
    unit_of = {hair_id: unit.id for unit in kept_units for hair_id in unit.hair_ids}
    numbered = (hair for hair in hairs if hair is not None)
    return HairSet(
        tuple(replace(hair, id=new_id, unit_id=unit_of[new_id]) for new_id, hair in enumerate(numbered)),
        kept_units,
    )
