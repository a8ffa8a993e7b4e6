"""A photo becomes what surrounds or hides its skin: plain strips and bars at the sides, dark rim, glare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_REDUCTION = 8
_BLEED_PX = 2
_MIN_KERNEL_PX, _MAX_KERNEL_PX = 3, 81


@dataclass(frozen=True, slots=True)
class SurroundSettings:
    """What counts as strip, rim and glare; lengths in um, brightness in 8-bit levels.

    Attributes
    ----------
    strip_step, strip_edge_fraction
        Least step between two rows (or columns) at the inner side of a strip, and the least share of the
        photo's width (height) over which it is found.
    strip_spread, strip_plain_fraction
        Least share of a strip's px that lie within this of its median brightness.
    max_strip_fraction
        A strip takes at most this share of the photo's height (width).
    max_shaft_um
        Hair up to this width does not make skin dark.
    rim_brightness_fraction
        Rim is darker than this share of the photo's bright skin.
    min_rim_fraction
        A rim smaller than this share of the photo is a shadow.
    glare_level, min_glare_um
        Glare has all channels at least this bright over at least this width.
    max_glare_fraction
        Where more of the photo is that bright, it is overexposed, and glare is not told apart.
    glare_gap_um, glare_margin_um
        Hair seen across glare goes with it, up to this width; beside glare, within this margin, hairs begin
        and end that do not.
    """

    strip_step: int = 12
    strip_edge_fraction: float = 0.6
    strip_spread: int = 10
    strip_plain_fraction: float = 0.85
    max_strip_fraction: float = 0.4
    max_shaft_um: float = 600
    rim_brightness_fraction: float = 0.3
    min_rim_fraction: float = 0.003
    glare_level: int = 250
    min_glare_um: float = 150
    max_glare_fraction: float = 0.4
    glare_gap_um: float = 250
    glare_margin_um: float = 100


def surround_masks(
    pixels: NDArray[np.uint8], um_per_px: float, settings: SurroundSettings
) -> dict[str, NDArray[np.bool_]]:
    """Find what surrounds or hides the skin.

    Parameters
    ----------
    pixels
        uint8, shape (height, width, 3), RGB.
    um_per_px
        Size of one px.
    settings
        What counts as strip, rim and glare.

    Returns
    -------
    dict of str to array
        "strip", "side-bar", "rim" and "glare", each bool of shape (height, width).
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    height, width = grey.shape
    left, right = _plain_rows(np.ascontiguousarray(grey.T), settings)
    top, bottom = _plain_rows(grey[:, left : width - right], settings)
    side_bar, strip = np.ones(grey.shape, bool), np.ones(grey.shape, bool)
    side_bar[:, left : width - right] = False
    strip[top : height - bottom] = False
    return {
        "strip": strip & ~side_bar,
        "side-bar": side_bar,
        "rim": _rim(grey, strip | side_bar, um_per_px, settings),
        "glare": _glare(pixels, strip | side_bar, um_per_px, settings),
    }


def _plain_rows(grey: NDArray[np.uint8], settings: SurroundSettings) -> tuple[int, int]:
    """Return how many first and how many last rows are plain strips."""
    height = len(grey)
    if height <= 1:
        return 0, 0
    steps = cv2.absdiff(grey[1:], grey[:-1]) >= settings.strip_step
    edges = np.flatnonzero(steps.mean(axis=1) >= settings.strip_edge_fraction) + 1
    limit = settings.max_strip_fraction * height
    first = [int(edge) for edge in edges if edge <= limit and _is_plain(grey[:edge], settings)]
    last = [int(edge) for edge in edges if height - edge <= limit and _is_plain(grey[edge:], settings)]
    return max(first, default=-_BLEED_PX) + _BLEED_PX, height - min(
        last, default=height + _BLEED_PX
    ) + _BLEED_PX


def _is_plain(rows: NDArray[np.uint8], settings: SurroundSettings) -> bool:
    sample = rows[:, ::4]
    is_near = np.abs(sample - float(np.median(sample))) <= settings.strip_spread
    return bool(is_near.mean() >= settings.strip_plain_fraction)


def _rim(
    grey: NDArray[np.uint8], covered: NDArray[np.bool_], um_per_px: float, settings: SurroundSettings
) -> NDArray[np.bool_]:
    """Return dark areas at the sides that stay dark when hairs are filled with the skin between them."""
    height, width = grey.shape
    small_size = (max(1, width // _REDUCTION), max(1, height // _REDUCTION))
    small = cv2.resize(grey, small_size, interpolation=cv2.INTER_AREA)
    is_covered = cv2.resize(covered.view(np.uint8), small_size, interpolation=cv2.INTER_NEAREST).view(bool)
    side = _side_px(settings.max_shaft_um, um_per_px * _REDUCTION)
    gap = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    without_hair = cv2.morphologyEx(small, cv2.MORPH_CLOSE, gap)
    if is_covered.all():
        return np.zeros(grey.shape, bool)
    bright = float(np.percentile(without_hair[~is_covered], 75))
    is_dark = (without_hair < settings.rim_brightness_fraction * bright) & ~is_covered
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(is_dark.view(np.uint8))
    outside = np.pad(is_covered, 1, constant_values=True).view(np.uint8)
    beside = cv2.dilate(outside, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    at_side = np.bincount(labels[beside > 0], minlength=len(statistics)) > 0
    is_rim = at_side & (statistics[:, cv2.CC_STAT_AREA] >= settings.min_rim_fraction * is_dark.size)
    is_rim[0] = False
    smooth = cv2.resize(is_rim[labels].astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(smooth >= 1 / 2) & ~covered


def _glare(
    pixels: NDArray[np.uint8], covered: NDArray[np.bool_], um_per_px: float, settings: SurroundSettings
) -> NDArray[np.bool_]:
    """Return wide places burnt to white, the hair seen across them, and a margin."""
    height, width = pixels.shape[:2]
    half_size = (max(1, width // 2), max(1, height // 2))
    half = cv2.resize(pixels, half_size, interpolation=cv2.INTER_AREA)
    is_covered = cv2.resize(covered.view(np.uint8), half_size, interpolation=cv2.INTER_NEAREST).view(bool)
    red, green, blue = cv2.split(half)
    is_bright = ((cv2.min(cv2.min(red, green), blue) >= settings.glare_level) & ~is_covered).view(np.uint8)
    side = _side_px(settings.min_glare_um, um_per_px * 2)
    wide = cv2.morphologyEx(is_bright, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if not 0 < wide.mean() <= settings.max_glare_fraction:
        return np.zeros((height, width), bool)
    gap, margin = (
        _side_px(one, um_per_px * 2) for one in (settings.glare_gap_um, 2 * settings.glare_margin_um)
    )
    wide = cv2.dilate(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8)), _disc(margin))
    return cv2.resize(wide, (width, height), interpolation=cv2.INTER_NEAREST).view(bool)


def _disc(side_px: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side_px, side_px)), dtype=np.uint8)


def _side_px(width_um: float, um_per_px: float) -> int:
    return min(max(round(width_um / um_per_px), _MIN_KERNEL_PX), _MAX_KERNEL_PX)
