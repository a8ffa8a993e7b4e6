"""Profiles across shafts become diameters: between steep edges, in the photo's own px."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.hairs.profiles import STATION_COUNT, ProfileSettings, take_profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.profiles import Profiles
    from hairdensity.photo import Photo

    Array = NDArray[np.float32]

_STEEP = 0.8
"""The steep part of an edge is where brightness falls at least this much as fast as at its steepest."""
_BESIDE = (1.5, 6.0)
"""So far from an edge, in blur sd, the skin beside it is looked at."""
_SHARPEST_PX = 0.5
"""Blur sd below which a photo has no finer edges."""
_STEEPEST_SKIN = 0.6
"""Skin beside an edge falls at most so steeply, as a part of the edge's own fall."""
_LEAST_SAMPLES = 4
"""So many samples of skin tell how it darkens towards the shaft."""
_LEAST_CONTRAST = 0.2
"""So much of the contrast seen is left between skin and shaft, however dark the shadow."""
_SHAFT_REACH = 0.6
"""So near to the path, as a part of the guessed width, what rises again is shine or the other side's skin."""
_THINNEST = 0.12
"""A shaft, as a part of the skin looked at beside it, of which profiles have samples enough."""
_LEAST_OF_ALL = 0.1
"""No interval reaches below this part of the diameter."""
_WIDE = 6.0
"""From this many blur sd on, the two edges of a shaft do not disturb each other."""


@dataclass(frozen=True, slots=True)
class WidthSettings:
    """How diameters are measured, in physical units unless the sensor's px decide."""

    profiles: ProfileSettings = field(default_factory=ProfileSettings)
    min_contrast: float = 6.0
    """Grey levels between shaft and skin."""
    min_symmetry: float = 0.5
    """A side with less than this part of the other side's contrast touches another hair."""
    min_profile_count: int = 3
    edge_error_px: float = 0.25
    relative_error: float = 0.04
    unclean_relative_error: float = 0.15
    """Standard deviation as a part of the diameter, times the share of profiles that are not clean."""
    min_light_fraction: float = 0.8
    """The bright core of a translucent shaft, less than this part of its guessed width, is not its width."""
    light_relative_error: float = 0.2
    """Standard deviation, as a part of the diameter, of a shaft lighter than the skin."""
    guess_relative_sd: float = 0.25
    """What a guess is off by, where no profile is clean."""


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """Edges found in profiles, each array of shape (strands, stations)."""

    width_px: Array
    blur_px: Array
    clean: NDArray[np.bool_]


def measure_diameters(
    photo: Photo,
    paths_px: Sequence[Array],
    guesses_px: Sequence[float],
    um_per_px: float,
    settings: WidthSettings,
) -> tuple[Estimate, ...]:
    """Measure the diameter of each shaft.

    A shaft is taken as a band of even darkness (or brightness) that the lens has blurred; the width between
    the middles of its steep edges is corrected for the blur, which the edges of the wide shafts show.

    Parameters
    ----------
    photo
        The upright photo.
    paths_px
        Paths root to tip, each float32 of shape (n, 2), in px of the photo.
    guesses_px
        About how wide each shaft is, one for each path.
    um_per_px
        Size of a px on the skin.
    settings
        What counts as a clean profile, and the errors that profiles do not show.

    Returns
    -------
    tuple of Estimate
        Diameter in px of the photo; the guess with a wide interval where no clean profile is left.
    """
    if not paths_px:
        return ()
    thinnest_px = _THINNEST * settings.profiles.skin_um / um_per_px
    guesses = np.maximum(np.array(guesses_px, np.float32), np.float32(thinnest_px))
    profiles = take_profiles(photo, paths_px, guesses, um_per_px, settings.profiles)
    edges = _find_edges(profiles, guesses, settings)
    edges.clean[~_alone(profiles.stations, paths_px, guesses)] = False
    blur_px = _shaft_blur(edges)
    diameters = (
        _estimate(width[clean], blur, spacing, guess, settings)
        for width, clean, blur, spacing, guess in zip(
            edges.width_px, edges.clean, blur_px, profiles.spacing_px, guesses_px, strict=True
        )
    )
    return tuple(
        _as_light(one, settings) if is_light else one
        for one, is_light in zip(diameters, profiles.is_light.tolist(), strict=True)
    )


