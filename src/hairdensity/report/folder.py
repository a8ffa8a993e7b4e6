"""Bytes become files, each complete or absent, in a folder proved writable before the long work."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OUTPUT_REMEDY = "choose another folder with --output"


@contextmanager
def claim_folder(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Create an output folder, prove that files can be written in it, and leave no empty one behind.

    Parameters
    ----------
    folder
        Where results will be written; missing parents are created.

    Yields
    ------
    Path
        The folder. When nothing was written into it by the end, the folders made here are removed again.

    Raises
    ------
    UsageError
        When the folder cannot be made, is a file, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as top:
    ...     with claim_folder(f"{top}/new") as claimed:
    ...         inside = claimed.is_dir()
    ...     inside, claimed.exists()
    (True, False)
    """
    folder = Path(folder)
    made: Sequence[Path] = []
    try:
        made = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        _prove_writable(folder)
    except OSError as error:
        _remove_empty(made)
        message = f"{folder}: results cannot be written there ({error.strerror}); {OUTPUT_REMEDY}"
        raise UsageError(message) from error
    try:
        yield folder
    finally:
        _remove_empty(made)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is either complete or not there; its folder is made when missing.

    Raises
    ------
    UsageError
        When the file cannot be written: full disk, no permission, a folder of that name.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror}); {OUTPUT_REMEDY}"
        raise UsageError(message) from error
    finally:
        if temporary.exists():
            temporary.unlink()


def _prove_writable(folder: Path) -> None:
    probe = folder / f".probe.{os.getpid()}.part"
    try:
        probe.write_bytes(b"x")
    finally:
        probe.unlink(missing_ok=True)


def _remove_empty(folders: Sequence[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
