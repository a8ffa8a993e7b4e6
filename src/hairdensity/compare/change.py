"""Two measurements of the same skin become changes, each with its interval and verdict.

The interval of a change is that of the measured noise between two photos of unchanged skin. What both photos
share is not in it: the hairs missed in both, and the scale, whose error stretches both values alike.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from hairdensity.compare.model import Change
from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.measure import NO_SCALE, Measurement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.compare.model import ChangeSettings, ChangeVerdict
    from hairdensity.match import HairPair
    from hairdensity.measure import MeasureSettings

SCALE_POWER = {
    "hair_density_per_cm2": 2,
    "unit_density_per_cm2": 2,
    "mean_diameter_um": 1,
    "diameter_sd_um": 1,
    "cumulative_thickness_mm_per_cm2": 1,
    "mean_visible_length_mm": 1,
}
"""Quantities that follow a power of the scale, up or down; without one, their relative change is known."""
THRESHOLDED = frozenset({"terminal_fraction", "vellus_fraction"})
"""Quantities that rest on a threshold in µm: without a scale nothing is known of them."""
NO_HAIR_BEFORE = "there was none before"


@dataclass(frozen=True, slots=True)
class SharedSkin:
    """What was measured on the shared field, and what limits the change.

    `scale_relative_sd` is None when no scale is known; the measurements then rest on an assumed one.
    `residual_um` is that of the alignment.
    """

    before: Measurement
    after: Measurement
    area_cm2: float
    scale_relative_sd: float | None
    residual_um: float
    pairs: Sequence[HairPair]


@dataclass(frozen=True, slots=True)
class _Noise:
    """How far two photos of unchanged skin differ: a standard deviation, and what unsure hairs leave open."""

    sd: float
    open_low: float = 0.0
    open_high: float = 0.0

    def times(self, factor: float) -> _Noise:
        return _Noise(self.sd * factor, self.open_low * factor, self.open_high * factor)

    @property
    def detectable(self) -> float:
        """The smallest difference that stands out of the noise."""
        return NORMAL_95 * self.sd + max(self.open_low, self.open_high)


def find_changes(
    skin: SharedSkin, settings: ChangeSettings, measure_settings: MeasureSettings
) -> tuple[tuple[Change, ...], dict[str, str]]:
    """Return the change of every quantity of `Measurement`, and why something in them is None.

    Parameters
    ----------
    skin
        Both measurements of the shared field.
    settings
        Measured noise of a change.
    measure_settings
        Measured noise of one count.

    Returns
    -------
    changes, null_reasons
        Keys of the reasons are "changes.<quantity>.<field>".
    """
    noise = _noise_of_all(skin, settings)
    found = [_change(name, skin, noise[name], measure_settings) for name in quantities()]
    reasons = {
        f"changes.{change.quantity}.{name}": why for change, known in found for name, why in known.items()
    }
    return tuple(change for change, _ in found), reasons


def quantities() -> tuple[str, ...]:
    """Return the names of the measured quantities, in the order of `Measurement`."""
    settled = {"terminal_threshold_um", "null_reasons"}
    return tuple(one.name for one in fields(Measurement) if one.name not in settled)


def _change(
    quantity: str, skin: SharedSkin, noise: _Noise, measure_settings: MeasureSettings
) -> tuple[Change, dict[str, str]]:
    before = _estimate(quantity, skin.before, measure_settings)
    after = _estimate(quantity, skin.after, measure_settings)
    if before is None or after is None:
        return _unknown(quantity, skin)
    scaled = quantity in SCALE_POWER or quantity in THRESHOLDED
    if scaled and skin.scale_relative_sd is None:
        return _relative_only(quantity, before, after, noise)
    plain = _difference(before, after, noise)
    relative_error = NORMAL_95 * SCALE_POWER.get(quantity, 0) * (skin.scale_relative_sd or 0.0)
    difference = _stretched(plain, relative_error)
    relative = _fraction(plain, before.value)
    reasons = {} if relative else {"relative": NO_HAIR_BEFORE}
    change = Change(quantity, before, after, difference, relative, noise.detectable, _verdict(difference))
    return change, reasons


def _unknown(quantity: str, skin: SharedSkin) -> tuple[Change, dict[str, str]]:
    """Return a change of which nothing is known, with the reason of the photo that lacks the quantity."""
    why = skin.before.null_reasons.get(quantity) or skin.after.null_reasons.get(quantity) or "not measured"
    names = ("before", "after", "difference", "relative", "minimal_detectable_change")
    return Change(quantity, None, None, None, None, None, "not-resolved"), dict.fromkeys(names, why)


def _relative_only(
    quantity: str, before: Estimate, after: Estimate, noise: _Noise
) -> tuple[Change, dict[str, str]]:
    """Return the change of a quantity whose unit is not known: a fraction, where that needs no threshold."""
    reasons = dict.fromkeys(("before", "after", "difference"), NO_SCALE)
    relative = _fraction(_difference(before, after, noise), before.value)
    if quantity in THRESHOLDED or relative is None:
        why = NO_SCALE if quantity in THRESHOLDED else NO_HAIR_BEFORE
        reasons |= dict.fromkeys(("relative", "minimal_detectable_change"), why)
        return Change(quantity, None, None, None, None, None, "not-resolved"), reasons
    detectable = noise.detectable / before.value
    return Change(quantity, None, None, None, relative, detectable, _verdict(relative)), reasons


def _estimate(quantity: str, measurement: Measurement, settings: MeasureSettings) -> Estimate | None:
    """Return a quantity with its interval; a bare count gets the interval of one automatic count."""
    value: Estimate | int | None = getattr(measurement, quantity)
    if value is None or isinstance(value, Estimate):
        return value
    relative_sd = settings.count_relative_sd if quantity == "hair_count" else settings.unit_count_relative_sd
    return Estimate.from_sd(float(value), max(relative_sd * value, 0.5)).bounded(0, math.inf)


def _difference(before: Estimate, after: Estimate, noise: _Noise) -> Estimate:
    value = after.value - before.value
    half_width = NORMAL_95 * noise.sd
    return Estimate(value, value - half_width - noise.open_low, value + half_width + noise.open_high)


def _stretched(estimate: Estimate, relative_error: float) -> Estimate:
    """Widen by an error of the unit: it moves the bounds away from where they are, never across 0."""
    low, high = estimate.low, estimate.high
    return Estimate(estimate.value, low - abs(low) * relative_error, high + abs(high) * relative_error)


def _fraction(difference: Estimate, before: float) -> Estimate | None:
    return difference.times(1 / before) if before > 0 else None


def _verdict(difference: Estimate) -> ChangeVerdict:
    if difference.low > 0:
        return "increase"
    return "decrease" if difference.high < 0 else "not-resolved"


def _noise_of_all(skin: SharedSkin, settings: ChangeSettings) -> Mapping[str, _Noise]:
    """Return the noise of every quantity's change, in its unit."""
    hairs = max(skin.before.hair_count or 0, skin.after.hair_count or 0, 1)
    units = max(skin.before.unit_count or 0, skin.after.unit_count or 0, 1)
    hair_noise, unit_noise = _count_noise(hairs, skin, settings), _count_noise(units, skin, settings)
    few = max(1.0, settings.usual_hair_count / hairs) ** 0.5
    thickness = _value(skin.before.cumulative_thickness_mm_per_cm2)
    coverage = _value(skin.before.hair_coverage_fraction)
    length = _value(skin.before.mean_visible_length_mm)
    return {
        "hair_count": hair_noise,
        "unit_count": unit_noise,
        "hair_density_per_cm2": hair_noise.times(1 / skin.area_cm2),
        "unit_density_per_cm2": unit_noise.times(1 / skin.area_cm2),
        "hairs_per_unit": _Noise(settings.hairs_per_unit * few),
        "mean_diameter_um": _Noise(settings.mean_diameter_um * few),
        "diameter_sd_um": _Noise(settings.diameter_sd_um * few),
        "terminal_fraction": _Noise(settings.terminal_fraction * few),
        "vellus_fraction": _Noise(settings.terminal_fraction * few),
        "cumulative_thickness_mm_per_cm2": _with_counts(
            settings.cumulative_thickness_relative * few, hair_noise.times(1 / hairs)
        ).times(thickness),
        "hair_coverage_fraction": _with_counts(
            settings.hair_coverage_relative * few, hair_noise.times(1 / hairs)
        ).times(coverage),
        "diameter_diversity_fraction": _Noise(settings.diameter_diversity_fraction * few),
        "mean_visible_length_mm": _Noise(settings.mean_visible_length_relative * few * length),
        "single_hair_unit_fraction": _Noise(settings.single_hair_unit_fraction * few),
    }


def _count_noise(count: int, skin: SharedSkin, settings: ChangeSettings) -> _Noise:
    """Return the noise of the change of a count: false calls of lost or gained, and the misfit."""
    misfit = count * (skin.residual_um / settings.misfit_um) ** 2
    unsure = Counter(pair.before_id is not None for pair in skin.pairs if pair.state == "unsure")
    return _Noise(
        math.hypot(math.sqrt(settings.false_change_fraction * count), misfit), unsure[True], unsure[False]
    )


def _with_counts(relative_sd: float, counts: _Noise) -> _Noise:
    """Return the relative noise of a sum over hairs: its own and that of the count."""
    return _Noise(math.hypot(relative_sd, counts.sd), counts.open_low, counts.open_high)


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None else estimate.value
