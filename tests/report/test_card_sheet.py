"""The printed sheet, rendered: each card is read at its true size, and the control line is 100 mm."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest

from hairdensity.photo import Photo
from hairdensity.report.card_sheet import card_sheet
from hairdensity.scale.card import CARDS, CardLayout
from hairdensity.scale.card_seen import see_card

DOTS = 600
UM_PER_PX = 25_400 / DOTS


@pytest.fixture(scope="module")
def sheet() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the page as a printer of 600 dots an inch puts it on paper, uint8."""
    page = pypdfium2.PdfDocument(card_sheet())[0]
    return np.asarray(page.render(scale=DOTS / 72, grayscale=True).to_numpy()).squeeze()


PLACES_MM = [(20, 56, 100, 115), (20, 136, 60, 168), (92, 136, 120, 158)]


@pytest.mark.parametrize(("layout", "box_mm"), list(zip(CARDS, PLACES_MM, strict=True)))
def test_each_card_is_read_from_the_sheet_at_its_size(
    sheet: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], layout: CardLayout, box_mm: tuple[int, ...]
) -> None:
    left, top, right, bottom = (round(side * 1000 / UM_PER_PX) for side in box_mm)
    part = np.repeat(sheet[top:bottom, left:right, None], 3, axis=2)
    seen = see_card(Photo(np.ascontiguousarray(part), "sheet.png", ""))
    assert seen is not None
    assert seen.how.startswith(f"{layout.name} card, {len(layout.corners_mm())} corners")
    assert seen.um_per_px is not None
    assert seen.um_per_px.value == pytest.approx(UM_PER_PX, rel=0.001)


def test_the_control_line_is_100_mm_long(sheet: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    rows = slice(round(41_000 / UM_PER_PX), round(43_000 / UM_PER_PX))
    line = sheet[rows, : round(121_500 / UM_PER_PX)].min(axis=0) < 128
    columns = np.flatnonzero(line)
    assert (columns[-1] - columns[0]) * UM_PER_PX / 1000 == pytest.approx(100, abs=0.15)


def test_the_page_fits_on_a4_and_on_letter() -> None:
    width, height = pypdfium2.PdfDocument(card_sheet())[0].get_size()
    assert width / 72 * 25.4 <= 210.1
    assert height / 72 * 25.4 <= 279.5
