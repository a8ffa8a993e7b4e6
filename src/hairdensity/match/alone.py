"""A hair found in one photo alone is there, gone or unsure in the other, by the pixels of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from hairdensity.match.lines import line_contrast

if TYPE_CHECKING:
    from hairdensity.match.lines import Surface
    from hairdensity.match.model import MatchSettings
    from hairdensity.match.paths import Paths

Presence = Literal["there", "gone", "unsure"]
MIN_HAIRS = 5
"""Fewer hairs do not tell how clearly two photos show hairs."""


def judge_alone(
    hairs: Paths, own: Surface, other: Surface, visibility: float, settings: MatchSettings
) -> list[Presence]:
    """Say of each hair found in one photo alone whether the other photo's pixels show it too.

    Parameters
    ----------
    hairs
        Those found in the own photo alone.
    own, other
        The two photos; hairs found in both are marked as taken.
    visibility
        How much clearer (above 1) or hazier the other photo shows hairs.
    settings
        Which contrast decides.
    """
    here = line_contrast(own, hairs.here_px[:, 0], hairs.diameters_um, settings)
    there = line_contrast(other, hairs.there_px[:, 0], hairs.diameters_um, settings)
    is_bright = here.bright > here.dark
    seen_here = np.where(is_bright, here.bright, here.dark)
    seen_there = np.where(is_bright, there.bright, there.dark) / visibility
    return [
        _presence(float(one), float(two), settings) for one, two in zip(seen_here, seen_there, strict=True)
    ]


def compare_visibility(kept: Paths, own: Surface, other: Surface, settings: MatchSettings) -> float:
    """Return the median ratio by which the other photo shows the hairs of both clearer; 1 for too few."""
    here = line_contrast(own, kept.here_px[:, 0], kept.diameters_um, settings).dark
    there = line_contrast(other, kept.there_px[:, 0], kept.diameters_um, settings).dark
    clear = np.minimum(here, there) >= settings.min_contrast
    return float(np.median(there[clear] / here[clear])) if clear.sum() >= MIN_HAIRS else 1.0


def _presence(here: float, there: float, settings: MatchSettings) -> Presence:
    if np.isnan(here):
        return "there"  # its px belong to a hair found in both photos: one hair, read twice
    if np.isnan(there) or here < settings.min_contrast:
        return "unsure"
    if there < settings.lost_ratio * here:
        return "gone"
    return "there" if there > settings.kept_ratio * here else "unsure"
