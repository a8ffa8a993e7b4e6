"""Paths become profiles: how the photo looks across each shaft, at stations along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.linalg import eigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.photo import Photo

    Array = NDArray[np.float32]

STATION_COUNT = 24
_SAMPLE_COUNT = 97
_SHAFT, _SKIN = (0.2, 0.42), 0.7
"""Where shaft is seen beside the line of its shine, and from where on skin, as parts of the guessed width."""
_SENSOR_SD = 10.0
"""By so many grey levels (1 sd) noise, JPEG and the camera's tint may change a colour."""
_SHADOW_SD = 0.15
"""By such a part of its brightness (1 sd) skin beside a shaft may lie in shadow."""


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
        float32, shape (shafts, stations, samples): grey levels along the axis of colour that tells shafts
        from skin best, the mean of three stations, upside down where the shaft is lighter along that axis.
    is_light
        bool, shape (shafts,): lighter than the skin along that axis.
    """

    stations: Array
    spacing_px: NDArray[np.float64]
    offsets: Array
    levels: Array
    is_light: NDArray[np.bool_]


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
    reach = guesses_px + np.float32(settings.skin_um / um_per_px)
    offsets = reach[:, None] * np.linspace(-1, 1, _SAMPLE_COUNT, dtype=np.float32)
    stations, across, spacing_px = _stations(paths_px, settings, um_per_px)
    seen = _colours(photo.pixels, stations, across, offsets)
    aside = np.abs(offsets) / guesses_px[:, None]
    zones = (aside >= _SHAFT[0]) & (aside <= _SHAFT[1]), aside > _SKIN
    every_other = seen[:, ::2]
    axis, is_light = _distinct_axis(every_other, zones)
    levels = _evened_out(seen @ axis) * np.where(is_light, -1, 1)[:, None, None]
    return Profiles(stations, spacing_px, offsets, np.asarray(levels, np.float32), is_light)


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


def _colours(pixels: NDArray[np.uint8], stations: Array, across: Array, offsets: Array) -> NDArray[np.uint8]:
    """Return RGB across the shafts, shape (shafts, stations, samples, 3)."""
    places = stations[:, :, None] + across[:, :, None] * offsets[:, None, :, None]
    flat = places.reshape(len(places), -1, 2)
    seen = cv2.remap(pixels, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8).reshape(*places.shape[:3], 3)


def _distinct_axis(
    seen: NDArray[np.uint8], zones: tuple[NDArray[np.bool_], NDArray[np.bool_]]
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the axis of colour that tells shafts from skin best, and which shafts are lighter along it.

    Dark hair differs in brightness, fair hair in hue from skin and its own shadow: Fisher's linear
    discriminant (Annals of Eugenics 7, 1936, 179-188), but of the differences shaft by shaft, so that dark
    and light shafts do not cancel; and what shadow does to the skin's colour is no difference. float32 of
    shape (3,), its parts' sizes adding up to 1 so that levels stay grey levels. `zones` mark the samples of
    shaft and of skin, each of shape (shafts, samples).
    """
    usual = np.median(seen, axis=1)
    means = [(usual * zone[..., None]).sum(axis=1) / zone.sum(axis=1).clip(1)[:, None] for zone in zones]
    apart, skin = means[0] - means[1], np.median(means[1], axis=0)
    within = _SENSOR_SD**2 * np.eye(3) + _SHADOW_SD**2 * np.outer(skin, skin)
    for zone, mean in zip(zones, means, strict=True):
        everywhere = np.broadcast_to(zone[:, None], seen.shape[:3])
        away = (seen - mean.astype(np.float32)[:, None, None])[everywhere]
        within += away.T @ away / max(len(away), 1)
    _, axes = eigh(apart.T @ apart / len(apart), within)
    axis = axes[:, -1] / np.abs(axes[:, -1]).sum()
    if axis.sum() < 0:
        axis = -axis
    return axis.astype(np.float32), apart @ axis > 0


def _evened_out(levels: Array) -> Array:
    """Return the mean of each profile and those of the stations before and after."""
    padded = np.pad(levels, ((0, 0), (1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:, :-2] + levels + padded[:, 2:]) / 3, dtype=np.float32)
