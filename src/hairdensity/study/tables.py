"""The ledger becomes results.csv, pairs.csv and hairs.csv, row by row, and the same as Parquet."""

from __future__ import annotations

import csv
import os
import zlib
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from hairdensity.errors import ScaleError, UsageError
from hairdensity.report.folder import OUTPUT_REMEDY
from hairdensity.report.hair_table import ANALYSIS_COLUMNS, table_cell
from hairdensity.study.rows import PAIR_COLUMNS, PHOTO_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from hairdensity.study.jobs import Row
    from hairdensity.study.ledger import Ledger

RESULTS = "results"
PAIRS = "pairs"
HAIRS = "hairs.csv"
SCALE_NEEDED = "no scale found; give --um-per-px, a column um_per_px, or a file {}.toml beside it"


def write_tables(ledger: Ledger, folder: Path, *, hairs: bool, require_scale: bool) -> tuple[str, ...]:
    """Write the tables of a batch whose plan is done.

    Parameters
    ----------
    ledger
        Holds every row.
    folder
        Where to write.
    hairs
        Whether the table of hairs is written too.
    require_scale
        Whether a row without a scale becomes an error row.

    Returns
    -------
    tuple of str
        Names of the files written: Parquet beside CSV where the extra `[parquet]` is installed.

    Raises
    ------
    UsageError
        When a file cannot be written.
    """
    written = []
    for name, columns, rows in (
        (RESULTS, PHOTO_COLUMNS, lambda: photo_rows(ledger, require_scale=require_scale)),
        (PAIRS, PAIR_COLUMNS, lambda: pair_rows(ledger, require_scale=require_scale)),
    ):
        written += _write_table(folder, name, columns, rows)
    if hairs:
        _write_hairs(folder / HAIRS, ledger.hairs())
        written.append(HAIRS)
    return tuple(written)


def holds_rows(folder: Path, name: str) -> bool:
    """Say whether a table of an earlier run lies in the folder and has rows."""
    try:
        with (folder / f"{name}.csv").open(encoding="utf-8") as lines:
            return len(list(islice(lines, 2))) > 1
    except FileNotFoundError:
        return False


def photo_rows(ledger: Ledger, *, require_scale: bool) -> Iterator[Row]:
    """Return the rows of results.csv in their order."""
    for row in ledger.photo_rows():
        lacks = require_scale and row["exit_code"] == 0 and "um_per_px" not in row
        name = row["photo"].rpartition("/")[2]
        yield _without_scale(row, name) if lacks else row


def pair_rows(ledger: Ledger, *, require_scale: bool) -> Iterator[Row]:
    """Return the rows of pairs.csv in their order."""
    for row in ledger.pair_rows():
        lacks = require_scale and row["exit_code"] == 0 and "shared_area_cm2" not in row
        name = row["before"].rpartition("/")[2]
        yield _without_scale(row, name) if lacks else row


def _without_scale(row: Row, name: str) -> Row:
    message = f"{name}: {SCALE_NEEDED.format(name)}"
    return row | {"exit_code": ScaleError.exit_code, "error": message}


def _write_table(
    folder: Path, name: str, columns: tuple[str, ...], rows: Callable[[], Iterable[Row]]
) -> list[str]:
    with _atomic(folder / f"{name}.csv") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([table_cell(row.get(column)) for column in columns] for row in rows())
    if find_spec("pyarrow") is None:
        return [f"{name}.csv"]
    from hairdensity.study.parquet import write_parquet  # noqa: PLC0415 -- an extra

    write_parquet(folder / f"{name}.parquet", columns, rows())
    return [f"{name}.csv", f"{name}.parquet"]


def _write_hairs(path: Path, hairs: Iterable[bytes]) -> None:
    with _atomic(path) as stream:
        stream.write(",".join(ANALYSIS_COLUMNS) + "\n")
        stream.writelines(zlib.decompress(one).decode() for one in hairs)


@contextmanager
def _atomic(path: Path) -> Iterator[TextIO]:
    """Give a file to write text to that takes its place when it is complete, or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror}); {OUTPUT_REMEDY}"
        raise UsageError(message) from error
    finally:
        temporary.unlink(missing_ok=True)
