"""Hairs, field and scale become a Measurement: densities, diameters, classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.estimate import Estimate
    from hairdensity.hairs.field import Field
    from hairdensity.hairs.units import Hair, Unit
    from hairdensity.scale.model import Scale

HairClass = Literal["terminal", "vellus"]


@dataclass(frozen=True, slots=True)
class MeasureSettings:
    """Thresholds and measured noise that the quantities depend on."""

    terminal_threshold_um: float = 40.0


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the hairs of one field amount to; None where it cannot be known, with the reason in `null_reasons`."""

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
    """Measure the hairs whose roots lie in `field`."""
    raise NotImplementedError
