"""Draws bare skin: tone, blotches, furrows and vessels stay; shine and flakes differ by visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.phantom.noise import ramp, smooth_noise, streaky_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TONES = np.array([[196, 184, 182], [188, 168, 154], [146, 108, 84], [78, 54, 44]], np.float32)
_MELANIN = (0.0, 0.3, 0.62, 1.0)


def draw_skin(
    rng: np.random.Generator, shape: tuple[int, int], um_per_px: float, melanin: float
) -> NDArray[np.float32]:
    """Return what stays between visits: float32 RGB 0-255 of shape (height, width, 3)."""
    tone = np.array([np.interp(melanin, _MELANIN, _TONES[:, c]) for c in range(3)], np.float32)
    image = np.empty((*shape, 3), np.float32)
    image[:] = tone + rng.normal(0, 5, 3).astype(np.float32)
    contrast = 1 - 0.55 * melanin
    for grain_um, strength in ((2200, 7), (660, 5), (240, 4), (90, 3.5), (33, 3.0), (16, 2.5)):
        amount = strength * contrast * rng.uniform(0.1, 1.2)
        image += (smooth_noise(rng, shape, grain_um / um_per_px) * amount)[..., None]
    blush = smooth_noise(rng, shape, 800 / um_per_px) * rng.uniform(0, 4.5)
    image += blush[..., None] * np.array([1.0, -0.3, -0.2], np.float32)
    _carve_furrows(rng, image, um_per_px)
    _draw_vessels(rng, image, um_per_px)
    return image


def _carve_furrows(rng: np.random.Generator, image: NDArray[np.float32], um_per_px: float) -> None:
    """Darken the criss-cross lines of the skin's relief: zero crossings of streaky noise."""
    shape = image.shape[:2]
    angle = rng.uniform(0, 180)
    for _ in range(rng.choice([0, 1, 2, 3], p=[0.25, 0.3, 0.3, 0.15])):
        across_um = rng.uniform(70, 240)
        grain = (across_um * rng.uniform(2.5, 8) / um_per_px, across_um / um_per_px)
        relief = streaky_noise(rng, (shape[0], shape[1]), grain, angle)
        where = np.clip(smooth_noise(rng, (shape[0], shape[1]), 1100 / um_per_px) + 0.4, 0, 1.3)
        line = np.exp(-np.square(relief / rng.uniform(0.12, 0.5)))
        image -= (line * where * rng.uniform(2, 16))[..., None] * np.array([0.8, 1.0, 0.9], np.float32)
        image += (relief * where * rng.uniform(0, 4))[..., None]
        angle += rng.uniform(50, 90)


def _draw_vessels(rng: np.random.Generator, image: NDArray[np.float32], um_per_px: float) -> None:
    height, width = image.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    area_mm2 = height * width * um_per_px**2 / 1e6
    for _ in range(rng.poisson(0.18 * area_mm2 * rng.uniform(0, 1.5))):
        count = int(rng.integers(8, 30))
        heading = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.45, count))
        steps = np.stack([np.cos(heading), np.sin(heading)], 1) * rng.uniform(50, 140) / um_per_px
        points = rng.uniform((0, 0), (width, height)) + np.cumsum(steps, axis=0)
        thickness = max(1, int(rng.uniform(12, 50) / um_per_px))
        strength = int(rng.uniform(60, 255))
        cv2.polylines(mask, [(points * 8).astype(np.int32)], False, strength, thickness, cv2.LINE_AA, 3)
    if mask.any():
        soft = cv2.GaussianBlur(mask, (0, 0), max(0.6, rng.uniform(10, 28) / um_per_px))
        colour = np.array([6, 34, 30], np.float32) * rng.uniform(0.3, 1.1)
        image -= (soft.astype(np.float32) / 255)[..., None] * colour


def add_shine(
    rng: np.random.Generator, image: NDArray[np.float32], um_per_px: float, strength: float
) -> None:
    """Add the bluish-white sparkle of moist or greasy skin, in patches and along furrows; changes `image`."""
    shape = (image.shape[0], image.shape[1])
    region = np.clip(
        smooth_noise(rng, shape, rng.uniform(350, 2200) / um_per_px) - rng.uniform(-0.4, 1.1), 0, 1.5
    )
    fine = smooth_noise(rng, shape, rng.uniform(11, 33) / um_per_px)
    coarse = smooth_noise(rng, shape, rng.uniform(33, 90) / um_per_px)
    glints = np.clip(0.6 * fine + 0.6 * coarse - rng.uniform(0, 0.9), 0, 2)
    grain = (rng.uniform(200, 660) / um_per_px, rng.uniform(40, 120) / um_per_px)
    along = np.clip(np.abs(streaky_noise(rng, shape, grain, rng.uniform(0, 180))) * 1.2 - 0.1, 0, 1.6)
    pattern = along if rng.random() < 0.6 else np.ones_like(along)
    tint = np.array([0.9, 0.92, 1.0], np.float32) if rng.random() < 0.7 else np.ones(3, np.float32)
    image += (region * pattern * (glints + 0.3) * strength)[..., None] * tint


