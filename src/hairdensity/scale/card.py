"""The printed scale cards: which squares and markers stand where, in mm.

A card is a chessboard whose white squares hold ArUco markers (a ChArUco board; S. Garrido-Jurado et al.,
Automatic generation and detection of highly reliable fiducial markers, Pattern Recognit. 47, 2280, 2014).
Its corners, where black meets black, stay in place when the printer's ink spreads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

DICTIONARY: Final = cv2.aruco.DICT_4X4_250
MARKER_CELLS: Final = 6
"""Cells of a marker's side: four of its code and its black border."""

CONTROL_LINE_MM: Final = 100.0
"""Length of the line on the sheet that tells whether the printer kept the size."""


@dataclass(frozen=True, slots=True)
class CardLayout:
    """A chessboard with markers in its white squares, and perhaps a window to photograph skin through.

    Attributes
    ----------
    name
        What it is called on the sheet.
    columns, rows
        Number of squares; the upper left one is black.
    square_mm
        Side of a square.
    first_marker
        Number of the first marker; they count on along the rows.
    window
        First column, first row, columns and rows of the window; all 0 where there is none.
    """

    name: str
    columns: int
    rows: int
    square_mm: float
    first_marker: int
    window: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def marker_mm(self) -> float:
        """Side of a marker: three quarters of a square."""
        return self.square_mm * 0.75

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the chessboard."""
        return self.columns * self.square_mm, self.rows * self.square_mm

    def in_window(self, column: int, row: int) -> bool:
        """Say whether a square is cut out."""
        left, top, columns, rows = self.window
        return left <= column < left + columns and top <= row < top + rows

    def squares(self) -> Iterator[tuple[int, int]]:
        """Yield column and row of every square that is there."""
        for row in range(self.rows):
            for column in range(self.columns):
                if not self.in_window(column, row):
                    yield column, row

    def markers(self) -> dict[int, tuple[float, float]]:
        """Return number of each marker -> its upper left corner in mm."""
        margin_mm = (self.square_mm - self.marker_mm) / 2
        white = [(column, row) for column, row in self.squares() if (column + row) % 2]
        return {
            self.first_marker + at: (column * self.square_mm + margin_mm, row * self.square_mm + margin_mm)
            for at, (column, row) in enumerate(white)
        }

    def corners_mm(self) -> NDArray[np.float64]:
        """Return the corners where four squares meet, shape (n, 2), (x, y) in mm."""
        corners = [
            (column * self.square_mm, row * self.square_mm)
            for row in range(1, self.rows)
            for column in range(1, self.columns)
            if not any(self.in_window(column - left, row - up) for left in (0, 1) for up in (0, 1))
        ]
        return np.array(corners, np.float64)


CARDS: Final = (
    CardLayout("phone", 13, 9, 5.0, 0, (4, 3, 5, 3)),
    CardLayout("microscope", 15, 13, 1.5, 60, (5, 4, 5, 5)),
    CardLayout("fine", 15, 11, 1.0, 150),
)
"""The cards on the sheet. Each has its own markers, so that one seen tells the size of the squares."""


def marker_cells(marker: int) -> NDArray[np.bool_]:
    """Return which cells of a marker are black, shape (6, 6), its black border included."""
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    image = cv2.aruco.generateImageMarker(dictionary, marker, MARKER_CELLS, borderBits=1)
    return np.equal(np.asarray(image, np.uint8).reshape(MARKER_CELLS, MARKER_CELLS), 0)


def black_boxes_mm(layout: CardLayout) -> Iterator[tuple[float, float, float, float]]:
    """Yield left, top, width and height of every black box of a card, in mm from its upper left corner."""
    side = layout.square_mm
    for column, row in layout.squares():
        if (column + row) % 2 == 0:
            yield column * side, row * side, side, side
    cell = layout.marker_mm / MARKER_CELLS
    for marker, (left, top) in layout.markers().items():
        for row, cells in enumerate(marker_cells(marker)):
            yield from _runs(cells, left, top + row * cell, cell)


def _runs(
    cells: NDArray[np.bool_], left: float, top: float, cell: float
) -> Iterator[tuple[float, float, float, float]]:
    """Yield one box for each run of black cells in a row, so that no seam shows between them."""
    turns = np.flatnonzero(np.diff(np.pad(cells.astype(int), 1)))
    for start, stop in turns.reshape(-1, 2):
        yield left + float(start) * cell, top, float(stop - start) * cell, cell


def drawn(layout: CardLayout, px_per_mm: float, margin_mm: float = 0.0) -> NDArray[np.uint8]:
    """Return a card as it is printed, uint8, white margin around it; for tests and phantoms.

    Examples
    --------
    >>> drawn(CARDS[2], 40).shape
    (440, 600)
    """
    width_mm, height_mm = (side + 2 * margin_mm for side in layout.size_mm)
    card = np.full((round(height_mm * px_per_mm), round(width_mm * px_per_mm)), 255, np.uint8)
    for left, top, width, height in black_boxes_mm(layout):
        x, y, right, bottom = (
            round((edge + margin_mm) * px_per_mm) for edge in (left, top, left + width, top + height)
        )
        card[y:bottom, x:right] = 0
    return card
