"""The scale of a photo and what tells it become a picture, words and a JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hairdensity.report.analysis_document import shown_name
from hairdensity.report.folder import write_atomically
from hairdensity.report.marks import CASING, draw_lines
from hairdensity.report.numbers import significant

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hairdensity.estimate import Estimate
    from hairdensity.photo import Photo
    from hairdensity.scale import ScaleReading, SeenScale

COLOUR: Final = (255, 176, 0)
LEAST_WIDTH_PX, MOST_WIDTH_PX = 900, 2400
LETTERS_ACROSS = 62


def scale_document(photo: Photo, reading: ScaleReading) -> dict[str, Any]:
    """Return the JSON document of `calibrate read`: the scale or nulls, and what was found."""
    size = None if reading.scale is None else reading.scale.um_per_px
    return {
        "photo": {"name": shown_name(photo), "width_px": photo.width_px, "height_px": photo.height_px},
        **_interval("um_per_px", size),
        "source": None if reading.scale is None else reading.scale.source,
        "how": None if reading.scale is None else reading.scale.how,
        "contradicted": reading.scale is not None and reading.scale.contradicted_by is not None,
        "found": [*_stated_block(photo), *(_found_block(one) for one in reading.seen)],
    }


def scale_lines(photo: Photo, reading: ScaleReading) -> list[str]:
    """Return the scale and what was found in words."""
    lines = []
    if reading.scale is not None:
        size = reading.scale.um_per_px
        extent = f"{photo.width_px * size.value / 1000:.2f} x {photo.height_px * size.value / 1000:.2f} mm"
        lines = [
            f"{size.value:.4g} um per px ({size.low:.4g} to {size.high:.4g}), the whole photo {extent}",
            f"from: {reading.scale.source} ({reading.scale.how})",
        ]
        if reading.scale.contradicted_by is not None:
            other = reading.scale.contradicted_by
            lines.append(f"contradicted by: {other.how}, {other.um_per_px.value:.4g} um per px")
    if photo.stated_px is not None:
        lines.append(f"found in the file: {photo.stated_px.how}")
    lines += [f"found {at}: {_found_words(one)}" for at, one in enumerate(reading.seen, 1)]
    return lines or ["nothing was found that tells a scale"]


def write_scale_picture(photo: Photo, reading: ScaleReading, path: Path) -> None:
    """Write the photo with what was found outlined and numbered, and the words below it, as PNG.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    picture = draw_scale(photo, reading)
    _, buffer = cv2.imencode(".png", picture[:, :, ::-1])
    write_atomically(path, buffer.tobytes())


def draw_scale(photo: Photo, reading: ScaleReading) -> NDArray[np.uint8]:
    """Draw what was found into a photo.

    Returns
    -------
    ndarray
        uint8, shape (height, width, 3), RGB, with the words in a strip below.
    """
    width = min(max(photo.width_px, LEAST_WIDTH_PX), MOST_WIDTH_PX)
    factor = width / photo.width_px
    size = (width, max(1, round(photo.height_px * factor)))
    smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    picture = np.array(cv2.resize(photo.pixels, size, interpolation=smooth), dtype=np.uint8)
    line_px = max(1, round(width / 700))
    for at, one in enumerate(reading.seen, 1):
        _outline(picture, one, factor, line_px)
        _number(picture, one, factor, str(at))
    return np.vstack([picture, _strip(scale_lines(photo, reading), width)])


def _outline(picture: NDArray[np.uint8], one: SeenScale, factor: float, line_px: int) -> None:
    """Outline what was found, a little wider than it is, so that it stays to be seen."""
    for polygon in one.outlines_px:
        corners = (np.array([*polygon, polygon[0]]) + 0.5) * factor - 0.5
        outwards = np.sign(corners - corners[:-1].mean(axis=0)) * 2 * line_px
        path = np.asarray(corners + outwards, np.float32)
        draw_lines(picture, [path], CASING, 3 * line_px)
        draw_lines(picture, [path], COLOUR, line_px)


def _number(picture: NDArray[np.uint8], one: SeenScale, factor: float, text: str) -> None:
    font = ImageFont.load_default(size=_letter_px(picture.shape[1]))
    canvas = Image.fromarray(picture)
    corners = np.array([corner for polygon in one.outlines_px for corner in polygon]) * factor
    limit = np.array([picture.shape[1], picture.shape[0]]) - 2 * _letter_px(picture.shape[1])
    x, y = (corners.mean(axis=0)).clip(4, limit)
    edge = max(2, picture.shape[1] // 400)
    ImageDraw.Draw(canvas).text((x, y), text, COLOUR, font, stroke_width=edge, stroke_fill=CASING)
    picture[:] = np.asarray(canvas)


def _strip(lines: list[str], width: int) -> NDArray[np.uint8]:
    letter_px = _letter_px(width)
    font = ImageFont.load_default(size=letter_px)
    rows = [row for line in lines for row in _wrapped(line, font, width - 2 * letter_px)]
    strip = Image.new("RGB", (width, round(1.5 * letter_px * (len(rows) + 1))), "white")
    pen = ImageDraw.Draw(strip)
    for at, row in enumerate(rows):
        pen.text((letter_px, letter_px * (0.6 + 1.5 * at)), row, (20, 20, 20), font)
    return np.asarray(strip, np.uint8)


def _letter_px(width: int) -> int:
    return round(width / LETTERS_ACROSS)


def _wrapped(line: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    rows = [""]
    for word in line.split():
        longer = f"{rows[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(f"   {word}")
    return rows


def _found_words(one: SeenScale) -> str:
    size = one.um_per_px
    if one.refusal:
        return f"{one.how}; not used: {one.refusal}"
    if size is None:
        return f"{one.how}; its length is not known"
    return f"{one.how}: {size.value:.4g} um per px ({size.low:.4g} to {size.high:.4g})"


def _stated_block(photo: Photo) -> list[dict[str, Any]]:
    if photo.stated_px is None:
        return []
    size = photo.stated_px.um_per_px
    value = None if size is None else significant(size)
    return [
        {"source": photo.stated_px.source, "um_per_px": value, "how": photo.stated_px.how, "outlines_px": []}
    ]


def _found_block(one: SeenScale) -> dict[str, Any]:
    return {
        "source": one.source,
        **_interval("um_per_px", one.um_per_px),
        "length_px": significant(one.length_px.value),
        "length_mm": None if one.length_mm is None else significant(one.length_mm.value),
        "tilt_deg": None if one.tilt_deg is None else round(one.tilt_deg, 1),
        "how": one.how,
        "refusal": one.refusal or None,
        "outlines_px": [[[round(x, 1), round(y, 1)] for x, y in polygon] for polygon in one.outlines_px],
    }


def _interval(name: str, size: Estimate | None) -> dict[str, float | None]:
    if size is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    bounds = (size.value, size.low, size.high)
    return {
        key: significant(one) for key, one in zip((name, f"{name}_low", f"{name}_high"), bounds, strict=True)
    }
