"""A plan becomes rows: jobs go to the executor, results into the ledger; what fails is tried once alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.errors import HairDensityError, PhotoError, UsageError
from hairdensity.study.jobs import Finished, Outcome, PairResult, PhotoResult
from hairdensity.study.plan import pending_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hairdensity.study.executors import Executor
    from hairdensity.study.jobs import Asked, Job
    from hairdensity.study.ledger import Ledger
    from hairdensity.study.stores import Store

    Progress = Callable[[int, int], None]

BUG = HairDensityError.exit_code
MOST_DEATHS_IN_A_ROW = 12
"""So many workers lost one after the other, with no photo done, are no photo's fault."""
KILLED = (
    "the process that worked on it was ended by the system, twice; it may need more memory than there is:"
    " use fewer --workers or a smaller photo"
)
NO_WORKER = (
    "the worker processes end as soon as they start ({}); run hairdensity analyze on one photo to see why"
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where results of a batch are written.

    Attributes
    ----------
    asked
        What holds for all jobs.
    store
        The photos.
    ledger
        The ledger, with its plan.
    progress
        Told after each job how many rows it made, and how many of them are errors.
    """

    asked: Asked
    store: Store
    ledger: Ledger
    progress: Progress


def run_plan(desk: Desk, executor: Executor) -> None:
    """Make every row of the plan that does not stand.

    A job that fails as a whole, by a bug or by the death of its worker, is taken apart when all others are
    done, and each photo of it tried once more while nothing else runs; what fails then is an error row.

    Raises
    ------
    UsageError
        When results cannot be written, or no worker lives; what is done stays in the ledger.
    """
    suspects: list[Job] = []
    deaths = 0
    for finished in executor.run(pending_jobs(desk.ledger)):
        deaths = deaths + 1 if finished.worker_died else 0
        if deaths > MOST_DEATHS_IN_A_ROW:
            raise UsageError(NO_WORKER.format(finished.failure))
        if finished.outcome is None:
            suspects.append(finished.job)
        else:
            _record(desk, finished.outcome)
    for job in suspects:
        for outcome in _alone(executor, job):
            _record(desk, outcome)


def _alone(executor: Executor, job: Job) -> Iterator[Outcome]:
    """Try each row of a job alone; a pair of a photo that failed so is not tried."""
    lost: dict[str, str] = {}
    for single in job.singles():
        cause = next((lost[one.photo] for one in single.entries if one.photo in lost), None)
        if cause is not None:
            yield _failed(single, cause)
            continue
        finished = executor.run_alone(single)
        if finished.outcome is not None:
            yield finished.outcome
            continue
        cause = _cause(finished)
        if single.wanted:
            lost[single.entries[0].photo] = cause
        yield _failed(single, cause)


def _cause(finished: Finished) -> str:
    name = finished.job.entries[-1].photo.rpartition("/")[2]
    if finished.worker_died:
        return f"{name}: {KILLED}"
    return f"{name}: this is a bug of hairdensity: {finished.failure}"


def _failed(job: Job, cause: str) -> Outcome:
    """Return the error row of a job of one row; another run tries it again."""
    first, last = job.entries[0].photo, job.entries[-1].photo
    exit_code = PhotoError.exit_code if cause.endswith(KILLED) else BUG
    if job.wanted:
        return Outcome(photos=(PhotoResult(last, exit_code, cause, {}, lasting=False),))
    return Outcome(pairs=(PairResult(first, last, exit_code, cause, {}, lasting=False),))


def _record(desk: Desk, outcome: Outcome) -> None:
    """Write the rows of one job, all or none."""
    reported = desk.asked.reports is not None
    with desk.ledger.transaction():
        for photo in outcome.photos:
            desk.ledger.record_photo(photo, reported=reported)
            if photo.sha256 is None and photo.exit_code == PhotoError.exit_code:
                desk.ledger.restamp(photo.photo, desk.store.look(photo.photo).stamp)
        for pair in outcome.pairs:
            desk.ledger.record_pair(pair, reported=reported)
    if outcome.stop is not None:
        message = f"{outcome.stop}; what is done is kept: run the same command again to go on"
        raise UsageError(message)
    exit_codes = [one.exit_code for one in outcome.photos] + [one.exit_code for one in outcome.pairs]
    desk.progress(len(exit_codes), sum(code > 0 for code in exit_codes))
