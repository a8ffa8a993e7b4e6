"""The scale cards become a page to print: a PDF of black boxes, lines and words at exact size.

A PDF places everything in points of 1/72 inch (ISO 32000-1, 8.3.2): a page of boxes needs no library,
and a picture would be at the mercy of the program that prints it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hairdensity.scale.card import CARDS, CONTROL_LINE_MM, CardLayout, black_boxes_mm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

POINTS_PER_MM: Final = 72 / 25.4
PAGE_MM: Final = (210.0, 279.4)
"""Fits on A4 and on US Letter: the width of the one and the height of the other, margins apart."""

_LEFT_MM = 20.0
_CARD_TOPS_MM = (62.0, 140.0, 140.0)
_CARD_LEFTS_MM = (_LEFT_MM + 5, _LEFT_MM + 5, 100.0)
_CONTROL_TOP_MM = 42.0
_HAIRLINE_MM = 0.1
_HEAD = (
    (16, 24.0, "hairdensity scale cards"),
    (
        9,
        31.0,
        "Print at 100 % (actual size, not fitted to the page), on matt paper, with 1200 dpi if you can.",
    ),
    (
        9,
        36.0,
        "Then measure the line below. If it is not 100 mm long, to 0.3 mm, the cards must not be used.",
    ),
)
_NOTES = {
    "phone": ("Phone", "Cut out, cut the window out as well, and photograph the skin through it."),
    "microscope": ("Microscope, fields from 9 mm", "Cut out with its window, and lay it on the skin."),
    "fine": (
        "Microscope, fields of 5 to 12 mm",
        "Photograph it once, at the setting used for skin, and save a profile.",
    ),
}
_FOOT = (
    "Keep the card level with the skin, the camera straight above. A tilt of up to 20 degrees is corrected.",
    "At least two patterned squares and six corners between squares must show. Read the photo with:",
    "    hairdensity calibrate read PHOTO",
    "One photo of a card does for all of the same camera at the same setting and size, once saved:",
    "    hairdensity calibrate save NAME PHOTO     and then     hairdensity analyze OTHER --profile NAME",
)


def card_sheet() -> bytes:
    """Return the page with all scale cards and the control line, as PDF."""
    content = "\n".join(_page()).encode("cp1252")
    width, height = (side * POINTS_PER_MM for side in PAGE_MM)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.3f} {height:.3f}] /Contents 4 0 R "
            "/Resources << /Font << /F 5 0 R >> >> >>"
        ).encode(),
        f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    return _document(objects)


def _document(objects: Sequence[bytes]) -> bytes:
    """Return a PDF file of numbered objects, the first its catalogue, with the table of their places."""
    body, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        body
        + (
            f"xref\n0 {count}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
        ).encode()
    )


def _page() -> Iterator[str]:
    """Yield the drawing commands; mm from the upper left corner become points from the lower left one."""
    yield "0 g 0 G"
    for size, top_mm, words in _HEAD:
        yield _words(_LEFT_MM, top_mm, size, words)
    yield from _control_line()
    for layout, left_mm, top_mm in zip(CARDS, _CARD_LEFTS_MM, _CARD_TOPS_MM, strict=True):
        yield from _card(layout, left_mm, top_mm)
    for row, words in enumerate(_FOOT):
        yield _words(_LEFT_MM, 190.0 + 5 * row, 9, words)


def _control_line() -> Iterator[str]:
    top, right = _CONTROL_TOP_MM, _LEFT_MM + CONTROL_LINE_MM
    yield _box(_LEFT_MM, top - _HAIRLINE_MM / 2, CONTROL_LINE_MM, _HAIRLINE_MM)
    for at in range(11):
        half = 2.0 if at % 10 == 0 else 1.0
        x = _LEFT_MM + at * CONTROL_LINE_MM / 10
        yield _box(x - _HAIRLINE_MM / 2, top - half, _HAIRLINE_MM, 2 * half)
    yield _words(right + 3, top + 1, 9, f"{CONTROL_LINE_MM:.0f} mm from the first to the last stroke")


def _card(layout: CardLayout, left_mm: float, top_mm: float) -> Iterator[str]:
    """Yield a card, its cutting line one square around it, and what it is for."""
    title, note = _NOTES[layout.name]
    margin = layout.square_mm
    width, height = layout.size_mm
    yield _words(left_mm - margin, top_mm - margin - 6, 9, f"{title}: squares of {layout.square_mm:g} mm")
    yield _words(left_mm - margin, top_mm - margin - 2.5, 7, note)
    yield _frame(left_mm - margin, top_mm - margin, width + 2 * margin, height + 2 * margin)
    column, row, columns, rows = (count * layout.square_mm for count in layout.window)
    if columns:
        yield _frame(left_mm + column, top_mm + row, columns, rows)
    for left, top, box_width, box_height in black_boxes_mm(layout):
        yield _box(left_mm + left, top_mm + top, box_width, box_height)


def _box(left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> str:
    return f"{_rectangle(left_mm, top_mm, width_mm, height_mm)} f"


def _frame(left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> str:
    return f"0.25 w [2 2] 0 d {_rectangle(left_mm, top_mm, width_mm, height_mm)} S"


def _rectangle(left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> str:
    below_mm = PAGE_MM[1] - top_mm - height_mm
    points = (side * POINTS_PER_MM for side in (left_mm, below_mm, width_mm, height_mm))
    return " ".join(f"{one:.4f}" for one in points) + " re"


def _words(left_mm: float, base_mm: float, size: float, words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    x, y = left_mm * POINTS_PER_MM, (PAGE_MM[1] - base_mm) * POINTS_PER_MM
    return f"BT /F {size:g} Tf {x:.3f} {y:.3f} Td ({escaped}) Tj ET"
