"""Cuts missed hairs and false alarms out of drawn photos, with what is known and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from hairdensity.photo import Photo
from hairdensity.pipeline import analyze_photo
from hairdensity.scale import StatedScale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hairdensity.phantom.draw import Phantom

TILE_UM, TILE_PX = 700.0, 150
COLUMNS, ROWS = 6, 3
REACH_UM = 150.0
KNOWN, FOUND, FALSE = (80, 200, 60), (30, 150, 255), (40, 40, 230)
"""Colours, blue green red."""


class _Photo(NamedTuple):
    """A drawn photo with its known paths and found ones in px, and which of them agree."""

    pixels: NDArray[np.uint8]
    um_per_px: float
    known: Sequence[NDArray[np.float32]]
    found: Sequence[NDArray[np.float32]]
    missed: list[int]
    false: list[int]


def draw_failures(phantoms: Sequence[Phantom], path: Path) -> None:
    """Write tiles of failures in `phantoms`, evenly chosen, to `path`."""
    photos = [_compare(phantom) for phantom in phantoms]
    missed = [(photo, photo.known[k][0]) for photo in photos for k in photo.missed]
    false = [(photo, photo.found[k][0]) for photo in photos for k in photo.false]
    sheet = np.vstack([_tiles(missed), np.full((8, COLUMNS * 2 * TILE_PX, 3), 255, np.uint8), _tiles(false)])
    cv2.imwrite(str(path), sheet, [cv2.IMWRITE_JPEG_QUALITY, 80])


def _compare(phantom: Phantom) -> _Photo:
    um_per_px = phantom.view.um_per_px
    analysis = analyze_photo(Photo(phantom.pixels, "drawn", ""), StatedScale(um_per_px=um_per_px))
    known, found = phantom.paths_px, [hair.path_px for hair in analysis.hairs]
    ours, true = (np.array([path[0] for path in paths]).reshape(-1, 2) for paths in (found, known))
    distance_um = np.linalg.norm(ours[:, None] - true[None], axis=2) * um_per_px
    rows, columns = linear_sum_assignment(np.where(distance_um < REACH_UM, distance_um, 1e4))
    hit = distance_um[rows, columns] < REACH_UM
    missed = set(range(len(known))) - set(columns[hit].tolist()) - set(np.nonzero(phantom.hidden)[0].tolist())
    false = set(range(len(found))) - set(rows[hit].tolist())
    return _Photo(phantom.pixels[..., ::-1], um_per_px, known, found, sorted(missed), sorted(false))


def _tiles(places: list[tuple[_Photo, NDArray[np.float32]]]) -> NDArray[np.uint8]:
    chosen = [places[k] for k in np.linspace(0, len(places) - 1, COLUMNS * ROWS).astype(int)]
    tiles = [_tile(photo, place) for photo, place in chosen]
    return np.vstack([np.hstack(tiles[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(ROWS)])


def _tile(photo: _Photo, place: NDArray[np.float32]) -> NDArray[np.uint8]:
    zoom = TILE_PX * photo.um_per_px / TILE_UM
    to_tile = np.array([[zoom, 0, TILE_PX / 2 - zoom * place[0]], [0, zoom, TILE_PX / 2 - zoom * place[1]]])
    plain = cv2.warpAffine(photo.pixels, to_tile, (TILE_PX, TILE_PX), flags=cv2.INTER_CUBIC)
    marked = plain.copy()
    colours = [FALSE if k in photo.false else FOUND for k in range(len(photo.found))]
    lines = [(path, KNOWN, 2) for path in photo.known]
    lines += [(path, colour, 1) for path, colour in zip(photo.found, colours, strict=True)]
    for path, colour, thickness in lines:
        points = np.round(path @ to_tile[:, :2].T + to_tile[:, 2]).astype(np.int32)
        cv2.polylines(
            marked, [points], isClosed=False, color=colour, thickness=thickness, lineType=cv2.LINE_AA
        )
        cv2.circle(marked, points[0].tolist(), 2 + thickness, colour, -1, cv2.LINE_AA)
    return np.hstack([plain, marked])
