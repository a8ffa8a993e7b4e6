"""A comparison of two photos, and the settings it is made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from hairdensity.align import Alignment, AlignSettings
from hairdensity.match import HairPair, MatchSettings
from hairdensity.measure import MeasureSettings
from hairdensity.pipeline import Analysis, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hairdensity.compare.fates import Fates
    from hairdensity.compare.floor import NoiseFloor
    from hairdensity.compare.hints import Hint
    from hairdensity.estimate import Estimate
    from hairdensity.measure import Measurement

ChangeVerdict = Literal["increase", "decrease", "not-resolved"]


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """What the interval of a change is made of: how many hairs are found, and measured noise.

    The count's comes from the chances of the hairs found in one photo alone and from the share of those that
    stay and were found in both; that of the rest also from standard deviations of two measurements.
    Fitted on drawn pairs whose change is known, by `python benchmarks/coverage.py --fit`; docs/uncertainty.md
    has the formulas and tells how often the intervals hold.
    """

    usual_found_share: float = 0.83
    usual_found_hairs: float = 3.6
    """Share of hairs that are found, beforehand, and how many hairs of the photos weigh as much."""
    unseen_dispersion: float = 1.5
    """How much more the number of changes among hairs never found varies than by chance, and a margin."""
    unseen_per_hair: float = 0.003
    """Variance of the count for each hair: debris, the edge of the shared field. Drawn pairs ask for none."""
    count_relative_sd: float = MeasureSettings().count_relative_sd
    """What one count by itself errs by; following hairs never makes a change less certain than two such."""
    unit_count_share: float = 0.8
    """Noise of the count of follicular units as a share of that of hairs."""
    misfit_um: float = 300.0
    """An alignment off by r adds (r / misfit_um)² of the hairs to the noise of the count."""
    usual_hair_count: int = 50
    """The noise below holds for so many hairs, and grows with the square root of fewer."""
    hairs_per_unit: float = 0.05
    mean_diameter_um: float = 0.9
    """What all diameters of one photo share."""
    changed_diameter_um: float = 16.0
    """How far the diameter of a hair that came or went, found or not, lies from what it is taken for."""
    diameter_sd_um: float = 3.0
    terminal_fraction: float = 0.042
    diameter_diversity_fraction: float = 0.06
    single_hair_unit_fraction: float = 0.03
    cumulative_thickness_relative: float = 0.04
    hair_coverage_relative: float = 0.06
    mean_visible_length_relative: float = 0.06
    crossing_variance: float = 0.02
    """Variance, for each kept hair, of the number that seem to cross the terminal threshold."""


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """Settings of a comparison and of the two analyses it rests on."""

    analysis: Settings = field(default_factory=Settings)
    align: AlignSettings = field(default_factory=AlignSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    change: ChangeSettings = field(default_factory=ChangeSettings)
    noise_floor: NoiseFloor | None = None
    """The user's own noise, in place of the built-in one."""


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one quantity over the shared field.

    Attributes
    ----------
    quantity
        A field name of `Measurement`.
    before, after
        The quantity in both photos, in its unit. Hairs are followed from photo to photo: one that was found
        in one photo and is plainly visible in the other counts in both, so what detection missed is no
        change.
    difference
        `after - before`. Its interval is that of the change: what both photos share (a missed hair, the
        scale's error) is not in it, so it is narrower than those of `before` and `after`.
    relative
        `difference` as a fraction of the before value (0.10 = +10 %).
    minimal_detectable_change
        The smallest difference that would be resolved, in the quantity's unit, or relative where only that is
        known.
    verdict
        Resolved only when the interval of the difference (of `relative` where only that is known) excludes 0.
    """

    quantity: str
    before: Estimate | None
    after: Estimate | None
    difference: Estimate | None
    relative: Estimate | None
    minimal_detectable_change: float | None
    verdict: ChangeVerdict


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two visits of one site.

    Attributes
    ----------
    before, after
        The two photos as analysed.
    alignment
        How they lie on each other, or why they do not.
    before_shared, after_shared
        Both measured on the shared field, the hairs followed from photo to photo; None when not aligned.
    changes
        One for each quantity of `Measurement`; empty when not aligned.
    pairs
        The hairs of the shared field; empty when not aligned.
    null_reasons
        Why something is None: keys like "changes.hair_density_per_cm2.before".
    settings
        What it was made with.
    automatic
        The comparison before corrections by hand; None for an automatic one.
    hints
        What the photos suggest besides a treatment: hair cut, dyed or freshly regrown.
    fates
        What became of the units and of the kept hairs; None when not aligned.
    """

    before: Analysis
    after: Analysis
    alignment: Alignment
    before_shared: Measurement | None
    after_shared: Measurement | None
    changes: tuple[Change, ...]
    pairs: tuple[HairPair, ...]
    null_reasons: Mapping[str, str]
    settings: CompareSettings
    automatic: Comparison | None = None
    hints: tuple[Hint, ...] = ()
    fates: Fates | None = None
