"""A photo becomes what a program drew over it: text, thin coloured lines, coloured blocks, ruled strokes.

What is drawn has sides that a lens never gives: steps from one px to the next that are exactly straight along
rows and columns, and colours that skin and hair do not have. Sizes are in px, since a program draws in px.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.scale.bar import BarSettings, pick_scale_bar
from hairdensity.scale.strokes import find_strokes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class OverprintSettings:
    """What counts as drawn; lengths in px, brightness and saturation in 8-bit levels.

    Attributes
    ----------
    text_step, text_sharp_fraction, text_run_px
        Least step between neighbouring px at a letter's side, least share of the step over four px that it
        makes up, and least length along a row or column.
    text_cell_px, text_cells_across, min_text_cells
        Least number of cells with such sides both ways; their size, or how many make up a larger photo.
    min_word_cells, word_gap_cells
        Fewer cells, with half as long sides, are enough on the same rows as such text and so near beside it.
    text_margin_px
        Width added around text.
    line_saturation, min_line_length_px, max_line_thickness_px
        By how much a thin line must be more saturated than what lies beside it, and its size.
    block_saturation, min_block_px, max_block_spread, block_fill_fraction
        Least saturation, least side, and largest standard deviation of a plain coloured block, and the least
        share of its box that it fills.
    stroke_margin_px
        Width added around ruled strokes.
    pale_level, pale_length_fraction, pale_most_fraction
        A pale bar, such as a phone's home bar, has all colours at least this bright, and is at least this and
        at most this share of the photo's width long.
    pale_thickness_fraction, pale_edge_fraction, pale_fill_fraction
        It is at most this share of the photo's height thick and off its upper or lower edge, and fills its
        box to this share.
    """

    text_step: int = 30
    text_sharp_fraction: float = 0.5
    text_run_px: int = 7
    text_cell_px: int = 8
    text_cells_across: int = 160
    min_text_cells: int = 9
    min_word_cells: int = 3
    word_gap_cells: int = 8
    text_margin_px: int = 5
    line_saturation: int = 22
    min_line_length_px: int = 100
    max_line_thickness_px: int = 6
    block_saturation: int = 110
    min_block_px: int = 24
    max_block_spread: float = 10
    block_fill_fraction: float = 0.75
    stroke_margin_px: int = 2
    pale_level: int = 200
    pale_length_fraction: float = 0.1
    pale_most_fraction: float = 0.8
    pale_thickness_fraction: float = 0.03
    pale_edge_fraction: float = 0.08
    pale_fill_fraction: float = 0.8


def overprint_masks(photo: Photo, settings: OverprintSettings) -> dict[str, NDArray[np.bool_]]:
    """Find what is drawn over a photo.

    Returns
    -------
    dict of str to array
        "text", "scale-bar" and "drawn-mark", each bool of the shape of the photo.
    """
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    bar, others = _strokes(photo, settings)
    return {
        "text": _text(grey, settings),
        "scale-bar": bar,
        "drawn-mark": others | _coloured(photo.pixels, settings) | _pale_bars(photo.pixels, settings),
    }


def _boxes(shape: tuple[int, ...], boxes: Iterable[tuple[int, int, int, int]]) -> NDArray[np.bool_]:
    """Return True inside boxes of left, top, right and bottom px."""
    mask = np.zeros(shape[:2], bool)
    for left, top, right, bottom in boxes:
        mask[max(top, 0) : bottom + 1, max(left, 0) : right + 1] = True
    return mask


def _strokes(photo: Photo, settings: OverprintSettings) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the scale bar, and the other ruled strokes of which both ends are seen."""
    bars = BarSettings()
    strokes = find_strokes(photo, bars.strokes)
    bar = pick_scale_bar(strokes, (photo.width_px, photo.height_px), bars)
    of_bar = () if bar is None else bar.strokes
    others = [stroke for stroke in strokes if all(stroke.ends_are_clear) and stroke not in of_bar]
    margin_px = settings.stroke_margin_px
    return (
        _boxes(photo.pixels.shape, (stroke.box_px(margin_px) for stroke in of_bar)),
        _boxes(photo.pixels.shape, (stroke.box_px(margin_px) for stroke in others)),
    )


