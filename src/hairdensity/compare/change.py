"""Two measurements of the same skin become changes, each with its interval and verdict.

The interval of a change comes from the chance of each hair found in one photo alone of having been lost or
gained, from how many of the hairs that stay were found in both, and from noise measured on drawn pairs whose
change is known. What both photos share is not in it: the scale, whose error stretches both values alike.
It holds only what is possible: no quantity falls below 0, and no share of the hairs rises above 1.
"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING

from hairdensity.compare.model import Change
from hairdensity.compare.noise import unchanged_noise
from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.measure import NO_SCALE, Measurement

if TYPE_CHECKING:
    from hairdensity.compare.model import ChangeSettings, ChangeVerdict
    from hairdensity.compare.noise import Noise, SharedSkin
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
ZERO_BEFORE = "it was 0 before, and no change is a share of 0"


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
    noise = unchanged_noise(skin, settings)
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
    quantity: str, skin: SharedSkin, noise: Noise, measure_settings: MeasureSettings
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
    difference = _possible(quantity, _stretched(plain, relative_error), before.value)
    relative = _fraction(_possible(quantity, plain, before.value), before.value)
    reasons = {} if relative else {"relative": ZERO_BEFORE}
    change = Change(quantity, before, after, difference, relative, noise.most, _verdict(difference))
    return change, reasons


def _unknown(quantity: str, skin: SharedSkin) -> tuple[Change, dict[str, str]]:
    """Return a change of which nothing is known, with the reason of the photo that lacks the quantity."""
    why = skin.before.null_reasons.get(quantity) or skin.after.null_reasons.get(quantity) or "not measured"
    names = ("before", "after", "difference", "relative", "minimal_detectable_change")
    return Change(quantity, None, None, None, None, None, "not-resolved"), dict.fromkeys(names, why)


def _relative_only(
    quantity: str, before: Estimate, after: Estimate, noise: Noise
) -> tuple[Change, dict[str, str]]:
    """Return the change of a quantity whose unit is not known: a fraction, where that needs no threshold."""
    reasons = dict.fromkeys(("before", "after", "difference"), NO_SCALE)
    relative = _fraction(_possible(quantity, _difference(before, after, noise), before.value), before.value)
    if quantity in THRESHOLDED or relative is None:
        why = NO_SCALE if quantity in THRESHOLDED else ZERO_BEFORE
        reasons |= dict.fromkeys(("relative", "minimal_detectable_change"), why)
        return Change(quantity, None, None, None, None, None, "not-resolved"), reasons
    detectable = noise.most / before.value
    return Change(quantity, None, None, None, relative, detectable, _verdict(relative)), reasons


def _estimate(quantity: str, measurement: Measurement, settings: MeasureSettings) -> Estimate | None:
    """Return a quantity with its interval; a bare count gets the interval of one automatic count."""
    value: Estimate | int | None = getattr(measurement, quantity)
    if value is None or isinstance(value, Estimate):
        return value
    relative_sd = settings.count_relative_sd if quantity == "hair_count" else settings.unit_count_relative_sd
    return Estimate.from_sd(float(value), max(relative_sd * value, 0.5)).bounded(0, math.inf)


def _difference(before: Estimate, after: Estimate, noise: Noise) -> Estimate:
    value = after.value - before.value
    return Estimate(value, value - noise.low, value + noise.high)


def _stretched(estimate: Estimate, relative_error: float) -> Estimate:
    """Widen by an error of the unit: it stretches or shrinks a change, and never turns it round."""
    wider, narrower = 1 + relative_error, 1 / (1 + relative_error)
    low = estimate.low * (wider if estimate.low < 0 else narrower)
    high = estimate.high * (wider if estimate.high > 0 else narrower)
    return Estimate(estimate.value, low, high)


def _possible(quantity: str, difference: Estimate, before: float) -> Estimate:
    """Cut the interval at what can be: nothing left of what was before, or for a share all of the hairs."""
    return difference.bounded(-before, 1 - before if quantity.endswith("_fraction") else math.inf)


def _fraction(difference: Estimate, before: float) -> Estimate | None:
    if before <= 0:
        return None
    return Estimate(difference.value / before, difference.low / before, difference.high / before)


def _verdict(difference: Estimate) -> ChangeVerdict:
    if difference.low > 0:
        return "increase"
    return "decrease" if difference.high < 0 else "not-resolved"
