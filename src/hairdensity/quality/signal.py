"""What the px tell of a photo: noise, the flat blocks of compression, the grid of a photographed screen."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.quality.blocks import BLOCK_PX, block_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.photo import Photo

WORKING_UM = 11.0
"""Noise is told as it is at this size of px, the one hairs are looked for at; coarser px keep their own."""
NORMAL_MEDIAN = 0.6745
"""Median of the absolute value of a normal deviate of standard deviation 1."""
LAPLACE_GAIN = 6.0
"""Standard deviation of the difference of two second differences of white noise of standard deviation 1."""
LEAST_CONTRAST = 1.0
LEAST_BLOCK_STEP = 2.0
"""Steps between blocks show when they are on average this many times the others."""
GRID_TILE_PX = 256
GRID_TILES = 4
GRID_FIELD_FRACTION = 0.9
GRID_FREQUENCIES = (0.08, 0.47)
"""Cycles per px between which a screen's grid or its beats are looked for; hairs repeat more slowly."""
GRID_PEAK, GRID_NEIGHBOURHOOD = 3, 25
"""Width of a peak and of its surroundings, in steps of the spectrum."""
AXIS_WIDTH = 0.008
"""Cycles per px off the axes; on them lie the frame's edge, drawn lines and text."""
BLOCK_WIDTH = 0.13
"""Width of the lines that blocks leave in the spectrum, in multiples of a block's own frequency."""


def grey_of(photo: Photo) -> NDArray[np.uint8]:
    """Return the photo in grey."""
    return np.asarray(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def noise_share(grey: NDArray[np.uint8], field: Field, um_per_px: float) -> float:
    """Return the noise as a share of the contrast of hair and skin, as left at the size hairs are looked for.

    Its standard deviation follows from the median of the difference of two second differences, across and
    down, which is blind to planes and straight edges (J. Immerkaer, Fast noise variance estimation, Comput.
    Vis. Image Underst. 64, 300-302, 1996).
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    bent = np.abs(cv2.filter2D(grey, cv2.CV_16S, kernel)[field.mask])
    if not bent.size:
        return 0.0
    level = _median_between(bent) / NORMAL_MEDIAN / LAPLACE_GAIN
    return float(level * min(1.0, um_per_px / WORKING_UM) / _contrast(grey, field, um_per_px))


def block_share(grey: NDArray[np.uint8], field: Field, um_per_px: float) -> float:
    """Return the height of the steps between blocks as a share of the contrast of hair and skin.

    What is left of it where px are made larger falls by less than noise does, since a block's px err
    together: by the root of the factor.
    """
    height, side_px = block_steps(grey, field.mask)
    left = math.sqrt(min(1.0, um_per_px * side_px / BLOCK_PX / WORKING_UM))
    return height * left / _contrast(grey, field, um_per_px)


def _contrast(grey: NDArray[np.uint8], field: Field, um_per_px: float) -> float:
    """Return the contrast of hair and skin at the size hairs are looked for, in grey levels."""
    factor = min(1.0, um_per_px / WORKING_UM)
    small = cv2.blur(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), (3, 3))
    inside = cv2.resize(field.mask.astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    if not inside.any():
        return math.inf
    dark, light = np.percentile(small[inside], [2, 80])
    return max(float(light - dark), LEAST_CONTRAST)


def block_flatness(grey: NDArray[np.uint8]) -> float:
    """Return the share of neighbouring px that do not differ at all; 0 where no blocks of 8 px show.

    Strong JPEG compression leaves flat blocks with steps between them.
    """
    across = _between_columns(grey)
    down = _between_columns(np.ascontiguousarray(grey.T))
    if min(across[0], down[0]) < LEAST_BLOCK_STEP:
        return 0.0
    return (across[1] + down[1]) / 2


def grid_strength(grey: NDArray[np.uint8], field: Field) -> float:
    """Return how far a fine regular grid rises above its surroundings in the spectrum, in dB.

    The spectrum is the mean over tiles (P. Welch, The use of fast Fourier transform for the estimation of
    power spectra, IEEE Trans. Audio Electroacoust. 15, 70-73, 1967).
    """
    tiles = list(_tiles(grey, field))
    if not tiles:
        return 0.0
    power = _mean_power(tiles)
    across = np.asarray(np.fft.rfftfreq(GRID_TILE_PX))
    down = np.asarray(np.fft.fftshift(np.fft.fftfreq(GRID_TILE_PX)))[:, None]
    frequency = np.hypot(down, across)
    asked = (frequency > GRID_FREQUENCIES[0]) & (np.maximum(np.abs(down), across) < GRID_FREQUENCIES[1])
    asked &= (np.abs(down) > AXIS_WIDTH) & (across > AXIS_WIDTH) & ~(_of_blocks(down) & _of_blocks(across))
    level_db = 10 * np.log10(power + 1e-3)
    peak, around = (cv2.blur(level_db, (side, side)) for side in (GRID_PEAK, GRID_NEIGHBOURHOOD))
    return float((peak - around)[asked].max())


def _tiles(grey: NDArray[np.uint8], field: Field) -> Iterator[NDArray[np.float64]]:
    """Yield square tiles all over the photo that lie nearly wholly in the field."""
    if min(grey.shape) < GRID_TILE_PX:
        return
    places = (np.unique(np.linspace(0, side - GRID_TILE_PX, GRID_TILES).astype(int)) for side in grey.shape)
    for top, left in product(*places):
        square = (slice(top, top + GRID_TILE_PX), slice(left, left + GRID_TILE_PX))
        if field.mask[square].mean() > GRID_FIELD_FRACTION:
            yield grey[square].astype(np.float64)


def _mean_power(tiles: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the mean power spectrum, the zero of the downward axis in the middle."""
    window = np.hanning(GRID_TILE_PX)
    window = window[:, None] * window
    powers = [np.abs(np.fft.rfft2((tile - tile.mean()) * window)) ** 2 for tile in tiles]
    return np.asarray(np.fft.fftshift(np.mean(powers, axis=0), axes=0))


def _of_blocks(frequency: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which frequencies, in cycles per px, are those of blocks of 8 px."""
    return np.asarray(np.abs(frequency * BLOCK_PX - np.rint(frequency * BLOCK_PX)) < BLOCK_WIDTH)


def _between_columns(grey: NDArray[np.uint8]) -> tuple[float, float]:
    """Return how much larger steps between blocks are than others, and the share of px without a step."""
    steps = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    columns = steps.mean(axis=0)
    whole = columns[: columns.size // BLOCK_PX * BLOCK_PX].reshape(-1, BLOCK_PX).mean(axis=0)
    place = int(whole.argmax())
    rest = float(np.delete(whole, place).mean())
    return float(whole[place]) / max(rest, 1e-3), 1 - cv2.countNonZero(steps) / steps.size


def _median_between(whole_numbers: NDArray[np.int16]) -> float:
    """Return the median of whole numbers as if each stood for the interval of 1 around it."""
    counts = np.bincount(whole_numbers)
    below = counts.cumsum()
    half = whole_numbers.size / 2
    at = int(np.searchsorted(below, half))
    before = below[at - 1] if at else 0
    return float(at - 0.5 + (half - before) / max(counts[at], 1)) if at else float(half / counts[0] / 2)
