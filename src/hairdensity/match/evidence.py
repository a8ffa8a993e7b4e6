"""What the finder's maps of both photos say of hairs that were found in one photo alone.

A hair missed by the finder still warms its maps: a little root heat, a faint centre line; often it was
weighed and doubted. So each hair is looked for again in the other photo, where its partner should be, beside
what the hairs found in both explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.spatial import cKDTree

from hairdensity.match.paths import directions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.segment import HairMaps
    from hairdensity.hairs.trace import Doubted
    from hairdensity.match.model import MatchSettings
    from hairdensity.match.paths import Paths

FEATURES = (
    *("own_root", "other_root", "other_near", "own_line", "other_line", "own_body", "other_body"),
    *("own_free", "own_apart", "other_free", "neighbour", "confidence", "diameter", "length"),
    "other_doubted",
)
"""Names of the columns of the evidence."""
SHIFTS = [(x, y) for x in (-1.0, -0.5, 0.0, 0.5, 1.0) for y in (-1.0, -0.5, 0.0, 0.5, 1.0)]
MIN_CHANCE = 0.1
SURE_CHANCE = 0.5
SURE_CONFIDENCE = 0.9
NO_LINE, SURE_LINE = 0.05, 0.55
FAR_UM = 300.0
NO_LOG_ODDS = -8.0


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What the finder saw in one photo of `um_per_px`, whether it took it for hair or not."""

    maps: HairMaps
    doubted: Doubted
    um_per_px: float


def gather_evidence(
    hairs: Paths,
    paired: tuple[Paths, Paths],
    sights: tuple[Sight, Sight],
    settings: MatchSettings,
) -> NDArray[np.float64]:
    """Return one row of `FEATURES` a hair.

    Parameters
    ----------
    hairs
        Found in the own photo alone, the surest first.
    paired
        The hairs found in both, as the own and as the other photo show them.
    sights
        Of the own and of the other photo.
    settings
        How far off a hair is looked for.
    """
    (own, other), claimed = (sight.maps for sight in sights), paired[1]
    um_per_px = [sight.um_per_px for sight in sights]
    if not len(hairs.here_px):
        return np.empty((0, len(FEATURES)))
    is_free = _gaps_um(hairs.there_px, claimed.here_px, um_per_px[1]) > settings.claimed_um
    is_own = _gaps_um(hairs.here_px, paired[0].here_px, um_per_px[0]) > settings.claimed_um
    reach_um = settings.line_offset_um
    lengths_um = np.linalg.norm(np.diff(hairs.here_px, axis=1), axis=2).sum(axis=1) * um_per_px[0]
    everywhere = np.ones_like(is_free)
    return np.column_stack(
        [
            _logit(_peak(own, own.root_heat, hairs.here_px[:, 0], settings.own_root_um), SURE_CHANCE),
            _logit(
                _peak(other, _unclaimed(other, claimed, settings), hairs.there_px[:, 0], settings.root_um)
            ),
            _logit(_peak(other, other.root_heat, hairs.there_px[:, 0], settings.near_root_um)),
            _best_mean(own, own.centre, hairs.here_px, everywhere, reach_um).clip(max=SURE_LINE),
            _best_mean(other, other.centre, hairs.there_px, is_free, reach_um).clip(min=NO_LINE),
            _best_mean(own, own.body, hairs.here_px, everywhere, reach_um),
            _best_mean(other, other.body, hairs.there_px, is_free, reach_um),
            is_own.mean(axis=1),
            _lies_apart(hairs, um_per_px[0], settings).mean(axis=1),
            is_free.mean(axis=1),
            np.log(_root_gap_um(hairs, claimed, um_per_px[1]).clip(10.0, FAR_UM)),
            _logit(hairs.confidences, SURE_CONFIDENCE),
            np.log(hairs.diameters_um),
            np.log(lengths_um.clip(20.0)),
            _doubted_log_odds(hairs, sights[1], settings),
        ]
    )