def _alone(stations: Array, paths_px: Sequence[Array], guesses: Array) -> NDArray[np.bool_]:
    """Say for each station, shape (strands, stations), whether no other shaft touches there."""
    low, high = (np.array([bound(path, axis=0) for path in paths_px]) for bound in (np.min, np.max))
    alone = np.ones(stations.shape[:2], np.bool_)
    for k, places in enumerate(stations):
        touching = (guesses + guesses[k]) / 2 + 1
        reach = touching[:, None]
        near = ((low - reach <= places.max(axis=0)) & (high + reach >= places.min(axis=0))).all(axis=1)
        for other in np.nonzero(near)[0].tolist():
            if other != k:
                gaps = np.linalg.norm(places[:, None] - paths_px[other][None], axis=2).min(axis=1)
                alone[k] &= gaps > touching[other]
    return alone


def _find_edges(profiles: Profiles, guesses_px: Array, settings: WidthSettings) -> _Edges:
    """Find both edges of each profile."""
    sides = [
        _find_edge(profiles.levels[..., ::way], (profiles.offsets * way)[:, ::way], guesses_px)
        for way in (1, -1)
    ]
    (left, left_contrast, left_blur), (right, right_contrast, right_blur) = sides
    strong = np.maximum(left_contrast, right_contrast)
    weak = np.minimum(left_contrast, right_contrast)
    width = -left - right
    least_px = np.where(profiles.is_light, settings.min_light_fraction * guesses_px, 0)
    clean = (weak > settings.min_contrast) & (weak > settings.min_symmetry * strong)
    clean &= width > least_px[:, None]
    return _Edges(width, np.asarray((left_blur + right_blur) / 2, np.float32), clean)


def _find_edge(levels: Array, offsets: Array, guesses_px: Array) -> tuple[Array, Array, Array]:
    """Return place, contrast and blur sd of the edge on the negative side, each (strands, stations).

    An edge lies in the middle of its steep part, where the shaft begins to cover the skin.
    """
    levels = _without_shine(levels, offsets, guesses_px)
    step = (offsets[:, 1] - offsets[:, 0])[:, None, None]
    fall = -np.gradient(levels, axis=2) / step
    expected = np.exp(-0.5 * ((offsets + guesses_px[:, None] / 2) / (0.35 * guesses_px[:, None] + 1)) ** 2)
    expected = np.where(offsets < 0, expected, 0)[:, None]
    steepest = (fall * expected).argmax(axis=2)[..., None]
    slope = np.take_along_axis(fall, steepest, axis=2).clip(1e-6)
    index = np.arange(levels.shape[2])
    reach = np.ceil(np.maximum(0.35 * guesses_px, 4)[:, None, None] / step).astype(np.intp)
    near = np.abs(index - steepest) <= reach
    skin = np.where(near & (index <= steepest), levels, -np.inf).max(axis=2, keepdims=True)
    shaft = np.where(near & (index >= steepest), levels, np.inf).min(axis=2, keepdims=True)
    contrast = skin - shaft
    bare = _bare_skin(levels, offsets[:, None] - _at(offsets, steepest), (skin, slope, contrast))
    covered = (bare - levels) / np.maximum(bare - shaft, _LEAST_CONTRAST * contrast.clip(1e-6))
    rise = np.gradient(covered, axis=2) / step
    sharpness = np.take_along_axis(rise, steepest, axis=2).clip(1e-6)
    excess = rise - _STEEP * sharpness
    steep = np.where(_steep_part(excess >= 0, steepest), excess, 0)
    place = (steep * offsets[:, None]).sum(axis=2) / np.maximum(steep.sum(axis=2), 1e-6)
    blur = _blur_sd(1.0, sharpness)[..., 0]
    return place.astype(np.float32), contrast[..., 0], blur


def _bare_skin(levels: Array, beyond: Array, edge: tuple[Array, Array, Array]) -> Array:
    """Return the skin's level as it would go on under the shaft, shape of `levels`.

    Skin darkens towards a shaft in the shadow that the shaft casts, or its neighbour: a straight line through
    the skin beside the edge takes that for what it is. `beyond` are the samples' px from the edge, negative
    on the skin, `edge` its skin level, steepest fall and contrast, each of shape (strands, stations, 1).
    """
    skin, slope, contrast = edge
    blur = _blur_sd(contrast, slope).clip(_SHARPEST_PX)
    beside = (-beyond > _BESIDE[0] * blur) & (-beyond <= _BESIDE[1] * blur)
    count = beside.sum(axis=2, keepdims=True)
    middle, level = (
        np.where(beside, one, 0).sum(axis=2, keepdims=True) / count.clip(1) for one in (beyond, levels)
    )
    away = np.where(beside, beyond - middle, 0)
    tilt = (away * (levels - level)).sum(axis=2, keepdims=True) / (away**2).sum(axis=2, keepdims=True).clip(
        1e-6
    )
    line = level + tilt.clip(-_STEEPEST_SKIN * slope, 0) * (beyond - middle)
    return np.asarray(np.where(count >= _LEAST_SAMPLES, line, skin), np.float32)


