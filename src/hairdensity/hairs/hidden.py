"""A photo becomes the places where hair lies so densely that it hides the skin and its roots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class HiddenSettings:
    """What counts as hair that hides the skin.

    Attributes
    ----------
    mass_um
        A dark mass is at least this wide in every direction: more than three thick shafts side by side.
    min_area_mm2
        A smaller mass is left in.
    lightness_fraction, min_skin_fraction
        A mass is darker than this share of the lightness of the skin around it; skin in shadow is at least
        this share as light as the lightest skin.
    skin_um
        Within this distance there is skin beside the hair.
    margin_um
        Width added around a mass.
    working_um_per_px
        The photo is looked at no finer than this.
    """

    mass_um: float = 320.0
    min_area_mm2: float = 0.15
    lightness_fraction: float = 0.5
    min_skin_fraction: float = 0.6
    skin_um: float = 1200.0
    margin_um: float = 60.0
    working_um_per_px: float = 20.0


def hidden_skin(
    pixels: NDArray[np.uint8], mask: NDArray[np.bool_], um_per_px: float, settings: HiddenSettings
) -> NDArray[np.bool_]:
    """Find where hair hides the skin inside `mask`; bool, shape of the photo."""
    height, width = mask.shape
    factor = min(1.0, um_per_px / settings.working_um_per_px)
    size = [max(1, round(side * factor)) for side in (width, height)]
    inside = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)
    if not inside.any():
        return np.zeros(mask.shape, dtype=bool)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lightness = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32)
    working_um = um_per_px / factor
    dark = inside & (lightness < settings.lightness_fraction * _skin(lightness, inside, working_um, settings))
    mass = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, _disc(settings.mass_um / working_um))
    large = _large(np.asarray(mass, dtype=np.uint8), settings.min_area_mm2 * (1000 / working_um) ** 2)
    if large.any():
        large = cv2.dilate(large, _disc(2 * settings.margin_um / working_um)).astype(np.uint8)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _skin(
    lightness: NDArray[np.float32], inside: NDArray[np.bool_], um_per_px: float, settings: HiddenSettings
) -> NDArray[np.float32]:
    """Return the lightness of the skin at each place, as seen between the hairs around it."""
    around = cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, _disc(settings.skin_um / um_per_px))
    smooth = cv2.GaussianBlur(around, (0, 0), settings.skin_um / 2 / um_per_px)
    lightest = float(np.percentile(lightness[inside], 90))
    return np.maximum(smooth, np.float32(settings.min_skin_fraction * lightest)).astype(np.float32)


def _large(mass: NDArray[np.uint8], min_area_px: float) -> NDArray[np.uint8]:
    """Keep the connected pieces of at least this area."""
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(mass, connectivity=8)
    keep = statistics[:, cv2.CC_STAT_AREA] >= min_area_px
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.uint8)


def _disc(diameter_px: float) -> NDArray[np.uint8]:
    side = max(1, 2 * round((diameter_px - 1) / 2) + 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)
