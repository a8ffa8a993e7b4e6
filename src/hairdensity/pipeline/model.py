"""What one photo's analysis is made with, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as own
from typing import TYPE_CHECKING

from hairdensity.hairs.field import FieldSettings
from hairdensity.hairs.segment import SegmentSettings
from hairdensity.hairs.trace import TraceSettings
from hairdensity.hairs.units import UnitSettings
from hairdensity.measure import MeasureSettings
from hairdensity.scale import AssumedSettings, ScaleSettings

if TYPE_CHECKING:
    from hairdensity.corrections import Correction, StandingHair
    from hairdensity.hairs.field import Field
    from hairdensity.hairs.segment import HairMaps
    from hairdensity.hairs.trace import Doubted
    from hairdensity.hairs.units import Hair, Unit
    from hairdensity.measure import Measurement
    from hairdensity.photo import Photo
    from hairdensity.quality import Coverage, Quality
    from hairdensity.scale import Scale, SeenScale, StatedScale


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of every stage of one photo's analysis."""

    scale: ScaleSettings = own(default_factory=ScaleSettings)
    assumed: AssumedSettings = own(default_factory=AssumedSettings)
    field: FieldSettings = own(default_factory=FieldSettings)
    segment: SegmentSettings = own(default_factory=SegmentSettings)
    trace: TraceSettings = own(default_factory=TraceSettings)
    units: UnitSettings = own(default_factory=UnitSettings)
    measure: MeasureSettings = own(default_factory=MeasureSettings)


@dataclass(frozen=True, slots=True, eq=False)
class ByHand:
    """What a person corrected in an automatic analysis.

    Attributes
    ----------
    automatic
        The analysis before the corrections.
    corrections
        Those in force for this photo, in their order.
    standing
        How each hair of the corrected analysis came to be, in the order of its hairs.
    unplaced_count
        How many corrections name a hair that the automatic analysis does not have.
    same_result
        Whether the automatic analysis is the one that was corrected; else they were placed by position.
    """

    automatic: Analysis
    corrections: tuple[Correction, ...]
    standing: tuple[StandingHair, ...]
    unplaced_count: int
    same_result: bool


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything found in one photo.

    `working_um_per_px` is the size the stages worked at; with no `scale` it is assumed from the shaft width
    and no reported physical value uses it. A refused photo has no hairs and a measurement of None throughout.
    `stated_scale` is what the caller stated, kept so that a result tells how to repeat it; `seen_scales` is
    what is seen in the photo that tells a scale, whether it was used or not. `by_hand` is None for an
    automatic analysis. `coverage` is what can be measured where hairs cannot be counted.
    """

    photo: Photo
    scale: Scale | None
    working_um_per_px: float
    field: Field
    quality: Quality
    hairs: tuple[Hair, ...]
    units: tuple[Unit, ...]
    measurement: Measurement
    settings: Settings
    stated_scale: StatedScale | None = None
    coverage: Coverage | None = None
    seen_scales: tuple[SeenScale, ...] = ()
    by_hand: ByHand | None = None
    maps: HairMaps | None = None
    doubted: Doubted | None = None
