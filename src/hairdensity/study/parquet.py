"""Rows become a Parquet file (extra `[parquet]`)."""

from __future__ import annotations

import os
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from hairdensity.errors import UsageError
from hairdensity.report.folder import OUTPUT_REMEDY
from hairdensity.study.rows import TEXT_COLUMNS, WHOLE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hairdensity.study.jobs import Row

ROWS_AT_A_TIME = 5000


def write_parquet(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write rows of the given columns; what a row does not have is null.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    schema = pa.schema([(name, _kind(name)) for name in columns])
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with pq.ParquetWriter(temporary, schema) as writer:
            waiting = iter(rows)
            while part := list(islice(waiting, ROWS_AT_A_TIME)):
                writer.write_table(pa.Table.from_pylist(part, schema=schema))
        temporary.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror or error}); {OUTPUT_REMEDY}"
        raise UsageError(message) from error
    finally:
        temporary.unlink(missing_ok=True)


def _kind(name: str) -> pa.DataType:
    if name in TEXT_COLUMNS:
        return pa.string()
    return pa.int64() if name in WHOLE_COLUMNS else pa.float64()
