"""What a user names, a folder, a manifest, a list on standard input or a URL, becomes entries of photos."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError
from hairdensity.study.entry import PhotoEntry
from hairdensity.study.manifest import Manifest, read_manifest
from hairdensity.study.stores import Found, Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hairdensity.scale.model import StatedScale
    from hairdensity.study.naming import NamePattern

MANIFEST_ENDINGS = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the photos of a batch lie, and what is known of them.

    Attributes
    ----------
    root
        Their folder or URL; names of photos are relative to it.
    store
        The same, opened.
    manifest
        The photos and what is known of them; None when the folder is listed.
    pattern
        How names of files are read when there is no manifest.
    size
        Scale stated for all photos; what the manifest states of one wins.
    """

    root: str
    store: Store
    manifest: Manifest | None
    pattern: NamePattern | None
    size: StatedScale

    def photos(self) -> Iterator[tuple[PhotoEntry, Found]]:
        """Return the photos and the state of their files."""
        if self.manifest is not None:
            for entry in self.manifest.entries:
                yield self._sized(entry), self.store.look(entry.photo)
            return
        for found in self.store.photos():
            named = None if self.pattern is None else self.pattern.entry(found.photo)
            yield self._sized(named or PhotoEntry(found.photo)), found

    def _sized(self, entry: PhotoEntry) -> PhotoEntry:
        return replace(entry, size=self.size) if entry.size.is_empty else entry


def open_source(
    given: str, pattern: NamePattern | None, size: StatedScale, standard_input: bytes | None = None
) -> Source:
    """Open what a user names.

    Parameters
    ----------
    given
        A folder, a manifest, a URL of either, or `-` with what was read from standard input.
    pattern
        How names of files are read; not with a manifest that names more than photos.
    size
        Scale stated for all photos.
    standard_input
        A manifest, or one photo a line, relative to the present folder.

    Raises
    ------
    UsageError
        When there is no such folder or file, or the manifest is not as it should be.
    """
    if given == "-":
        manifest = read_manifest(standard_input or b"", "standard input", str(Path.cwd()))
        return Source(".", open_store("."), _patterned(manifest, pattern), None, size)
    if not given.lower().endswith(MANIFEST_ENDINGS):
        return Source(given, open_store(given), None, pattern, size)
    root, name = posixpath.split(given if "://" in given else Path(given).as_posix())
    store = open_store(root or ".")
    content = store.content(name)
    if content is None:
        message = f"{given}: there is no such file; give a folder of photos, or a manifest (CSV)"
        raise UsageError(message)
    folder = root if "://" in root else str(Path(root).resolve())
    return Source(root or ".", store, _patterned(read_manifest(content, name, folder), pattern), None, size)


def _patterned(manifest: Manifest, pattern: NamePattern | None) -> Manifest:
    """Read the names of the photos of a plain list by the pattern."""
    if pattern is None:
        return manifest
    if any(any(entry.labels.values()) for entry in manifest.entries):
        message = "--pattern reads what the manifest states already; give one of them"
        raise UsageError(message)
    entries = tuple(
        replace(pattern.entry(entry.photo) or entry, size=entry.size) for entry in manifest.entries
    )
    return replace(manifest, entries=entries)
