"""Hair maps and photos drawn from hairs given by hand, as a network without error would see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.hairs.roots import Roots
from hairdensity.hairs.segment import HairMaps
from hairdensity.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

UM_PER_PX = 11.0
"""Scale of the maps; the photo that belongs to them has twice as many px."""
SKIN = 180.0


@dataclass(frozen=True)
class DrawnHair:
    """A hair in working px: its path root to tip, its width, the heat of its root and its grey level."""

    path: Sequence[tuple[float, float]]
    width: float = 6.0
    heat: float = 0.8
    grey: float = 60.0
    extra_roots: Sequence[tuple[float, float, float]] = field(default=())
    """Places (x, y) with heat where there is no root."""


def draw_maps(hairs: Sequence[DrawnHair], width: int = 200, height: int = 160) -> HairMaps:
    """Draw the maps of hairs; where hairs overlap, the later one is on top."""
    rows, columns = (height + 1) // 2, (width + 1) // 2
    cells = np.stack(np.meshgrid(2 * np.arange(columns) + 0.5, 2 * np.arange(rows) + 0.5), axis=-1)
    layers = {name: np.zeros((rows, columns), np.float32) for name in ("centre", "body", "width")}
    vectors = {name: np.zeros((2, rows, columns), np.float32) for name in ("axis", "to_root", "to_tip")}
    heat = np.zeros((height, width), np.float32)
    for hair in hairs:
        distance, direction = _nearest(cells, np.array(hair.path, float))
        on = distance <= hair.width / 2
        layers["centre"] = np.maximum(
            layers["centre"], np.exp(-0.5 * (distance / 1.5) ** 2), dtype=np.float32
        )
        layers["body"][on] = 1
        layers["width"][on] = hair.width
        x, y = direction[on].T
        vectors["axis"][:, on] = x * x - y * y, 2 * x * y
        vectors["to_root"][:, on] = (np.array(hair.path[0]) - cells[on]).T
        vectors["to_tip"][:, on] = (np.array(hair.path[-1]) - cells[on]).T
        for x0, y0, peak in ((*hair.path[0], hair.heat), *hair.extra_roots):
            heat = np.maximum(heat, peak * _bump(heat.shape, x0, y0))
    return HairMaps(heat, **layers, **vectors, um_per_px=UM_PER_PX, photo_px=(2.0, 2.0))


def make_roots(points: ArrayLike, directions: ArrayLike) -> Roots:
    """Return sure root candidates at working px (x, y) with these directions, shapes (n, 2)."""
    places, ways = (np.array(one, np.float32).reshape(-1, 2) for one in (points, directions))
    sure, none = np.ones(len(places), np.float32), np.zeros(len(places), np.float32)
    return Roots(places, ways, sure, heat=sure, ahead=sure, behind=none, agreement=sure)


def draw_photo(
    hairs: Sequence[DrawnHair], width: int = 200, height: int = 160, blur_px: float = 1.2
) -> Photo:
    """Draw the photo of hairs, twice as many px as the maps, blurred."""
    places = np.stack(np.meshgrid(np.arange(2.0 * width), np.arange(2.0 * height)), axis=-1)
    picture = np.full((2 * height, 2 * width), SKIN)
    for hair in hairs:
        path_px = (np.array(hair.path, float) + 0.5) * 2 - 0.5
        cover = (hair.width + 0.5 - _nearest(places, path_px)[0]).clip(0, 1)
        picture += (hair.grey - picture) * cover
    picture = cv2.GaussianBlur(picture, (0, 0), blur_px)
    return Photo(np.repeat(picture.round().astype(np.uint8)[..., None], 3, axis=2), "drawn.png", "")


def in_colours(photo: Photo, skin: tuple[int, int, int], shaft: tuple[int, int, int]) -> Photo:
    """Give a photo of `draw_photo` these RGB colours of skin and of shafts of the usual grey level."""
    cover = (SKIN - photo.pixels.astype(float)) / (SKIN - DrawnHair(()).grey)
    return replace(photo, pixels=(skin + (np.array(shaft) - skin) * cover).round().astype(np.uint8))


def _nearest(
    places: NDArray[np.floating], path: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each place the distance from a path, and the direction of the path there."""
    best = np.full(places.shape[:2], np.inf)
    direction = np.zeros(places.shape)
    for start, end in pairwise(path):
        step = end - start
        part = ((places - start) @ step / (step @ step)).clip(0, 1)
        distance = np.linalg.norm(places - start - part[..., None] * step, axis=-1)
        direction[distance < best] = step / np.linalg.norm(step)
        best = np.minimum(best, distance)
    return best, direction


def _bump(shape: tuple[int, ...], x: float, y: float) -> NDArray[np.float32]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(np.exp(-0.5 * ((columns - x) ** 2 + (rows - y) ** 2) / 1.8**2), np.float32)
