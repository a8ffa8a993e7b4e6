"""Two photos become a Comparison: analyse both, align, follow the hairs, measure both on the shared field."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align import align
from hairdensity.align.find import not_aligned
from hairdensity.compare.change import find_changes, quantities
from hairdensity.compare.fates import find_fates
from hairdensity.compare.followed import follow_hairs, if_grown
from hairdensity.compare.hints import find_hints
from hairdensity.compare.model import CompareSettings, Comparison
from hairdensity.compare.noise import SharedSkin, value_of
from hairdensity.compare.one_scale import share_scale
from hairdensity.corrections import corrections_of
from hairdensity.estimate import Estimate
from hairdensity.match import match_hairs
from hairdensity.measure import measure
from hairdensity.pipeline import analyze_photo, correct_analysis
from hairdensity.scale.model import Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from hairdensity.align import Alignment
    from hairdensity.compare.followed import Followed, HairSet
    from hairdensity.corrections import Correction
    from hairdensity.hairs.field import Field
    from hairdensity.measure import Measurement
    from hairdensity.photo import Photo
    from hairdensity.pipeline import Analysis, Settings
    from hairdensity.scale.model import StatedScale


def compare_photos(
    before: Photo | str | PathLike[str],
    after: Photo | str | PathLike[str],
    before_scale: StatedScale | None = None,
    after_scale: StatedScale | None = None,
    settings: CompareSettings | None = None,
) -> Comparison:
    """Compare two photos of one scalp site.

    Parameters
    ----------
    before, after
        The photos, or the paths of their files.
    before_scale, after_scale
        What the caller knows of their scales; one photo's scale serves both once they are aligned.
    settings
        Settings of all stages; a target area is looked for in the before photo.

    Returns
    -------
    Comparison
        Its alignment says whether, and if not why not, the photos show the same skin.

    Raises
    ------
    PhotoError
        When a file cannot be read.
    ScaleError
        When the scales contradict themselves or, by the alignment, each other.
    """
    settings = settings or CompareSettings()
    earlier = analyze_photo(before, before_scale, settings.analysis)
    later = analyze_photo(after, after_scale, _without_target(settings.analysis))
    return compare_analyses(earlier, later, settings)


def _without_target(settings: Settings) -> Settings:
    """Leave the second photo whole: the target area of the first is carried over by the alignment."""
    return replace(settings, field=replace(settings.field, target=""))


def correct_comparison(comparison: Comparison, corrections: Sequence[Correction]) -> Comparison:
    """Apply corrections by hand to an automatic comparison, and measure the change anew.

    Parameters
    ----------
    comparison
        The automatic comparison; its alignment is kept.
    corrections
        Of either photo or both; whose a correction is, the photo's hash decides.

    Returns
    -------
    Comparison
        Of the corrected analyses, with the automatic one in `automatic`.

    Raises
    ------
    PhotoError
        When one of the photos is refused.
    """
    before, after = comparison.before, comparison.after
    same = before.photo.sha256 == after.photo.sha256
    earlier = correct_analysis(before, corrections_of(before.photo, "before" if same else None, corrections))
    later = correct_analysis(after, corrections_of(after.photo, "after" if same else None, corrections))
    alignment, shared = comparison.alignment, comparison.alignment.before_shared_field
    if shared is None:
        return replace(comparison, before=earlier, after=later, automatic=comparison)
    corrected = measure_change((earlier, later), alignment, shared, comparison.settings)
    return replace(corrected, automatic=comparison)


def compare_analyses(before: Analysis, after: Analysis, settings: CompareSettings) -> Comparison:
    """Compare two analysed photos of one scalp site; see `compare_photos`."""
    refused = [one for one in (before, after) if one.quality.verdict == "refused"]
    if refused:
        return without_change(before, after, not_aligned(why_refused(refused[0])), settings)
    alignment = align(before, after, settings.align)
    if alignment.before_to_after is None:
        return without_change(before, after, alignment, settings)
    scaled = share_scale(before, after, alignment)
    if scaled != (before, after):
        alignment = align(*scaled, settings.align, known=alignment.before_to_after)
    return compare_aligned(*scaled, alignment, settings)


def compare_aligned(
    before: Analysis, after: Analysis, alignment: Alignment, settings: CompareSettings
) -> Comparison:
    """Compare two analysed photos of one scale whose alignment is known; see `compare_photos`."""
    if alignment.before_shared_field is None:
        return without_change(before, after, alignment, settings)
    return measure_change((before, after), alignment, alignment.before_shared_field, settings)


def why_refused(analysis: Analysis) -> str:
    """Say in one line why a photo was refused."""
    first = next(iter(analysis.quality.flags), None)
    return f"{analysis.photo.name} was refused" + (f": {first.message}" if first else "")


def without_change(
    before: Analysis, after: Analysis, alignment: Alignment, settings: CompareSettings
) -> Comparison:
    """Return the comparison of photos between which no change can be told."""
    return Comparison(
        before=before,
        after=after,
        alignment=alignment,
        before_shared=None,
        after_shared=None,
        changes=(),
        pairs=(),
        null_reasons={},
        settings=settings,
    )


def measure_change(
    analyses: tuple[Analysis, Analysis], alignment: Alignment, shared: Field, settings: CompareSettings
) -> Comparison:
    """Match the hairs of two aligned photos and measure both on the shared field."""
    before, after = analyses
    pairs = match_hairs(before, after, alignment, settings.match)
    followed = follow_hairs(before, after, alignment, pairs)
    sets = followed.before, followed.after
    before_shared, after_shared = (_measured(one, shared, before.scale, settings) for one in sets)
    scale = before.scale or _assumed_scale(before)
    earlier, later = (
        (before_shared, after_shared)
        if before.scale is not None
        else (_measured(one, shared, scale, settings) for one in sets)
    )
    skin = SharedSkin(
        before=earlier,
        after=later,
        area_cm2=shared.area_px * (before.working_um_per_px * 1e-4) ** 2,
        scale_relative_sd=None if before.scale is None else before.scale.um_per_px.relative_sd,
        residual_um=(alignment.residual_px or 0.0) * after.working_um_per_px,
        pairs=pairs,
        growth_sds=_growth_sds(followed, lambda hairs: _measured(hairs, shared, scale, settings)),
        floor=settings.noise_floor,
    )
    changes, null_reasons = find_changes(skin, settings.change, settings.analysis.measure)
    return Comparison(
        before=before,
        after=after,
        alignment=alignment,
        before_shared=before_shared,
        after_shared=after_shared,
        changes=changes,
        pairs=pairs,
        null_reasons=null_reasons,
        settings=settings,
        hints=find_hints(before, after, pairs),
        fates=find_fates(
            followed, shared, before.scale, settings.analysis.measure.terminal_threshold_um, settings.change
        ),
    )


def _growth_sds(followed: Followed, measured: Callable[[HairSet], Measurement]) -> dict[str, float]:
    """Return how far each quantity after is off where the hairs grew otherwise than was told."""
    variances = dict.fromkeys(quantities(), 0.0)
    doubts_px = np.array([followed.growth.doubts_px(hair.diameter_px) for hair in followed.after.hairs])
    for by_px in doubts_px.T:
        less, more = (measured(if_grown(followed.after, way * by_px)) for way in (-1, 1))
        for name in variances:
            variances[name] += ((value_of(more, name) - value_of(less, name)) / 2) ** 2
    return {name: math.sqrt(variance) for name, variance in variances.items()}


def _measured(hairs: HairSet, shared: Field, scale: Scale | None, settings: CompareSettings) -> Measurement:
    """Measure one visit on the shared field; both visits stand in px of the before photo."""
    return measure(hairs.hairs, hairs.units, shared, scale, settings.analysis.measure)


def _assumed_scale(analysis: Analysis) -> Scale:
    """Return the size the photo was worked at: relative changes do not depend on it."""
    um_per_px = analysis.working_um_per_px
    return Scale(Estimate(um_per_px, um_per_px, um_per_px), "other-photo")
