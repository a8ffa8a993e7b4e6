"""Paths become profiles: how dark the photo is across each shaft, at stations along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.photo import Photo

    Array = NDArray[np.float32]

STATION_COUNT = 24
_SAMPLE_COUNT = 97


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """Where profiles are taken."""

    middle: tuple[float, float] = (0.15, 0.85)
    """Part of the path that is measured: neither the root's opening nor the cut end."""
    max_measured_um: float = 2000.0
    baseline_um: float = 110.0
    """The direction across a shaft is that across its path this far to either side."""
    skin_um: float = 33.0
    """How much skin beside a shaft is looked at, at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Profiles across shafts, dark on light.

    Attributes
    ----------
    stations
        float32, shape (shafts, stations, 2): where they cross the shafts, in px of the photo.
    spacing_px
        float64, shape (shafts,): from station to station.
    offsets
        float32, shape (shafts, samples): px from the path, negative to one side.
    levels
        float32, shape (shafts, stations, samples): grey levels, upside down where the shaft is lighter than
        the skin.
    """

    stations: Array
    spacing_px: NDArray[np.float64]
    offsets: Array
    levels: Array


def take_profiles(
    photo: Photo, paths_px: Sequence[Array], guesses_px: Array, um_per_px: float, settings: ProfileSettings
) -> Profiles:
    """Take profiles across shafts.

    Parameters
    ----------
    photo
        The upright photo.
    paths_px
        Paths root to tip, at least one, each float32 of shape (n, 2), in px of the photo.
    guesses_px
        float32, shape (shafts,): about how wide each shaft is.
    um_per_px
        Size of a px on the skin.
    settings
        Where profiles are taken.
    """
    grey = np.asarray(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    reach = guesses_px + np.float32(settings.skin_um / um_per_px)
    offsets = reach[:, None] * np.linspace(-1, 1, _SAMPLE_COUNT, dtype=np.float32)
    stations, across, spacing_px = _stations(paths_px, settings, um_per_px)
    seen = _levels(grey, stations, across, offsets)
    return Profiles(stations, spacing_px, offsets, _dark_on_light(seen, offsets, guesses_px))


def _stations(
    paths_px: Sequence[Array], settings: ProfileSettings, um_per_px: float
) -> tuple[Array, Array, NDArray[np.float64]]:
    """Return where profiles cross the shafts, the unit vectors across, and the stations' spacing in px."""
    places, normals, spacings = [], [], []
    for path in paths_px:
        along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
        first, last = (along[-1] * part for part in settings.middle)
        baseline = min(0.1 * along[-1], settings.baseline_um / um_per_px)
        way = np.linspace(first, min(last, first + settings.max_measured_um / um_per_px), STATION_COUNT)
        place, before, after = (
            np.stack([np.interp(way + shift, along, path[:, i]) for i in (0, 1)], axis=1)
            for shift in (0, -baseline, baseline)
        )
        heading = after - before
        heading /= np.linalg.norm(heading, axis=1, keepdims=True).clip(1e-6)
        places.append(place)
        normals.append(heading[:, ::-1] * (-1, 1))
        spacings.append(way[1] - way[0])
    return np.array(places, np.float32), np.array(normals, np.float32), np.array(spacings)


def _levels(grey: NDArray[np.uint8], stations: Array, across: Array, offsets: Array) -> Array:
    """Return grey values across the shafts, shape (shafts, stations, samples), evened out along them."""
    places = stations[:, :, None] + across[:, :, None] * offsets[:, None, :, None]
    flat = places.reshape(len(places), -1, 2)
    seen = cv2.remap(grey, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = seen.reshape(places.shape[:3]).astype(np.float32)
    padded = np.pad(seen, ((0, 0), (1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:, :-2] + seen + padded[:, 2:]) / 3, dtype=np.float32)


def _dark_on_light(levels: Array, offsets: Array, guesses_px: Array) -> Array:
    """Turn the profiles of shafts brighter than the skin upside down."""
    inside = np.abs(offsets) < 0.3 * guesses_px[:, None]
    outside = np.abs(offsets) > 0.7 * guesses_px[:, None]
    whole = np.median(levels, axis=1)
    shaft, skin = ((whole * part).sum(axis=1) / part.sum(axis=1) for part in (inside, outside))
    return np.asarray(levels * np.where(shaft > skin, -1, 1)[:, None, None], dtype=np.float32)
