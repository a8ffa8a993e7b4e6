"""Hairs become everything that follows from their shaft diameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.measure.model import NO_HAIR, NO_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.hairs.units import Hair
    from hairdensity.measure.model import Found, MeasureSettings
    from hairdensity.scale.model import Scale

SHAFT_QUANTITIES = (
    *("mean_diameter_um", "diameter_sd_um", "terminal_fraction", "vellus_fraction"),
    *("cumulative_thickness_mm_per_cm2", "diameter_diversity_fraction"),
)


def measure_shafts(
    counted: Sequence[Hair], field: Field, scale: Scale | None, settings: MeasureSettings
) -> dict[str, Found]:
    """Everything that follows from the shaft diameters of the counted hairs."""
    if not counted:
        return dict.fromkeys(SHAFT_QUANTITIES, NO_HAIR)
    diameters_px = np.array([hair.diameter_px.value for hair in counted])
    diversity: dict[str, Found] = {"diameter_diversity_fraction": _diversity(diameters_px, settings)}
    if scale is None:
        return dict.fromkeys(SHAFT_QUANTITIES, NO_SCALE) | diversity
    diameters_um = diameters_px * scale.um_per_px.value
    own_error_um = rms([hair.diameter_px.sd for hair in counted]) * scale.um_per_px.value
    mean = _mean_diameter(diameters_um, own_error_um, scale, settings)
    terminal = _terminal(diameters_um, scale, settings)
    return {
        "mean_diameter_um": mean,
        "diameter_sd_um": _spread(diameters_um, scale, settings),
        "terminal_fraction": terminal,
        "vellus_fraction": Estimate(1 - terminal.value, 1 - terminal.high, 1 - terminal.low),
        "cumulative_thickness_mm_per_cm2": _thickness(diameters_um, mean, field, scale, settings),
        **diversity,
    }


def _mean_diameter(
    diameters_um: NDArray[np.float64], own_error_um: float, scale: Scale, settings: MeasureSettings
) -> Estimate:
    """Mean; its error: spread or own errors over n, then what all shafts share, then the scale."""
    count = diameters_um.size
    spread_um = float(diameters_um.std(ddof=1)) if count > 1 else 0.0
    single_sd_um = max(spread_um, own_error_um)
    mean_um = float(diameters_um.mean())
    scale_sd_um = scale.um_per_px.relative_sd * mean_um
    sd_um = math.hypot(single_sd_um / math.sqrt(count), settings.diameter_shared_sd_um, scale_sd_um)
    return Estimate.from_sd(mean_um, sd_um).bounded(0, math.inf)


def _spread(diameters_um: NDArray[np.float64], scale: Scale, settings: MeasureSettings) -> Found:
    """Sample standard deviation; chi-square interval (Wilson-Hilferty), wider by misread hairs and scale."""
    freedom = diameters_um.size - 1
    if freedom < 1:
        return "fewer than two hairs in the field"
    sd_um = float(diameters_um.std(ddof=1))
    part = 2 / (9 * freedom)
    high_factor = 1 / max(1 - part - NORMAL_95 * math.sqrt(part), 0.1) ** 1.5
    low_factor = 1 / (1 - part + NORMAL_95 * math.sqrt(part)) ** 1.5
    sampled = Estimate(sd_um, sd_um * min(low_factor, 1.0), sd_um * high_factor)
    relative_sd = math.hypot(settings.diameter_spread_relative_sd, scale.um_per_px.relative_sd)
    half_width_um = NORMAL_95 * relative_sd * sd_um
    return sampled.widened(half_width_um, half_width_um).bounded(0, math.inf)


def _terminal(diameters_um: NDArray[np.float64], scale: Scale, settings: MeasureSettings) -> Estimate:
    """Share at or above the threshold; Wilson, widened by what common and single errors of diameters move."""
    threshold_um = settings.terminal_threshold_um
    shared_sd_um = math.hypot(settings.diameter_shared_sd_um, scale.um_per_px.relative_sd * threshold_um)
    shares = [
        float((diameters_um >= threshold_um + step * shared_sd_um).mean())
        for step in (0, NORMAL_95, -NORMAL_95)
    ]
    sampled = Estimate.from_share(round(shares[0] * diameters_um.size), diameters_um.size)
    shared = sampled.widened(shares[0] - shares[1], shares[2] - shares[0])
    return _with_misread(shared, settings.terminal_share_sd)


def _with_misread(share: Estimate, sd: float) -> Estimate:
    half_width = NORMAL_95 * sd
    return share.widened(half_width, half_width).bounded(0, 1)


def _thickness(
    diameters_um: NDArray[np.float64], mean: Estimate, field: Field, scale: Scale, settings: MeasureSettings
) -> Estimate:
    """Sum of diameters over area; a diameter grows with the scale and an area with its square."""
    area_cm2 = field.area_px * (scale.um_per_px.value * 1e-4) ** 2
    diameter_variance = max(mean.relative_sd**2 - scale.um_per_px.relative_sd**2, 0.0)
    relative_sd = math.hypot(
        settings.count_relative_sd, math.sqrt(diameter_variance), scale.um_per_px.relative_sd
    )
    value = float(diameters_um.sum()) * 1e-3 / area_cm2
    return Estimate.from_sd(value, relative_sd * value).bounded(0, math.inf)


def _diversity(diameters_px: NDArray[np.float64], settings: MeasureSettings) -> Estimate:
    median_px = float(np.median(diameters_px))
    departs = np.abs(diameters_px - median_px) > settings.diversity_departure_fraction * median_px
    share = Estimate.from_share(int(departs.sum()), diameters_px.size)
    return _with_misread(share, settings.diameter_diversity_sd)


def rms(numbers: Sequence[float]) -> float:
    """Return the root of the mean square; 0 of nothing."""
    return math.hypot(*numbers) / math.sqrt(max(len(numbers), 1))
