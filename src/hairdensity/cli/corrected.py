"""What `--corrections` does: which files, for which photos, and that the automatic result stays."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

from hairdensity.corrections import in_force, read_journal
from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hairdensity.cli.terminal import Terminal
    from hairdensity.corrections import Correction, Journal
    from hairdensity.photo import Photo
    from hairdensity.pipeline import Analysis

CORRECTED = "-corrected"


def read_journals(paths: Sequence[Path]) -> tuple[Journal, ...]:
    """Read the files of corrections that the options name.

    Raises
    ------
    UsageError
        When a file cannot be read, is damaged, or holds nothing.
    """
    journals = tuple(read_journal(path) for path in paths)
    for journal in journals:
        if not journal.corrections:
            message = f"{journal.name}: holds no correction; make some with hairdensity review RESULT"
            raise UsageError(message)
    return journals


def folder_name(name: str, journals: Sequence[Journal]) -> str:
    """Return the name of the default output folder: a corrected result has its own."""
    return f"{name}{CORRECTED}" if journals else name


def keep_automatic(document: Path, journals: Sequence[Journal]) -> None:
    """Refuse to write a corrected result over an automatic one.

    Raises
    ------
    UsageError
        When `document` exists and is an automatic result.
    """
    if journals and document.exists() and _is_automatic(document):
        message = (
            f"{document}: is the automatic result, which corrections never overwrite; choose another --output"
        )
        raise UsageError(message)


def corrections_for(photos: Sequence[Photo], journals: Sequence[Journal]) -> list[Correction]:
    """Return the corrections in force, each file being about at least one of the photos.

    Raises
    ------
    UsageError
        When a file is about none of them, or two files are about the same one.
    """
    names = ", ".join(photo.name for photo in photos)
    for journal in journals:
        if not any(_is_about(journal, photo) for photo in photos):
            seen = journal.corrections[0].photo
            message = (
                f"{journal.name}: its corrections are of {seen.name} (sha256 {seen.sha256[:12]}),"
                f" and not of {names}; give the photo that was corrected"
            )
            raise UsageError(message)
    for photo in photos:
        about = [journal for journal in journals if _is_about(journal, photo)]
        for one, other in pairwise(about):
            message = f"{one.name} and {other.name} both hold corrections of {photo.name}; give one of them"
            raise UsageError(message)
    return [one for journal in journals for one in in_force(journal.corrections)]


def note_corrections(analyses: Sequence[Analysis], terminal: Terminal) -> None:
    """Say where corrections met another automatic result than the one they were made on."""
    for one in analyses:
        if one.by_hand is None or one.by_hand.same_result:
            continue
        lost = one.by_hand.unplaced_count
        terminal.note(
            f"Note: {one.photo.name}: the automatic result is not the one that was corrected (another version"
            f" or other settings); corrections were placed by position, {lost} found no hair there."
            " Check them with hairdensity review."
        )


def _is_about(journal: Journal, photo: Photo) -> bool:
    return any(one.photo.sha256 == photo.sha256 for one in journal.corrections)


def _is_automatic(document: Path) -> bool:
    """Say whether a result was written without corrections; what is no result is left to the writer."""
    try:
        content = json.loads(document.read_bytes())
    except (OSError, ValueError):
        return False
    if not isinstance(content, dict) or not str(content.get("schema", "")).startswith("hairdensity."):
        return False
    corrections = content.get("corrections")
    return not isinstance(corrections, dict) or corrections.get("automatic") is None
