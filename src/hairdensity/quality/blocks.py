"""The steps that JPEG compression leaves between its blocks, in a photo as it was saved or enlarged since.

Blocks of 8 px, or of more where the photo was enlarged after it was compressed, leave a comb of larger steps
from px to px, across and down. Its height and period follow from the spectrum of the mean step of each column
and of each row: a comb of height a and period P has the amplitude a / P at every multiple of 1 / P. That of
8 px, which needs no search, is told from the mean of all its periods too, since small photos have few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_PX = 8
MOST_BLOCK_PX = 60.0
LEAST_BLOCK_COUNT = 20
"""Blocks along the photo's shorter side that are needed to tell them from hairs at chance distances."""
PERIOD_STEP = 0.001
"""Periods are tried at distances of this share."""
HARMONICS = 3
TREND_PX = 30
"""Mean steps that change more slowly than this are the photo's own."""
SURROUNDINGS = 0.02
"""Cycles per px about a multiple of the comb's frequency whose median is what hairs and noise leave there."""
SURE = 2.0
"""A comb counts by what it has beyond this many times its surroundings."""
LEAST_SEEN_FRACTION = 0.1
"""Columns with less than this share in the field are filled in from their neighbours."""


def block_steps(grey: NDArray[np.uint8], mask: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the height of the steps between blocks, in grey levels, and the side of a block, in px.

    Parameters
    ----------
    grey
        uint8, a photo in grey.
    mask
        bool, where to look.

    Returns
    -------
    tuple of float
        Height, 0 where no blocks show, and side.
    """
    most_px = min(MOST_BLOCK_PX, min(grey.shape) / LEAST_BLOCK_COUNT)
    wider = np.exp(np.arange(np.log(BLOCK_PX) + PERIOD_STEP, np.log(max(most_px, BLOCK_PX)), PERIOD_STEP))
    periods_px = np.concatenate([[BLOCK_PX], wider])
    across = _mean_steps(grey, mask)
    down = _mean_steps(np.ascontiguousarray(grey.T), np.ascontiguousarray(mask.T))
    if min(across.size, down.size) < 2 * TREND_PX:
        return 0.0, BLOCK_PX
    heights = np.minimum(_comb_heights(across, periods_px), _comb_heights(down, periods_px))
    heights[0] = max(heights[0], min(_folded_height(across), _folded_height(down)))
    best = int(heights.argmax())
    return float(heights[best]), float(periods_px[best])


def _mean_steps(grey: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean step from each column to the next, inside the mask, less what changes slowly."""
    inside = (mask[:, 1:] & mask[:, :-1]).astype(np.uint8)
    steps = cv2.absdiff(grey[:, 1:], grey[:, :-1]) * inside
    seen = inside.sum(axis=0, dtype=np.float64)
    is_seen = seen > LEAST_SEEN_FRACTION * grey.shape[0]
    if not is_seen.any():
        return np.empty(0)
    columns = np.arange(seen.size)
    means = np.interp(columns, columns[is_seen], steps.sum(axis=0, dtype=np.float64)[is_seen] / seen[is_seen])
    trend = cv2.GaussianBlur(means[None], (0, 0), TREND_PX, borderType=cv2.BORDER_REFLECT)
    return np.asarray(means - trend[0], np.float64)


def _comb_heights(steps: NDArray[np.float64], periods_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the height of a comb of each period: the least that its first multiples allow."""
    window = np.hanning(steps.size)
    padded = 4 * cv2.getOptimalDFTSize(steps.size)
    amplitudes = np.abs(np.fft.rfft(steps * window, padded)) / window.sum()
    tile = max(1, round(SURROUNDINGS * padded))
    whole = amplitudes[: amplitudes.size // tile * tile].reshape(-1, tile)
    middles = (np.arange(whole.shape[0]) + 0.5) * tile
    floor = np.interp(np.arange(amplitudes.size), middles, np.median(whole, axis=1))
    clear = np.sqrt(np.maximum(amplitudes**2 - (SURE * floor) ** 2, 0.0))
    places = np.arange(1, HARMONICS + 1)[:, None] / periods_px * padded
    smeared = np.sinc(np.arange(1, HARMONICS + 1) / BLOCK_PX)[:, None]
    return np.asarray((np.interp(places, np.arange(clear.size), clear) * periods_px / smeared).min(axis=0))


def _folded_height(steps: NDArray[np.float64]) -> float:
    """Return by how much the largest of 8 steps is larger than the others, sure of it."""
    folded = steps[: steps.size // BLOCK_PX * BLOCK_PX].reshape(-1, BLOCK_PX).mean(axis=0)
    others = np.delete(folded, int(folded.argmax()))
    return max(0.0, float(folded.max() - others.mean() - SURE * others.std()))
