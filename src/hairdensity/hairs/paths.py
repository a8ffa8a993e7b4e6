"""Root candidates become paths: from each root along the centre line of its shaft to the visible tip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.roots import Roots
    from hairdensity.hairs.segment import HairMaps

    Array = NDArray[np.float32]

_ARC_COUNT = 11


@dataclass(frozen=True, slots=True)
class PathSettings:
    """How a shaft is followed, in physical units."""

    step_um: float = 22.0
    max_length_mm: float = 15.0
    min_curve_radius_um: float = 250.0
    look_ahead_um: float = 220.0
    """How far ahead the shaft decides where the path turns: beyond a crossing hair."""
    bend_cost: float = 0.3
    """What a sudden change of curvature costs, in parts of a full centre line along the way ahead."""
    min_centre: float = 0.2
    """The path is on a shaft where the centre-line map is at least this."""
    max_gap_um: float = 88.0
    """A path goes straight on over a gap up to this long."""
    side_look_um: float = 33.0
    """How far beside the path the centre line is looked for."""


def follow_paths(maps: HairMaps, roots: Roots, settings: PathSettings) -> tuple[Array, ...]:
    """Follow the shaft from each root to its visible tip.

    All paths grow together, step by step: each turns with the axis of the shaft below it, unless that is
    another hair crossing at an angle, and is drawn towards the centre line; it ends where no shaft has been
    seen for a while.

    Returns
    -------
    tuple of NDArray
        For each root a float32 array of shape (m, 2), m >= 2: (x, y) in working px, root first. The path of a
        hair that leaves the photo ends on the outer side of its last px.
    """
    axis = np.stack([cv2.GaussianBlur(maps.centre * layer, (0, 0), 0.7) for layer in maps.axis])
    places, headings = roots.points.copy(), roots.directions.copy()
    trail, seen = [places.copy()], [np.ones(len(places), np.float32)]
    turns = np.zeros(len(places), np.float32)
    gap_um = np.zeros(len(places))
    going = np.arange(len(places))
    size = np.array(maps.root_heat.shape[::-1], np.float32)
    while len(going) and len(trail) * settings.step_um < settings.max_length_mm * 1000:
        state = places[going], headings[going], turns[going]
        headings[going], turns[going] = _turn(maps, axis, state, settings)
        places[going], centre = _advance(maps, (places[going], headings[going]), settings)
        gap_um[going] = np.where(centre > settings.min_centre, 0, gap_um[going] + settings.step_um)
        trail.append(places.copy())
        seen.append(np.zeros(len(places), np.float32))
        seen[-1][going] = centre
        inside = ((places[going] >= 0) & (places[going] <= size - 1)).all(axis=1)
        going = going[(gap_um[going] <= settings.max_gap_um) & inside]
    tracks = np.stack(trail, axis=1).clip(-0.5, size - 0.5)
    support = np.stack(seen, axis=1)
    return tuple(_trim(track, centre, settings) for track, centre in zip(tracks, support, strict=True))


def _turn(
    maps: HairMaps, axis: Array, state: tuple[Array, Array, Array], settings: PathSettings
) -> tuple[Array, Array]:
    """Return the headings turned along the arc with most shaft on it, and by how many radians."""
    places, headings, turns = state
    limit = settings.step_um / settings.min_curve_radius_um
    choices = np.linspace(-limit, limit, _ARC_COUNT, dtype=np.float32)
    bearing = choices[:, None] * np.arange(1, round(settings.look_ahead_um / settings.step_um) + 1)
    ahead, aside = (
        trace.cumsum(axis=1) * _step_px(maps, settings) for trace in (np.cos(bearing), np.sin(bearing))
    )
    forward, across = (vectors[:, None, None] for vectors in (headings, _across(headings)))
    cos2, sin2 = maps.sample(
        axis, places[:, None, None] + forward * ahead[..., None] + across * aside[..., None]
    )
    heading2 = 2 * np.arctan2(headings[:, 1], headings[:, 0])[:, None, None] + 2 * bearing
    along = (np.hypot(cos2, sin2) + cos2 * np.cos(heading2) + sin2 * np.sin(heading2)).mean(axis=2) / 2
    merit = along - settings.bend_cost * np.abs(choices - turns[:, None]) / limit
    turn = choices[merit.argmax(axis=1)]
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    return np.asarray(headings * cos + _across(headings) * sin, np.float32), turn


def _across(headings: Array) -> Array:
    """Return the vectors a quarter turn on."""
    return headings[:, ::-1] * np.array([-1, 1], np.float32)


def _advance(maps: HairMaps, state: tuple[Array, Array], settings: PathSettings) -> tuple[Array, Array]:
    """Return the places one step on, drawn half way to the centre line, and the centre-line map there."""
    places, headings = state
    ahead = places + headings * _step_px(maps, settings)
    across = _across(headings)
    reach = settings.side_look_um / maps.um_per_px
    offsets = np.linspace(-reach, reach, 7, dtype=np.float32)
    profile = maps.sample(maps.centre, ahead[:, None] + across[:, None] * offsets[:, None])
    weight = profile**2 * np.exp(-0.5 * (offsets / (0.67 * reach)) ** 2)
    shift = 0.5 * (weight * offsets).sum(axis=1) / (weight.sum(axis=1) + 0.05)
    shift = shift.clip(-0.12 * reach, 0.12 * reach)
    return (ahead + across * shift[:, None]).astype(np.float32), profile[:, 2:5].max(axis=1)


def _step_px(maps: HairMaps, settings: PathSettings) -> np.float32:
    return np.float32(settings.step_um / maps.um_per_px)


def _trim(track: Array, centre: Array, settings: PathSettings) -> Array:
    """End a track where the shaft was last seen, to a part of a step, and steady it."""
    last = _last_above(centre, settings.min_centre)
    half = float(np.median(centre[: last + 1])) / 2
    last = _last_above(centre, half)
    path = track[: last + 1]
    if last + 1 < len(centre):
        part = (centre[last] - half) / max(centre[last] - centre[last + 1], 1e-6)
        path = np.concatenate([path, track[last : last + 1] + (track[last + 1] - track[last]) * min(part, 1)])
    return steady(path)


def steady(path: Array) -> Array:
    """Take the unsteadiness out of a path, float32 of shape (m, 2); its ends stay."""
    for _ in range(2):
        path = np.concatenate([path[:1], (path[:-2] + 2 * path[1:-1] + path[2:]) / 4, path[-1:]])
    return np.asarray(path, dtype=np.float32)


def _last_above(values: Array, limit: float) -> int:
    """Return the index of the last value above the limit; the first index if there is none."""
    above = np.nonzero(values > limit)[0]
    return int(above[-1]) if len(above) else 0
