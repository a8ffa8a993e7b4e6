"""A photo that comes through a pipe becomes a file, as long as the command runs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STANDARD_INPUT = Path("-")
NAME = "stdin"


@contextmanager
def photo_files(*photos: Path) -> Iterator[Sequence[Path]]:
    """Give the paths of photos; `-` is read from standard input.

    Parameters
    ----------
    photos
        As given on the command line; at most one of them is `-`.

    Raises
    ------
    UsageError
        When more than one is `-`, or nothing comes.
    """
    count = photos.count(STANDARD_INPUT)
    if count == 0:
        yield photos
        return
    if count > 1:
        message = "- stands for one photo on standard input; name the other as a file"
        raise UsageError(message)
    content = sys.stdin.buffer.read()
    if not content:
        message = "standard input is empty; send a photo through the pipe, or name a file"
        raise UsageError(message)
    with TemporaryDirectory(prefix="hairdensity-") as folder:
        path = Path(folder, NAME)
        path.write_bytes(content)
        yield [path if one == STANDARD_INPUT else one for one in photos]
