"""Renders phantom crops and what the network should answer to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from degrading import degrade
from forks import fork_units
from hairdensity.phantom.camera import View, sample_camera
from hairdensity.phantom.draw import draw_phantom
from hairdensity.phantom.scene import sample_scene
from hairdensity.phantom.style import STYLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

RENDERED_PX, CROP_PX = 320, 256
GRID = CROP_PX // 2
OFFSET_UNIT = 32.0
TARGETS = 15
UM_PER_PX = 11.0

_MIX = {
    "clipped": 0.46,
    "coarse": 0.14,
    "medium": 0.1,
    "long": 0.08,
    "sparse": 0.06,
    "fair": 0.05,
    "grey": 0.05,
    "dark-skin": 0.06,
}


class Crop(NamedTuple):
    """Rendered RGB crop, its hairs' paths in px and their widths in px."""

    pixels: NDArray[np.uint8]
    paths_px: tuple[NDArray[np.float64], ...]
    widths_px: tuple[float, ...]


def render_crop(seed: int) -> Crop:
    """Return the crop of `seed`."""
    rng = np.random.default_rng([seed, 9])
    style = STYLES[str(rng.choice(list(_MIX), p=list(_MIX.values())))]
    um_per_px = UM_PER_PX * float(np.exp(rng.normal(0, 0.15)))
    side_um = RENDERED_PX * um_per_px * 1.02
    scene = fork_units(rng, sample_scene(seed, style, (side_um, side_um)))
    view = View((RENDERED_PX, RENDERED_PX), um_per_px, (side_um / 2, side_um / 2))
    camera = sample_camera(rng)
    if rng.random() < 0.06:
        camera = replace(camera, rim=rng.uniform(0.5, 1.0))
    phantom = draw_phantom(scene, view, replace(camera, jpeg_quality=0), graphics=bool(rng.random() < 0.5))
    to_photo = view.skin_to_photo()
    hairs = [hair for hair in scene.hairs if not hair.is_fragment]
    paths = [cv2.perspectiveTransform(hair.path_um[None], to_photo)[0] for hair in hairs]
    reach_px = (camera.rim or 9.0) * RENDERED_PX / np.sqrt(2)
    lit = [np.hypot(*(path[0] - RENDERED_PX / 2)) < reach_px for path in paths]
    return Crop(
        phantom.pixels,
        tuple(path for path, seen in zip(paths, lit, strict=True) if seen),
        tuple(hair.diameter_um / um_per_px for hair, seen in zip(hairs, lit, strict=True) if seen),
    )


