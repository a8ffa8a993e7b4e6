"""How far a change may be off: the half-widths of the intervals of changes.

They come from the chance of each hair found in one photo alone of having been lost or gained, from how many
of the hairs that stay were found in both (capture and recapture), and from noise measured on drawn pairs
whose change is known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.estimate import NORMAL_95, Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.compare.floor import NoiseFloor
    from hairdensity.compare.model import ChangeSettings
    from hairdensity.match import HairPair
    from hairdensity.measure import Measurement


@dataclass(frozen=True, slots=True)
class SharedSkin:
    """What was measured on the shared field, and what limits the change.

    `scale_relative_sd` is None when no scale is known; the measurements then rest on an assumed one.
    `residual_um` is that of the alignment; `growth_sds` say how far each quantity is off where diameters grew
    otherwise than was told. `floor` is the user's own noise, in place of the built-in one.
    """

    before: Measurement
    after: Measurement
    area_cm2: float
    scale_relative_sd: float | None
    residual_um: float
    pairs: Sequence[HairPair]
    growth_sds: Mapping[str, float]
    floor: NoiseFloor | None = None


@dataclass(frozen=True, slots=True)
class Noise:
    """How far a difference may be off downwards and upwards, in the quantity's unit (95 %)."""

    low: float
    high: float

    @property
    def most(self) -> float:
        """The smallest difference that stands out either way."""
        return max(self.low, self.high)

    def times(self, factor: float) -> Noise:
        """Return it in another unit."""
        return Noise(self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """By how many hairs the count is expected to differ, and what its variance is made of.

    `doubt` is the variance of the calls on hairs found in one photo alone, `unseen` that of the number of
    changes among hairs found in neither. `number` is that of all changes, found or not.
    """

    hairs: float
    number: float
    doubt: float
    unseen: float


def expected_change(pairs: Sequence[HairPair], before_count: int, settings: ChangeSettings) -> ExpectedChange:
    """Return the change that the chances of all hairs speak for.

    A hair that is there at one visit alone has one chance of being found, one that stays has two. So the
    changes found are too small a part of all: each stands for 1 / s of them, s being the share of hairs that
    the photo's finder finds. It is known from the hairs that stay: of those found in the one photo, so many
    were found in the other (Lincoln-Petersen estimate).

    Parameters
    ----------
    pairs
        The hairs of the shared field.
    before_count
        Hairs counted before; the change is brought to their number.
    settings
        The usual share, and how much it counts.
    """
    both = sum(pair.before_id is not None and pair.after_id is not None for pair in pairs)
    before, after = _chances(pairs, "before_id"), _chances(pairs, "after_id")
    before_only, after_only = _staying(pairs, "before_id"), _staying(pairs, "after_id")
    before_share = _share(both, after_only, settings)
    after_share = _share(both, before_only, settings)
    stay = (both + before_only + after_only) / (1 - (1 - before_share) * (1 - after_share))
    lost, gained = sum(before) / before_share, sum(after) / after_share
    there = stay + lost
    counted_part = min(before_count / there, 1.0) if before_count and there else 1.0
    return ExpectedChange(
        hairs=counted_part * (gained - lost),
        number=lost + gained,
        doubt=sum(chance * (1 - chance) for chance in (*before, *after)),
        unseen=(1 / before_share - 1) * lost + (1 / after_share - 1) * gained,
    )


def _share(both: int, missed: float, settings: ChangeSettings) -> float:
    """Return the share of hairs found in a photo that found `both` and `missed` of those that stay."""
    usual, weight = settings.usual_found_share, settings.usual_found_hairs
    known = both + missed + weight
    return (both + usual * weight) / known if known else usual


def unchanged_noise(skin: SharedSkin, settings: ChangeSettings) -> Mapping[str, Noise]:
    """Return the noise of the change of every quantity.

    It has two parts: hairs that may be falsely called kept, lost or gained, each of which moves a quantity by
    so much, and the noise of measuring the same hairs again. Where the user's own noise floor tells a
    quantity, it stands in place of both.
    """
    built_in = _built_in_noise(skin, settings)
    if skin.floor is None:
        return built_in
    own = {name: skin.floor.half_width(name, value_of(skin.before, name)) for name in built_in}
    known = {name: Noise(width, width) for name, width in own.items() if width is not None}
    return {**built_in, **known}


def _built_in_noise(skin: SharedSkin, settings: ChangeSettings) -> Mapping[str, Noise]:
    hairs = max(skin.before.hair_count or 0, skin.after.hair_count or 0, 1)
    units = max(skin.before.unit_count or 0, skin.after.unit_count or 0, 1)
    change = expected_change(skin.pairs, skin.before.hair_count or 0, settings)
    mean_sd_um = _diameter_sd_um(change, hairs, settings)
    means = _means(skin.before, (hairs, units), mean_sd_um, settings)
    calls = _count_noise(hairs, skin, change, settings)
    unit_calls = calls.times(settings.unit_count_share)
    return {
        "hair_count": calls,
        "unit_count": unit_calls,
        "hair_density_per_cm2": calls.times(1 / skin.area_cm2),
        "unit_density_per_cm2": unit_calls.times(1 / skin.area_cm2),
        **{
            name: _sum_noise(calls, per_hair, math.hypot(own_sd, skin.growth_sds[name]))
            for name, (per_hair, own_sd) in _sums(skin.before, hairs, settings).items()
        },
        **{
            name: _mean_noise(calls, per_hair, math.hypot(own_sd, skin.growth_sds[name]))
            for name, (per_hair, own_sd) in means.items()
        },
    }


def _sums(before: Measurement, hairs: int, settings: ChangeSettings) -> dict[str, tuple[float, float]]:
    """Return of each quantity that adds up over hairs what one hair adds, and its own noise."""
    thickness, coverage = (
        _value(before.cumulative_thickness_mm_per_cm2),
        _value(before.hair_coverage_fraction),
    )
    few = _few(hairs, settings)
    return {
        "cumulative_thickness_mm_per_cm2": (
            thickness / hairs,
            settings.cumulative_thickness_relative * thickness * few,
        ),
        "hair_coverage_fraction": (coverage / hairs, settings.hair_coverage_relative * coverage * few),
    }


def _means(
    before: Measurement, counts: tuple[int, int], mean_sd_um: float, settings: ChangeSettings
) -> dict[str, tuple[float, float]]:
    """Return of each other quantity what one usual hair or unit moves it, and its own noise.

    `counts` are the hairs and the units, `mean_sd_um` is the noise of the mean diameter.
    """
    hairs, units = counts
    spread_um, length_mm = _value(before.diameter_sd_um), _value(before.mean_visible_length_mm)
    few = _few(hairs, settings)
    return {
        "hairs_per_unit": (1 / units, settings.hairs_per_unit * few),
        "mean_diameter_um": (spread_um / hairs, mean_sd_um),
        "diameter_sd_um": (spread_um / hairs, settings.diameter_sd_um * few),
        "terminal_fraction": (1 / hairs, settings.terminal_fraction * few),
        "vellus_fraction": (1 / hairs, settings.terminal_fraction * few),
        "diameter_diversity_fraction": (1 / hairs, settings.diameter_diversity_fraction * few),
        "mean_visible_length_mm": (
            length_mm / hairs,
            settings.mean_visible_length_relative * length_mm * few,
        ),
        "single_hair_unit_fraction": (1 / units, settings.single_hair_unit_fraction * few),
    }


def _diameter_sd_um(change: ExpectedChange, hairs: int, settings: ChangeSettings) -> float:
    """Return how far the change of the mean diameter is off, but for growth and for hairs falsely called.

    It is what the two photos' shafts share, and the diameters of the hairs that came and went, found and not
    found.
    """
    return math.hypot(
        settings.mean_diameter_um, settings.changed_diameter_um * math.sqrt(change.number) / hairs
    )


def _few(hairs: int, settings: ChangeSettings) -> float:
    """Return how much larger the noise is than with the usual number of hairs."""
    return math.sqrt(max(1.0, settings.usual_hair_count / hairs))


def _sum_noise(calls: Noise, per_hair: float, own_sd: float) -> Noise:
    own = NORMAL_95 * own_sd
    return Noise(math.hypot(calls.low * per_hair, own), math.hypot(calls.high * per_hair, own))


def _mean_noise(calls: Noise, per_hair: float, own_sd: float) -> Noise:
    """Return the noise of a quantity that one hair more may move either way."""
    half_width = math.hypot(calls.most * per_hair, NORMAL_95 * own_sd)
    return Noise(half_width, half_width)


def _count_noise(count: int, skin: SharedSkin, change: ExpectedChange, settings: ChangeSettings) -> Noise:
    """Return by how much a difference of counts may be off, down and up.

    Hairs that cannot be followed one by one, on skin that stretched too much, say no more than two counts
    that know nothing of each other.
    """
    counts = skin.before.hair_count or 0, skin.after.hair_count or 0
    apart = NORMAL_95 * settings.count_relative_sd * math.hypot(*counts)
    called = sum(pair.state == "gained" for pair in skin.pairs) - sum(
        pair.state == "lost" for pair in skin.pairs
    )
    variance = (
        change.doubt
        + settings.unseen_dispersion * change.unseen
        + settings.unseen_per_hair * count
        + (count * (skin.residual_um / settings.misfit_um) ** 2) ** 2
    )
    half_width, shift = min(NORMAL_95 * math.sqrt(variance), apart or math.inf), change.hairs - called
    return Noise(max(half_width - shift, 0.0), max(half_width + shift, 0.0))


def _alone(pairs: Sequence[HairPair], side: str) -> list[HairPair]:
    """Return the hairs found in the photo of `side` alone."""
    other = {"before_id": "after_id", "after_id": "before_id"}[side]
    return [pair for pair in pairs if getattr(pair, other) is None]


def _chances(pairs: Sequence[HairPair], side: str) -> list[float]:
    """Return the chance of a change of every hair found in the photo of `side` alone."""
    return [pair.change_chance for pair in _alone(pairs, side)]


def _staying(pairs: Sequence[HairPair], side: str) -> float:
    """Return how many of the hairs found in the photo of `side` alone are there in both."""
    return sum(1 - pair.change_chance - pair.no_hair_chance for pair in _alone(pairs, side))


def value_of(measurement: Measurement, quantity: str) -> float:
    """Return a measured quantity as a bare number, 0 where it is not known."""
    value = getattr(measurement, quantity)
    return float(value) if isinstance(value, int) else _value(value)


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None else estimate.value
