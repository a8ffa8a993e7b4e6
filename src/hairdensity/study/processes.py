"""Jobs run in processes of this machine, each with one job at a time, so that a death is one job's alone."""

from __future__ import annotations

import os
import signal
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING

from hairdensity.study.jobs import Finished
from hairdensity.study.worker import do_job, start_worker, worker_pid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hairdensity.study.jobs import Asked, Job, Outcome

    Task = Callable[[Asked, Job], Outcome]


class ProcessExecutor:
    """Worker processes; made by `processes`."""

    def __init__(self, asked: Asked, count: int, task: Task) -> None:
        """Take what holds for all jobs, how many processes there are, and what each does with a job."""
        self._asked = asked
        self._task = task
        self._idle = [_Slot() for _ in range(count)]
        self._busy: dict[Future[Outcome], tuple[_Slot, Job]] = {}

    def run(self, jobs: Iterable[Job]) -> Iterator[Finished]:
        """Run jobs and hand back each as it comes; the next is started before one is looked at."""
        waiting = iter(jobs)
        while True:
            self._fill(waiting)
            if not self._busy:
                return
            done, _ = wait(self._busy, return_when=FIRST_COMPLETED)
            finished = [self._finish(future) for future in done]
            self._fill(waiting)
            yield from finished

    def run_alone(self, job: Job) -> Finished:
        """Run one job while no other runs."""
        return next(self.run([job]))

    def close(self, *, at_once: bool) -> None:
        """End the processes; `at_once` does not wait for their jobs."""
        slots = [*self._idle, *(slot for slot, _ in self._busy.values())]
        if at_once:
            for slot in slots:
                slot.kill()
        for slot in slots:
            slot.close()

    def _fill(self, waiting: Iterator[Job]) -> None:
        while self._idle:
            job = next(waiting, None)
            if job is None:
                return
            slot = self._idle.pop()
            self._busy[slot.submit(self._task, self._asked, job)] = (slot, job)

    def _finish(self, future: Future[Outcome]) -> Finished:
        slot, job = self._busy.pop(future)
        error = future.exception()
        died = isinstance(error, BrokenProcessPool)
        if died:
            slot.close()
            slot = _Slot()
        self._idle.append(slot)
        if error is None:
            return Finished(job, future.result())
        return Finished(job, None, f"{type(error).__name__}: {error}", worker_died=died)


class _Slot:
    """One worker process, started with its first job."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._pid: Future[int] | None = None

    def submit(self, task: Task, asked: Asked, job: Job) -> Future[Outcome]:
        """Start a job; the process must be idle."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=start_worker)
            self._pid = self._pool.submit(worker_pid)
        return self._pool.submit(task, asked, job)

    def kill(self) -> None:
        """End the process now, whatever it is doing."""
        if self._pid is not None and self._pid.done() and self._pid.exception() is None:
            with suppress(OSError):
                os.kill(self._pid.result(), signal.SIGTERM)

    def close(self) -> None:
        """End the process when it is idle."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def processes(asked: Asked, count: int, task: Task = do_job) -> Iterator[ProcessExecutor]:
    """Give an executor of worker processes, one thread each, that end with it.

    Parameters
    ----------
    asked
        What holds for all jobs.
    count
        How many processes.
    task
        What a worker does with a job; a function of a module, so that its name can be sent.
    """
    executor = ProcessExecutor(asked, count, task)
    finished = False
    try:
        yield executor
        finished = True
    finally:
        executor.close(at_once=not finished)


def core_count() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
