"""A manifest, a CSV file with one row a photo, becomes entries."""

from __future__ import annotations

import csv
import io
import math
import posixpath
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError
from hairdensity.scale.model import StatedScale
from hairdensity.study.entry import LABELS, PROFILE, SIZES, PhotoEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS = ("photo", *LABELS, *SIZES, PROFILE)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Entries of a manifest, and the columns of it that mean nothing here."""

    entries: tuple[PhotoEntry, ...]
    unknown_columns: tuple[str, ...]


def read_manifest(content: bytes, name: str, folder: str = "") -> Manifest:
    r"""Read a manifest.

    Parameters
    ----------
    content
        A CSV file in UTF-8, separated by commas, semicolons or tabs. Columns: `photo`, and where known
        `subject, site, visit, date, arm, side`, and what states the scale, such as `um_per_px`. A file
        without a column `photo` and with one name a line is a plain list of photos.
    name
        Name of the file, for messages.
    folder
        Absolute path of its folder; absolute paths of photos become relative to it.

    Returns
    -------
    Manifest
        In the order of the file.

    Raises
    ------
    UsageError
        When it is no such file, a value is not what its column needs, or a photo stands in it twice.

    Examples
    --------
    >>> read_manifest(b"photo;subject\na.jpg;7\n", "m.csv").entries[0].subject
    '7'
    """
    text = _text(content, name)
    separator = _separator(text)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "photo" not in head:
        head, rows = ["photo"], [["photo"], *_plain_list(rows, name)]
    entries = tuple(_entries(rows[1:], head, _Place(name, folder, separator)))
    if not entries:
        message = f"{name}: no photo is listed; give one row a photo below the column photo"
        raise UsageError(message)
    return Manifest(entries, tuple(column for column in head if column and column not in COLUMNS))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row comes from."""

    name: str
    folder: str
    separator: str


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{name}: byte {error.start} is not UTF-8; save the table as CSV in UTF-8"
        raise UsageError(message) from error


def _separator(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _plain_list(rows: Sequence[Sequence[str]], name: str) -> list[list[str]]:
    if any(len(row) > 1 for row in rows):
        message = f"{name}: has no column photo; its first line must name the columns, one of them photo"
        raise UsageError(message)
    return [list(row) for row in rows]


def _entries(rows: Sequence[Sequence[str]], head: Sequence[str], place: _Place) -> Iterator[PhotoEntry]:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        cells = {column: cell.strip() for column, cell in zip(head, row, strict=False)}
        if not any(cells.values()):
            continue
        where = f"{place.name}, line {number}"
        entry = _entry(cells, where, place)
        if entry.photo in seen:
            message = f"{where}: {entry.photo} is listed twice; keep one row a photo"
            raise UsageError(message)
        seen.add(entry.photo)
        yield entry


def _entry(cells: dict[str, str], where: str, place: _Place) -> PhotoEntry:
    photo = cells.get("photo", "").replace("\\", "/")
    if not photo:
        message = f"{where}: names no photo; fill the column photo or remove the line"
        raise UsageError(message)
    if posixpath.isabs(photo) and place.folder:
        photo = posixpath.relpath(photo, place.folder)
    labels = {name: cells.get(name, "") for name in LABELS}
    _check_date(labels["date"], where)
    sizes = {name: _size(cells.get(name, ""), name, where, place.separator) for name in SIZES}
    stated = StatedScale(**sizes, profile=cells.get(PROFILE) or None)
    return PhotoEntry(posixpath.normpath(photo), **labels, size=stated)


def _check_date(text: str, where: str) -> None:
    try:
        if text:
            date.fromisoformat(text)
    except ValueError as error:
        message = f"{where}: date is {text}; write it as YYYY-MM-DD"
        raise UsageError(message) from error


def _size(text: str, column: str, where: str, separator: str) -> float | None:
    """Return a size; a table separated by semicolons may write 5,5."""
    if not text:
        return None
    try:
        number = float(text if separator == "," else text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        message = f"{where}: {column} is {text}; give a number above 0, or leave it empty"
        raise UsageError(message)
    return number
