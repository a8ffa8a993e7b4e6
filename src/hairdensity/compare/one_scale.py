"""Two aligned photos come to one scale: what is known of one serves both."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align.homography import local_scale
from hairdensity.errors import ScaleError
from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.measure import measure
from hairdensity.pipeline import analyze_photo
from hairdensity.scale.model import Scale

if TYPE_CHECKING:
    from hairdensity.align import Alignment
    from hairdensity.pipeline import Analysis

MAX_CONTRADICTION = 0.10
"""Two scales that differ by more than this share, and beyond their intervals, contradict each other."""
MAX_SIZE_ERROR = 0.03
"""A photo that was analysed at a size further off than this share is analysed again."""


def share_scale(before: Analysis, after: Analysis, alignment: Alignment) -> tuple[Analysis, Analysis]:
    """Give both photos a scale when one has it, and else the same assumed size.

    Parameters
    ----------
    before, after
        Two aligned photos.
    alignment
        How they lie on each other.

    Returns
    -------
    tuple
        The two analyses, analysed again where they got a scale or another size.

    Raises
    ------
    ScaleError
        When both have a scale and the aligned skin contradicts them.
    """
    zoom = _zoom(alignment)
    if before.scale is not None and after.scale is not None:
        _refuse_contradiction(before, after, zoom)
        return before, after
    if before.scale is not None:
        return before, _analysed_again(after, _carried(before.scale, _inverse(zoom)))
    if after.scale is not None:
        return _analysed_again(before, _carried(after.scale, zoom)), after
    return before, _at_size(after, before.working_um_per_px / zoom.value)


def _zoom(alignment: Alignment) -> Estimate:
    """Return px of the after photo per px of the before photo; it varies over the field with the tilt."""
    if alignment.before_to_after is None or alignment.before_shared_field is None:
        message = "photos that are not aligned have no common scale"
        raise ValueError(message)
    rows, columns = np.nonzero(alignment.before_shared_field.mask)
    middle = np.array([columns.mean(), rows.mean()])
    spread = np.array([columns.std(), rows.std()])
    steps = [np.array([x, y]) for x in (-1.0, 0.0, 1.0) for y in (-1.0, 0.0, 1.0)]
    zooms = [local_scale(alignment.before_to_after, middle + step * spread) for step in steps]
    return Estimate.from_sd(float(np.mean(zooms)), float(np.std(zooms)) / math.sqrt(len(zooms)))


def _inverse(estimate: Estimate) -> Estimate:
    return Estimate(1 / estimate.value, 1 / estimate.high, 1 / estimate.low)


def _carried(scale: Scale, factor: Estimate) -> Scale:
    """Return the scale of the other photo, whose px are `factor` times as large."""
    value = scale.um_per_px.value * factor.value
    sd = value * math.hypot(scale.um_per_px.relative_sd, factor.relative_sd)
    return Scale(Estimate.from_sd(value, sd), "other-photo")


def _refuse_contradiction(before: Analysis, after: Analysis, zoom: Estimate) -> None:
    if before.scale is None or after.scale is None:
        return
    by_skin = _carried(before.scale, _inverse(zoom))
    ratio = after.scale.um_per_px.value / by_skin.um_per_px.value
    if after.scale.agrees_with(by_skin) or abs(ratio - 1) <= MAX_CONTRADICTION:
        return
    message = (
        f"{after.photo.name}: its scale of {after.scale.um_per_px.value:.3g} µm per px contradicts "
        f"{before.photo.name}, whose scale makes it {by_skin.um_per_px.value:.3g} on the same skin; "
        "correct one of the two, or give the scale of one photo alone"
    )
    raise ScaleError(message)


def _analysed_again(analysis: Analysis, scale: Scale) -> Analysis:
    return replace(
        analyze_photo(analysis.photo, scale, analysis.settings), stated_scale=analysis.stated_scale
    )


def _at_size(analysis: Analysis, um_per_px: float) -> Analysis:
    """Return the analysis at another assumed size; it stays without a scale."""
    if abs(analysis.working_um_per_px / um_per_px - 1) <= MAX_SIZE_ERROR:
        return analysis
    half_width = NORMAL_95 * MAX_SIZE_ERROR * um_per_px
    assumed = Scale(Estimate(um_per_px, um_per_px - half_width, um_per_px + half_width), "other-photo")
    again = _analysed_again(analysis, assumed)
    without_scale = measure(again.hairs, again.units, again.field, None, again.settings.measure)
    return replace(again, scale=None, measurement=without_scale, quality=analysis.quality)