def _pale_bars(pixels: NDArray[np.uint8], settings: OverprintSettings) -> NDArray[np.bool_]:
    """Return boxes around pale bars along the rows, with a margin as wide as they are thick.

    Only rows near the photo's upper and lower edge are looked at: what reaches further in is no bar.
    """
    height, width = pixels.shape[:2]
    length_px = max(settings.min_line_length_px, round(settings.pale_length_fraction * width))
    long = np.zeros((height, width), np.uint8)
    reach_px = 2 + math.ceil((settings.pale_edge_fraction + settings.pale_thickness_fraction) * height)
    for band in (slice(0, reach_px), slice(max(height - reach_px, reach_px), height)):
        if not len(pixels[band]):
            continue
        red, green, blue = cv2.split(pixels[band])
        pale = (np.asarray(cv2.min(cv2.min(red, green), blue)) >= settings.pale_level).view(np.uint8)
        long[band] = cv2.morphologyEx(pale, cv2.MORPH_OPEN, np.ones((1, length_px), np.uint8))
    _, _, statistics, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    bars = [
        (x - tall, y - tall, x + wide + tall, y + 2 * tall)
        for x, y, wide, tall, area in statistics[1:].tolist()
        if tall <= settings.pale_thickness_fraction * height and wide <= settings.pale_most_fraction * width
        if area >= settings.pale_fill_fraction * wide * tall
        if min(y, height - y - tall) <= settings.pale_edge_fraction * height
    ]
    return _boxes(pixels.shape, bars)


def _text(grey: NDArray[np.uint8], settings: OverprintSettings) -> NDArray[np.bool_]:
    """Return boxes around places with many straight sides both along rows and along columns."""
    if min(grey.shape) < settings.text_run_px:
        return np.zeros(grey.shape, bool)
    sides = [_straight_sides(grey, axis, settings) for axis in (0, 1)]
    cell_px = max(settings.text_cell_px, round(max(grey.shape) / settings.text_cells_across))
    counts = [_count_in_cells(each, cell_px) for each in sides]
    near = np.ones((3, 5), np.uint8)
    window = near.astype(np.float32)
    around = [cv2.filter2D(count, -1, window, borderType=cv2.BORDER_CONSTANT) for count in counts]
    run_px = np.minimum(*around) * (counts[0] + counts[1] > 0)
    text = _pieces(run_px >= 2 * settings.text_run_px, settings.min_text_cells)
    beside = np.ones((1, 2 * settings.word_gap_cells + 1), np.uint8)
    lines = np.logical_or.reduce([np.zeros(run_px.shape, bool), *text])
    on_the_line = cv2.dilate(lines.view(np.uint8), beside)
    words = _pieces((run_px >= settings.text_run_px) & (on_the_line > 0), settings.min_word_cells)
    both = sides[0] | sides[1]
    return _boxes(grey.shape, (_box_around(both, cells, cell_px, settings) for cells in words))


def _pieces(is_letter: NDArray[np.bool_], least_cells: int) -> list[NDArray[np.bool_]]:
    """Return the cells of each group of letters that has enough of them."""
    _, pieces = cv2.connectedComponents(cv2.dilate(is_letter.view(np.uint8), np.ones((3, 5), np.uint8)))
    labels = np.where(is_letter, pieces, 0)
    return [labels == one for one in np.flatnonzero(np.bincount(labels.ravel()) >= least_cells) if one]


