"""Hairs, field and scale become a Measurement: densities, diameters, classes, each with its 95 % interval.

Every formula, with its source, stands in docs/measurements.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

import numpy as np

from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.hairs.body import hair_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.hairs.units import Hair, Unit
    from hairdensity.scale.model import Scale

HairClass = Literal["terminal", "vellus"]
Found = Estimate | str
"""An estimate, or the reason why there is none."""

NO_SCALE = "no scale"
NO_FIELD = "no skin in the photo can be counted"
NO_HAIR = "no hair in the field"
SHAFT_QUANTITIES = (
    *("mean_diameter_um", "diameter_sd_um", "terminal_fraction", "vellus_fraction"),
    *("cumulative_thickness_mm_per_cm2", "diameter_diversity_fraction"),
)


@dataclass(frozen=True, slots=True)
class MeasureSettings:
    """Thresholds and measured noise that the quantities depend on."""

    terminal_threshold_um: float = 40.0
    """Shafts at least this thick are terminal."""
    diversity_departure_fraction: float = 0.20
    """A shaft varies when its diameter departs from the median by more than this share of the median."""
    count_relative_sd: float = 0.11
    """Standard deviation of one automatic count about an annotator's, as a fraction of the count."""
    unit_count_relative_sd: float = 0.1
    """The same of the count of follicular units."""
    unit_share_dispersion: float = 1.8
    """Variance of the share of single-hair units about an annotator's, in multiples of a binomial share's."""
    diameter_shared_sd_um: float = 7.0
    """Standard deviation of the diameter error that all shafts of one photo share (blur, edge definition)."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the hairs of one field amount to; a None has its reason in `null_reasons` under its own name."""

    hair_count: int | None
    unit_count: int | None
    hair_density_per_cm2: Estimate | None
    unit_density_per_cm2: Estimate | None
    hairs_per_unit: Estimate | None
    mean_diameter_um: Estimate | None
    diameter_sd_um: Estimate | None
    terminal_fraction: Estimate | None
    vellus_fraction: Estimate | None
    terminal_threshold_um: float
    cumulative_thickness_mm_per_cm2: Estimate | None
    hair_coverage_fraction: Estimate | None
    diameter_diversity_fraction: Estimate | None
    mean_visible_length_mm: Estimate | None
    single_hair_unit_fraction: Estimate | None
    null_reasons: Mapping[str, str]


def hair_class(hair: Hair, scale: Scale | None, settings: MeasureSettings) -> HairClass | None:
    """Return terminal or vellus by the shaft diameter; None without a scale."""
    if scale is None:
        return None
    diameter_um = hair.diameter_px.value * scale.um_per_px.value
    return "terminal" if diameter_um >= settings.terminal_threshold_um else "vellus"


def measure(
    hairs: Sequence[Hair], units: Sequence[Unit], field: Field, scale: Scale | None, settings: MeasureSettings
) -> Measurement:
    """Measure the hairs whose roots lie in `field`.

    Parameters
    ----------
    hairs, units
        All that were found in the photo; those outside the field give their bodies to the coverage only.
    field
        The skin to count on: the photo's own field, or the part of it that two photos share.
    scale
        Size of one px; without it nothing per cm², mm or µm is given.
    settings
        Thresholds and measured noise.

    Returns
    -------
    Measurement
        Each quantity with its 95 % interval, or None and the reason.
    """
    if not field.area_px:
        return no_measurement(NO_FIELD, settings)
    counted = _rooted_in(hairs, field)
    counted_units = _centred_in(units, field)
    found = {
        **_densities(len(counted), len(counted_units), field, scale, settings),
        **_shafts(counted, field, scale, settings),
        **_unit_sizes(counted_units, settings),
        "hair_coverage_fraction": _coverage(hairs, field, settings),
        "mean_visible_length_mm": _visible_length(counted, scale),
    }
    return _assemble(len(counted), len(counted_units), found, settings)


def no_measurement(reason: str, settings: MeasureSettings) -> Measurement:
    """Return a measurement in which nothing is known, for `reason`."""
    found: dict[str, Found] = {name: reason for name in _quantities() if not name.endswith("_count")}
    return _assemble(None, None, found, settings, reason)


def _quantities() -> list[str]:
    return [
        one.name for one in fields(Measurement) if one.name not in {"terminal_threshold_um", "null_reasons"}
    ]


def _assemble(
    hair_count: int | None,
    unit_count: int | None,
    found: Mapping[str, Found],
    settings: MeasureSettings,
    count_reason: str = "",
) -> Measurement:
    reasons = {name: found.get(name, count_reason) for name in _quantities()}
    estimates = {name: one if isinstance(one, Estimate) else None for name, one in found.items()}
    return Measurement(
        hair_count=hair_count,
        unit_count=unit_count,
        terminal_threshold_um=settings.terminal_threshold_um,
        null_reasons={name: one for name, one in reasons.items() if isinstance(one, str) and one},
        **estimates,
    )


def _rooted_in(hairs: Sequence[Hair], field: Field) -> list[Hair]:
    roots = np.array([hair.root_px for hair in hairs], dtype=float).reshape(-1, 2)
    return [hair for hair, inside in zip(hairs, field.contains(roots), strict=True) if inside]


def _centred_in(units: Sequence[Unit], field: Field) -> list[Unit]:
    centres = np.array([unit.centre_px for unit in units], dtype=float).reshape(-1, 2)
    return [unit for unit, inside in zip(units, field.contains(centres), strict=True) if inside]


