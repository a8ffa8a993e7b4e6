"""Hairs are paired one to one; what stays alone is looked for again in the other photo.

Detection misses hairs that are plainly there, so a hair found in one photo alone is lost or gained only when
the finder's maps of the other photo hold no trace of it where it should be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from hairdensity.align.homography import inverse
from hairdensity.match.alone import Couples, judge_alone
from hairdensity.match.model import HairPair
from hairdensity.match.paths import follow_hairs, pair_cost, path_gap_um, root_gaps_um, unlikeness
from hairdensity.match.stretch import follow_stretch, stretch_left_um

MIN_PAIRED_AGAIN = 0.9
"""Narrower limits leave some wrong pairs; where they leave more, the skin did not stretch as was thought."""
MIN_COUPLES = 8
"""Fewer hairs found in both do not tell how the skin stretched."""

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.align import Alignment
    from hairdensity.match.model import MatchSettings
    from hairdensity.match.paths import Paths
    from hairdensity.pipeline import Analysis


def match_hairs(
    before: Analysis, after: Analysis, alignment: Alignment, settings: MatchSettings
) -> tuple[HairPair, ...]:
    """Match the hairs whose roots lie in the shared field, one to one.

    Parameters
    ----------
    before, after
        The analysed photos; all their hairs take part, those of the shared field are returned.
    alignment
        How the photos lie on each other.
    settings
        When two hairs are the same.

    Returns
    -------
    tuple of HairPair
        In the order of the before ids, those without one last.

    Raises
    ------
    ValueError
        When the photos are not aligned.
    """
    if alignment.before_to_after is None or alignment.before_shared_field is None:
        message = "hairs of photos that are not aligned cannot be matched"
        raise ValueError(message)
    mapping, shared = alignment.before_to_after, alignment.before_shared_field
    um_per_px = after.working_um_per_px
    followed = follow_hairs(before, mapping), follow_hairs(after, inverse(mapping))
    residual_um = (alignment.residual_px or 0.0) * um_per_px
    coupled = couple_hairs(followed, um_per_px, residual_um, settings)
    (earlier, later), couples = coupled.paths, coupled.couples
    is_shared = shared.contains(earlier.here_px[:, 0]), shared.contains(later.there_px[:, 0])
    alone = judge_alone((before, after), (earlier, later), (couples, is_shared), coupled.settings)
    couples = couples + _reconcile(alone, (earlier, later), um_per_px, coupled.settings)
    kept = [HairPair(one, other, "kept") for one, other in couples]
    taken = [{couple[side] for couple in couples} for side in (0, 1)]
    alone = [pair for pair in alone if pair.before_id not in taken[0] and pair.after_id not in taken[1]]
    pairs = sorted([*kept, *alone], key=_order)
    places_px = np.array([_place_px(pair, earlier, later) for pair in pairs]).reshape(-1, 2)
    return tuple(pair for pair, inside in zip(pairs, shared.contains(places_px), strict=True) if inside)


@dataclass(frozen=True, slots=True, eq=False)
class Coupled:
    """The hairs found in both photos.

    Attributes
    ----------
    paths
        The hairs of both photos, each also as the other photo would show them on skin that stretched.
    couples
        Indices of the same hair before and after.
    settings
        With the standard deviations that what is still off asks for.
    """

    paths: tuple[Paths, Paths]
    couples: Couples
    settings: MatchSettings


def couple_hairs(
    paths: tuple[Paths, Paths], um_per_px: float, residual_um: float, settings: MatchSettings
) -> Coupled:
    """Pair the hairs found in both photos, under a mapping that misses by `residual_um`.

    They are paired twice: as the mapping has it, and then as the skin between them stretched, unless that
    pairs far fewer.
    """
    wide = _widened(settings, residual_um)
    first = Coupled(paths, _couple(paths, um_per_px, wide), wide)
    if len(first.couples) < MIN_COUPLES:
        return first
    stretched = follow_stretch(paths, first.couples, um_per_px, settings)
    left = _widened(settings, stretch_left_um(stretched, first.couples, um_per_px, settings))
    second = Coupled(stretched, _couple(stretched, um_per_px, left), left)
    return second if len(second.couples) >= MIN_PAIRED_AGAIN * len(first.couples) else first


def _widened(settings: MatchSettings, residual_um: float) -> MatchSettings:
    """Return the settings for a mapping that misses by `residual_um`."""
    return replace(
        settings,
        along_sd_um=float(np.hypot(settings.along_sd_um, residual_um)),
        beside_sd_um=float(np.hypot(settings.beside_sd_um, residual_um)),
        line_offset_um=float(np.hypot(settings.line_offset_um, residual_um)),
    )


def _couple(paths: tuple[Paths, Paths], um_per_px: float, settings: MatchSettings) -> Couples:
    """Pair by one assignment over all hairs; then, of what is left, hairs that lie on each other."""
    earlier, later = paths
    couples = _assign(pair_cost(earlier, later, um_per_px, settings), settings.max_cost)
    by_path = path_gap_um(earlier.there_px, later.here_px, um_per_px)
    for one, other in couples:
        by_path[one, :] = by_path[:, other] = np.inf
    return couples + _assign(by_path, settings.path_tolerance_um)


def _reconcile(
    alone: list[HairPair], paths: tuple[Paths, Paths], um_per_px: float, settings: MatchSettings
) -> Couples:
    """Pair what was found before alone with what was found after alone beside it, when alike: one hair."""
    befores = [pair.before_id for pair in alone if pair.before_id is not None]
    afters = [pair.after_id for pair in alone if pair.after_id is not None]
    earlier, later = paths[0].only(befores), paths[1].only(afters)
    gaps_um = np.linalg.norm(root_gaps_um(earlier, later, um_per_px), axis=2)
    is_alike = unlikeness(earlier, later, um_per_px, settings) <= settings.reconciled_cost
    found = _assign(np.where(is_alike, gaps_um, np.inf), settings.reconciled_gap_um)
    return [(befores[row], afters[column]) for row, column in found]


def _assign(cost: NDArray[np.float64], limit: float) -> Couples:
    """Return the one-to-one pairs of least total cost; a pair beyond the limit costs as much as none."""
    capped = np.minimum(cost, limit)
    rows, columns = linear_sum_assignment(capped)
    chosen = capped[rows, columns] < limit
    return [(int(row), int(column)) for row, column in zip(rows[chosen], columns[chosen], strict=True)]


def _order(pair: HairPair) -> tuple[bool, int, int]:
    return pair.before_id is None, pair.before_id or 0, pair.after_id or 0


def _place_px(pair: HairPair, earlier: Paths, later: Paths) -> NDArray[np.float64]:
    """Return the root in px of the before photo, the mean of both photos' where both show it."""
    places = []
    if pair.before_id is not None:
        places.append(earlier.here_px[pair.before_id, 0])
    if pair.after_id is not None:
        places.append(later.there_px[pair.after_id, 0])
    return np.asarray(np.mean(places, axis=0), dtype=np.float64)