def add_blobs(rng: np.random.Generator, image: NDArray[np.float32], um_per_px: float) -> None:
    """Add soft red, brown or blue spots: inflammation, pigment, ink out of focus; changes `image`."""
    height, width = image.shape[:2]
    colours = np.array([[-50, -55, -50], [0, -30, -35], [-45, -25, 5], [10, -35, -35]], np.float32)
    for _ in range(rng.integers(0, 3)):
        spot = np.zeros((height, width), np.uint8)
        centre = tuple(int(v) for v in rng.uniform((0, 0), (width, height)))
        axes = tuple(int(v) for v in rng.uniform(50, 380, 2) / um_per_px)
        cv2.ellipse(spot, centre, axes, rng.uniform(0, 180), 0, 360, 255, -1)
        soft = cv2.blur(cv2.blur(spot, (31, 31)), (31, 31)).astype(np.float32) / 255
        image += soft[..., None] * colours[rng.integers(4)] * np.float32(rng.uniform(0.15, 0.9))


def add_scaling(rng: np.random.Generator, image: NDArray[np.float32], um_per_px: float) -> None:
    """Add pale patches of dry, scaling skin with soft ragged edges; changes `image`."""
    shape = (image.shape[0], image.shape[1])
    patches = smooth_noise(rng, shape, rng.uniform(110, 380) / um_per_px)
    patches += 0.5 * smooth_noise(rng, shape, rng.uniform(30, 80) / um_per_px)
    region = ramp(smooth_noise(rng, shape, 1500 / um_per_px), -0.6, 0.8)
    low = rng.uniform(-0.4, 0.6)
    weight = ramp(patches, low, low + rng.uniform(0.9, 2.2)) * region
    image += weight[..., None] * np.array([1.0, 1.0, 1.05], np.float32) * np.float32(rng.uniform(8, 45))


def add_specks(rng: np.random.Generator, image: NDArray[np.float32], um_per_px: float) -> None:
    """Add dirt, ink specks and white flakes; changes `image`."""
    height, width = image.shape[:2]
    area_mm2 = height * width * um_per_px**2 / 1e6
    rate = rng.uniform(0, 2.4) if rng.random() < 0.6 else rng.uniform(0, 0.5)
    palette = np.array(
        [[38, 35, 35], [45, 40, 42], [60, 80, 150], [170, 60, 60], [228, 230, 235]], np.float32
    )
    for _ in range(rng.poisson(rate * area_mm2)):
        centre = rng.uniform((0, 0), (width, height))
        size_px = rng.uniform(8, 50) / um_per_px
        corners = centre + rng.normal(0, size_px, (int(rng.integers(3, 7)), 2))
        colour = palette[rng.choice(5, p=[0.3, 0.2, 0.12, 0.08, 0.3])]
        fill_soft(image, corners, colour, (rng.uniform(0.3, 0.95), rng.uniform(4, 14) / um_per_px))


def fill_soft(
    image: NDArray[np.float32],
    corners_px: NDArray[np.float64],
    colour: NDArray[np.float32],
    look: tuple[float, float],
) -> None:
    """Blend the hull of `corners_px` into `image` with `look` = (opacity, edge blur in px)."""
    opacity, blur_px = look
    pad = int(3 * blur_px) + 2
    low = np.maximum(np.floor(corners_px.min(axis=0)).astype(int) - pad, 0)
    high = np.minimum(np.ceil(corners_px.max(axis=0)).astype(int) + pad, image.shape[1::-1])
    if (high - low < 3).any():
        return
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(((corners_px - low) * 8).astype(np.int32)), 255, cv2.LINE_AA, 3)
    weight = cv2.GaussianBlur(mask, (0, 0), max(0.4, blur_px)).astype(np.float32)[..., None] * (opacity / 255)
    patch = image[low[1] : high[1], low[0] : high[0]]
    patch += (colour - patch) * weight
