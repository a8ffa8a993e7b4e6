"""Degrades drawn pictures as lamps, lenses, cameras and messengers do, and colours skin as real skin is.

How much colour and brightness vary was read off real photos: drawn skin is too even, too light, and its
shafts too crisp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.float32]

PATCHES = (
    (10.0, (0.3, 0.4, 0.9)),
    (22.0, (0.4, 0.5, 1.1)),
    (66.0, (0.4, 0.5, 1.2)),
    (200.0, (0.4, 0.5, 1.4)),
    (660.0, (0.4, 1.1, 3.2)),
)
"""Reach in µm, and by how much lightness, green-red and blue-yellow (CIELAB) usually vary over it (1 sd)."""
MOST_PATCHY = 1.8
SLOPES = ((1, 2.0), (2, 8.0))
"""By how much green-red and blue-yellow change from one side of the picture to the other (1 sd)."""
MOST_VEIL = 0.55
"""Most of the light that comes from around: skin scatters it, and shafts get soft dark edges."""
VEIL_UM = (33.0, 88.0)
"""From how far it comes (1 sd)."""


def degrade(rng: np.random.Generator, pixels: NDArray[np.uint8], um_per_px: float) -> NDArray[np.uint8]:
    """Change tone, colour, sharpness, noise and compression of an RGB picture.

    What the skin does goes by µm, what lens and camera do by px.
    """
    x = _retone(rng, pixels)
    if rng.random() < 0.6:
        share = np.float32(rng.uniform(0, MOST_VEIL))
        x = x + share * (cv2.GaussianBlur(x, (0, 0), rng.uniform(*VEIL_UM) / um_per_px) - x)
    if rng.random() < 0.8:
        x = _discolour(rng, x, um_per_px)
    if rng.random() < 0.25:
        x = x + rng.uniform(0.2, 1.0) * (x - cv2.GaussianBlur(x, (0, 0), rng.uniform(0.7, 1.5)))
    if rng.random() < 0.2:
        x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.3, 1.2))
    if rng.random() < 0.12:
        factor = rng.uniform(0.45, 0.9)
        small = cv2.resize(x, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        x = cv2.resize(small, x.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.35:
        x = x + rng.standard_normal(x.shape, dtype=np.float32) * rng.uniform(0, 6)
    result = np.clip(x, 0, 255).astype(np.uint8)
    return _compress(result, int(rng.integers(40, 96))) if rng.random() < 0.5 else result


def _retone(rng: np.random.Generator, pixels: NDArray[np.uint8]) -> Picture:
    x = pixels.astype(np.float32)
    if rng.random() < 0.9:
        x = np.float32(255) * (x / 255) ** np.float32(np.exp(rng.normal(0.22, 0.28)))
        x *= np.exp(rng.normal(0, 0.09, 3) + rng.normal(0, 0.12)).astype(np.float32)
        middle = x.mean()
        x = (x - middle) * np.float32(np.exp(rng.normal(0, 0.2))) + middle + np.float32(rng.normal(0, 8))
    if rng.random() < 0.12:
        x[:] = x.mean(axis=2, keepdims=True)
    return np.clip(x, 0, 255).astype(np.float32)


def _discolour(rng: np.random.Generator, x: Picture, um_per_px: float) -> Picture:
    """Add lighter, redder and bluer patches, from pores to the whole picture, and change the saturation."""
    lab = cv2.cvtColor(np.clip(x, 0, 255) / np.float32(255), cv2.COLOR_RGB2LAB)
    height, width = lab.shape[:2]
    patchy = rng.uniform(0, MOST_PATCHY)
    for reach_um, amounts in PATCHES:
        grain = _grain(rng, (height, width), reach_um / um_per_px)
        own = patchy * np.exp(rng.normal(0, 0.4)) * np.array(amounts) * np.exp(rng.normal(0, 0.3, 3))
        lab += (grain * own).astype(np.float32)
    down, along = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
    for channel, slope in SLOPES:
        lab[..., channel] += rng.normal(0, slope) * down + rng.normal(0, slope) * along
    lab[..., 1:] *= np.float32(np.exp(rng.normal(0, 0.3)))
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * np.float32(255), np.float32)


def _grain(rng: np.random.Generator, shape: tuple[int, int], reach_px: float) -> Picture:
    """Return smooth noise of standard deviation 1, shape (height, width, 3), worked at a coarser grid."""
    step = max(1, int(reach_px // 2))
    coarse = rng.standard_normal((shape[0] // step + 9, shape[1] // step + 9, 3), dtype=np.float32)
    coarse = cv2.GaussianBlur(coarse, (0, 0), reach_px / step)
    coarse /= coarse.std()
    if step > 1:
        coarse = cv2.resize(coarse[4:-4, 4:-4], shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(coarse[: shape[0], : shape[1]], np.float32)


def _compress(image: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Return what is left of an RGB `image` after JPEG of `quality`."""
    coded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])