def _blur_sd(contrast: Array | float, slope: Array) -> Array:
    """Return the standard deviation of the blur of an edge, from its steepest slope."""
    return np.asarray(contrast / (slope * np.sqrt(2 * np.pi)), np.float32)


def _at(offsets: Array, index: NDArray[np.intp]) -> Array:
    """Return the offsets at an index for each station, shape (strands, stations, 1)."""
    return np.take_along_axis(offsets[:, None], index, axis=2)


def _without_shine(levels: Array, offsets: Array, guesses_px: Array) -> Array:
    """Return profiles that do not rise again once they fell into the shaft, coming from the negative side."""
    shaft = (np.abs(offsets) <= _SHAFT_REACH * guesses_px[:, None])[:, None]
    darkest = np.minimum.accumulate(np.where(shaft, levels, np.inf), axis=2)
    return np.asarray(np.where(shaft, darkest, levels), np.float32)


def _steep_part(is_steep: NDArray[np.bool_], steepest: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Keep of each row what is steep without a gap around its steepest sample."""
    index = np.arange(is_steep.shape[2])
    begin = np.where(~is_steep & (index < steepest), index, -1).max(axis=2)[..., None]
    end = np.where(~is_steep & (index > steepest), index, len(index)).min(axis=2)[..., None]
    return np.asarray((index > begin) & (index < end))


def _shaft_blur(edges: _Edges) -> NDArray[np.float64]:
    """Return the blur sd in px for each shaft: its own where it is wide, else that of the wide shafts."""
    width, blur = (np.where(edges.clean, layer, np.nan) for layer in (edges.width_px, edges.blur_px))
    some = np.asarray(edges.clean.any(axis=1), np.bool_)
    own_width, own = (np.full(len(some), np.nan) for _ in range(2))
    own_width[some], own[some] = (np.nanmedian(layer[some], axis=1) for layer in (width, blur))
    wide = some & (own_width > _WIDE * own)
    usual = np.median(own[wide if wide.any() else some]) if some.any() else 1.0
    return np.where(wide, own, usual)


def _estimate(
    widths_px: Array, blur_px: float, spacing_px: float, guess_px: float, settings: WidthSettings
) -> Estimate:
    """Turn the widths of one shaft's clean profiles into its diameter with its interval."""
    if len(widths_px) < settings.min_profile_count:
        sd_px = settings.guess_relative_sd * float(guess_px)
        return Estimate.from_sd(float(guess_px), sd_px)
    seen = float(np.median(widths_px))
    width, sharper, softer = (_without_blur(seen, blur_px * factor) for factor in (1, 0.85, 1.15))
    scatter = 1.4826 * float(np.median(np.abs(widths_px - seen)))
    independent = max(1.0, min(len(widths_px) / 3, len(widths_px) * spacing_px / 3))
    sd = np.sqrt(
        1.57 * scatter**2 / independent
        + ((sharper - softer) / 2) ** 2
        + settings.edge_error_px**2
        + (settings.unclean_relative_error * width * (1 - len(widths_px) / STATION_COUNT)) ** 2
        + (settings.relative_error * width) ** 2
    )
    interval = Estimate.from_sd(width, float(sd))
    return interval.bounded(_LEAST_OF_ALL * width, np.inf)


def _as_light(diameter: Estimate, settings: WidthSettings) -> Estimate:
    """Return the diameter of a shaft lighter than the skin, whose edges may look like the skin."""
    half_width_px = NORMAL_95 * settings.light_relative_error * diameter.value
    return diameter.widened(half_width_px, half_width_px).bounded(_LEAST_OF_ALL * diameter.value, np.inf)


def _without_blur(seen_px: float, blur_px: float) -> float:
    """Return the width of the band that looks `seen_px` wide once blurred."""
    true, seen = _blur_table()
    if seen_px > seen[-1] * blur_px:
        return seen_px
    return float(np.interp(seen_px / blur_px, seen, true)) * blur_px


@cache
def _blur_table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return band widths and the widths they are seen at, both in blur sd."""
    true = np.linspace(0.3, 12, 118)
    places = np.linspace(0, 10, 2001)
    outer, inner = (np.exp(-0.5 * (places + way * true[:, None] / 2) ** 2) for way in (-1, 1))
    fall = outer - inner
    steep = (fall - _STEEP * fall.max(axis=1, keepdims=True)).clip(0)
    return true, 2 * (steep * places).sum(axis=1) / steep.sum(axis=1)
