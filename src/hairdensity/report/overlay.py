"""An Analysis or a Comparison becomes pictures: the photo with its field and its hairs drawn root to tip."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.measure import hair_class
from hairdensity.report.language import ENGLISH
from hairdensity.report.legend import draw_legend
from hairdensity.report.marks import (
    CASING,
    NOT_COUNTED,
    NOT_SHARED,
    PAIR_MARKS,
    TERMINAL,
    UNCLASSED,
    VELLUS,
    Mark,
    draw_hatching,
    draw_lines,
    draw_mark,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.compare import Comparison
    from hairdensity.hairs.field import Field
    from hairdensity.hairs.units import Hair
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language

LONGEST_SIDE_PX = 3000
SHORTEST_WIDTH_PX = 1000
FIELD_COLOUR = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One hair to draw: a mark at its root and, when the hair is seen in this photo, its path."""

    mark: Mark
    root_px: tuple[float, float]
    path_px: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class _Legend:
    """The marks that the strip under a picture explains, and its language."""

    marks: tuple[Mark, ...]
    language: Language


def draw_analysis(analysis: Analysis, language: Language = ENGLISH) -> NDArray[np.uint8]:
    """Draw what was counted in one photo.

    Returns
    -------
    ndarray
        uint8, shape (height, width, 3), RGB: the photo, at most 3000 px long, and a legend strip below.
    """
    drawn = [_Drawn(_class_mark(hair, analysis), hair.root_px, hair.path_px) for hair in analysis.hairs]
    classes = (UNCLASSED,) if analysis.scale is None else (TERMINAL, VELLUS)
    return _draw(analysis, analysis.field, drawn, _Legend((*classes, NOT_COUNTED), language))


def draw_comparison(
    comparison: Comparison, language: Language = ENGLISH
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw what became of each hair into both photos.

    A hair seen in only one of them is marked in the other too, at the place where it stood or will stand.

    Returns
    -------
    tuple of ndarray
        Before and after: uint8, shape (height, width, 3), RGB, with a legend strip below.
    """
    if comparison.alignment.before_to_after is None:
        return draw_analysis(comparison.before, language), draw_analysis(comparison.after, language)
    marks = _Legend((*PAIR_MARKS.values(), NOT_SHARED), language)
    alignment = comparison.alignment
    before = _draw(comparison.before, alignment.before_shared_field, _followed(comparison, "before"), marks)
    after = _draw(comparison.after, alignment.after_shared_field, _followed(comparison, "after"), marks)
    return before, after


def _class_mark(hair: Hair, analysis: Analysis) -> Mark:
    if not hair.counted:
        return NOT_COUNTED
    named = hair_class(hair, analysis.scale, analysis.settings.measure)
    return {"terminal": TERMINAL, "vellus": VELLUS, None: UNCLASSED}[named]


def _followed(comparison: Comparison, side: str) -> list[_Drawn]:
    own, other, to_own = _sides(comparison, side)
    drawn: list[_Drawn] = []
    followed: set[int] = set()
    for pair in comparison.pairs:
        ids = (pair.before_id, pair.after_id)
        own_id, other_id = ids if side == "before" else ids[::-1]
        if own_id is not None:
            followed.add(own_id)
            drawn.append(_Drawn(PAIR_MARKS[pair.state], own[own_id].root_px, own[own_id].path_px))
        elif other_id is not None:
            place = _projected(other[other_id].root_px, to_own)
            drawn.append(_Drawn(PAIR_MARKS[pair.state], place, None))
    rest = [hair for hair in own.values() if hair.id not in followed]
    return [_Drawn(NOT_SHARED, hair.root_px, hair.path_px) for hair in rest] + drawn


def _sides(comparison: Comparison, side: str) -> tuple[dict[int, Hair], dict[int, Hair], NDArray[np.float64]]:
    """Return the hairs of this photo and of the other one, by id, and the matrix from the other to this."""
    before = {hair.id: hair for hair in comparison.before.hairs}
    after = {hair.id: hair for hair in comparison.after.hairs}
    forth = np.asarray(comparison.alignment.before_to_after, dtype=np.float64)
    if side == "after":
        return after, before, forth
    return before, after, np.asarray(np.linalg.inv(forth), dtype=np.float64)


def _projected(place_px: tuple[float, float], matrix: NDArray[np.float64]) -> tuple[float, float]:
    x, y, weight = matrix @ (*place_px, 1.0)
    return float(x / weight), float(y / weight)


def _draw(
    analysis: Analysis, field: Field | None, drawn: Sequence[_Drawn], legend: _Legend
) -> NDArray[np.uint8]:
    factor = _drawing_factor(analysis.photo.width_px, analysis.photo.height_px)
    picture = _resized(analysis.photo.pixels, factor)
    if field is not None:
        _draw_field(picture, field, factor)
    _draw_hairs(picture, drawn, factor)
    counts = Counter(one.mark for one in drawn)
    say = legend.language.note
    entries = [(mark, f"{say(mark.words)}: {counts[mark]}") for mark in legend.marks]
    refused = analysis.quality.verdict == "refused"
    hatching = say("refused: nothing was counted" if refused else "skin left out")
    strip = draw_legend([*([] if refused else entries), (None, hatching)], picture.shape[1])
    return np.vstack([picture, strip])


def _drawing_factor(width_px: int, height_px: int) -> float:
    """Enlarge small photos by a whole number, so that marks fit between hairs; shrink huge ones."""
    if max(width_px, height_px) > LONGEST_SIDE_PX:
        return LONGEST_SIDE_PX / max(width_px, height_px)
    enlarged = max(1, -(-SHORTEST_WIDTH_PX // width_px))
    return float(max(1, min(enlarged, LONGEST_SIDE_PX // max(width_px, height_px))))


def _resized(pixels: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    height, width = (max(1, round(side * factor)) for side in pixels.shape[:2])
    smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.array(cv2.resize(pixels, (width, height), interpolation=smooth), dtype=np.uint8)


def _to_drawing(points_px: NDArray[np.floating], factor: float) -> NDArray[np.float32]:
    """Map px of the photo to px of the drawing; px centres are whole numbers in both."""
    return ((np.asarray(points_px, dtype=np.float64) + 0.5) * factor - 0.5).astype(np.float32)


def _draw_field(picture: NDArray[np.uint8], field: Field, factor: float) -> None:
    """Dim and hatch what is not counted and outline what is."""
    height, width = picture.shape[:2]
    left_out = cv2.resize(field.mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) == 0
    line_px = _line_px(picture)
    draw_hatching(picture, left_out, line_px)
    if len(field.polygon_px):
        closed = np.vstack([field.polygon_px, field.polygon_px[:1]])
        draw_lines(picture, [_to_drawing(closed, factor)], CASING, 2 * line_px + 1)
        draw_lines(picture, [_to_drawing(closed, factor)], FIELD_COLOUR, line_px)


def _draw_hairs(picture: NDArray[np.uint8], drawn: Sequence[_Drawn], factor: float) -> None:
    line_px = _line_px(picture)
    seen = [(one.mark, _to_drawing(one.path_px, factor)) for one in drawn if one.path_px is not None]
    draw_lines(picture, [path for _, path in seen], CASING, 2 * line_px + 1)
    for mark, path in seen:
        draw_lines(picture, [path], mark.colour, line_px)
    for one in drawn:
        x, y = _to_drawing(np.asarray(one.root_px), factor)
        draw_mark(picture, (float(x), float(y)), one.mark, 3.0 * line_px + 1.0)


def _line_px(picture: NDArray[np.uint8]) -> int:
    return max(1, round(int(picture.shape[1]) / 1100))
