"""A stand-in for the analysis, so that thousands of photos take seconds: a file says what happens.

Workers load this and nothing heavy with it.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.study.jobs import Outcome, PairResult, PhotoResult

if TYPE_CHECKING:
    from hairdensity.study.entry import PhotoEntry
    from hairdensity.study.jobs import Asked, Job

LOG = "log.txt"
SLOW_S = 0.02


@dataclass(frozen=True)
class StubAnalysis:
    """Stands for the settings of one photo."""

    limit: float = 1.0


@dataclass(frozen=True)
class StubSettings:
    """Stands for the settings of a comparison."""

    analysis: StubAnalysis = field(default_factory=StubAnalysis)
    match: float = 1.0


def measure_bytes(asked: Asked, job: Job) -> Outcome:
    """Make rows out of the bytes of files; KILL, BUG, BAD, FULL and SLOW mean what they say."""
    contents = {entry.photo: _content(asked, entry) for entry in job.entries}
    if any(content == b"FULL" for content in contents.values()):
        return Outcome(stop="results cannot be written (No space left on device)")
    first = job.entries[0].photo
    return Outcome(
        tuple(_photo(name, contents[name]) for name in contents if name in job.wanted),
        tuple(_pair(first, name, contents) for name in contents if name in job.compared),
    )


def _content(asked: Asked, entry: PhotoEntry) -> bytes | None:
    with Path(asked.source, LOG).open("a", encoding="utf-8") as log:
        log.write(f"{entry.photo}\n")
    try:
        content = Path(asked.source, entry.photo).read_bytes()
    except FileNotFoundError:
        return None
    if content == b"ONCE":
        Path(asked.source, entry.photo).write_bytes(b"was once")
    if content in {b"KILL", b"ONCE"}:
        os.kill(os.getpid(), signal.SIGKILL)
    if content == b"BUG":
        raise ZeroDivisionError
    if content.startswith(b"SLOW"):
        time.sleep(SLOW_S)
    return content


def _photo(name: str, content: bytes | None) -> PhotoResult:
    if content is None or content == b"BAD":
        return PhotoResult(name, 3, f"{name}: is no photo", {})
    row = {"hair_count": len(content), "um_per_px": 5.0}
    return PhotoResult(name, 0, "", row, hashlib.sha256(content).hexdigest())


def _pair(before: str, after: str, contents: dict[str, bytes | None]) -> PairResult:
    one, two = _photo(before, contents[before]), _photo(after, contents[after])
    failed = one if one.error else two
    row = {} if failed.error else {"kept": min(one.row["hair_count"], two.row["hair_count"])}
    return PairResult(before, after, failed.exit_code, failed.error, row, one.sha256, two.sha256)
