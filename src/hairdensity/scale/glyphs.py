"""A glyph becomes a digit, a group of glyphs a unit of length; by two small networks.

They have one hidden layer, and have seen drawn text only. `training/lettering.py` makes
the weights from text rendered in open fonts.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.scale.lettering import Box, GlyphLine

DIGITS: Final = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "")
"""What a glyph can be; the last stands for anything else."""

UNITS_MM: Final = {"mm": 1.0, "um": 0.001, "cm": 10.0, "": 0.0}
"""What a group of glyphs can be, and how many mm that is; the last stands for anything else."""

_WEIGHTS = "glyphs.npz"
_DIGIT_SIDE = 16
_UNIT_SIZE = (32, 14)


def digit_chances(line: GlyphLine, box: Box) -> NDArray[np.float64]:
    """Return the probability of each of `DIGITS` for one glyph of a line, shape (11,)."""
    return _answer("digit", digit_features(line, box))


def unit_chances(line: GlyphLine, box: Box) -> NDArray[np.float64]:
    """Return the probability of each of `UNITS_MM` for the glyphs inside `box`, shape (4,)."""
    return _answer("unit", unit_features(line, box))


def digit_features(line: GlyphLine, box: Box) -> NDArray[np.float32]:
    """Return a glyph in a square of its height, then its height and width as shares of the line's height."""
    side = max(box.width, box.height)
    square = np.zeros((side, side), np.float32)
    left, top = (side - box.width) // 2, (side - box.height) // 2
    square[top : top + box.height, left : left + box.width] = _ink_in(line, box)
    small = cv2.resize(square, (_DIGIT_SIDE, _DIGIT_SIDE), interpolation=cv2.INTER_AREA)
    sizes = (box.height / line.height, box.width / line.height)
    return np.concatenate([np.asarray(small, np.float32).ravel(), np.array(sizes, np.float32)])


def unit_features(line: GlyphLine, box: Box) -> NDArray[np.float32]:
    """Return the glyphs stretched to one size, then their height and width as shares of the line's height."""
    small = cv2.resize(_ink_in(line, box), _UNIT_SIZE, interpolation=cv2.INTER_AREA)
    sizes = (box.height / line.height, box.width / line.height)
    return np.concatenate([np.asarray(small, np.float32).ravel(), np.array(sizes, np.float32)])


def _ink_in(line: GlyphLine, box: Box) -> NDArray[np.float32]:
    return line.ink[box.top : box.bottom, box.left : box.right]


def _answer(network: str, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the softmax of one network's outputs."""
    weights = _weights()
    hidden = np.maximum(features @ weights[f"{network}_in"] + weights[f"{network}_in_bias"], 0)
    outputs = np.asarray(hidden @ weights[f"{network}_out"] + weights[f"{network}_out_bias"], np.float64)
    powers = np.exp(outputs - outputs.max())
    return np.asarray(powers / powers.sum(), np.float64)


@cache
def _weights() -> dict[str, NDArray[np.float32]]:
    with files("hairdensity.scale").joinpath(_WEIGHTS).open("rb") as file, np.load(file) as arrays:
        return {name: np.asarray(arrays[name], np.float32) for name in arrays.files}