def _densities(
    hair_count: int, unit_count: int, field: Field, scale: Scale | None, settings: MeasureSettings
) -> dict[str, Found]:
    if scale is None:
        return {"hair_density_per_cm2": NO_SCALE, "unit_density_per_cm2": NO_SCALE}
    return {
        "hair_density_per_cm2": _per_cm2(hair_count, settings.count_relative_sd, field, scale),
        "unit_density_per_cm2": _per_cm2(unit_count, settings.unit_count_relative_sd, field, scale),
    }


def _per_cm2(count: int, relative_sd: float, field: Field, scale: Scale) -> Estimate:
    """Count over area; never surer than half a hair, and the scale enters squared."""
    area_cm2 = field.area_px * (scale.um_per_px.value * 1e-4) ** 2
    count_sd = max(relative_sd * count, 0.5)
    scale_sd = 2 * scale.um_per_px.relative_sd * count
    return Estimate.from_sd(count, math.hypot(count_sd, scale_sd)).times(1 / area_cm2).bounded(0, math.inf)


def _shafts(
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
    own_error_um = _rms([hair.diameter_px.sd for hair in counted]) * scale.um_per_px.value
    mean = _mean_diameter(diameters_um, own_error_um, scale, settings)
    terminal = _terminal(diameters_um, scale, settings)
    return {
        "mean_diameter_um": mean,
        "diameter_sd_um": _spread(diameters_um, scale),
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


def _spread(diameters_um: NDArray[np.float64], scale: Scale) -> Found:
    """Sample standard deviation with its chi-square interval (Wilson-Hilferty), widened by the scale."""
    freedom = diameters_um.size - 1
    if freedom < 1:
        return "fewer than two hairs in the field"
    sd_um = float(diameters_um.std(ddof=1))
    part = 2 / (9 * freedom)
    high_factor = 1 / max(1 - part - NORMAL_95 * math.sqrt(part), 0.1) ** 1.5
    low_factor = 1 / (1 - part + NORMAL_95 * math.sqrt(part)) ** 1.5
    sampled = Estimate(sd_um, sd_um * min(low_factor, 1.0), sd_um * high_factor)
    half_width_um = NORMAL_95 * scale.um_per_px.relative_sd * sd_um
    return sampled.widened(half_width_um, half_width_um).bounded(0, math.inf)


def _terminal(diameters_um: NDArray[np.float64], scale: Scale, settings: MeasureSettings) -> Estimate:
    """Share at or above the threshold; Wilson, widened by what a common error of all diameters would move."""
    threshold_um = settings.terminal_threshold_um
    shared_sd_um = math.hypot(settings.diameter_shared_sd_um, scale.um_per_px.relative_sd * threshold_um)
    shares = [
        float((diameters_um >= threshold_um + step * shared_sd_um).mean())
        for step in (0, NORMAL_95, -NORMAL_95)
    ]
    sampled = Estimate.from_share(round(shares[0] * diameters_um.size), diameters_um.size)
    return sampled.widened(shares[0] - shares[1], shares[2] - shares[0]).bounded(0, 1)


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


def _rms(numbers: Sequence[float]) -> float:
    return math.hypot(*numbers) / math.sqrt(max(len(numbers), 1))


def _diversity(diameters_px: NDArray[np.float64], settings: MeasureSettings) -> Estimate:
    median_px = float(np.median(diameters_px))
    departs = np.abs(diameters_px - median_px) > settings.diversity_departure_fraction * median_px
    return Estimate.from_share(int(departs.sum()), diameters_px.size)


def _unit_sizes(units: Sequence[Unit], settings: MeasureSettings) -> dict[str, Found]:
    if not units:
        return dict.fromkeys(("hairs_per_unit", "single_hair_unit_fraction"), NO_HAIR)
    sizes = np.array([len(unit.hair_ids) for unit in units])
    mean = float(sizes.mean())
    spread = float(sizes.std(ddof=1)) if sizes.size > 1 else 0.0
    sd = math.hypot(spread / math.sqrt(sizes.size), settings.unit_count_relative_sd / 2 * mean)
    return {
        "hairs_per_unit": Estimate.from_sd(mean, sd).bounded(1, math.inf),
        "single_hair_unit_fraction": Estimate.from_share(
            int((sizes == 1).sum()), sizes.size, settings.unit_share_dispersion
        ),
    }


def _coverage(hairs: Sequence[Hair], field: Field, settings: MeasureSettings) -> Estimate:
    """Share of the field under hair bodies."""
    height, width = field.mask.shape
    value = float((hair_body(hairs, (height, width)) & field.mask).sum()) / field.area_px
    diameter_part = _rms([hair.diameter_px.relative_sd for hair in hairs])
    sd = math.hypot(settings.count_relative_sd, diameter_part) * value
    return Estimate.from_sd(value, sd).bounded(0, 1)


def _visible_length(counted: Sequence[Hair], scale: Scale | None) -> Found:
    """Mean over the hairs whose tip is in the frame."""
    if scale is None:
        return NO_SCALE
    whole = [hair.visible_length_px for hair in counted if not hair.leaves_frame]
    if not whole:
        return "no hair in the field has its tip in the frame" if counted else NO_HAIR
    lengths_mm = np.array(whole) * scale.um_per_px.value * 1e-3
    mean_mm = float(lengths_mm.mean())
    spread_mm = float(lengths_mm.std(ddof=1)) if lengths_mm.size > 1 else mean_mm
    sd_mm = math.hypot(spread_mm / math.sqrt(lengths_mm.size), scale.um_per_px.relative_sd * mean_mm)
    return Estimate.from_sd(mean_mm, sd_mm).bounded(0, math.inf)
