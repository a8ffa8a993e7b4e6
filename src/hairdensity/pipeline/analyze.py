"""One photo from file to measurement: the stages in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.hairs.field import Field, find_field
from hairdensity.hairs.segment import segment_hairs
from hairdensity.hairs.target import TargetArea, parse_target, place_target
from hairdensity.hairs.trace import trace_strands
from hairdensity.hairs.units import group_hairs
from hairdensity.measure import measure, no_measurement
from hairdensity.photo import Photo, read_photo
from hairdensity.pipeline.model import Analysis, Settings
from hairdensity.quality import can_cover, judge_field, judge_hairs, judge_photo, measure_coverage, together
from hairdensity.scale import (
    Scale,
    ScaleReading,
    StatedScale,
    assumed_um_per_px,
    read_scale,
    see_scales,
    settled_um_per_px,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from hairdensity.hairs.trace import Strand
    from hairdensity.quality import Quality

REFUSED = "the photo is refused"

MOST_COVERED = 0.9
"""A strand outside the field of which more lies under what was drawn or laid over the skin is no hair."""


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
        When what is known of the scale contradicts itself, or a field in mm is asked for without a scale.
    UsageError
        When a field is asked for that has no known form or does not fit the photo.
    """
    start = _opened(photo, scale, settings or Settings())
    if start.quality.verdict == "refused":
        return start
    counted = _settled(start, _counted(start))
    return _without_counting(counted) if counted.quality.verdict == "refused" else counted


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


def _counted(start: Analysis) -> Analysis:
    """Find the skin to count on and the hairs on it, as far as the photo is not refused."""
    seen = _with_field(start)
    return seen if seen.quality.verdict == "refused" else _with_hairs(seen)


def _settled(start: Analysis, counted: Analysis) -> Analysis:
    """Count anew at the size that the hairs tell, where no scale is given and it is another one."""
    if counted.scale is not None:
        return counted
    diameters_px = [hair.diameter_px for hair in counted.hairs]
    settled = settled_um_per_px(counted.working_um_per_px, diameters_px, counted.settings.assumed)
    if settled == counted.working_um_per_px:
        return counted
    return _counted(replace(start, working_um_per_px=settled))


def _with_field(start: Analysis) -> Analysis:
    """Find the skin to count on and judge it."""
    um_per_px = start.working_um_per_px
    field = find_field(start.photo, um_per_px, start.settings.field, _target(start), start.seen_scales)
    tilts_deg = [seen.tilt_deg for seen in start.seen_scales if seen.tilt_deg is not None]
    quality = judge_field(start.photo, field, start.scale, um_per_px, max(tilts_deg, default=None))
    return replace(start, field=field, quality=together(start.quality, quality))


def _with_hairs(seen: Analysis) -> Analysis:
    """Find the hairs, judge them and measure them."""
    settings, um_per_px = seen.settings, seen.working_um_per_px
    maps = segment_hairs(seen.photo, um_per_px, settings.segment)
    trace = trace_strands(seen.photo, maps, settings.trace)
    hairs, units = group_hairs(_of_skin(trace.strands, seen.field), seen.field, um_per_px, settings.units)
    quality = together(seen.quality, judge_hairs(hairs, seen.field, maps, seen.scale))
    if quality.verdict == "refused":
        return replace(seen, quality=quality)
    measurement = measure(hairs, units, seen.field, seen.scale, settings.measure)
    return replace(
        seen,
        quality=quality,
        hairs=hairs,
        units=units,
        measurement=measurement,
        maps=maps,
        doubted=trace.doubted,
    )


def _of_skin(strands: Sequence[Strand], field: Field) -> list[Strand]:
    """Leave out strands that are strokes of burnt-in text, of a ruler and the like."""
    covered = field.covered_fractions([strand.path_px for strand in strands])
    return [
        strand
        for strand, part in zip(strands, covered, strict=True)
        if part <= MOST_COVERED or field.contains(strand.path_px[0]).all()
    ]


def _target(start: Analysis) -> TargetArea | None:
    """Put the target area into the photo, where one is asked for."""
    words = start.settings.field.target
    if not words:
        return None
    um_per_px = None if start.scale is None else start.scale.um_per_px.value
    return place_target(parse_target(words), start.photo, um_per_px, start.working_um_per_px)


def _without_counting(refused: Analysis) -> Analysis:
    """Measure what a refused photo still shows."""
    coverage = measure_coverage(refused.photo, refused.scale) if can_cover(refused.quality) else None
    return replace(refused, coverage=coverage)


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
