"""Standing hairs become strands: those made by hand are measured in the photo as automatic ones are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.hairs.trace import Strand
from hairdensity.hairs.width import measure_diameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.corrections.replay import StandingHair
    from hairdensity.estimate import Estimate
    from hairdensity.hairs.trace import TraceSettings
    from hairdensity.hairs.units import Hair
    from hairdensity.photo import Photo

USUAL_SHAFT_UM = 66.0
"""First guess of a shaft's diameter in a photo without automatic hairs."""
UNSURE_CONFIDENCE = 0.5
"""A hair that a person marks as unsure is as likely one as not."""
ROUNDS = 3
"""So often is a diameter measured, each time from the one before."""


@dataclass(frozen=True, slots=True, eq=False)
class StandingStrand:
    """A standing hair, and the strand that counting goes on with."""

    hair: StandingHair
    strand: Strand


def remeasure(
    photo: Photo,
    standing: Sequence[StandingHair],
    automatic: Sequence[Hair],
    um_per_px: float,
    settings: TraceSettings,
) -> tuple[StandingStrand, ...]:
    """Return every standing hair as a strand.

    A hair that nobody touched keeps its diameter. One made by hand is measured in the photo by the stage that
    measures automatic hairs, beside all hairs that stand; a person saw it, so its confidence is 1. What a
    person marked as unsure has the confidence of an even chance.

    Parameters
    ----------
    photo
        The upright photo.
    standing
        The hairs after the corrections.
    automatic
        The hairs of the automatic result, the index being the id.
    um_per_px
        Size of a px on the skin.
    settings
        Settings of the tracing stage.
    """
    diameters = _diameters(photo, standing, automatic, um_per_px, settings)
    edge_px = settings.paths.step_um / um_per_px
    return tuple(
        StandingStrand(hair, _strand(hair, automatic, diameter, (photo, edge_px)))
        for hair, diameter in zip(standing, diameters, strict=True)
    )


def _diameters(
    photo: Photo,
    standing: Sequence[StandingHair],
    automatic: Sequence[Hair],
    um_per_px: float,
    settings: TraceSettings,
) -> list[Estimate]:
    usual_px = (
        float(np.median([hair.diameter_px.value for hair in automatic]))
        if automatic
        else USUAL_SHAFT_UM / um_per_px
    )
    own = [None if one.automatic_id is None else automatic[one.automatic_id].diameter_px for one in standing]
    guesses = [usual_px if one is None else one.value for one in own]
    paths = [one.path_px for one in standing]
    if None not in own:
        return [one for one in own if one is not None]
    from_any_guess = replace(settings.width, min_light_fraction=0.0)
    measured: tuple[Estimate, ...] = ()
    for _ in range(ROUNDS):
        measured = measure_diameters(photo, paths, guesses, um_per_px, from_any_guess)
        guesses = [new.value if old is None else old.value for old, new in zip(own, measured, strict=True)]
    return [new if old is None else old for old, new in zip(own, measured, strict=True)]


def _strand(
    one: StandingHair, automatic: Sequence[Hair], diameter_px: Estimate, frame: tuple[Photo, float]
) -> Strand:
    """Put a strand together; `frame` is the photo and how near to its edge a tip is cut off."""
    if one.automatic_id is not None:
        hair = automatic[one.automatic_id]
        confidence = UNSURE_CONFIDENCE if one.unsure else hair.confidence
        return Strand(hair.path_px, hair.diameter_px, hair.leaves_frame, confidence)
    photo, edge_px = frame
    x, y = one.path_px[-1]
    to_edge = float(min(x, y, photo.width_px - 1 - x, photo.height_px - 1 - y))
    return Strand(one.path_px, diameter_px, to_edge <= edge_px, UNSURE_CONFIDENCE if one.unsure else 1.0)
