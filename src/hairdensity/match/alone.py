"""A hair found in one photo alone is there, gone or unsure in the other, by the pixels of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from hairdensity.match.lines import Sought, line_contrast, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.match.lines import Surface
    from hairdensity.match.model import MatchSettings
    from hairdensity.match.paths import Paths

Presence = Literal["there", "gone", "unsure"]
REPEATED_FRACTION = 0.6
MIN_HAIRS = 5
"""Fewer hairs do not tell how clearly two photos show hairs."""


def judge_alone(
    hairs: Paths, own: Surface, other: Surface, visibility: float, settings: MatchSettings
) -> list[Presence]:
    """Say of each hair found in one photo alone whether the other photo's pixels show it too.

    Parameters
    ----------
    hairs
        Those found in the own photo alone, the surest first.
    own, other
        The two photos; hairs found in both are marked as taken.
    visibility
        How much clearer (above 1) or hazier the other photo shows hairs.
    settings
        Which contrast decides.
    """
    here = line_contrast(own, _sought(hairs.here_px, hairs, own, settings), settings)
    is_bright = here.bright > here.dark
    seen_here = np.where(is_bright, here.bright, here.dark) * visibility
    sought = _sought(hairs.there_px, hairs, other, settings)
    there = line_contrast(other, sought, settings)
    seen_there = np.where(is_bright, there.bright, there.dark)
    doubtful = _repeats(hairs, own.um_per_px) | (hairs.confidences < settings.min_confidence)
    states: dict[int, Presence] = {}
    # the clearest first: the line that shows one hair does not show its neighbour too
    for row in np.argsort(-np.nan_to_num(seen_there / seen_here, nan=-1.0), kind="stable").tolist():
        again = line_contrast(other, sought.only([row]), settings)
        seen = float((again.bright if is_bright[row] else again.dark)[0])
        states[row] = _presence(float(seen_here[row]), seen, settings)
        hidden = again.free[0] < settings.max_hidden_ratio * here.free[row]
        if states[row] == "there":
            other = take(other, sought.only([row]), settings)
        if states[row] == "gone" and (doubtful[row] or hidden):
            states[row] = "unsure"
    return [states[row] for row in range(len(doubtful))]


def compare_visibility(kept: Paths, own: Surface, other: Surface, settings: MatchSettings) -> float:
    """Return the median ratio by which the other photo shows the hairs of both clearer; 1 for too few."""
    here = line_contrast(own, _sought(kept.here_px, kept, own, settings), settings).dark
    there = line_contrast(other, _sought(kept.there_px, kept, other, settings), settings).dark
    clear = np.minimum(here, there) >= settings.min_contrast
    return float(np.median(there[clear] / here[clear])) if clear.sum() >= MIN_HAIRS else 1.0


def _repeats(hairs: Paths, um_per_px: float) -> NDArray[np.bool_]:
    """Say of each hair whether it lies on the body of one before it: one hair, found twice."""
    gaps_um = np.linalg.norm(hairs.here_px[:, :, None, None] - hairs.here_px[None, None], axis=-1) * um_per_px
    nearest_um = gaps_um.min(axis=3)
    lies_on = (nearest_um < hairs.diameters_um[None, None] / 2).mean(axis=1) > REPEATED_FRACTION
    return np.asarray(np.tril(lies_on, -1).any(axis=1), dtype=np.bool_)


def _sought(paths_px: NDArray[np.float64], hairs: Paths, surface: Surface, settings: MatchSettings) -> Sought:
    """Return where the hairs should lie, as far along their shafts as they are looked for."""
    steps = np.linalg.norm(np.diff(paths_px, axis=1), axis=2).cumsum(axis=1)
    reach = (steps * surface.um_per_px < settings.max_line_um).sum(axis=1)
    rows = np.arange(len(paths_px))
    shafts = paths_px[rows, reach.clip(1, paths_px.shape[1] - 1)] - paths_px[:, 0]
    lengths = np.maximum(np.linalg.norm(shafts, axis=1), 1e-6)
    wanted = lengths.clip(settings.min_line_um / surface.um_per_px, settings.max_line_um / surface.um_per_px)
    return Sought(paths_px[:, 0], shafts * (wanted / lengths)[:, None], hairs.diameters_um)


def _presence(here: float, there: float, settings: MatchSettings) -> Presence:
    if np.isnan(here):
        return "there"  # its px belong to a hair found in both photos: one hair, read twice
    if np.isnan(there) or here < settings.min_contrast:
        return "unsure"
    if there < settings.lost_ratio * here:
        return "gone"
    return "there" if there > settings.kept_ratio * here else "unsure"
