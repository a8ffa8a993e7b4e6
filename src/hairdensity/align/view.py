"""An analysed photo becomes a SkinView: its skin at the resolution at which two photos are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.align.hair_mask import cover_hairs
from hairdensity.align.homography import project, resampling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.align.model import AlignSettings
    from hairdensity.pipeline import Analysis

CONTRAST_LIMIT = 3.0
"""Texture is cut off at this many local standard deviations: no glint decides a correlation."""
WIDE_BLUR_PX = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class SkinView:
    """One photo, resized; places in px of the view, (x, y).

    Attributes
    ----------
    grey
        uint8, shape (height, width).
    field
        bool, same shape: clear of everything that is not skin or hair.
    skin
        bool, same shape: `field` without the hairs.
    texture
        float32, same shape: skin texture of local standard deviation 1, 0 outside `skin`.
    texture_fraction
        Standard deviation of the texture as a share of the skin's brightness.
    roots_px
        float64, shape (n, 2): roots in the field.
    from_photo
        float64, shape (3, 3): px of the photo to px of the view.
    um_per_px
        Size of one px of the view.
    """

    grey: NDArray[np.uint8]
    field: NDArray[np.bool_]
    skin: NDArray[np.bool_]
    texture: NDArray[np.float32]
    texture_fraction: float
    roots_px: NDArray[np.float64]
    from_photo: NDArray[np.float64]
    um_per_px: float


def view_skin(analysis: Analysis, um_per_px: float, settings: AlignSettings) -> SkinView:
    """Resize a photo to `um_per_px` and take out what is not skin."""
    factor = analysis.working_um_per_px / um_per_px
    photo_grey = np.asarray(cv2.cvtColor(analysis.photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    grey = _resized(photo_grey, factor)
    height, width = grey.shape
    from_photo = resampling(factor)
    field = _clear(_resized_mask(analysis.field.mask, (width, height)), settings.field_margin_um / um_per_px)
    margin_px = settings.hair_margin_um / um_per_px
    hairs = cover_hairs(analysis.hairs, (height, width), from_photo, margin_px) > 0
    skin = field & ~hairs & _clear(~_foreign(grey, um_per_px, settings), margin_px)
    texture, texture_fraction = _texture(grey, skin, um_per_px, settings)
    roots = np.array([hair.root_px for hair in analysis.hairs if hair.counted], dtype=np.float64).reshape(
        -1, 2
    )
    return SkinView(
        grey, field, skin, texture, texture_fraction, project(from_photo, roots), from_photo, um_per_px
    )


def _foreign(grey: NDArray[np.uint8], um_per_px: float, settings: AlignSettings) -> NDArray[np.bool_]:
    """Mark what is too dark or too bright for skin: hairs that were not found, glare, ink."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    reach = 2 * round(settings.skin_window_um / (8 * um_per_px)) + 1
    median = cv2.resize(cv2.medianBlur(np.asarray(small, np.uint8), reach), (width, height))
    departure = np.abs(grey.astype(np.float32) - median) / np.maximum(median, 1).astype(np.float32)
    return np.asarray(departure > settings.max_skin_departure, dtype=np.bool_)


def _resized(grey: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    """Resize by exactly `factor`, px centre to px centre."""
    height, width = (max(1, round(side * factor)) for side in grey.shape)
    blurred = cv2.GaussianBlur(grey, (0, 0), 0.4 / factor) if factor < 1 else grey
    view = cv2.warpAffine(
        blurred,
        resampling(factor)[:2],
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(view, dtype=np.uint8)


def _resized_mask(mask: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray(cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA), dtype=np.bool_)


def _clear(mask: NDArray[np.bool_], margin_px: float) -> NDArray[np.bool_]:
    """Shrink a mask, also off the frame's edge."""
    framed = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.asarray(distance > margin_px, dtype=np.bool_)


def _texture(
    grey: NDArray[np.uint8], skin: NDArray[np.bool_], um_per_px: float, settings: AlignSettings
) -> tuple[NDArray[np.float32], float]:
    """Return the band between fine and coarse blur, of even contrast, and its share of the brightness."""
    weight = skin.astype(np.float32)
    bright = grey.astype(np.float32)
    coarse = _skin_mean(bright, weight, settings.coarse_texture_um / um_per_px)
    band = (_skin_mean(bright, weight, settings.fine_texture_um / um_per_px) - coarse) * weight
    if not skin.any():
        return band, 0.0
    fraction = float(np.median(np.abs(band[skin]))) * 1.4826 / max(float(coarse[skin].mean()), 1.0)
    deviation = np.sqrt(_skin_mean(band * band, weight, settings.contrast_window_um / um_per_px)) + 0.25
    even = np.clip(band / deviation, -CONTRAST_LIMIT, CONTRAST_LIMIT) * weight
    return np.asarray(even, dtype=np.float32), fraction


def _skin_mean(
    image: NDArray[np.float32], weight: NDArray[np.float32], sigma_px: float
) -> NDArray[np.float32]:
    """Blur over the skin alone."""
    mean = _blurred(image * weight, sigma_px) / (_blurred(weight, sigma_px) + 1e-3)
    return np.asarray(mean, dtype=np.float32)


def _blurred(image: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Blur; a wide blur is made at a quarter of the size, where it costs a sixteenth."""
    if sigma_px < WIDE_BLUR_PX:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), dtype=np.float32)
    height, width = image.shape
    small = cv2.resize(image, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    wide = cv2.GaussianBlur(small, (0, 0), sigma_px / 4)
    return np.asarray(cv2.resize(wide, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
