"""Jobs run on a Dask cluster (extra `[dask]`): a few in flight, each released as soon as it is back."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dask import config
from distributed import Client, Security, as_completed
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from hairdensity.errors import UsageError
from hairdensity.study.jobs import Finished
from hairdensity.study.plan import versions
from hairdensity.study.worker import do_job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from distributed import Future

    from hairdensity.study.jobs import Asked, Job, Outcome

    Task = Callable[[Asked, Job], Outcome]

IN_FLIGHT_PER_THREAD = 2
CONNECT_S = 10
LOST = (asyncio.CancelledError, FutureCancelledError, OSError)
GONE = (
    "{}: the Dask scheduler is gone; what is done is kept: start the cluster and run the same command again"
)


@dataclass(frozen=True, slots=True)
class Scheduler:
    """Where a Dask scheduler is, and how it is spoken to.

    Attributes
    ----------
    address
        Such as `tcp://host:8786` or `tls://host:8786`.
    ca, cert, key
        Files of the certificate authority, the own certificate and its key, for `tls://`.
    """

    address: str
    ca: str | None = None
    cert: str | None = None
    key: str | None = None

    def security(self) -> Security | None:
        """Return the settings of TLS; None without."""
        if self.ca is None:
            return None
        return Security(
            tls_ca_file=self.ca,
            tls_client_cert=self.cert,
            tls_client_key=self.key,
            require_encryption=True,
        )


class DaskExecutor:
    """The workers of a cluster; made by `dask_cluster`."""

    def __init__(self, client: Client, asked: Asked, task: Task) -> None:
        """Take a connected client, what holds for all jobs, and what a worker does with a job."""
        self._client = client
        self._address = client.scheduler.address
        self._asked = asked
        self._task = task

    def run(self, jobs: Iterable[Job]) -> Iterator[Finished]:
        """Run jobs and hand back each as it comes."""
        waiting = iter(jobs)
        held: dict[str, Job] = {}
        arriving = as_completed(loop=self._client.loop)
        for _ in range(self._window()):
            self._submit(waiting, held, arriving)
        while held:
            future = self._next(arriving)
            finished = self._finish(future, held.pop(future.key))
            future.release()
            self._submit(waiting, held, arriving)
            yield finished

    def run_alone(self, job: Job) -> Finished:
        """Run one job while no other runs."""
        return next(self.run([job]))

    def _submit(self, waiting: Iterator[Job], held: dict[str, Job], arriving: Any) -> None:  # noqa: ANN401 -- dask has no types
        job = next(waiting, None)
        if job is not None:
            future = self._client.submit(self._task, self._asked, job, pure=False)
            held[future.key] = job
            arriving.add(future)

    def _next(self, arriving: Any) -> Future:  # noqa: ANN401 -- dask has no types
        try:
            return next(arriving)
        except (*LOST, StopIteration) as error:
            raise UsageError(GONE.format(self._address)) from error

    def _finish(self, future: Future, job: Job) -> Finished:
        try:
            error = future.exception()
            if error is None:
                return Finished(job, future.result())
        except LOST as lost:
            if self._client.status != "running":
                raise UsageError(GONE.format(self._address)) from lost
            return Finished(job, None, "its result was lost with a worker", worker_died=True)
        died = isinstance(error, KilledWorker)
        return Finished(job, None, f"{type(error).__name__}: {error}", worker_died=died)

    def _window(self) -> int:
        """Return how many jobs are kept in flight: what the workers are at, and as many more."""
        try:
            threads = sum(self._client.nthreads().values())
        except LOST as error:
            raise UsageError(GONE.format(self._address)) from error
        return max(IN_FLIGHT_PER_THREAD * int(threads), 1)


@contextmanager
def dask_cluster(asked: Asked, scheduler: Scheduler, task: Task = do_job) -> Iterator[DaskExecutor]:
    """Give an executor that works on a Dask cluster.

    Parameters
    ----------
    asked
        What holds for all jobs.
    scheduler
        Where the cluster is.
    task
        What a worker does with a job.

    Raises
    ------
    UsageError
        When the scheduler cannot be reached, has no worker, or a worker has other versions of the libraries
        than this machine, so that its rows would not be the same.
    """
    try:
        with config.set({"distributed.client.heartbeat": "2s"}):
            client = Client(
                scheduler.address,
                security=scheduler.security(),
                timeout=CONNECT_S,
                set_as_default=False,
            )
    except (OSError, ValueError, TypeError) as error:
        text = " ".join(str(error).split())
        message = f"{scheduler.address}: no Dask scheduler answers ({text}); check --scheduler and --tls-ca"
        raise UsageError(message) from error
    try:
        _check_workers(client, scheduler.address)
        yield DaskExecutor(client, asked, task)
    finally:
        client.close(timeout=1)


def _check_workers(client: Client, address: str) -> None:
    """Refuse a cluster without workers, or with workers whose rows could differ from those made here."""
    there = client.run(versions, on_error="return")
    if not there:
        message = f"{address}: the Dask scheduler has no worker; start some with dask worker {address}"
        raise UsageError(message)
    here = versions()
    for worker, found in there.items():
        if found != here:
            message = (
                f"{address}: worker {worker} {_difference(found, here)}; install the same on all machines"
            )
            raise UsageError(message)


def _difference(found: Any, here: dict[str, str]) -> str:  # noqa: ANN401 -- versions, or an error
    if not isinstance(found, dict):
        return f"cannot load hairdensity ({' '.join(str(found).split())})"
    other = [
        f"{name} {found.get(name)} (here {here[name]})" for name in here if found.get(name) != here[name]
    ]
    return f"has {', '.join(other)}"