def _straight_sides(grey: NDArray[np.uint8], axis: int, settings: OverprintSettings) -> NDArray[np.uint8]:
    """Return 1 where a sharp step to the next row (axis 0) or column (axis 1) goes on straight."""
    lines = np.ascontiguousarray(grey.T) if axis else grey
    least = np.full(lines[1:].shape, settings.text_step, np.uint8)
    wide = cv2.convertScaleAbs(cv2.absdiff(lines[3:], lines[:-3]), alpha=settings.text_sharp_fraction)
    np.maximum(least[1:-1], wide, out=least[1:-1])
    run = np.ones((1, settings.text_run_px), np.uint8)
    found = np.zeros(lines.shape, np.uint8)
    for low, high in ((lines[:-1], lines[1:]), (lines[1:], lines[:-1])):
        steps = (cv2.subtract(high, low) >= least).view(np.uint8)
        found[:-1] |= cv2.morphologyEx(steps, cv2.MORPH_OPEN, run).astype(np.uint8, copy=False)
    return np.ascontiguousarray(found.T) if axis else found


def _count_in_cells(mask: NDArray[np.uint8], cell_px: int) -> NDArray[np.float32]:
    rows, columns = (-(-side // cell_px) for side in mask.shape)
    padded = np.zeros((rows * cell_px, columns * cell_px), np.uint8)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    cells = padded.reshape(rows, cell_px, columns, cell_px)
    return np.asarray(cells.sum(axis=(1, 3)), np.float32)


def _box_around(
    sides: NDArray[np.uint8], cells: NDArray[np.bool_], cell_px: int, settings: OverprintSettings
) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom px of the sides in some cells, widened by the margin."""
    x, y, width, height = (cell_px * each for each in cv2.boundingRect(cells.astype(np.uint8)))
    left, top, inner_width, inner_height = cv2.boundingRect(sides[y : y + height, x : x + width])
    margin_px = settings.text_margin_px
    right, bottom = x + left + inner_width, y + top + inner_height
    return x + left - margin_px, y + top - margin_px, right + margin_px, bottom + margin_px


def _coloured(pixels: NDArray[np.uint8], settings: OverprintSettings) -> NDArray[np.bool_]:
    """Return thin lines and plain blocks of a colour that is more saturated than skin."""
    if min(pixels.shape[:2]) < 2 * settings.min_block_px:
        return np.zeros(pixels.shape[:2], bool)
    half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    red, green, blue = cv2.split(half)
    brightest, darkest = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    saturation = cv2.subtract(brightest, darkest).astype(np.uint8, copy=False)
    found = _thin_lines(saturation, settings) | _plain_blocks(half, saturation, settings)
    height, width = pixels.shape[:2]
    return cv2.resize(found.view(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST).view(bool)


def _thin_lines(saturation: NDArray[np.uint8], settings: OverprintSettings) -> NDArray[np.bool_]:
    """Return long thin pieces that stand out in saturation; `saturation` is at half size."""
    thickness = settings.max_line_thickness_px // 2
    beside = np.ones((2 * thickness + 1, 2 * thickness + 1), np.uint8)
    stands_out = cv2.morphologyEx(saturation, cv2.MORPH_TOPHAT, beside) >= settings.line_saturation
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(stands_out.view(np.uint8), connectivity=8)
    extent = statistics[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    is_thin = statistics[:, cv2.CC_STAT_AREA] <= 4 * thickness * extent
    is_line = is_thin & (extent >= settings.min_line_length_px / 2)
    is_line[0] = False
    return np.asarray(is_line[labels])


def _plain_blocks(
    half: NDArray[np.uint8], saturation: NDArray[np.uint8], settings: OverprintSettings
) -> NDArray[np.bool_]:
    """Return blocks of one saturated colour that fill their box; `half` and `saturation` are at half size."""
    candidates = (saturation >= settings.block_saturation).view(np.uint8)
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(candidates, connectivity=4)
    found = np.zeros(saturation.shape, bool)
    for label in range(1, len(statistics)):
        x, y, width, height, area = (int(each) for each in statistics[label])
        is_full = area >= settings.block_fill_fraction * width * height
        if not is_full or min(width, height) < settings.min_block_px / 2:
            continue
        box = (slice(y, y + height), slice(x, x + width))
        inside = labels[box] == label
        if half[box][inside].std(axis=0).max() <= settings.max_block_spread:
            found[box] |= inside
    return cv2.dilate(found.view(np.uint8), np.ones((3, 3), np.uint8)).view(bool)
