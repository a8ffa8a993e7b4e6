"""What one worker is asked to do, and what it hands back: small values, whatever the size of the photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from hairdensity.compare import CompareSettings
    from hairdensity.study.entry import PhotoEntry

Row = dict[str, Any]
"""Cells of a table by column."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What holds for all jobs of a batch.

    Attributes
    ----------
    source
        Folder or URL of the photos.
    reports
        Folder or URL below which each photo and pair gets a folder with its files; None for none.
    hairs
        Whether a table of hairs is wanted.
    settings
        Settings of all stages.
    created_at
        When the batch was started.
    """

    source: str
    reports: str | None
    hairs: bool
    settings: CompareSettings
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """Photos of one site: the first is the baseline, each later one may be compared with it.

    Attributes
    ----------
    entries
        The photos to look at.
    wanted
        Those of them whose row is wanted; the others are needed for their pairs.
    compared
        Those of the later ones that are compared with the first.
    """

    entries: tuple[PhotoEntry, ...]
    wanted: frozenset[str]
    compared: frozenset[str]

    @property
    def is_single(self) -> bool:
        """Whether only one row is wanted, so that what goes wrong is that row's fault."""
        return len(self.wanted) + len(self.compared) == 1

    def singles(self) -> tuple[Job, ...]:
        """Return jobs of one row each: first the photos, then the pairs."""
        photos = [Job((one,), frozenset({one.photo}), frozenset()) for one in self.entries]
        pairs = [Job((self.entries[0], one), frozenset(), frozenset({one.photo})) for one in self.entries[1:]]
        return (
            *(job for job in photos if job.wanted <= self.wanted),
            *(job for job in pairs if job.compared <= self.compared),
        )


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """One photo's row, or why there is none.

    `sha256` is the hash of the bytes that were read, None when they could not be; `lasting` is false when
    another try may go better; `hairs` is one CSV row a hair, compressed.
    """

    photo: str
    exit_code: int
    error: str
    row: Row
    sha256: str | None = None
    lasting: bool = True
    hairs: bytes | None = None


@dataclass(frozen=True, slots=True)
class PairResult:
    """One pair's row, or why there is none, and the hashes of the photos it rests on."""

    before: str
    after: str
    exit_code: int
    error: str
    row: Row
    before_sha256: str | None = None
    after_sha256: str | None = None
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job; `stop` says why nothing more can be done, such as a full disk."""

    photos: tuple[PhotoResult, ...] = ()
    pairs: tuple[PairResult, ...] = ()
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A job that came back.

    Attributes
    ----------
    job
        What was asked.
    outcome
        What came of it; None when the job failed as a whole.
    failure
        Why it failed as a whole.
    worker_died
        Whether it took its worker with it.
    """

    job: Job
    outcome: Outcome | None
    failure: str = ""
    worker_died: bool = False