def _doubted_log_odds(hairs: Paths, other: Sight, settings: MatchSettings) -> NDArray[np.float64]:
    """Return the log-odds of the likeliest doubted root that may be each hair's, less for one far off."""
    if not len(other.doubted.log_odds):
        return np.full(len(hairs.here_px), NO_LOG_ODDS)
    gaps_um = (other.doubted.roots_px[None] - hairs.there_px[:, None, 0]) * other.um_per_px
    along = directions(hairs.there_px)
    beside = along[:, ::-1] * (-1.0, 1.0)
    turns_deg = np.degrees(np.arccos((along @ other.doubted.directions.T).clip(-1, 1)))
    departure = (
        ((gaps_um * along[:, None]).sum(axis=2) / settings.along_sd_um) ** 2
        + ((gaps_um * beside[:, None]).sum(axis=2) / settings.beside_sd_um) ** 2
        + (turns_deg / settings.turn_sd_deg) ** 2
    ) / settings.doubted_spread**2
    likeliest = (other.doubted.log_odds[None] - departure / 2).max(axis=1)
    return np.asarray(likeliest.clip(NO_LOG_ODDS, 0), np.float64)


def _lies_apart(hairs: Paths, um_per_px: float, settings: MatchSettings) -> NDArray[np.bool_]:
    """Say of each point of each path whether no surer hair lies there; the surest hair is the first."""
    is_apart = np.ones(hairs.here_px.shape[:2], bool)
    for row in range(1, len(hairs.here_px)):
        surer = _gaps_um(hairs.here_px[row : row + 1], hairs.here_px[:row], um_per_px)[0]
        is_apart[row] = surer > settings.claimed_um
    return is_apart


def _gaps_um(
    paths_px: NDArray[np.float64], claimed_px: NDArray[np.float64], um_per_px: float
) -> NDArray[np.float64]:
    """Return how far each point of each path lies from the nearest claimed path, shape (n, points)."""
    if not len(claimed_px):
        return np.full(paths_px.shape[:2], np.inf)
    points, others = paths_px.reshape(-1, 2), claimed_px.reshape(-1, 2)
    nearest_px = np.asarray(cKDTree(others).query(points)[0])
    return np.asarray(nearest_px.reshape(paths_px.shape[:2]) * um_per_px, np.float64)


def _root_gap_um(hairs: Paths, claimed: Paths, um_per_px: float) -> NDArray[np.float64]:
    if not len(claimed.here_px):
        return np.full(len(hairs.here_px), FAR_UM)
    gaps_px = np.linalg.norm(hairs.there_px[:, None, 0] - claimed.here_px[None, :, 0], axis=2)
    return np.asarray(gaps_px.min(axis=1) * um_per_px, np.float64)


def _unclaimed(maps: HairMaps, claimed: Paths, settings: MatchSettings) -> NDArray[np.float32]:
    """Return the root heat without that of the hairs found in both photos."""
    heat = maps.root_heat.copy()
    radius = max(1, round(settings.claimed_root_um / maps.um_per_px))
    for x, y in np.round(maps.from_photo(claimed.here_px[:, 0])).astype(int).tolist():
        cv2.circle(heat, (x, y), radius, 0.0, -1)
    return heat


def _peak(
    maps: HairMaps, heat: NDArray[np.float32], places_px: NDArray[np.float64], reach_um: float
) -> NDArray[np.float64]:
    """Return the highest heat within `reach_um` of each place of the photo."""
    radius = max(1, round(reach_um / maps.um_per_px))
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    highest = np.asarray(cv2.dilate(heat, disk), np.float64)
    x, y = np.round(maps.from_photo(places_px)).astype(int).T
    return np.asarray(highest[y.clip(0, heat.shape[0] - 1), x.clip(0, heat.shape[1] - 1)], np.float64)


def _best_mean(
    maps: HairMaps,
    layer: NDArray[np.float32],
    paths_px: NDArray[np.float64],
    is_free: NDArray[np.bool_],
    reach_um: float,
) -> NDArray[np.float64]:
    """Return the highest mean of a layer along the free part of each path, moved a little; 0 where none."""
    moves = np.array(SHIFTS)[:, None] * reach_um / maps.um_per_px
    points = maps.from_photo(paths_px)[:, None] + moves[None]
    seen = maps.sample(layer, points.astype(np.float32)) * is_free[:, None]
    return np.asarray((seen.sum(axis=2) / is_free.sum(axis=1).clip(1)[:, None]).max(axis=1), np.float64)


def _logit(chance: NDArray[np.float64], most: float = 1 - MIN_CHANCE) -> NDArray[np.float64]:
    """Return log-odds; what is below MIN_CHANCE is no trace at all, what is above `most` is sure."""
    kept = np.clip(chance, MIN_CHANCE, most)
    return np.asarray(np.log(kept / (1 - kept)), np.float64)
