"""Hair-to-hair pairs become two hair sets over the same skin, both in px of the before photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align.homography import inverse, local_scale, project
from hairdensity.compare.growth import settle, thickened, usual_growth
from hairdensity.hairs.trace import Strand
from hairdensity.hairs.units import Unit, group_hairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.align import Alignment
    from hairdensity.compare.growth import Growth
    from hairdensity.hairs.units import Hair
    from hairdensity.match import HairPair
    from hairdensity.pipeline import Analysis


@dataclass(frozen=True, slots=True, eq=False)
class HairSet:
    """The hairs of the shared field at one visit, with their follicular units."""

    hairs: tuple[Hair, ...]
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Both visits, and how diameters changed in the hairs measured at both.

    `kept` are the hairs that stand at both, before and after; `units` the units of both visits together, each
    with the number of its hairs before and after.
    """

    before: HairSet
    after: HairSet
    growth: Growth
    kept: tuple[tuple[Hair, Hair], ...]
    units: tuple[tuple[Unit, int, int], ...]


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
    couples = [
        (before.hairs[pair.before_id].diameter_px, brought[pair.after_id].diameter_px)
        for pair in sure
        if pair.before_id is not None and pair.after_id is not None
    ]
    growth = usual_growth(couples, before.working_um_per_px)
    visits = [_visits(pair, before.hairs, brought, growth) for pair in sure]
    union = [earlier or later for earlier, later in visits]
    strands = [
        Strand(hair.path_px, hair.diameter_px, hair.leaves_frame, hair.confidence) for hair in union if hair
    ]
    grouped, units = group_hairs(strands, field, before.working_um_per_px, before.settings.units)
    order = [_index_of(hair, strands) for hair in grouped]
    earlier = [visits[index][0] for index in order]
    later = [visits[index][1] for index in order]
    return Followed(
        _hair_set(earlier, units),
        _hair_set(later, units),
        growth,
        kept=tuple((one, two) for one, two in zip(earlier, later, strict=True) if one and two),
        units=tuple((unit, _standing(unit, earlier), _standing(unit, later)) for unit in units),
    )


def if_grown(hairs: HairSet, by_px: NDArray[np.float64]) -> HairSet:
    """Return the hairs of one visit as if each were thicker by so much, shape (hairs,)."""
    return replace(
        hairs,
        hairs=tuple(
            replace(hair, diameter_px=thickened(hair.diameter_px, more_px))
            for hair, more_px in zip(hairs.hairs, by_px.tolist(), strict=True)
        ),
    )


def _brought(hair: Hair, to_before: NDArray[np.float64]) -> Hair:
    """Return an after hair in px of the before photo."""
    path = project(to_before, hair.path_px).astype(np.float32)
    path.setflags(write=False)
    scale = local_scale(to_before, hair.path_px[0])
    return replace(hair, path_px=path, diameter_px=hair.diameter_px.times(scale))


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
    diameters = settle([None if hair is None else hair.diameter_px for hair in (earlier, later)], growth)
    first, last = (
        _rooted_at(replace(hair, diameter_px=diameter), middle)
        for hair, diameter in zip((found[0], found[-1]), diameters, strict=True)
    )
    return first, last


def _rooted_at(hair: Hair, root_px: NDArray[np.float32]) -> Hair:
    path = hair.path_px + (root_px - hair.path_px[0])
    path.setflags(write=False)
    return replace(hair, path_px=path)


def _index_of(hair: Hair, strands: Sequence[Strand]) -> int:
    """Return which strand became this hair: its path is passed on unchanged."""
    return next(index for index, strand in enumerate(strands) if strand.path_px is hair.path_px)


def _standing(unit: Unit, hairs: Sequence[Hair | None]) -> int:
    """Return how many hairs of a unit stand at this visit."""
    return sum(hairs[index] is not None for index in unit.hair_ids)


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
