"""One photo from file to measurement: the stages in their order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import field as own
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.hairs.field import Field, FieldSettings, find_field
from hairdensity.hairs.segment import SegmentSettings, segment_hairs
from hairdensity.hairs.trace import TraceSettings, trace_strands
from hairdensity.hairs.units import Hair, Unit, UnitSettings, group_hairs
from hairdensity.measure import Measurement, MeasureSettings, measure, no_measurement
from hairdensity.photo import Photo, read_photo
from hairdensity.quality import Quality, judge_field, judge_hairs, judge_photo, together
from hairdensity.scale import (
    AssumedSettings,
    Scale,
    ScaleReading,
    ScaleSettings,
    SeenScale,
    StatedScale,
    assumed_um_per_px,
    read_scale,
    see_scales,
)

if TYPE_CHECKING:
    from os import PathLike

REFUSED = "the photo is refused"


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
class Analysis:
    """Everything found in one photo.

    `working_um_per_px` is the size the stages worked at; with no `scale` it is assumed from the shaft width
    and no reported physical value uses it. A refused photo has no hairs and a measurement of None throughout.
    `stated_scale` is what the caller stated, kept so that a result tells how to repeat it; `seen_scales` is
    what is seen in the photo that tells a scale, whether it was used or not.
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
    seen_scales: tuple[SeenScale, ...] = ()


def analyze_photo(
    photo: Photo | str | PathLike[str],
    scale: StatedScale | Scale | None = None,
    settings: Settings | None = None,
) -> Analysis:
    """Find and measure the hairs of one photo.

    Parameters
    ----------
    photo
        The photo, or the path of its file; only with a path is the scale looked for in the files beside it.
    scale
        What the caller knows of the scale; a `Scale` is taken as it is.
    settings
        Settings of all stages.

    Returns
    -------
    Analysis
        Everything found; of a refused photo only why it is refused.

    Raises
    ------
    PhotoError
        When the file cannot be read.
    ScaleError
        When what is known of the scale contradicts itself.
    """
    start = _opened(photo, scale, settings or Settings())
    if start.quality.verdict == "refused":
        return start
    seen = _with_field(start)
    if seen.quality.verdict == "refused":
        return seen
    return _with_hairs(seen)


def _opened(
    photo: Photo | str | PathLike[str], scale: StatedScale | Scale | None, settings: Settings
) -> Analysis:
    """Read the photo and its scale, and judge what needs nothing else."""
    path, photo = (None, photo) if isinstance(photo, Photo) else (photo, read_photo(photo))
    reading = (
        ScaleReading(scale, see_scales(photo))
        if isinstance(scale, Scale)
        else read_scale(photo, scale, path, settings.scale)
    )
    quality = judge_photo(photo)
    return Analysis(
        photo=photo,
        scale=reading.scale,
        working_um_per_px=_working_um_per_px(photo, reading.scale, quality, settings),
        field=_no_field(photo),
        quality=quality,
        hairs=(),
        units=(),
        measurement=no_measurement(REFUSED, settings.measure),
        settings=settings,
        stated_scale=scale if isinstance(scale, StatedScale) else None,
        seen_scales=reading.seen,
    )


def _with_field(start: Analysis) -> Analysis:
    """Find the skin to count on and judge it."""
    field = find_field(start.photo, start.working_um_per_px, start.settings.field)
    quality = judge_field(start.photo, field, start.scale, start.working_um_per_px)
    return replace(start, field=field, quality=together(start.quality, quality))


def _with_hairs(seen: Analysis) -> Analysis:
    """Find the hairs, judge them and measure them."""
    settings, um_per_px = seen.settings, seen.working_um_per_px
    maps = segment_hairs(seen.photo, um_per_px, settings.segment)
    strands = trace_strands(seen.photo, maps, settings.trace)
    hairs, units = group_hairs(strands, seen.field, um_per_px, settings.units)
    quality = together(seen.quality, judge_hairs(hairs, seen.field, maps, seen.scale))
    if quality.verdict == "refused":
        return replace(seen, quality=quality)
    measurement = measure(hairs, units, seen.field, seen.scale, settings.measure)
    return replace(seen, quality=quality, hairs=hairs, units=units, measurement=measurement)


def _working_um_per_px(photo: Photo, known: Scale | None, quality: Quality, settings: Settings) -> float:
    if known is not None:
        return known.um_per_px.value
    if quality.verdict == "refused":
        return settings.segment.working_um_per_px
    return assumed_um_per_px(photo, settings.assumed)


def _no_field(photo: Photo) -> Field:
    mask = np.zeros((photo.height_px, photo.width_px), dtype=bool)
    mask.flags.writeable = False
    return Field(mask, np.empty((0, 2), dtype=np.float32), ())
