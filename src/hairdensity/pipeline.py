"""One photo from file to measurement: the stages in their order."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as own
from typing import TYPE_CHECKING

from hairdensity.hairs.field import Field, FieldSettings
from hairdensity.hairs.units import Hair, Unit, UnitSettings
from hairdensity.measure import Measurement, MeasureSettings

if TYPE_CHECKING:
    from os import PathLike

    from hairdensity.photo import Photo
    from hairdensity.quality import Quality
    from hairdensity.scale.model import Scale, StatedScale


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of every stage of one photo's analysis."""

    field: FieldSettings = own(default_factory=FieldSettings)
    units: UnitSettings = own(default_factory=UnitSettings)
    measure: MeasureSettings = own(default_factory=MeasureSettings)


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Everything found in one photo.

    `working_um_per_px` is the size the stages worked at; with no `scale` it is assumed from the shaft width
    and no reported physical value uses it. A refused photo has no hairs and a measurement of None throughout.
    `stated_scale` is what the caller stated, kept so that a result tells how to repeat it.
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


def analyze_photo(
    photo: Photo | str | PathLike[str],
    scale: StatedScale | Scale | None = None,
    settings: Settings | None = None,
) -> Analysis:
    """Find and measure the hairs of one photo."""
    raise NotImplementedError
