"""Photos and results on what pyarrow or fsspec reaches, such as `s3://` (extra `[remote]`)."""

from __future__ import annotations

import posixpath
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hairdensity.errors import PhotoError, UsageError
from hairdensity.study.stores import (
    FOLDER_FILE,
    OWN_FOLDER,
    SIDECAR_ENDING,
    Found,
    UnreachableError,
    is_photo,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 3
BLOCK_BYTES = 1 << 20
STAMPS = ("ETag", "etag", "md5Hash", "mtime", "last_modified", "LastModified", "updated", "created")


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """A folder of another file system.

    Attributes
    ----------
    url
        As the user gave it.
    files
        The file system, with the interface of fsspec.
    root
        Path of the folder in it.
    """

    url: str
    files: Any
    root: str

    @classmethod
    def open(cls, url: str) -> RemoteStore:
        """Open a URL.

        Raises
        ------
        UsageError
            When no installed library knows its kind, or it cannot be reached.
        """
        files, root = open_files(url)
        return cls(url, files, root.rstrip("/"))

    def photos(self) -> Iterator[Found]:
        """List the photos of the folder and the folders in it; hidden ones and results are left out."""
        try:
            for folder, _, entries in self.files.walk(self.root, detail=True, on_error="raise"):
                below = posixpath.relpath(folder, self.root)
                parts = [] if below == "." else below.split("/")
                if not any(part.startswith(".") or part == OWN_FOLDER for part in parts):
                    yield from self._of("/".join(parts), entries)
        except OSError as error:
            message = f"{self.url}: cannot be listed ({_reason(error)}); check the URL and your rights"
            raise UsageError(message) from error

    def look(self, name: str) -> Found:
        """Return the state of one photo, and of the files that state its scale."""
        around = posixpath.join(posixpath.dirname(name), FOLDER_FILE)
        stamps = [self._stamp(one) for one in (name, name + SIDECAR_ENDING, around)]
        return Found(name, stamps[0], _beside(stamps[1], stamps[2]))

    def content(self, name: str) -> bytes | None:
        """Return the bytes of a file; None when it is not there."""
        try:
            content: bytes = self.files.cat_file(self._path(name))
        except FileNotFoundError:
            return None
        except OSError as error:
            message = f"{self.url}/{name}: cannot be read ({_reason(error)}); check the URL and your rights"
            raise UsageError(message) from error
        return content

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """Fetch a photo, and the files that state its scale, into a folder that lasts as long as this."""
        with TemporaryDirectory(prefix="hairdensity-") as folder:
            path = Path(folder, posixpath.basename(name))
            path.write_bytes(self._fetched(name))
            around = posixpath.join(posixpath.dirname(name), FOLDER_FILE)
            for one in (name + SIDECAR_ENDING, around):
                content = self._optional(one)
                if content is not None:
                    (path.parent / posixpath.basename(one)).write_bytes(content)
            yield path

    def _fetched(self, name: str) -> bytes:
        content = self._optional(name)
        if content is None:
            message = f"{posixpath.basename(name)}: there is no such file; check the path"
            raise PhotoError(message)
        return content

    def _optional(self, name: str) -> bytes | None:
        """Read a file, trying again when the network fails."""
        for attempt in range(ATTEMPTS):
            try:
                content: bytes = self.files.cat_file(self._path(name))
            except FileNotFoundError:
                return None
            except OSError as error:
                if attempt + 1 == ATTEMPTS:
                    message = f"{posixpath.basename(name)}: cannot be fetched ({_reason(error)}); try again"
                    raise UnreachableError(message) from error
            else:
                return content
        return None

    def _of(self, below: str, entries: dict[str, dict[str, Any]]) -> Iterator[Found]:
        stamps = {name: _stamp_of(entry) for name, entry in entries.items()}
        for name in sorted(stamps):
            if is_photo(name) and not name.startswith("."):
                beside = _beside(stamps.get(name + SIDECAR_ENDING), stamps.get(FOLDER_FILE))
                yield Found(posixpath.join(below, name), stamps[name], beside)

    def _stamp(self, name: str) -> str | None:
        try:
            return _stamp_of(self.files.info(self._path(name)))
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            message = (
                f"{self.url}/{name}: cannot be reached ({_reason(error)}); check the URL and your rights"
            )
            raise UsageError(message) from error

    def _path(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self.root, name))


