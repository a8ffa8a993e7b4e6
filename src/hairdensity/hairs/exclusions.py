"""A photo becomes what is no countable skin: plain strips, a dark rim, text boxes, drawn marks, glare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.scale import find_scale_bar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo

    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ExclusionSettings:
    """What is left out: on the skin in µm, what a program drew in px, brightness in 8-bit levels."""

    plain_range: float = 10.0
    """Plain rows and columns at the photo's edge differ less (15th to 85th percentile)."""
    rim_fraction: float = 0.22
    """A rim is darker than this share of the bright skin (90th percentile)."""
    widest_hair_um: float = 350.0
    """Dark things narrower than this are hair, not rim."""
    ink_chroma: int = 70
    """Drawn ink differs at least this much between its strongest and its weakest colour."""
    ink_step: int = 45
    """Its difference is so much larger than that of what lies beside it."""
    ink_width_px: int = 9
    ink_size_px: int = 60
    """Drawn strokes are at most this wide, and at least this long or high."""
    letter_step: int = 55
    """Letters are so much brighter than their ground."""
    line_width_px: int = 28
    line_height_px: tuple[int, int] = (8, 40)
    """Size of a line of letters."""
    ground_range: float = 12.0
    ground_chroma: float = 30.0
    """The ground of letters differs at most so much (20th to 80th percentile), and is so nearly grey."""
    margin_px: int = 3
    """What is drawn is left out with so much around it."""
    glare_level: int = 250
    glare_size_um: float = 150.0
    """Glare is at least this bright in every colour, and this wide."""


def find_exclusions(photo: Photo, um_per_px: float, settings: ExclusionSettings) -> dict[str, Mask]:
    """Find what is no countable skin.

    Returns
    -------
    dict
        Reason -> bool mask of the photo's shape; only reasons that occur.
    """
    low = photo.pixels.min(axis=2)
    high = photo.pixels.max(axis=2)
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    found = {
        "strip": _plain_edges(grey, settings, axis=1),
        "side-bar": _plain_edges(grey, settings, axis=0),
        "rim": _rim(grey, um_per_px, settings),
        "text": _text_boxes(grey, np.asarray(high - low, np.uint8), settings),
        "drawn-mark": _ink(np.asarray(high - low, np.uint8), settings),
        "scale-bar": _scale_bar(photo, settings),
        "glare": _glare(low, um_per_px, settings),
    }
    return {reason: mask for reason, mask in found.items() if mask.any()}


def _plain_edges(grey: NDArray[np.uint8], settings: ExclusionSettings, *, axis: int) -> Mask:
    """Mark the plain rows (axis 1) at the top and foot, or the plain columns (axis 0) at the sides."""
    low, high = np.percentile(grey, (15, 85), axis=axis)
    plain = np.asarray(high - low < settings.plain_range)
    before = int(np.argmin(plain)) if not plain.all() else len(plain)
    after = int(np.argmin(plain[::-1])) if not plain.all() else 0
    lines = np.zeros(len(plain), bool)
    lines[:before] = True
    lines[len(plain) - after :] = True
    return np.asarray(np.broadcast_to(lines[:, None] if axis == 1 else lines, grey.shape)).copy()


def _rim(grey: NDArray[np.uint8], um_per_px: float, settings: ExclusionSettings) -> Mask:
    """Mark the dark region at the photo's edge that is too wide for hair; looked for on a coarse grid."""
    step = max(1, round(max(grey.shape) / 320))
    coarse = cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    side = max(3, round(settings.widest_hair_um / um_per_px / step) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    hairless = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    dark = hairless < settings.rim_fraction * np.percentile(hairless, 90)
    _, labels = cv2.connectedComponents(np.asarray(dark, np.uint8))
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    rim = np.asarray(np.isin(labels, np.unique(border[border > 0])), np.uint8)
    return cv2.resize(rim, grey.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(bool)


def _text_boxes(grey: NDArray[np.uint8], chroma: NDArray[np.uint8], settings: ExclusionSettings) -> Mask:
    """Mark lines of bright letters that stand on an even grey ground."""
    letters = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, np.ones((7, 7), np.uint8)) > settings.letter_step
    lines = cv2.morphologyEx(letters.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 17), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines)
    mask = np.zeros(grey.shape, bool)
    low, high = settings.line_height_px
    margin = 2 * settings.margin_px
    for x, y, width, height, _ in stats[1:].tolist():
        if width < settings.line_width_px or not low <= height <= high:
            continue
        ground = ~letters[y : y + height, x : x + width]
        ground = cv2.erode(ground.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        levels = grey[y : y + height, x : x + width][ground]
        colours = chroma[y : y + height, x : x + width][ground]
        even = levels.size and np.ptp(np.percentile(levels, (20, 80))) <= settings.ground_range
        if even and np.median(colours) <= settings.ground_chroma:
            mask[max(0, y - margin) : y + height + margin, max(0, x - margin) : x + width + margin] = True
    return mask


def _ink(chroma: NDArray[np.uint8], settings: ExclusionSettings) -> Mask:
    """Mark thin strokes of another, stronger colour than the skin: circles, lines and letters."""
    strokes = cv2.morphologyEx(chroma, cv2.MORPH_TOPHAT, np.ones((settings.ink_width_px,) * 2, np.uint8))
    thin = ((strokes > settings.ink_step) & (chroma > settings.ink_chroma)).astype(np.uint8)
    joined = cv2.morphologyEx(thin, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    long = np.zeros(count, bool)
    long[1:] = stats[1:, 2:4].max(axis=1) >= settings.ink_size_px
    grown = cv2.dilate(long[labels].astype(np.uint8), np.ones((2 * settings.margin_px + 1,) * 2, np.uint8))
    return grown.astype(bool)


def _scale_bar(photo: Photo, settings: ExclusionSettings) -> Mask:
    mask = np.zeros((photo.height_px, photo.width_px), bool)
    bar = find_scale_bar(photo)
    for stroke in bar.strokes if bar else ():
        left, top, right, bottom = (max(0, side) for side in stroke.box_px(settings.margin_px))
        mask[top : bottom + 1, left : right + 1] = True
    return mask


def _glare(low: NDArray[np.uint8], um_per_px: float, settings: ExclusionSettings) -> Mask:
    side = max(3, round(settings.glare_size_um / um_per_px))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    white = (low >= settings.glare_level).astype(np.uint8)
    return cv2.morphologyEx(white, cv2.MORPH_OPEN, kernel).astype(bool)
