"""Three visits or more become a course: each compared with the first, on the skin that all of them show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hairdensity.align import align
from hairdensity.align.find import not_aligned
from hairdensity.align.shared import mutual_field, narrowed
from hairdensity.compare.model import CompareSettings
from hairdensity.compare.one_scale import share_scale
from hairdensity.compare.photos import compare_aligned, why_refused, without_change
from hairdensity.pipeline import analyze_photo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from hairdensity.align import Alignment
    from hairdensity.compare.model import Comparison
    from hairdensity.photo import Photo
    from hairdensity.pipeline import Analysis
    from hairdensity.scale.model import StatedScale

NOTHING_SHARED_BY_ALL = "no skin is shown by all visits; leave out the one that is framed otherwise"
MIN_MUTUAL_FRACTION = 0.1
"""The skin all visits show must be at least this share of the first photo's field."""


def compare_course(
    photos: Sequence[Photo | str | PathLike[str]],
    scales: Sequence[StatedScale | None],
    settings: CompareSettings | None = None,
) -> tuple[Comparison, ...]:
    """Compare the visits of one site with the first, all on the same skin.

    Parameters
    ----------
    photos
        The photos or the paths of their files, the baseline first.
    scales
        What the caller knows of each photo's scale; one that is known serves all.
    settings
        Settings of all stages.

    Returns
    -------
    tuple of Comparison
        One for each later visit. A visit that is refused or not aligned says so, and the others go on
        without it.

    Raises
    ------
    PhotoError
        When a file cannot be read.
    ScaleError
        When the scales contradict themselves or, by the alignment, each other.
    """
    settings = settings or CompareSettings()
    analyses = [
        analyze_photo(photo, scale, settings.analysis) for photo, scale in zip(photos, scales, strict=True)
    ]
    return compare_visits(analyses, settings)


def compare_visits(analyses: Sequence[Analysis], settings: CompareSettings) -> tuple[Comparison, ...]:
    """Compare analysed visits with the first; see `compare_course`."""
    baseline, later = _scaled_baseline(analyses, settings)
    alignments = [_aligned(baseline, visit, settings) for visit in later]
    later = [
        visit if alignment.before_to_after is None else share_scale(baseline, visit, alignment)[1]
        for visit, alignment in zip(later, alignments, strict=True)
    ]
    alignments = [_on_mutual_skin(one, baseline, later, alignments) for one in range(len(later))]
    return tuple(
        compare_aligned(baseline, visit, alignment, settings)
        if alignment.before_to_after is not None
        else without_change(baseline, visit, alignment, settings)
        for visit, alignment in zip(later, alignments, strict=True)
    )


def _scaled_baseline(
    analyses: Sequence[Analysis], settings: CompareSettings
) -> tuple[Analysis, list[Analysis]]:
    """Return the first visit with a scale, its own or that of the first aligned visit that has one."""
    baseline, *later = analyses
    for visit in later if baseline.scale is None else ():
        if visit.scale is None:
            continue
        alignment = _aligned(baseline, visit, settings)
        if alignment.before_to_after is not None:
            return share_scale(baseline, visit, alignment)[0], later
    return baseline, later


def _aligned(baseline: Analysis, visit: Analysis, settings: CompareSettings) -> Alignment:
    for one in (baseline, visit):
        if one.quality.verdict == "refused":
            return not_aligned(why_refused(one))
    return align(baseline, visit, settings.align)


def _on_mutual_skin(
    number: int, baseline: Analysis, later: Sequence[Analysis], alignments: Sequence[Alignment]
) -> Alignment:
    """Return the alignment of one visit with its shared field cut down to what all aligned visits show."""
    alignment = alignments[number]
    fields = [one.before_shared_field for one in alignments if one.before_shared_field is not None]
    if alignment.before_to_after is None or len(fields) < 2:  # noqa: PLR2004 -- one alone is its own common skin
        return alignment
    mutual = mutual_field(fields)
    if mutual.area_px < MIN_MUTUAL_FRACTION * baseline.field.area_px:
        return replace(not_aligned(NOTHING_SHARED_BY_ALL), shared_fraction=0.0)
    return narrowed(alignment, mutual, later[number].field)
