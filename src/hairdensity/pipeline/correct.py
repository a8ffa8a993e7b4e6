"""An automatic analysis and a person's corrections become the analysis that then stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hairdensity.corrections import SAME_ROOT_UM, fingerprint, remeasure, replay
from hairdensity.errors import PhotoError
from hairdensity.hairs.units import group_hairs
from hairdensity.measure import measure
from hairdensity.pipeline.model import ByHand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.corrections import Correction
    from hairdensity.pipeline.model import Analysis


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
