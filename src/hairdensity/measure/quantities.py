"""Hairs, field and scale become a Measurement: densities, diameters, classes, each with its 95 % interval.

Every formula, with its source, stands in docs/measurements.md.
"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.hairs.body import hair_body
from hairdensity.measure.model import NO_FIELD, NO_HAIR, NO_SCALE, Measurement
from hairdensity.measure.shafts import measure_shafts, rms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.hairs.field import Field
    from hairdensity.hairs.units import Hair, Unit
    from hairdensity.measure.model import Found, MeasureSettings
    from hairdensity.scale.model import Scale


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
        **measure_shafts(counted, field, scale, settings),
        **_unit_sizes(counted_units, settings),
        "hair_coverage_fraction": _coverage(hairs, field, settings),
        "mean_visible_length_mm": _visible_length(counted, scale, settings),
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


def _unit_sizes(units: Sequence[Unit], settings: MeasureSettings) -> dict[str, Found]:
    if not units:
        return dict.fromkeys(("hairs_per_unit", "single_hair_unit_fraction"), NO_HAIR)
    sizes = np.array([len(unit.hair_ids) for unit in units])
    mean = float(sizes.mean())
    spread = float(sizes.std(ddof=1)) if sizes.size > 1 else 0.0
    sd = math.hypot(spread / math.sqrt(sizes.size), settings.unit_size_relative_sd * mean)
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
    diameter_part = rms([hair.diameter_px.relative_sd for hair in hairs])
    sd = math.hypot(settings.count_relative_sd, diameter_part) * value
    return Estimate.from_sd(value, sd).bounded(0, 1)


def _visible_length(counted: Sequence[Hair], scale: Scale | None, settings: MeasureSettings) -> Found:
    """Mean over the hairs whose tip is in the frame."""
    if scale is None:
        return NO_SCALE
    whole = [hair.visible_length_px for hair in counted if not hair.leaves_frame]
    if not whole:
        return "no hair in the field has its tip in the frame" if counted else NO_HAIR
    lengths_mm = np.array(whole) * scale.um_per_px.value * 1e-3
    mean_mm = float(lengths_mm.mean())
    spread_mm = float(lengths_mm.std(ddof=1)) if lengths_mm.size > 1 else mean_mm
    shared_mm = math.hypot(settings.visible_length_relative_sd, scale.um_per_px.relative_sd) * mean_mm
    sd_mm = math.hypot(spread_mm / math.sqrt(lengths_mm.size), shared_mm)
    return Estimate.from_sd(mean_mm, sd_mm).bounded(0, math.inf)
