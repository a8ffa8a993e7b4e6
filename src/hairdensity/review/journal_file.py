"""The file that corrections are added to: each one on the disk before it counts, one review at a time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from hairdensity.corrections import line_of
from hairdensity.corrections.lines import parse_journal, read_journal
from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.corrections import Correction

REMEDY = "keep corrections elsewhere with --corrections FILE"


class JournalFile:
    """An append-only file of corrections.

    Lines once written are never changed. What a stopped writer left unfinished after the last whole line was
    never confirmed, and is cut off before the next line is added.

    Parameters
    ----------
    path
        The file; it is made by the first correction.

    Raises
    ------
    UsageError
        When the file is damaged, cannot be written, or is open in another review.
    """

    def __init__(self, path: Path) -> None:
        """Take the file for this review and read what is in it."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 -- of the extra [review]

        self.path = path
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            message = f"{path}: is open in another review; finish that one first"
            raise UsageError(message) from error
        except OSError as error:
            message = f"{path}: cannot be written ({error.strerror}); {REMEDY}"
            raise UsageError(message) from error
        self._journal = parse_journal(b"", path.name) if not path.exists() else read_journal(path)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """All corrections, undone ones too."""
        return self._journal.corrections

    def append(self, correction: Correction) -> None:
        """Add one correction; when this returns, it is on the disk.

        Raises
        ------
        UsageError
            When it cannot be written; the file then holds what it held before.
        """
        line = line_of(correction, self._journal.last_sha256)
        is_new = not self.path.exists()
        if is_new and self._journal.corrections:
            message = f"{self.path}: was removed during the review; put it back, or start the review again"
            raise UsageError(message)
        try:
            with self.path.open("r+b" if not is_new else "xb") as file:
                file.truncate(self._journal.whole_bytes)
                file.seek(0, os.SEEK_END)
                if file.tell() and not self._ends_with_break():
                    file.write(b"\n")
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _sync_folder(self.path.parent)
        except OSError as error:
            message = (
                f"{self.path}: the correction could not be saved ({error.strerror}); make room or rights"
            )
            raise UsageError(message) from error
        self._journal = read_journal(self.path)

    def __enter__(self) -> Self:
        """Hold the file."""
        return self

    def __exit__(self, *reason: object) -> None:
        """Let the next review have the file."""
        self._lock.release()

    def _ends_with_break(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(self._journal.whole_bytes - 1)
            return file.read(1) == b"\n"


def _sync_folder(folder: Path) -> None:
    """Make a new file's name last, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
