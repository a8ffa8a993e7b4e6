"""results.csv and pairs.csv of a batch become rows; what cannot be read is one line that names the cell."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError
from hairdensity.report.words import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

RESULTS = "results.csv"
PAIRS = "pairs.csv"
REMEDY = "give the output folder of hairdensity batch"
QUANTITY_NAMES = tuple(one.name for one in QUANTITIES)
PHOTO_COLUMNS = ("photo", "subject", "exit_code", "error")
PAIR_COLUMNS = ("before", "after", "exit_code", "error")
FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """One photo of results.csv.

    `values` holds the quantities that are known; `error` is empty on success. `day` is the date of the visit.
    """

    photo: str
    subject: str
    site: str
    side: str
    visit: str
    day: date | None
    arm: str
    area_cm2: float | None
    error: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PairChange:
    """One quantity of one pair, over the skin that both photos share; `relative` is a fraction."""

    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    relative: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair of pairs.csv: two photos by name and what changed between them."""

    before: str
    after: str
    area_cm2: float | None
    error: str
    changes: Mapping[str, PairChange]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch left in its output folder."""

    name: str
    photos: tuple[PhotoRow, ...]
    pairs: tuple[PairRow, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of a table, with its place for messages."""

    place: str
    by_name: Mapping[str, str]

    def text(self, name: str) -> str:
        """Return a cell without the blanks around it and without the quote that guards against formulas."""
        cell = (self.by_name.get(name) or "").strip()
        return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell

    def number(self, name: str) -> float | None:
        """Return a number; None when the cell is empty.

        Raises
        ------
        UsageError
            When the cell holds anything else than a finite number.
        """
        cell = self.text(name)
        if not cell:
            return None
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            message = f"{self.place}: {name} is {cell!r}, which is no number; correct it or leave it empty"
            raise UsageError(message)
        return number

    def day(self, name: str) -> date | None:
        """Return a date; None when the cell is empty.

        Raises
        ------
        UsageError
            When the cell holds no ISO date.
        """
        cell = self.text(name)
        try:
            return date.fromisoformat(cell[:10]) if cell else None
        except ValueError as error:
            message = f"{self.place}: {name} is {cell!r}; write dates as 2026-03-31"
            raise UsageError(message) from error


def read_batch(results: Path) -> Batch:
    """Read what a batch wrote.

    Parameters
    ----------
    results
        The output folder of a batch, or its results.csv. A folder without pairs.csv has no pairs.

    Raises
    ------
    UsageError
        When there is no such file, a column is missing, or a cell is no number or date.
    """
    table = results / RESULTS if results.is_dir() or not results.suffix else results
    photos = tuple(_photo(cells) for cells in read_table(table, PHOTO_COLUMNS, REMEDY))
    _refuse_repeated([one.photo for one in photos], table.name)
    if not any(one.subject for one in photos):
        message = f"{table.name}: no photo names its subject; give batch a manifest or a file-name pattern"
        raise UsageError(message)
    pairs_table = table.with_name(PAIRS)
    pairs = read_table(pairs_table, PAIR_COLUMNS, REMEDY) if pairs_table.is_file() else ()
    return Batch(table.resolve().parent.name, photos, tuple(_pair(cells) for cells in pairs))


def read_table(path: Path, columns: Sequence[str], remedy: str) -> Iterator[Cells]:
    """Yield the lines of a CSV file that has at least these columns.

    Raises
    ------
    UsageError
        When the file cannot be read, is no CSV in UTF-8, or lacks a column.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); {remedy}"
        raise UsageError(message) from error
    except UnicodeDecodeError as error:
        message = f"{path.name}: this is no text in UTF-8; save it as CSV UTF-8"
        raise UsageError(message) from error
    lines = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [one for one in columns if one not in (lines.fieldnames or ())]
    if lacking:
        message = f"{path.name}: the column {lacking[0]} is missing; {remedy}"
        raise UsageError(message)
    for line in lines:
        yield Cells(f"{path.name} line {lines.line_num}", line)


def _photo(cells: Cells) -> PhotoRow:
    values = {name: cells.number(name) for name in QUANTITY_NAMES}
    return PhotoRow(
        photo=cells.text("photo"),
        subject=cells.text("subject"),
        site=cells.text("site"),
        side=cells.text("side"),
        visit=cells.text("visit"),
        day=cells.day("date"),
        arm=cells.text("arm"),
        area_cm2=cells.number("field_area_cm2"),
        error=_error(cells),
        values={name: one for name, one in values.items() if one is not None},
    )


def _pair(cells: Cells) -> PairRow:
    changes = {name: _change(cells, name) for name in QUANTITY_NAMES if f"{name}_difference" in cells.by_name}
    return PairRow(
        before=cells.text("before"),
        after=cells.text("after"),
        area_cm2=cells.number("shared_area_cm2"),
        error=_error(cells),
        changes=changes,
    )


def _change(cells: Cells, name: str) -> PairChange:
    return PairChange(
        before=cells.number(f"{name}_before"),
        after=cells.number(f"{name}_after"),
        difference=cells.number(f"{name}_difference"),
        low=cells.number(f"{name}_difference_low"),
        high=cells.number(f"{name}_difference_high"),
        relative=cells.number(f"{name}_relative"),
        verdict=cells.text(f"{name}_verdict"),
    )


def _error(cells: Cells) -> str:
    """Return why a row is no result; a code without its message is an error too."""
    error, code = cells.text("error"), cells.text("exit_code")
    return error or (f"exit code {code}" if code not in {"", "0"} else "")


def _refuse_repeated(names: Sequence[str], table: str) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        message = f"{table}: the photo {repeated[0]} has more than one row; keep one row a photo"
        raise UsageError(message)
