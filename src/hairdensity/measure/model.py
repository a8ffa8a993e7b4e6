"""Settings and result of measuring: densities, diameters and classes, each with its 95 % interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hairdensity.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hairdensity.hairs.units import Hair
    from hairdensity.scale.model import Scale

HairClass = Literal["terminal", "vellus"]
Found = Estimate | str
"""An estimate, or the reason why there is none."""

NO_SCALE = "no scale"
NO_FIELD = "no skin in the photo can be counted"
NO_HAIR = "no hair in the field"


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
    unit_size_relative_sd: float = 0.06
    """The same of the mean number of hairs per unit: units split or merged, hairs missed."""
    unit_share_dispersion: float = 2.1
    """Variance of the share of single-hair units about an annotator's, in multiples of a binomial share's."""
    diameter_shared_sd_um: float = 7.0
    """Standard deviation of the diameter error that all shafts of one photo share (blur, edge definition)."""
    terminal_share_sd: float = 0.07
    """Standard deviation of the error of the share of terminal hairs: thin hairs missed or misread."""
    diameter_diversity_sd: float = 0.1
    """The same of the share of hairs whose diameter departs from the median."""
    diameter_spread_relative_sd: float = 0.18
    """The same of the standard deviation of diameters, as a part of it."""
    visible_length_relative_sd: float = 0.08
    """The same of the mean visible length, as a part of it: tips lost, shafts found in part."""


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
