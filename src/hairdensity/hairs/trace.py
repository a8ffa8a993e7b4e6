"""Hair maps become strands: root to tip, through crossings, touching ones apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.hairs.roots import Roots, RootSettings, find_roots

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.segment import HairMaps
    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """How strands are traced and which are kept, in physical units."""

    roots: RootSettings = field(default_factory=RootSettings)
    min_score: float = 0.05
    step_um: float = 22.0
    max_length_mm: float = 15.0
    min_curve_radius_um: float = 250.0
    crossing_angle_deg: float = 35.0
    """A shaft that runs at more than this angle to the strand is another hair that crosses it."""
    max_gap_um: float = 88.0
    min_centre: float = 0.2
    shadow_width_um: float = 55.0
    shadow_ahead_um: float = 330.0
    shadow_behind_um: float = 165.0


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """One hair as traced in the photo.

    Attributes
    ----------
    path_px
        float32, shape (n, 2), n >= 2: (x, y) from root to visible tip in px of the upright photo, read-only.
    diameter_px
        Shaft diameter with its interval.
    leaves_frame
        Whether the tip is cut off by the photo's edge.
    confidence
        Chance that a hair leaves the skin at the root, 0-1.
    """

    path_px: NDArray[np.float32]
    diameter_px: Estimate
    leaves_frame: bool
    confidence: float


def trace_strands(photo: Photo, maps: HairMaps, settings: TraceSettings) -> tuple[Strand, ...]:
    """Trace the strands of a photo, root to visible tip."""
    roots = find_roots(maps, settings.roots)
    paths = _follow(maps, roots, settings)
    chosen = _choose(roots, paths, settings, maps.um_per_px)
    return tuple(
        Strand(maps.to_photo(paths[k]), Estimate(1.0, 1.0, 1.0), False, float(score)) for k, score in chosen
    )


def _follow(maps: HairMaps, roots: Roots, settings: TraceSettings) -> list[NDArray[np.float32]]:
    """Return each candidate's path in working px, shape (m, 2)."""
    step_px = settings.step_um / maps.um_per_px
    smooth = np.stack([cv2.GaussianBlur(maps.centre * layer, (0, 0), 0.7) for layer in maps.axis])
    places, headings = roots.points, roots.directions
    trail = [places]
    seen = [np.ones(len(places), np.float32)]
    alive = np.arange(len(places))
    gap = np.zeros(len(places))
    height, width = maps.root_heat.shape
    for _ in range(int(settings.max_length_mm * 1000 / settings.step_um)):
        if not len(alive):
            break
        here, heading = _step(maps, smooth, places[alive], headings[alive], settings)
        centre = _centre_across(maps, here, heading)
        places, headings = places.copy(), headings.copy()
        places[alive], headings[alive] = here, heading
        support = np.zeros(len(places), np.float32)
        support[alive] = centre
        trail.append(places)
        seen.append(support)
        gap[alive] = np.where(centre > settings.min_centre, 0, gap[alive] + settings.step_um)
        inside = ((here > 0) & (here < (width - 1, height - 1))).all(axis=1)
        alive = alive[(gap[alive] <= settings.max_gap_um) & inside]
    tracks = np.stack(trail, axis=1)
    support = np.stack(seen, axis=1)
    last = support.shape[1] - 1 - (support[:, ::-1] > settings.min_centre).argmax(axis=1)
    return [track[: max(n, 2) + 1] for track, n in zip(tracks, last, strict=True)]


def _step(
    maps: HairMaps,
    smooth: NDArray[np.float32],
    places: NDArray[np.float32],
    headings: NDArray[np.float32],
    settings: TraceSettings,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    step_px = settings.step_um / maps.um_per_px
    ahead = places + headings * step_px
    cos2, sin2 = maps.sample(smooth, ahead)
    heading2 = 2 * np.arctan2(headings[:, 1], headings[:, 0])
    turn = 0.5 * np.arctan2(
        sin2 * np.cos(heading2) - cos2 * np.sin(heading2), cos2 * np.cos(heading2) + sin2 * np.sin(heading2)
    )
    limit = settings.step_um / settings.min_curve_radius_um
    crossing = np.abs(turn) > np.radians(settings.crossing_angle_deg)
    turn = np.where(crossing, 0, turn.clip(-limit, limit)) * np.hypot(cos2, sin2).clip(0, 0.4) / 0.4
    cos, sin = np.cos(turn), np.sin(turn)
    headings = np.stack(
        [headings[:, 0] * cos - headings[:, 1] * sin, headings[:, 0] * sin + headings[:, 1] * cos], axis=1
    ).astype(np.float32)
    across = np.stack([-headings[:, 1], headings[:, 0]], axis=1)
    offsets = np.arange(-3, 3.1, 1.0)
    profile = maps.sample(maps.centre, ahead[:, None] + across[:, None] * offsets[:, None])
    weight = profile**2 * np.exp(-0.5 * (offsets / 2) ** 2)
    shift = (weight * offsets).sum(axis=1) / (weight.sum(axis=1) + 0.05)
    shift = np.where(crossing, 0, 0.5 * shift).clip(-0.8, 0.8)
    return (ahead + across * shift[:, None]).astype(np.float32), headings


def _centre_across(maps, here, heading):
    across = np.stack([-heading[:, 1], heading[:, 0]], axis=1)
    return maps.sample(maps.centre, here[:, None] + across[:, None] * np.array([-1.0, 0, 1])[:, None]).max(axis=1)


def _choose(roots, paths, settings, um_per_px):
    scores = roots.scores.copy()
    alive = scores > settings.min_score
    chosen = []
    while alive.any():
        k = int(np.where(alive, scores, -1).argmax())
        chosen.append((k, scores[k]))
        alive[k] = False
        scores = scores * (1 - _shadow(roots.points, roots.directions[k], paths[k], settings, um_per_px))
        alive &= scores > settings.min_score
    return chosen


def _shadow(points, direction, path, settings, um_per_px):
    """Return 0-1 for each place: how far it lies on the body of one strand."""
    behind = path[0] - direction * np.arange(1, 12)[::-1, None] * 2
    line = np.concatenate([behind, path])
    step = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(step)])
    along -= along[len(behind)]
    squared = ((points[:, None] - line[None]) ** 2).sum(axis=2)
    nearest = squared.argmin(axis=1)
    across = np.sqrt(squared.min(axis=1)) * um_per_px / settings.shadow_width_um
    way = along[nearest] * um_per_px
    way = way / np.where(way > 0, settings.shadow_ahead_um, settings.shadow_behind_um)
    return np.exp(-0.5 * (across**2 + way**2))
