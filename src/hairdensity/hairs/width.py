"""Profiles across shafts become diameters: between steep edges, in the photo's own px."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.hairs.edges import find_edges, without_blur
from hairdensity.hairs.profiles import STATION_COUNT, ProfileSettings, take_profiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.profiles import Profiles
    from hairdensity.photo import Photo

    Array = NDArray[np.float32]

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
    error_um: float = 3.0
    """Standard deviation by what no profile shows: shadow, shine, taper; the same for thin and thick."""
    unclean_relative_error: float = 0.15
    """Standard deviation as a part of the diameter, times the share of profiles that are not clean."""
    shadow_error: float = 16.0
    """Standard deviation by shadow at one side of a shaft, as a part of its width: times the product of the
    photo's blur and by how much the softer edge is blurred more, both as parts of the width."""
    min_light_fraction: float = 0.8
    """The bright core of a translucent shaft, less than this part of its guessed width, is not its width."""
    light_relative_error: float = 0.2
    """Standard deviation, as a part of the diameter, of a shaft lighter than the skin, for its edges may look
    like the skin."""
    guess_relative_sd: float = 0.25
    """What a guess is off by, where no profile is clean."""


@dataclass(frozen=True, slots=True, eq=False)
class _Widths:
    """Widths between the edges of profiles, each array of shape (shafts, stations).

    `blur_px` is the mean of both edges, `unlike_px` by how much the left one is softer than the right one.
    """

    width_px: Array
    blur_px: Array
    unlike_px: Array
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
    widths = _between_edges(profiles, guesses, settings)
    widths.clean[~_alone(profiles.stations, paths_px, guesses)] = False
    blur_px = _shaft_blur(widths)
    diameters = (
        _estimate(width[clean], blur, spacing, guess, settings)
        for width, clean, blur, spacing, guess in zip(
            widths.width_px, widths.clean, blur_px, profiles.spacing_px, guesses_px, strict=True
        )
    )
    unseen_px = settings.error_um / um_per_px
    return tuple(
        _in_doubt(one, unseen_px, settings.light_relative_error * one.value * is_light, shadow / one.value)
        for one, is_light, shadow in zip(
            diameters, profiles.is_light.tolist(), _shadow_doubt(widths, blur_px, settings), strict=True
        )
    )


def _alone(stations: Array, paths_px: Sequence[Array], guesses: Array) -> NDArray[np.bool_]:
    """Say for each station, shape (shafts, stations), whether no other shaft touches there."""
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


def _between_edges(profiles: Profiles, guesses_px: Array, settings: WidthSettings) -> _Widths:
    """Find both edges of each profile."""
    left, right = (
        find_edges(profiles.levels[..., ::way], (profiles.offsets * way)[:, ::way], guesses_px)
        for way in (1, -1)
    )
    strong = np.maximum(left.contrast, right.contrast)
    weak = np.minimum(left.contrast, right.contrast)
    width = -left.offset_px - right.offset_px
    least_px = np.where(profiles.is_light, settings.min_light_fraction * guesses_px, 0)
    clean = (weak > settings.min_contrast) & (weak > settings.min_symmetry * strong)
    clean &= width > least_px[:, None]
    blur = np.asarray((left.blur_px + right.blur_px) / 2, np.float32)
    return _Widths(width, blur, left.blur_px - right.blur_px, clean)


def _shaft_blur(widths: _Widths) -> NDArray[np.float64]:
    """Return the blur sd in px for each shaft: its own where it is wide, else that of the wide shafts."""
    width, blur = (np.where(widths.clean, layer, np.nan) for layer in (widths.width_px, widths.blur_px))
    some = np.asarray(widths.clean.any(axis=1), np.bool_)
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
    width, sharper, softer = (without_blur(seen, blur_px * factor) for factor in (1, 0.85, 1.15))
    scatter = 1.4826 * float(np.median(np.abs(widths_px - seen)))
    independent = max(1.0, min(len(widths_px) / 3, len(widths_px) * spacing_px / 3))
    sd = np.sqrt(
        1.57 * scatter**2 / independent
        + ((sharper - softer) / 2) ** 2
        + settings.edge_error_px**2
        + (settings.unclean_relative_error * width * (1 - len(widths_px) / STATION_COUNT)) ** 2
    )
    return Estimate.from_sd(width, float(sd))


def _shadow_doubt(widths: _Widths, blur_px: NDArray[np.float64], settings: WidthSettings) -> list[float]:
    """Return for each shaft how far shadow beside it may widen it, times its width, in px².

    Shadow at one side makes that edge the softer one. It blurs into a narrow shaft, and not into a wide one.
    """
    measured = widths.clean.sum(axis=1) >= settings.min_profile_count
    unlike = np.zeros(len(measured))
    unlike[measured] = np.abs(
        np.nanmedian(np.where(widths.clean, widths.unlike_px, np.nan)[measured], axis=1)
    )
    doubt: list[float] = (settings.shadow_error * unlike * blur_px).tolist()
    return doubt


def _in_doubt(diameter: Estimate, *sds_px: float) -> Estimate:
    """Return a diameter that may be off by so much besides."""
    half_width_px = NORMAL_95 * math.hypot(*sds_px)
    return diameter.widened(half_width_px, half_width_px).bounded(_LEAST_OF_ALL * diameter.value, np.inf)
