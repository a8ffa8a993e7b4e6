"""What tests of batches ask for, and what they remember of it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from hairdensity.scale.model import StatedScale
from hairdensity.study.batch import Request
from hairdensity.study.jobs import Asked, Finished
from hairdensity.study.naming import NamePattern
from hairdensity.study.plan import Outlook, Wishes
from hairdensity.study.sources import open_source
from tests.study.stub_work import StubSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from hairdensity.compare import CompareSettings
    from hairdensity.study.jobs import Job, Outcome
    from hairdensity.study.ledger import Ledger, Tally


def nothing(ledger: Ledger) -> None:
    """Do nothing with the ledger at the end."""
    del ledger


class Watched:
    """Remembers what a batch said."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.tally: Tally | None = None
        self.outlook: Outlook | None = None
        self.rows = self.failed = 0

    def planned(self, tally: Tally, outlook: Outlook) -> None:
        """Remember the plan."""
        self.tally, self.outlook = tally, outlook

    def made(self, rows: int, failed: int) -> None:
        """Count."""
        self.rows += rows
        self.failed += failed


class HereExecutor:
    """Does jobs in this process: for what is not about processes."""

    def __init__(self, asked: Asked, task: Callable[[Asked, Job], Outcome]) -> None:
        """Take what is asked of every job."""
        self._asked, self._task = asked, task

    def run(self, jobs: Iterable[Job]) -> Iterator[Finished]:
        """Do one job after the other."""
        return (self.run_alone(job) for job in jobs)

    def run_alone(self, job: Job) -> Finished:
        """Do one job."""
        return Finished(job, self._task(self._asked, job))


@contextmanager
def here(asked: Asked, count: int = 1, *, task: Callable[[Asked, Job], Outcome]) -> Iterator[HereExecutor]:
    """Do jobs in this process."""
    assert count == 1
    yield HereExecutor(asked, task)


def request(folder: Path, output: Path, pattern: str | None = None, *, hairs: bool = False) -> Request:
    """Return what is asked of a batch over a folder."""
    output.mkdir(exist_ok=True)
    named = None if pattern is None else NamePattern(pattern)
    source = open_source(str(folder), named, StatedScale())
    settings = cast("CompareSettings", StubSettings())
    asked = Asked(source.root, None, hairs, settings, datetime(2026, 1, 1, tzinfo=UTC))
    return Request(Wishes(source, asked, None), output)
