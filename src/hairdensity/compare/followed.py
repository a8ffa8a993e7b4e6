"""Hair-to-hair pairs become two hair sets over the same skin, both in px of the before photo."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import median_abs_deviation

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
"""How far diameters usually change from visit to visit (as a logarithm), before anything was measured."""
LEAST_SCATTER = 0.07
"""Growth of single hairs scatters at least so much, however few of them were measured."""
GUESSED_RELATIVE_SD = 0.2
"""A diameter that is as uncertain is a guess: nothing of the shaft stood free."""
OWN_GROWTH_SD, MISREAD_SD, MISREAD_SHARE = 0.1, 0.5, 0.1
"""How far (as logarithms) a hair's growth lies from that of the others where both its diameters were read
right, and where at one visit another edge was taken for the shaft's; and how many hairs that befalls."""


@dataclass(frozen=True, slots=True, eq=False)
class HairSet:
    """The hairs of the shared field at one visit, with their follicular units."""

    hairs: tuple[Hair, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """The usual ratio of diameters, after to before, and its relative standard deviation."""

    ratio: float
    relative_sd: float


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
    visits = [_visits(pair, before.hairs, brought, growth.ratio) for pair in sure]
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
    """Return how diameters changed in the hairs measured in both photos: their median, drawn to no change."""
    couples = [
        (before[pair.before_id].diameter_px, after[pair.after_id].diameter_px)
        for pair in pairs
        if pair.before_id is not None and pair.after_id is not None
    ]
    measured = [couple for couple in couples if not any(map(_is_guessed, couple))]
    if not measured:
        return Growth(1.0, USUAL_GROWTH_SD)
    each = np.log([later.value / earlier.value for earlier, later in measured])
    scatter = max(float(median_abs_deviation(each, scale="normal")), LEAST_SCATTER)
    variance = math.pi / 2 * scatter**2 / len(each)
    trust = USUAL_GROWTH_SD**2 / (USUAL_GROWTH_SD**2 + variance)
    return Growth(math.exp(trust * float(np.median(each))), math.sqrt(trust * variance))


def _is_guessed(diameter: Estimate) -> bool:
    return diameter.relative_sd > GUESSED_RELATIVE_SD


def _visits(
    pair: HairPair, before: Sequence[Hair], after: Sequence[Hair], growth: float
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


def _settled(seen: Sequence[Estimate | None], growth: float) -> tuple[Estimate, Estimate]:
    """Return a hair's diameters: what is missing before or after, or a guess, follows from the other one."""
    known = [(one, after) for one, after in zip(seen, (False, True), strict=True) if one is not None]
    measured = [(one, after) for one, after in known if not _is_guessed(one)]
    if len(measured) == len(seen):
        return _believed(measured[0][0], measured[1][0], growth)
    if len(known) == len(seen) and not measured:
        return _grown(known[0][0], known[1][0], growth)
    diameter, is_after = (measured or known)[0]
    return (diameter.times(1 / growth), diameter) if is_after else (diameter, diameter.times(growth))


def _believed(earlier: Estimate, later: Estimate, growth: float) -> tuple[Estimate, Estimate]:
    """Return two measured diameters, grown apart as far as that is not likelier an error.

    A hair that grew or shrank far more than the others was likelier misread: its growth is brought to
    theirs by the chance of that.
    """
    apart = math.log(later.value / earlier.value / growth)
    spread = math.hypot(OWN_GROWTH_SD, earlier.relative_sd, later.relative_sd)
    right, wrong = (
        share / sd * math.exp(-0.5 * (apart / sd) ** 2)
        for share, sd in ((1 - MISREAD_SHARE, spread), (MISREAD_SHARE, MISREAD_SD))
    )
    return _grown(earlier, later, growth * math.exp(apart * right / (right + wrong)))


def _grown(earlier: Estimate, later: Estimate, growth: float) -> tuple[Estimate, Estimate]:
    """Return diameters with the same mean (of their logarithms) that grew by this factor."""
    share = math.sqrt(growth * earlier.value / later.value)
    return earlier.times(1 / share), later.times(share)


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
