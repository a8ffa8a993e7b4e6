"""Photographs drawn skin: view, light, focus, sharpening, noise, rim and JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.phantom.noise import ramp, smooth_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class View:
    """What part of the skin the camera sees.

    `size_px` is (width, height) of the photo, `um_per_px` its scale at the centre, `centre_um` the point of
    the skin in the middle of the photo, `turn_deg` the camera's rotation, `tilt` its perspective (0.05: one
    edge 5 % larger).
    """

    size_px: tuple[int, int]
    um_per_px: float
    centre_um: tuple[float, float]
    turn_deg: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)

    def skin_to_photo(self) -> NDArray[np.float64]:
        """Return the homography from µm on the skin to px of the photo, shape (3, 3)."""
        angle = np.radians(self.turn_deg)
        to_centre = np.array([[1, 0, -self.centre_um[0]], [0, 1, -self.centre_um[1]], [0, 0, 1.0]])
        scale = 1 / self.um_per_px
        turn = np.array(
            [
                [np.cos(angle) * scale, -np.sin(angle) * scale, 0],
                [np.sin(angle) * scale, np.cos(angle) * scale, 0],
                [0, 0, 1.0],
            ]
        )
        lean = np.eye(3)
        lean[2, :2] = np.array(self.tilt) / np.array(self.size_px)
        shift = np.array([[1, 0, (self.size_px[0] - 1) / 2], [0, 1, (self.size_px[1] - 1) / 2], [0, 0, 1.0]])
        return np.asarray(shift @ lean @ turn @ to_centre)


@dataclass(frozen=True, slots=True)
class Camera:
    """How the camera renders: blur and noise in px and grey levels of the photo.

    `cast` multiplies red, green, blue; `rim` is the radius of a dermatoscope's round view as a fraction of
    the photo's half-diagonal (0: none); `jpeg_quality` is for the file (0: the encoder's best).
    """

    exposure: float = 1.0
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0)
    cast_slope: tuple[float, float] = (0.0, 0.0)
    light_slope: tuple[float, float] = (0.0, 0.0)
    blur_px: float = 0.5
    uneven_focus_px: float = 0.0
    sharpening: float = 0.0
    noise: float = 2.0
    rim: float = 0.0
    jpeg_quality: int = 0


def sample_camera(rng: np.random.Generator) -> Camera:
    """Return a random handheld microscope or phone camera."""
    warm, blue = rng.normal(0, 0.05), rng.normal(0.02, 0.08)
    return Camera(
        exposure=float(np.exp(rng.normal(-0.05, 0.14))),
        cast=(float(np.exp(warm - blue / 2)), 1.0, float(np.exp(blue))),
        cast_slope=(rng.normal(0, 0.12), rng.normal(0, 0.12)),
        light_slope=(rng.normal(0, 0.12), rng.normal(0, 0.12)),
        blur_px=rng.uniform(0.2, 1.3),
        uneven_focus_px=rng.uniform(0.8, 3.0) if rng.random() < 0.5 else 0.0,
        sharpening=rng.uniform(0.3, 1.4) if rng.random() < 0.4 else 0.0,
        noise=rng.uniform(0, 5),
        jpeg_quality=int(rng.integers(55, 97)),
    )


def photograph(
    rng: np.random.Generator,
    skin: NDArray[np.float32],
    to_photo: NDArray[np.float64],
    view: View,
    camera: Camera,
) -> NDArray[np.uint8]:
    """Return the uint8 RGB photo of `skin`, a float32 RGB canvas; `to_photo` maps its px to the photo's."""
    step = float(np.sqrt(abs(np.linalg.det(np.linalg.inv(to_photo)[:2, :2]))))
    source = cv2.GaussianBlur(skin, (0, 0), 0.42 * step) if step > 1.2 else skin
    image = cv2.warpPerspective(
        source, to_photo, view.size_px, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    image = _light(_focus(rng, np.asarray(image, np.float32), camera), camera)
    if camera.sharpening:
        image += camera.sharpening * (image - cv2.GaussianBlur(image, (0, 0), 1.3))
    if camera.noise:
        grain = rng.standard_normal(image.shape, dtype=np.float32)
        image += (cv2.GaussianBlur(grain, (0, 0), 0.6) * 1.6 if rng.random() < 0.5 else grain) * camera.noise
    if camera.rim:
        image *= rim_weight(view.size_px, camera.rim)[..., None]
    return np.clip(image, 0, 255).astype(np.uint8)


def rim_weight(size_px: tuple[int, int], rim: float) -> NDArray[np.float32]:
    """Return the brightness of a round view, 1 inside and 0 outside; float32 of shape (height, width)."""
    x, y = _frame(size_px)
    radius = np.hypot(x * size_px[0], y * size_px[1]) / (0.5 * np.hypot(*size_px))
    return 1 - ramp(radius, rim - 0.03, rim + 0.03)


def _frame(size_px: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return x and y across the photo from -0.5 to 0.5, shapes (1, width) and (height, 1)."""
    x = np.linspace(-0.5, 0.5, size_px[0], dtype=np.float32)[None]
    return x, np.linspace(-0.5, 0.5, size_px[1], dtype=np.float32)[:, None]


def _focus(rng: np.random.Generator, image: NDArray[np.float32], camera: Camera) -> NDArray[np.float32]:
    if camera.uneven_focus_px:
        soft = cv2.GaussianBlur(image, (0, 0), camera.uneven_focus_px)
        side = max(image.shape[:2])
        where = smooth_noise(rng, (image.shape[0], image.shape[1]), side * rng.uniform(0.4, 0.8))
        weight = np.clip(0.8 * where + rng.uniform(-0.3, 0.6), 0, 1)[..., None]
        image = image + (soft - image) * weight
    if camera.blur_px > 0.25:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), camera.blur_px), np.float32)
    return image


def _light(image: NDArray[np.float32], camera: Camera) -> NDArray[np.float32]:
    x, y = _frame((image.shape[1], image.shape[0]))
    level = camera.exposure * (1 + camera.light_slope[0] * x + camera.light_slope[1] * y)
    blue = camera.cast_slope[0] * x + camera.cast_slope[1] * y
    gains = np.stack(
        [
            level * camera.cast[0] * (1 - blue / 2),
            level * camera.cast[1],
            level * camera.cast[2] * (1 + blue),
        ],
        -1,
    )
    return (image * gains.astype(np.float32)).astype(np.float32)
