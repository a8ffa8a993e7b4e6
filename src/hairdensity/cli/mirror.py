"""Results that go to another file system lie in a folder of this machine first, and are sent at the end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from hairdensity.study.stores import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENT = ("results.csv", "pairs.csv", "results.parquet", "pairs.parquet", "hairs.csv", LEDGER)


@contextmanager
def mirror(remote: str | None, folder: Path) -> Iterator[None]:
    """Fetch the ledger of an earlier run, and send tables and ledger at the end, however it comes.

    Parameters
    ----------
    remote
        URL of the output; None when the folder is the output.
    folder
        Folder of this machine that holds the ledger and the tables.

    Raises
    ------
    UsageError
        When the URL cannot be read or written.
    """
    if remote is None:
        yield
        return
    from hairdensity.study.remote import fetch_file, send_file  # noqa: PLC0415 -- an extra

    if not (folder / LEDGER).exists():
        fetch_file(f"{remote}/{LEDGER}", folder / LEDGER)
    try:
        yield
    finally:
        for name in SENT:
            if (folder / name).exists():
                send_file(folder / name, f"{remote}/{name}")