@lru_cache(maxsize=8)
def open_files(url: str) -> tuple[Any, str]:
    """Return the file system of a URL, with the interface of fsspec, and the path in it.

    fsspec is asked first, so that its own drivers (s3fs, gcsfs, adlfs) are used where they are installed;
    then pyarrow, which brings S3, Google Cloud Storage, Azure and HDFS.
    """
    if find_spec("fsspec") is None:
        message = f"{url}: other file systems need an extra; run pip install 'hairdensity[remote]'"
        raise UsageError(message)
    import fsspec  # noqa: PLC0415 -- an extra

    try:
        files, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError):
        return _open_arrow(url)
    except OSError as error:
        message = f"{url}: cannot be reached ({_reason(error)}); check the URL and your rights"
        raise UsageError(message) from error
    return files, str(root)


def send_folder(folder: Path, url: str) -> None:
    """Send the files of a folder to a URL, each complete or not at all.

    Raises
    ------
    UsageError
        When they cannot be written there.
    """
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        send_file(path, f"{url}/{path.relative_to(folder).as_posix()}")


def send_file(path: Path, url: str) -> None:
    """Send one file to a URL.

    Raises
    ------
    UsageError
        When it cannot be written there.
    """
    folder, name = posixpath.split(url)
    files, root = open_files(folder)
    try:
        _put(files, path, posixpath.join(root, name))
    except OSError as error:
        message = f"{url}: cannot be written ({_reason(error)}); check the URL and your rights"
        raise UsageError(message) from error


def _put(files: Any, path: Path, target: str) -> None:  # noqa: ANN401 -- fsspec has no types
    """Write a file; its folder is made only where folders exist: in an object store it would be an object."""
    try:
        _copy(files, path, target)
    except FileNotFoundError:
        files.makedirs(posixpath.dirname(target), exist_ok=True)
        _copy(files, path, target)


def _copy(files: Any, path: Path, target: str) -> None:  # noqa: ANN401 -- fsspec has no types
    with path.open("rb") as source, files.open(target, "wb") as sink:
        shutil.copyfileobj(source, sink, BLOCK_BYTES)


def fetch_file(url: str, path: Path) -> bool:
    """Fetch one file, and say whether it was there."""
    folder, name = posixpath.split(url)
    content = RemoteStore.open(folder).content(name)
    if content is not None:
        path.write_bytes(content)
    return content is not None


def _open_arrow(url: str) -> tuple[Any, str]:
    if find_spec("pyarrow") is None:
        message = f"{url}: no installed library knows it; run pip install 'hairdensity[remote]'"
        raise UsageError(message)
    import pyarrow as pa  # noqa: PLC0415 -- an extra
    from fsspec.implementations.arrow import ArrowFSWrapper  # noqa: PLC0415 -- an extra
    from pyarrow.fs import FileSystem  # noqa: PLC0415 -- an extra

    try:
        files, root = FileSystem.from_uri(url)
    except (OSError, ValueError, pa.ArrowException) as error:
        message = f"{url}: no file system that can be used ({_reason(error)}); check the URL"
        raise UsageError(message) from error
    return ArrowFSWrapper(files), str(root)


def _beside(sidecar: str | None, folder: str | None) -> str:
    return f"{sidecar} {folder}" if sidecar or folder else ""


def _stamp_of(entry: dict[str, Any]) -> str:
    known = [entry[name] for name in STAMPS if entry.get(name) is not None]
    held = [str(one.timestamp() if isinstance(one, datetime) else one) for one in known]
    return "-".join([str(entry.get("size")), *held])


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
