"""A scale bar becomes the length that is written beside it, such as "1.0 mm" or "500 um".

A length that cannot be read for sure is not read at all: a lost decimal point would be a density a hundred
times too large.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.scale.glyphs import DIGITS, UNITS_MM, digit_chances, unit_chances
from hairdensity.scale.lettering import ENLARGED, glyph_lines
from hairdensity.scale.model import UM_PER_MM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from hairdensity.photo import Photo
    from hairdensity.scale.bar import ScaleBar
    from hairdensity.scale.lettering import Box, GlyphLine


_MAX_OTHER = 0.5
"""Largest probability that a digit is something else: that what stands there is a length, the unit tells."""


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """Where a label is looked for, and how sure it must be read.

    Attributes
    ----------
    beside_px, beside_fraction
        How far from the bar: this many px plus this share of its length.
    min_chance
        Least probability of each digit against all other digits, and of the unit.
    min_readings
        How often it must be read the same when cut out in several ways, and never otherwise.
    max_digits
        Most digits that a length has.
    um_per_px_range
        A length that would make px smaller or larger than this is misread.
    """

    beside_px: int = 40
    beside_fraction: float = 0.35
    min_chance: float = 0.9
    min_readings: int = 2
    max_digits: int = 4
    um_per_px_range: tuple[float, float] = (0.3, 100.0)


@dataclass(frozen=True, slots=True)
class Label:
    """What is written beside a bar.

    Attributes
    ----------
    text
        As read, such as "1.0 mm".
    length_mm
        The length that it states.
    box_px
        Left, top, right and bottom px of its glyphs.
    """

    text: str
    length_mm: float
    box_px: tuple[int, int, int, int]


def read_label(photo: Photo, bar: ScaleBar, settings: LabelSettings | None = None) -> Label | None:
    """Read the length written beside a scale bar.

    Parameters
    ----------
    photo
        The photo.
    bar
        The bar found in it.
    settings
        Where to look, and how sure to be.

    Returns
    -------
    Label or None
        None when nothing beside the bar is read as a length for sure, or when two lengths are.
    """
    settings = settings or LabelSettings()
    readings = [
        Label(text, length_mm, _box_px(box, corner))
        for window, corner in _windows(photo, bar, settings)
        for line in glyph_lines(window)
        for text, length_mm, box in _length_in(line, settings)
    ]
    lengths = {one.length_mm for one in readings}
    if len(lengths) != 1 or len(readings) < settings.min_readings:
        return None
    um_per_px = readings[0].length_mm * UM_PER_MM / bar.length_px.value
    least, most = settings.um_per_px_range
    return readings[0] if least <= um_per_px <= most else None


def _box_px(box: Box, corner: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return first and last px of a box of an enlarged window whose upper left px is `corner`."""
    left, top = corner
    right, bottom = left - (-box.right // ENLARGED) - 1, top - (-box.bottom // ENLARGED) - 1
    return left + box.left // ENLARGED, top + box.top // ENLARGED, right, bottom


def _windows(
    photo: Photo, bar: ScaleBar, settings: LabelSettings
) -> Iterator[tuple[NDArray[np.uint8], tuple[int, int]]]:
    """Yield the places beside each stroke of a bar, in grey, with their upper left px."""
    grey = np.asarray(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    margin_px = settings.beside_px + round(settings.beside_fraction * bar.length_px.value)
    for stroke in bar.strokes:
        left, top, right, bottom = stroke.box_px()
        across = [(left, right + 1), (right + 1, right + 1 + margin_px), (left - margin_px, left)]
        beyond = settings.beside_px
        boxes = [(a, b, top - beyond, bottom + beyond) for a, b in across[1:]]
        boxes += [(left, right + 1, bottom + 1, bottom + margin_px), (left, right + 1, top - margin_px, top)]
        for first, last, low, high in boxes:
            x, y = max(first, 0), max(low, 0)
            window = grey[y : max(high, 0), x : max(last, 0)]
            if min(window.shape) >= settings.beside_px // 4:
                yield window, (x, y)


def _length_in(line: GlyphLine, settings: LabelSettings) -> Iterator[tuple[str, float, Box]]:
    """Yield text, mm and box of the length that a line of glyphs states as a whole."""
    for cut in range(1, len(line.boxes)):
        number = _number(line, line.boxes[:cut], settings)
        if number is None:
            continue
        rest = line.boxes[cut]
        for box in line.boxes[cut + 1 :]:
            rest = rest.joined(box)
        chances = unit_chances(line, rest)
        unit = tuple(UNITS_MM)[int(chances.argmax())]
        if unit and chances.max() >= settings.min_chance:
            length_mm = float(f"{float(number) * UNITS_MM[unit]:.6g}")
            yield f"{number} {unit}", length_mm, rest.joined(line.boxes[0])


def _number(line: GlyphLine, boxes: Sequence[Box], settings: LabelSettings) -> str | None:
    """Return the number that all of some glyphs make up, None when one of them is no digit for sure."""
    text = ""
    for at, box in enumerate(boxes):
        if _is_point(line, boxes, at):
            text += "."
            continue
        chances = digit_chances(line, box)
        of_digits = chances[:-1]
        if chances[-1] > _MAX_OTHER or of_digits.max() < settings.min_chance * of_digits.sum():
            return None
        digit = DIGITS[int(of_digits.argmax())]
        if text and text[-1] != "." and not line.gap_is_empty(boxes[at - 1], box):
            return None
        text += digit
    is_number = text.count(".") <= 1 and text.strip(".") == text and 0 < len(text) <= settings.max_digits + 1
    return text if is_number and float(text) > 0 else None


def _is_point(line: GlyphLine, boxes: Sequence[Box], at: int) -> bool:
    """Say whether a glyph between two others is a decimal point or comma: small and on the ground."""
    if not 0 < at < len(boxes) - 1:
        return False
    box, ground = boxes[at], boxes[at - 1].bottom
    is_small = box.height <= line.height * 0.4 and box.width <= line.height * 0.35
    return is_small and abs(box.top - ground) <= line.height * 0.3
