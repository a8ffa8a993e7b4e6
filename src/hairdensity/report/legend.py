"""Marks become the legend strip under a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hairdensity.report.marks import draw_hatching, draw_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.report.marks import Mark

PAPER = 255
INK = 20
BACKDROP = (120, 92, 80)
"""Marks stand on a patch of this colour, so that light ones show too."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one entry of the legend stands, in px of the strip."""

    x: int
    y: int
    text: str
    mark: Mark | None


def draw_legend(entries: Sequence[tuple[Mark | None, str]], width_px: int) -> NDArray[np.uint8]:
    """Draw a strip that explains marks.

    Parameters
    ----------
    entries
        Each mark and its words; None stands for hatching.
    width_px
        Width of the picture above.

    Returns
    -------
    ndarray
        uint8, shape (height, width_px, 3), RGB; as many rows of entries as the width asks for.
    """
    size_px = max(12, min(32, width_px // 50))
    font = ImageFont.load_default(size=size_px)
    row_px = 2 * size_px
    spots = _arrange(entries, font, row_px, width_px)
    height_px = row_px * (1 + max((spot.y for spot in spots), default=0))
    strip = np.full((height_px, width_px, 3), PAPER, dtype=np.uint8)
    for spot in spots:
        _draw_swatch(strip, spot, row_px)
    paper = Image.fromarray(strip)
    pen = ImageDraw.Draw(paper)
    for spot in spots:
        middle = (spot.x + row_px + size_px // 4, spot.y * row_px + row_px // 2)
        pen.text(middle, spot.text, fill=(INK, INK, INK), font=font, anchor="lm")
    return np.asarray(paper)


def _arrange(
    entries: Sequence[tuple[Mark | None, str]],
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    row_px: int,
    width_px: int,
) -> list[Place]:
    places: list[Place] = []
    x, row = 0, 0
    for mark, text in entries:
        wide = row_px + int(font.getlength(text)) + row_px
        if x and x + wide > width_px:
            x, row = 0, row + 1
        places.append(Place(x, row, text, mark))
        x += wide
    return places


def _draw_swatch(strip: NDArray[np.uint8], spot: Place, row_px: int) -> None:
    inset = row_px // 8
    top, left = spot.y * row_px, spot.x
    swatch = strip[top + inset : top + row_px - inset, left + inset : left + row_px - inset]
    swatch[:] = BACKDROP
    if spot.mark is None:
        draw_hatching(swatch, np.ones(swatch.shape[:2], dtype=bool), 1)
    else:
        draw_mark(strip, (left + row_px / 2, top + row_px / 2), spot.mark, row_px / 7)
