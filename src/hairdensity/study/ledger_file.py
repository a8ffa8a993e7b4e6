"""The file of a ledger: opened for one process alone, its tables made, its errors said plainly."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = 1
TABLES = """
CREATE TABLE IF NOT EXISTS photo (
    photo TEXT PRIMARY KEY, planned INTEGER NOT NULL, pending INTEGER NOT NULL, site TEXT,
    entry TEXT NOT NULL, stamp TEXT, demand TEXT NOT NULL,
    done TEXT, sha256 TEXT, exit_code INTEGER, error TEXT, row TEXT, hairs BLOB, reported INTEGER DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS photo_site ON photo (site);
CREATE TABLE IF NOT EXISTS pair (
    before TEXT NOT NULL, after TEXT NOT NULL, planned INTEGER NOT NULL, pending INTEGER NOT NULL,
    demand TEXT NOT NULL, done TEXT, before_sha256 TEXT, after_sha256 TEXT, exit_code INTEGER, error TEXT,
    row TEXT, reported INTEGER DEFAULT 0, PRIMARY KEY (before, after)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pair_after ON pair (after);
"""


@contextmanager
def open_ledger(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger of an output folder, made when missing, for this process alone.

    Raises
    ------
    UsageError
        When another batch holds it, it is no ledger or one of another version, or the disk is full.
    """
    with said_plainly(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=1.0)
    try:
        with said_plainly(path):
            _prepare(connection, path)
        yield connection
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Take the file for this process; a lock that the system drops when the process ends, however it ends."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # before WAL: no shared memory, any file system
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in {0, SCHEMA}:
        message = f"{path.name}: is the ledger of another version ({version}, this is {SCHEMA});"
        raise UsageError(message + " choose another --output")
    for statement in TABLES.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
    connection.execute("COMMIT")


@contextmanager
def said_plainly(path: Path | None = None) -> Iterator[None]:
    """Turn what SQLite says into one line that helps."""
    try:
        yield
    except sqlite3.Error as error:
        name = "the ledger" if path is None else path.name
        message = f"{name}: {_remedy(str(error))}"
        raise UsageError(message) from error


def _remedy(text: str) -> str:
    if "locked" in text:
        return "another batch is writing to this folder; wait for it, or choose another --output"
    if "full" in text or "disk I/O" in text:
        return f"cannot be written ({text}); free some space and run the same command again: nothing is lost"
    if "not a database" in text or "malformed" in text:
        return f"is no ledger of hairdensity ({text}); choose another --output"
    return f"cannot be used ({text}); choose another --output"
