"""A part of a photo becomes the lines of glyphs written in it, light on dark or dark on light.

Letters are drawn in strokes of one brightness. They are what a top-hat, wider than a stroke, leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

ENLARGED = 3
"""Letters of a few px touch unless they are enlarged smoothly before they are cut apart."""

_MIN_CONTRAST = 25
_SHARES = (0.4, 0.3, 0.35, 0.45, 0.5, 0.62)
_FAINT_SHARE = 0.2
_STROKES_PX = (5, 15)
_MIN_HEIGHT_PX, _MAX_HEIGHT_PX = 6, 60
_SPECK_SHARE = 0.1
_MAX_GAP_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Box:
    """Place of a glyph: left, top, right and bottom, the last two not included."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Extent along the line."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Extent across the line."""
        return self.bottom - self.top

    def joined(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True, eq=False)
class GlyphLine:
    """Glyphs that stand in one line, from left to right.

    Attributes
    ----------
    boxes
        Where they stand in `ink`.
    ink
        float32, 0 to 1, how much of a px is letter; `ENLARGED` times as large as the photo.
    height
        Height of the tallest glyph but for slants and tails, in px of `ink`.
    """

    boxes: tuple[Box, ...]
    ink: NDArray[np.float32]
    height: int

    def gap_is_empty(self, first: Box, second: Box) -> bool:
        """Say whether no faint dot stands on the ground between two glyphs."""
        bottom = max(first.bottom, second.bottom)
        gap = self.ink[bottom - self.height // 3 : bottom + self.height // 4, first.right : second.left]
        inner = gap[:, 1:-1]
        return not inner.size or float(np.percentile(inner, 98)) < _FAINT_SHARE


def glyph_lines(grey: NDArray[np.uint8]) -> Iterator[GlyphLine]:
    """Yield lines of glyphs, the likeliest way of cutting them apart first.

    Parameters
    ----------
    grey
        uint8, shape (height, width), a part of a photo with a line or two of upright letters.

    Yields
    ------
    GlyphLine
        Lines of two glyphs or more.
    """
    large = cv2.resize(grey, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    inks = [ink for ink in map(_ink, _strokes_of(np.asarray(large, np.uint8))) if ink is not None]
    for share in _SHARES:
        for ink in inks:
            yield from _lines(ink, share)


def _strokes_of(large: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    for stroke_px in _STROKES_PX:
        side = stroke_px * ENLARGED
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
        for operation in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
            yield np.asarray(cv2.morphologyEx(large, operation, kernel), np.uint8)


def _ink(strokes: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Return how much of each px is letter, taking the brightest strokes for full ink."""
    full = float(np.percentile(strokes, 99))
    if full < _MIN_CONTRAST:
        return None
    return np.asarray((strokes / np.float32(full)).clip(0, 1), np.float32)


def _lines(ink: NDArray[np.float32], share: float) -> Iterator[GlyphLine]:
    boxes = _boxes(ink >= share)
    least, most = _MIN_HEIGHT_PX * ENLARGED, _MAX_HEIGHT_PX * ENLARGED
    used: set[Box] = set()
    for tall in sorted(boxes, key=lambda box: -box.height):
        if tall in used or not least <= tall.height <= most:
            continue
        line = _line_around(tall, boxes)
        used.update(line)
        if len(line) > 1:
            yield GlyphLine(tuple(line), ink, tall.height)


def _boxes(mask: NDArray[np.bool_]) -> list[Box]:
    """Return the boxes of the pieces of a mask, from top to bottom: their outlines are found fastest."""
    outlines, nesting = cv2.findContours(mask.view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    pieces = [] if nesting is None else zip(outlines, nesting[0, :, 3].tolist(), strict=True)
    outer = sorted(
        (one for one, inside in pieces if inside < 0), key=lambda one: tuple(one[0, 0, ::-1].tolist())
    )
    return [Box(x, y, x + width, y + height) for x, y, width, height in map(cv2.boundingRect, outer)]


def _line_around(tall: Box, boxes: Sequence[Box]) -> list[Box]:
    """Return the glyphs beside the tallest one of a line, without specks, from left to right."""
    slack = tall.height // 3
    inside = [
        box
        for box in boxes
        if box.top >= tall.top - slack // 2
        and box.bottom <= tall.bottom + slack
        and box.top < tall.bottom
        and box.height >= _SPECK_SHARE * tall.height
    ]
    inside.sort(key=lambda box: box.left)
    at = inside.index(tall)
    gap = _MAX_GAP_SHARE * tall.height
    first = last = at
    while first > 0 and inside[first].left - inside[first - 1].right <= gap:
        first -= 1
    while last + 1 < len(inside) and inside[last + 1].left - inside[last].right <= gap:
        last += 1
    return inside[first : last + 1]
