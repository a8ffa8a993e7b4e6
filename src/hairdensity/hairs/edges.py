"""Profiles become edges: where a shaft begins to cover the skin, on one side of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

_STEEP = 0.8
"""The steep part of an edge is where brightness falls at least this much as fast as at its steepest."""
_BESIDE = (1.5, 6.0)
"""So far from an edge, in blur sd, the skin beside it is looked at."""
_SHARPEST_PX = 0.5
"""Blur sd below which a photo has no finer edges."""
_STEEPEST_SKIN = 0.6
"""Skin beside an edge falls at most so steeply, as a part of the edge's own fall."""
_LEAST_SAMPLES = 4
"""So many samples of skin tell how it darkens towards the shaft."""
_LEAST_CONTRAST = 0.2
"""So much of the contrast seen is left between skin and shaft, however dark the shadow."""
_SHAFT_REACH = 0.6
"""So near to the path, as a part of the guessed width, what rises again is shine or the other side's skin."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """The edges of shafts on one side, each array float32 of shape (shafts, stations).

    Attributes
    ----------
    offset_px
        Where they lie, from the path, negative.
    contrast
        Grey levels between shaft and skin.
    blur_px
        Standard deviation of their blur.
    """

    offset_px: Array
    contrast: Array
    blur_px: Array


def find_edges(levels: Array, offsets: Array, guesses_px: Array) -> Edges:
    """Find the edges on the negative side.

    An edge lies in the middle of its steep part, where the shaft begins to cover the skin.

    Parameters
    ----------
    levels
        float32, shape (shafts, stations, samples): profiles across the shafts, dark on light.
    offsets
        float32, shape (shafts, samples): px from the path, rising.
    guesses_px
        float32, shape (shafts,): about how wide each shaft is.
    """
    levels = _without_shine(levels, offsets, guesses_px)
    step = _steepest_step(levels, offsets, guesses_px)
    bare = _bare_skin(levels, offsets, step)
    covered = (bare - levels) / np.maximum(bare - step.shaft, _LEAST_CONTRAST * step.contrast.clip(1e-6))
    rise = np.gradient(covered, axis=2) / _spacing(offsets)
    sharpness = np.take_along_axis(rise, step.index, axis=2).clip(1e-6)
    excess = rise - _STEEP * sharpness
    steep = np.where(_steep_part(excess >= 0, step.index), excess, 0)
    place = (steep * offsets[:, None]).sum(axis=2) / np.maximum(steep.sum(axis=2), 1e-6)
    return Edges(place.astype(np.float32), step.contrast[..., 0], _blur_sd(1.0, sharpness)[..., 0])


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Where profiles fall most steeply, how fast, between which levels; of shape (shafts, stations, 1)."""

    index: NDArray[np.intp]
    fall: Array
    skin: Array
    shaft: Array

    @property
    def contrast(self) -> Array:
        return self.skin - self.shaft


def _steepest_step(levels: Array, offsets: Array, guesses_px: Array) -> _Step:
    """Return the steepest fall about where the edge is guessed."""
    step_px = _spacing(offsets)
    fall = -np.gradient(levels, axis=2) / step_px
    expected = np.exp(-0.5 * ((offsets + guesses_px[:, None] / 2) / (0.35 * guesses_px[:, None] + 1)) ** 2)
    expected = np.where(offsets < 0, expected, 0)[:, None]
    steepest = (fall * expected).argmax(axis=2)[..., None]
    index = np.arange(levels.shape[2])
    reach = np.ceil(np.maximum(0.35 * guesses_px, 4)[:, None, None] / step_px).astype(np.intp)
    near = np.abs(index - steepest) <= reach
    return _Step(
        steepest,
        np.take_along_axis(fall, steepest, axis=2).clip(1e-6),
        np.where(near & (index <= steepest), levels, -np.inf).max(axis=2, keepdims=True),
        np.where(near & (index >= steepest), levels, np.inf).min(axis=2, keepdims=True),
    )


def _bare_skin(levels: Array, offsets: Array, step: _Step) -> Array:
    """Return the skin's level as it would go on under the shaft, shape of `levels`.

    Skin darkens towards a shaft in the shadow that the shaft casts, or its neighbour: a straight line through
    the skin beside the edge takes that for what it is.
    """
    beyond = offsets[:, None] - np.take_along_axis(offsets[:, None], step.index, axis=2)
    blur = _blur_sd(step.contrast, step.fall).clip(_SHARPEST_PX)
    beside = (-beyond > _BESIDE[0] * blur) & (-beyond <= _BESIDE[1] * blur)
    count = beside.sum(axis=2, keepdims=True)
    middle, level = (
        np.where(beside, one, 0).sum(axis=2, keepdims=True) / count.clip(1) for one in (beyond, levels)
    )
    away = np.where(beside, beyond - middle, 0)
    spread = (away**2).sum(axis=2, keepdims=True).clip(1e-6)
    tilt = (away * (levels - level)).sum(axis=2, keepdims=True) / spread
    line = level + tilt.clip(-_STEEPEST_SKIN * step.fall, 0) * (beyond - middle)
    return np.asarray(np.where(count >= _LEAST_SAMPLES, line, step.skin), np.float32)


def _spacing(offsets: Array) -> Array:
    """Return the px from sample to sample, shape (shafts, 1, 1)."""
    return np.asarray((offsets[:, 1] - offsets[:, 0])[:, None, None], np.float32)


def _blur_sd(contrast: Array | float, slope: Array) -> Array:
    """Return the standard deviation of the blur of an edge, from its steepest slope."""
    return np.asarray(contrast / (slope * np.sqrt(2 * np.pi)), np.float32)


def _without_shine(levels: Array, offsets: Array, guesses_px: Array) -> Array:
    """Return profiles that do not rise again once they fell into the shaft, coming from the negative side."""
    shaft = (np.abs(offsets) <= _SHAFT_REACH * guesses_px[:, None])[:, None]
    darkest = np.minimum.accumulate(np.where(shaft, levels, np.inf), axis=2)
    return np.asarray(np.where(shaft, darkest, levels), np.float32)


def _steep_part(is_steep: NDArray[np.bool_], steepest: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Keep of each row what is steep without a gap around its steepest sample."""
    index = np.arange(is_steep.shape[2])
    begin = np.where(~is_steep & (index < steepest), index, -1).max(axis=2)[..., None]
    end = np.where(~is_steep & (index > steepest), index, len(index)).min(axis=2)[..., None]
    return np.asarray((index > begin) & (index < end))


def without_blur(seen_px: float, blur_px: float) -> float:
    """Return the width of the band that looks `seen_px` wide once blurred."""
    true, seen = _blur_table()
    if seen_px > seen[-1] * blur_px:
        return seen_px
    return float(np.interp(seen_px / blur_px, seen, true)) * blur_px


@cache
def _blur_table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return band widths and the widths they are seen at, both in blur sd."""
    true = np.linspace(0.3, 12, 118)
    places = np.linspace(0, 10, 2001)
    outer, inner = (np.exp(-0.5 * (places + way * true[:, None] / 2) ** 2) for way in (-1, 1))
    fall = outer - inner
    steep = (fall - _STEEP * fall.max(axis=1, keepdims=True)).clip(0)
    return true, 2 * (steep * places).sum(axis=1) / steep.sum(axis=1)