def vary(rng: np.random.Generator, crop: Crop) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a turned, mirrored, re-lit and degraded cut of `crop` (CROP_PX, CROP_PX, 3) and its targets.

    Targets are float32 of shape (TARGETS, GRID, GRID): the network's channels, then where a hair covers the
    px, then where the crop covers it.
    """
    zoom = float(np.exp(rng.normal(0, 0.1)))
    turn = cv2.getRotationMatrix2D((RENDERED_PX / 2 - 0.5, RENDERED_PX / 2 - 0.5), rng.uniform(0, 360), zoom)
    turn[:, 2] += (CROP_PX - RENDERED_PX) / 2 + rng.uniform(-20, 20, 2)
    if rng.random() < 0.5:
        turn[0] *= -1
        turn[0, 2] += CROP_PX - 1
    method = cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC
    fill = crop.pixels.mean(axis=(0, 1)).tolist()
    pixels = cv2.warpAffine(crop.pixels, turn, (CROP_PX, CROP_PX), flags=method, borderValue=fill)
    covered = cv2.warpAffine(np.full((RENDERED_PX, RENDERED_PX), 255, np.uint8), turn, (CROP_PX, CROP_PX))
    targets = _targets(rng, crop, turn, zoom)
    targets[14] = covered[::2, ::2] > 128
    targets[13] *= targets[14]
    return degrade(rng, pixels, UM_PER_PX), targets


def _targets(
    rng: np.random.Generator, crop: Crop, turn: NDArray[np.float64], zoom: float
) -> NDArray[np.float32]:
    targets = np.zeros((TARGETS, GRID, GRID), np.float32)
    pieces = np.zeros((GRID, GRID), np.uint16)
    body, line = np.zeros((GRID, GRID), np.uint8), np.zeros((GRID, GRID), np.uint8)
    heat = np.zeros((CROP_PX, CROP_PX), np.float32)
    facts = [np.zeros((1, 7), np.float32)]
    count = 1
    for index in rng.permutation(len(crop.paths_px)):
        path, width = crop.paths_px[index] @ turn[:, :2].T + turn[:, 2], crop.widths_px[index] * zoom
        if (path.max(axis=0) < -8).any() or (path.min(axis=0) > CROP_PX + 8).any():
            continue
        grid_path = (path - 0.5) / 2
        points = np.int32(np.round(grid_path * 8))
        core = max(2, round(width / 2 * 0.7))
        for piece in range(len(points) - 1):
            cv2.line(
                pieces, points[piece].tolist(), points[piece + 1].tolist(), count + piece, core, cv2.LINE_8, 3
            )
        facts.append(_piece_facts(grid_path, width))
        count += len(points) - 1
        cv2.polylines(line, [points], False, 255, 1, cv2.LINE_AA, 3)
        cv2.polylines(body, [points], False, 255, max(1, round(width / 2)), cv2.LINE_AA, 3)
        if (path[0] >= 0).all() and (path[0] < CROP_PX - 0.5).all():
            _stamp_root(heat, path[0])
    targets[0:4] = heat.reshape(GRID, 2, GRID, 2).transpose(1, 3, 0, 2).reshape(4, GRID, GRID)
    targets[4], targets[5] = line / 255, body / 255
    _spread_facts(targets, np.concatenate(facts), pieces)
    return targets


def _piece_facts(path: NDArray[np.float64], width: float) -> NDArray[np.float32]:
    """Return one row a piece of the path: cos 2θ, sin 2θ, root x, y, tip x, y, log width."""
    steps = np.diff(path, axis=0)
    angle = 2 * np.arctan2(steps[:, 1], steps[:, 0])
    facts = np.empty((len(steps), 7), np.float32)
    facts[:, 0], facts[:, 1] = np.cos(angle), np.sin(angle)
    facts[:, 2:4], facts[:, 4:6] = path[0], path[-1]
    facts[:, 6] = np.log(width / 6)
    return facts


def _spread_facts(
    targets: NDArray[np.float32], facts: NDArray[np.float32], pieces: NDArray[np.uint16]
) -> None:
    there = facts[pieces]
    y, x = np.mgrid[0:GRID, 0:GRID].astype(np.float32)
    targets[6], targets[7] = there[..., 0], there[..., 1]
    targets[8], targets[9] = (there[..., 2] - x) / OFFSET_UNIT, (there[..., 3] - y) / OFFSET_UNIT
    targets[10], targets[11] = (there[..., 4] - x) / OFFSET_UNIT, (there[..., 5] - y) / OFFSET_UNIT
    targets[12], targets[13] = there[..., 6], pieces > 0


def _stamp_root(heat: NDArray[np.float32], root: NDArray[np.float64]) -> None:
    column, row = (round(float(v)) for v in root)
    low_x, high_x = max(0, column - 6), min(CROP_PX, column + 7)
    low_y, high_y = max(0, row - 6), min(CROP_PX, row + 7)
    dx = np.arange(low_x, high_x) - column
    dy = np.arange(low_y, high_y) - row
    bump = np.exp(-(dx[None] ** 2 + dy[:, None] ** 2) / (2 * 1.8**2)).astype(np.float32)
    patch = heat[low_y:high_y, low_x:high_x]
    np.maximum(patch, bump, out=patch)
