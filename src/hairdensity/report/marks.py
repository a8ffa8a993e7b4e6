"""How a hair is marked in a picture: by colours that colour-blind people tell apart, and by shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.match import PairState

Shape = Literal["dot", "ring", "plus", "cross", "diamond"]
Colour = tuple[int, int, int]

SUBPIXEL_BITS = 4
DIMMED = 0.5
HATCH_PERIOD = 12
HATCH_LIGHT = 60
CASING: Colour = (0, 0, 0)
STROKES: dict[Shape, list[list[tuple[float, float]]]] = {
    "plus": [[(-1.4, 0), (1.4, 0)], [(0, -1.4), (0, 1.4)]],
    "cross": [[(-1.1, -1.1), (1.1, 1.1)], [(-1.1, 1.1), (1.1, -1.1)]],
    "diamond": [[(0, -1.5), (1.5, 0), (0, 1.5), (-1.5, 0), (0, -1.5)]],
}
"""Lines of each drawn shape, in radii about the root."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Colour (RGB) and shape of one kind of hair, and its words in the legend."""

    words: str
    colour: Colour
    shape: Shape


# After Okabe & Ito, Color Universal Design (2008), lightened to show on dark hair.
TERMINAL = Mark("terminal hair", (120, 205, 255), "dot")
VELLUS = Mark("vellus hair", (255, 176, 0), "diamond")
UNCLASSED = Mark("hair", (120, 205, 255), "dot")
NOT_COUNTED = Mark("hair outside the field", (235, 235, 235), "ring")
NOT_SHARED = Mark("hair outside the shared skin", (235, 235, 235), "ring")
PAIR_MARKS: dict[PairState, Mark] = {
    "kept": Mark("kept", (120, 205, 255), "dot"),
    "gained": Mark("gained", (0, 180, 110), "plus"),
    "lost": Mark("lost", (255, 94, 30), "cross"),
    "unsure": Mark("unsure", (250, 235, 60), "diamond"),
}


def draw_lines(
    picture: NDArray[np.uint8], paths_px: Sequence[NDArray[np.float32]], colour: Colour, width_px: int
) -> None:
    """Draw open lines into `picture` (uint8, (height, width, 3), RGB)."""
    lines = [_fixed_point(path) for path in paths_px]
    cv2.polylines(
        picture,
        lines,
        isClosed=False,
        color=colour,
        thickness=width_px,
        lineType=cv2.LINE_AA,
        shift=SUBPIXEL_BITS,
    )


def draw_mark(
    picture: NDArray[np.uint8], place_px: tuple[float, float], mark: Mark, radius_px: float
) -> None:
    """Draw a mark with a dark rim about a place (x, y)."""
    rim_px = max(1, round(radius_px * 0.4))
    if mark.shape in STROKES:
        centre = np.asarray(place_px, dtype=np.float32)
        strokes = [centre + radius_px * np.asarray(one, dtype=np.float32) for one in STROKES[mark.shape]]
        draw_lines(picture, strokes, CASING, 3 * rim_px)
        draw_lines(picture, strokes, mark.colour, rim_px + 1)
    else:
        _draw_round(picture, place_px, mark, radius_px)


def draw_hatching(picture: NDArray[np.uint8], left_out: NDArray[np.bool_], line_px: int) -> None:
    """Dim and hatch the px of `picture` where `left_out`, shape (height, width), is true."""
    height, width = left_out.shape
    diagonal = np.add.outer(np.arange(height), np.arange(width)) // line_px % HATCH_PERIOD == 0
    picture[left_out] = (picture[left_out] * DIMMED).astype(np.uint8)
    picture[left_out & diagonal] += HATCH_LIGHT


def _draw_round(
    picture: NDArray[np.uint8], place_px: tuple[float, float], mark: Mark, radius_px: float
) -> None:
    rim_px = max(1, round(radius_px * 0.4))
    (x, y), radius = _fixed_point(np.asarray([place_px]))[0], round(radius_px * 2**SUBPIXEL_BITS)
    centre = (int(x), int(y))
    filled = cv2.FILLED if mark.shape == "dot" else rim_px
    outside = rim_px * 2**SUBPIXEL_BITS
    cv2.circle(
        picture,
        centre,
        radius + outside // 2,
        CASING,
        filled if filled < 0 else 3 * rim_px,
        cv2.LINE_AA,
        SUBPIXEL_BITS,
    )
    cv2.circle(picture, centre, radius - outside // 4, mark.colour, filled, cv2.LINE_AA, SUBPIXEL_BITS)


def _fixed_point(points_px: NDArray[np.floating]) -> NDArray[np.int32]:
    fixed: NDArray[np.int32] = np.round(np.asarray(points_px) * float(2**SUBPIXEL_BITS)).astype(np.int32)
    return fixed
