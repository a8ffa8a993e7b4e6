"""One photo from file to measurement: the stages in their order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from dataclasses import field as own
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.corrections import SAME_ROOT_UM, Correction, StandingHair, fingerprint, remeasure, replay
from hairdensity.errors import PhotoError
from hairdensity.hairs.field import Field, FieldSettings, find_field
from hairdensity.hairs.segment import HairMaps, SegmentSettings, segment_hairs
from hairdensity.hairs.target import TargetArea, parse_target, place_target
from hairdensity.hairs.trace import Doubted, Strand, TraceSettings, trace_strands
from hairdensity.hairs.units import Hair, Unit, UnitSettings, group_hairs
from hairdensity.measure import Measurement, MeasureSettings, measure, no_measurement
from hairdensity.photo import Photo, read_photo
from hairdensity.quality import (
    Coverage,
    Quality,
    can_cover,
    judge_field,
    judge_hairs,
    judge_photo,
    measure_coverage,
    together,
)
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
    settled_um_per_px,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

REFUSED = "the photo is refused"

MOST_COVERED = 0.9
"""A strand outside the field of which more lies under what was drawn or laid over the skin is no hair."""


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
    counted = _counted(start)
    if start.scale is None:
        diameters_px = [hair.diameter_px for hair in counted.hairs]
        settled = settled_um_per_px(start.working_um_per_px, diameters_px, start.settings.assumed)
        if settled != start.working_um_per_px:
            counted = _counted(replace(start, working_um_per_px=settled))
    return _without_counting(counted) if counted.quality.verdict == "refused" else counted


def correct_analysis(automatic: Analysis, corrections: Sequence[Correction]) -> Analysis:
    """Apply corrections by hand to an automatic analysis, and measure anew.

    The hairs that then stand go through the same stages as automatic ones: diameters from the photo, units,
    measurement. Field, scale and quality stay as they are.

    Parameters
    ----------
    automatic
        What was found in the photo.
    corrections
        Those in force for this photo (`corrections.corrections_of`), in their order.

    Returns
    -------
    Analysis
        With the automatic one in `by_hand`.

    Raises
    ------
    PhotoError
        When the photo is refused: hairs cannot be counted in it by hand either.
    """
    if automatic.quality.verdict == "refused":
        message = f"{automatic.photo.name}: is refused, so corrections cannot be applied; take a better photo"
        raise PhotoError(message)
    settings, um_per_px = automatic.settings, automatic.working_um_per_px
    paths = [hair.path_px for hair in automatic.hairs]
    same_result = {one.result.hairs_sha256 for one in corrections} <= {fingerprint(paths)}
    reach_px = 0.0 if same_result else SAME_ROOT_UM / um_per_px
    left = replay(paths, corrections, reach_px)
    made = remeasure(automatic.photo, left.hairs, automatic.hairs, um_per_px, settings.trace)
    hairs, units = group_hairs([one.strand for one in made], automatic.field, um_per_px, settings.units)
    came_from = {id(one.strand.path_px): one.hair for one in made}
    by_hand = ByHand(
        automatic=automatic,
        corrections=tuple(corrections),
        standing=tuple(came_from[id(hair.path_px)] for hair in hairs),
        unplaced_count=left.unplaced_count,
        same_result=same_result,
    )
    measurement = measure(hairs, units, automatic.field, automatic.scale, settings.measure)
    return replace(automatic, hairs=hairs, units=units, measurement=measurement, by_hand=by_hand)


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
