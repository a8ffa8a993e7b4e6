"""Draws a phantom: a scalp photo whose hairs are known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.phantom.camera import Camera, View, photograph
from hairdensity.phantom.graphics import scribble
from hairdensity.phantom.hidden import hidden_roots
from hairdensity.phantom.shaft import draw_hairs, sample_look
from hairdensity.phantom.skin import add_blobs, add_scaling, add_shine, add_specks, draw_skin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.phantom.scene import DrawnHair, Scene

MIN_PLAIN_ZOOM = 0.8
"""Skin that is shown smaller than this is blurred first: fine grain must not turn into noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Phantom:
    """A drawn photo and the hairs whose roots it shows.

    `pixels` is uint8 RGB of shape (height, width, 3); `paths_px` holds one float32 array of shape (n, 2) a
    hair, root to tip, cut where it leaves the photo (`leaves_frame`); `hairs` are the same hairs in µm on the
    skin, in the same order. `hidden` says whose root lies under other hairs, where nobody sees it.
    """

    pixels: NDArray[np.uint8]
    view: View
    camera: Camera
    hairs: tuple[DrawnHair, ...]
    paths_px: tuple[NDArray[np.float32], ...]
    leaves_frame: tuple[bool, ...]
    hidden: tuple[bool, ...]


def draw_phantom(
    scene: Scene, view: View, camera: Camera, visit: int = 0, *, graphics: bool = False
) -> Phantom:
    """Draw `scene` as `camera` sees it in `view`; `visit` seeds what differs: shine, dirt, light."""
    canvas_um_per_px = canvas_resolution(view)
    origin_um, size_um = seen_skin(view)
    shape = (int(size_um[1] / canvas_um_per_px) + 2, int(size_um[0] / canvas_um_per_px) + 2)
    to_photo = view.skin_to_photo() @ np.array(
        [[canvas_um_per_px, 0, origin_um[0]], [0, canvas_um_per_px, origin_um[1]], [0, 0, 1.0]]
    )
    rng = np.random.default_rng([scene.seed, 4, visit])
    skin = _draw_scene(rng, scene, (origin_um, shape, canvas_um_per_px))
    pixels = photograph(rng, skin, to_photo, view, camera)
    if graphics:
        scribble(rng, pixels)
    below = hidden_roots(scene.hairs).tolist()
    shown = [
        (hair, path, hidden)
        for hair, hidden in zip(scene.hairs, below, strict=True)
        if (path := _photo_path(hair, view)) is not None
    ]
    return Phantom(
        pixels=pixels,
        view=view,
        camera=camera,
        hairs=tuple(hair for hair, _, _ in shown),
        paths_px=tuple(path for _, (path, _), _ in shown),
        leaves_frame=tuple(leaves for _, (_, leaves), _ in shown),
        hidden=tuple(hidden for _, _, hidden in shown),
    )


def canvas_resolution(view: View) -> float:
    """Return the µm per px at which skin is drawn for `view`."""
    return min(view.um_per_px, max(5.5, view.um_per_px / 1.6))


def seen_skin(view: View) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return origin and size in µm of the skin's upright rectangle that `view` shows, with a margin."""
    width, height = view.size_px
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], float)
    skin = cv2.perspectiveTransform(corners, np.linalg.inv(view.skin_to_photo()))[0]
    margin_um = 12 * view.um_per_px
    return skin.min(axis=0) - margin_um, np.ptp(skin, axis=0) + 2 * margin_um


def _draw_scene(
    rng: np.random.Generator, scene: Scene, canvas: tuple[NDArray[np.float64], tuple[int, int], float]
) -> NDArray[np.float32]:
    origin_um, shape, um_per_px = canvas
    image = _lay_skin(scene, origin_um, shape, um_per_px)
    add_blobs(rng, image, um_per_px)
    if rng.random() < scene.glare:
        add_shine(rng, image, um_per_px, rng.uniform(10, 75))
    if rng.random() < 0.35:
        add_scaling(rng, image, um_per_px)
    hairs = tuple(_moved(hair, -origin_um) for hair in scene.hairs)
    draw_hairs(image, hairs, um_per_px, sample_look(rng, scene, um_per_px))
    add_specks(rng, image, um_per_px)
    if rng.random() < 0.6 * scene.glare:
        add_shine(rng, image, um_per_px, rng.uniform(8, 45))
    return image


def _lay_skin(
    scene: Scene, origin_um: NDArray[np.float64], shape: tuple[int, int], um_per_px: float
) -> NDArray[np.float32]:
    """Cut the seen part out of the scene's own skin, so that two views show the same skin."""
    laid_um_per_px = scene.skin_um_per_px or um_per_px
    whole_shape = (int(scene.size_um[1] / laid_um_per_px) + 2, int(scene.size_um[0] / laid_um_per_px) + 2)
    whole = _whole_skin(scene.seed, whole_shape, laid_um_per_px, scene.melanin)
    zoom = laid_um_per_px / um_per_px
    if zoom < MIN_PLAIN_ZOOM:
        whole = np.asarray(cv2.GaussianBlur(whole, (0, 0), 0.42 / zoom), np.float32)
    placed = np.array(
        [[zoom, 0, -origin_um[0] / um_per_px], [0, zoom, -origin_um[1] / um_per_px]], np.float64
    )
    return cv2.warpAffine(
        whole, placed, (shape[1], shape[0]), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    ).astype(np.float32)


@lru_cache(maxsize=1)
def _whole_skin(seed: int, shape: tuple[int, int], um_per_px: float, melanin: float) -> NDArray[np.float32]:
    """Draw the skin of a scene; the last is kept, for a pair shows it twice."""
    skin = draw_skin(np.random.default_rng([seed, 5]), shape, um_per_px, melanin)
    skin.setflags(write=False)
    return skin


def _moved(hair: DrawnHair, shift_um: NDArray[np.float64]) -> DrawnHair:
    return replace(hair, path_um=hair.path_um + shift_um)


def _photo_path(hair: DrawnHair, view: View) -> tuple[NDArray[np.float32], bool] | None:
    """Return the path in px up to where it leaves the photo, and whether it does; None: no root in it."""
    if hair.is_fragment:
        return None
    path = cv2.perspectiveTransform(hair.path_um[None], view.skin_to_photo())[0]
    low, high = np.array([-0.5, -0.5]), np.array(view.size_px) - 0.5
    inside = ((path >= low) & (path < high)).all(axis=1)
    if not inside[0]:
        return None
    if inside.all():
        return path.astype(np.float32), False
    out = int(np.argmin(inside))
    step = path[out] - path[out - 1]
    wall = np.where(step > 0, high, low)
    share = np.divide(wall - path[out - 1], step, out=np.full(2, np.inf), where=step != 0).min()
    return np.vstack([path[:out], path[out - 1] + step * share]).astype(np.float32), True
