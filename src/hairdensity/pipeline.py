"""One photo from file to measurement: the stages in their order."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as own
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.hairs.field import Field, FieldSettings, find_field
from hairdensity.hairs.segment import SegmentSettings, segment_hairs
from hairdensity.hairs.trace import Strand, TraceSettings, trace_strands
from hairdensity.hairs.units import Hair, Unit, UnitSettings, group_hairs
from hairdensity.measure import Measurement, MeasureSettings, measure
from hairdensity.photo import Photo, read_photo
from hairdensity.quality import Quality
from hairdensity.scale.model import Scale, StatedScale

if TYPE_CHECKING:
    from os import PathLike


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of every stage of one photo's analysis."""

    field: FieldSettings = own(default_factory=FieldSettings)
    segment: SegmentSettings = own(default_factory=SegmentSettings)
    trace: TraceSettings = own(default_factory=TraceSettings)
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
    """Find and measure the hairs of one photo.

    Parameters
    ----------
    photo
        The photo, or the path of its file.
    scale
        What the caller knows of the scale; a `Scale` is taken as it is.
    settings
        Settings of all stages.

    Returns
    -------
    Analysis
        Everything found; of a refused photo only why it was refused.

    Raises
    ------
    PhotoError
        When the file cannot be read.
    ScaleError
        When what is known of the scale contradicts itself.
    """
    settings = settings or Settings()
    photo = photo if isinstance(photo, Photo) else read_photo(photo)
    known, um_per_px = _scale_of(photo, scale)
    field = _interim_field(photo, um_per_px, settings)
    maps = segment_hairs(photo, um_per_px, settings.segment)
    strands = trace_strands(photo, maps, settings.trace)
    hairs, units = _interim_groups(strands, field, um_per_px, settings)
    measurement = measure(hairs, units, field, known, settings.measure)
    quality = Quality("good", ())
    stated = scale if isinstance(scale, StatedScale) else None
    return Analysis(
        photo, known, um_per_px, field, quality, hairs, units, measurement, settings, stated_scale=stated
    )


# Interim, until the scale, the field and the units are in: replaced by resolve_scale, find_field, group_hairs.
def _scale_of(photo: Photo, scale: StatedScale | Scale | None) -> tuple[Scale | None, float]:
    if isinstance(scale, StatedScale):
        if scale.um_per_px:
            um_per_px = scale.um_per_px
        elif scale.field_width_mm:
            um_per_px = scale.field_width_mm * 1000 / photo.width_px
        else:
            return None, 5.54
        scale = Scale(Estimate(um_per_px, um_per_px * 0.99, um_per_px * 1.01), "option")
    return scale, scale.um_per_px.value if scale else 5.54


def _interim_field(photo: Photo, um_per_px: float, settings: Settings) -> Field:
    try:
        return find_field(photo, um_per_px, settings.field)
    except NotImplementedError:
        height, width = photo.height_px, photo.width_px
        outline = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], np.float32)
        return Field(np.ones((height, width), bool), outline, ())


def _interim_groups(
    strands: tuple[Strand, ...], field: Field, um_per_px: float, settings: Settings
) -> tuple[tuple[Hair, ...], tuple[Unit, ...]]:
    try:
        return group_hairs(strands, field, um_per_px, settings.units)
    except NotImplementedError:
        hairs = tuple(
            Hair(i, i, s.path_px, s.diameter_px, s.leaves_frame, True, s.confidence)  # noqa: FBT003
            for i, s in enumerate(strands)
        )
        return hairs, tuple(Unit(hair.id, hair.root_px, (hair.id,)) for hair in hairs)
