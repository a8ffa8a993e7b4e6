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


@dataclass(frozen=True, slots=True)
class PathSettings:
    """How a shaft is followed, in physical units."""

    step_um: float = 22.0
    max_length_mm: float = 15.0
    min_curve_radius_um: float = 250.0
    crossing_angle_deg: float = 35.0
    """A shaft that runs at more than this angle to the path is another hair that crosses it."""
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
        For each root a float32 array of shape (m, 2), m >= 2: (x, y) in working px, root first.
    """
    axis = np.stack([cv2.GaussianBlur(maps.centre * layer, (0, 0), 0.7) for layer in maps.axis])
    places, headings = roots.points.copy(), roots.directions.copy()
    trail, seen = [places.copy()], [np.ones(len(places), np.float32)]
    gap_um = np.zeros(len(places))
    going = np.arange(len(places))
    size = np.array(maps.root_heat.shape[::-1], np.float32)
    while len(going) and len(trail) * settings.step_um < settings.max_length_mm * 1000:
        headings[going], is_crossing = _turn(maps, axis, (places[going], headings[going]), settings)
        places[going], centre = _advance(maps, (places[going], headings[going]), is_crossing, settings)
        gap_um[going] = np.where(centre > settings.min_centre, 0, gap_um[going] + settings.step_um)
        trail.append(places.copy())
        seen.append(np.zeros(len(places), np.float32))
        seen[-1][going] = centre
        inside = ((places[going] >= 0) & (places[going] <= size - 1)).all(axis=1)
        going = going[(gap_um[going] <= settings.max_gap_um) & inside]
    tracks = np.stack(trail, axis=1).clip(0, size - 1)
    support = np.stack(seen, axis=1)
    return tuple(_trim(track, centre, settings) for track, centre in zip(tracks, support, strict=True))


def _turn(
    maps: HairMaps, axis: Array, state: tuple[Array, Array], settings: PathSettings
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the headings turned with the shaft one step ahead, and where that is a crossing hair."""
    places, headings = state
    cos2, sin2 = maps.sample(axis, places + headings * _step_px(maps, settings))
    x, y = headings.T
    own_cos2, own_sin2 = x * x - y * y, 2 * x * y
    turn = 0.5 * np.arctan2(sin2 * own_cos2 - cos2 * own_sin2, cos2 * own_cos2 + sin2 * own_sin2)
    is_crossing = np.abs(turn) > np.radians(settings.crossing_angle_deg)
    limit = settings.step_um / settings.min_curve_radius_um
    certainty = (np.hypot(cos2, sin2) / (2 * settings.min_centre)).clip(0, 1)
    turn = np.where(is_crossing, 0, turn.clip(-limit, limit) * certainty)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=1).astype(np.float32), is_crossing


def _advance(
    maps: HairMaps, state: tuple[Array, Array], is_crossing: NDArray[np.bool_], settings: PathSettings
) -> tuple[Array, Array]:
    """Return the places one step on, drawn half way to the centre line, and the centre-line map there."""
    places, headings = state
    ahead = places + headings * _step_px(maps, settings)
    across = headings[:, ::-1] * np.array([-1, 1], np.float32)
    reach = settings.side_look_um / maps.um_per_px
    offsets = np.linspace(-reach, reach, 7, dtype=np.float32)
    profile = maps.sample(maps.centre, ahead[:, None] + across[:, None] * offsets[:, None])
    weight = profile**2 * np.exp(-0.5 * (offsets / (0.67 * reach)) ** 2)
    shift = 0.5 * (weight * offsets).sum(axis=1) / (weight.sum(axis=1) + 0.05)
    shift = np.where(is_crossing, 0, shift.clip(-0.25 * reach, 0.25 * reach))
    return (ahead + across * shift[:, None]).astype(np.float32), profile[:, 2:5].max(axis=1)


def _step_px(maps: HairMaps, settings: PathSettings) -> np.float32:
    return np.float32(settings.step_um / maps.um_per_px)


def _trim(track: Array, centre: Array, settings: PathSettings) -> Array:
    """End a track where the shaft was last seen, to a part of a step, and take the unsteadiness out of it."""
    last = len(centre) - 1 - int((centre[::-1] > settings.min_centre).argmax())
    path = track[: last + 1]
    if last + 1 < len(centre):
        part = (centre[last] - settings.min_centre) / max(centre[last] - centre[last + 1], 1e-6)
        path = np.concatenate([path, track[last : last + 1] + (track[last + 1] - track[last]) * min(part, 1)])
    for _ in range(2):
        path = np.concatenate([path[:1], (path[:-2] + 2 * path[1:-1] + path[2:]) / 4, path[-1:]])
    return np.asarray(path, dtype=np.float32)
