"""Where photos lie: a folder, or any file system that pyarrow or fsspec reaches, both read the same way."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hairdensity.errors import PhotoError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp")
OWN_FOLDER = "hairdensity-out"
SIDECAR_ENDING = ".toml"
FOLDER_FILE = "hairdensity.toml"


class UnreachableError(PhotoError):
    """A photo that could not be fetched this time; another try may go better."""


@dataclass(frozen=True, slots=True)
class Found:
    """A photo as it lies in a store.

    Attributes
    ----------
    photo
        Its name.
    stamp
        Changes when the file does; None when it is not there.
    beside
        Changes when a file beside it that states its scale does.
    """

    photo: str
    stamp: str | None
    beside: str


class Store(Protocol):
    """Photos by name, a POSIX path relative to the root."""

    def photos(self) -> Iterator[Found]:
        """List the photos of the folder and the folders in it."""

    def look(self, name: str) -> Found:
        """Return the state of one photo."""

    def content(self, name: str) -> bytes | None:
        """Return the bytes of a file; None when it is not there."""

    def local(self, name: str) -> _Local:
        """Give the path of a photo on this machine, with the files that state its scale beside it."""


if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    _Local = AbstractContextManager[Path]


def open_store(root: str) -> Store:
    """Open a folder, or a URL such as `s3://bucket/photos`.

    Raises
    ------
    UsageError
        When the folder is missing, or the file system of a URL cannot be used.
    """
    if "://" in root:
        from hairdensity.study.remote import RemoteStore  # noqa: PLC0415 -- an extra, not needed for folders

        return RemoteStore.open(root)
    folder = Path(root)
    if not folder.is_dir():
        message = f"{root}: there is no such folder; give the folder of the photos, or a manifest"
        raise UsageError(message)
    return FolderStore(folder)


def is_photo(name: str) -> bool:
    """Say whether a name ends as those of photos do."""
    return name.lower().endswith(PHOTO_ENDINGS)


def sha256_of(store: Store, name: str) -> str | None:
    """Return the hash of a file; None when it is not there."""
    content = store.content(name)
    return None if content is None else hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder of this machine."""

    folder: Path

    def photos(self) -> Iterator[Found]:
        """List the photos of the folder and the folders in it; hidden ones and results are left out."""
        yield from self._below(self.folder, "")

    def look(self, name: str) -> Found:
        """Return size, time and rights of a photo, and what the files beside it say of its scale."""
        shown = name.encode("utf-8", "replace").decode("utf-8")  # a table holds no bytes that are no text
        try:
            stamp = _stamp(self._path(shown).stat())
        except (OSError, ValueError):
            stamp = None
        around = f"{shown.rpartition('/')[0]}/{FOLDER_FILE}".lstrip("/")
        beside = (self.content(shown + SIDECAR_ENDING) or b"", self.content(around) or b"")
        return Found(shown, stamp, repr(beside) if any(beside) else "")

    def content(self, name: str) -> bytes | None:
        """Return the bytes of a file; None when it cannot be read."""
        try:
            return self._path(name).read_bytes()
        except (OSError, ValueError):
            return None

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """Give the path of a photo."""
        yield self._path(name)

    def _path(self, name: str) -> Path:
        return self.folder / name

    def _below(self, folder: Path, prefix: str) -> Iterator[Found]:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    yield from self._of(entry, prefix)
        except OSError as error:
            message = f"{folder}: cannot be listed ({error.strerror}); check its permissions"
            raise UsageError(message) from error

    def _of(self, entry: os.DirEntry[str], prefix: str) -> Iterator[Found]:
        name = prefix + entry.name
        if entry.name.startswith("."):
            return
        if entry.is_dir(follow_symlinks=False):
            if entry.name != OWN_FOLDER and not (Path(entry.path) / LEDGER).exists():
                yield from self._below(Path(entry.path), f"{name}/")
        elif is_photo(name):
            yield self.look(name)


LEDGER = "ledger.sqlite"
"""A folder that holds such a file holds results, and no photos to analyse."""


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_mode:o}"
