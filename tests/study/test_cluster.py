"""A Dask cluster of processes on this machine: same rows, a worker killed, the scheduler killed, TLS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from distributed import Client, LocalCluster, Security

from hairdensity.errors import UsageError
from hairdensity.study.batch import run_batch
from hairdensity.study.cluster import Scheduler, _check_workers, dask_cluster
from hairdensity.study.processes import processes
from tests.study.stub_work import LOG, measure_bytes
from tests.study.stubs import Watched, nothing, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from hairdensity.study.cluster import DaskExecutor
    from hairdensity.study.jobs import Asked

ROOT = Path(__file__).parents[2]
SUBJECTS = 12
KILL_AT = 12
PATTERN = "{subject}_{visit}.jpg"

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning:distributed")


@dataclass
class Cluster:
    """A running scheduler with two workers of one thread."""

    address: str
    scheduler: subprocess.Popen[bytes]

    def start(self, asked: Asked) -> AbstractContextManager[DaskExecutor]:
        """Start an executor on it."""
        return dask_cluster(asked, Scheduler(self.address), measure_bytes)

    def worker_pids(self) -> list[int]:
        """Return the processes that do the work."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            return list(client.run(os.getpid).values())


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Start a cluster that gives a job up when one worker has died of it, and starts dead workers again."""
    address_file = tmp_path / "scheduler.json"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    }
    words = ("--scheduler-file", str(address_file), "--no-dashboard", "--host", "127.0.0.1")

    def started(kind: str, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", "-m", f"distributed.cli.dask_{kind}", *words, *more]
        return subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)

    with started("scheduler", "--port", "0") as scheduler:
        deadline_s = time.monotonic() + 60
        while not address_file.exists() and time.monotonic() < deadline_s:
            time.sleep(0.1)
        with started("worker", "--nthreads", "1", "--nworkers", "2") as workers:
            yield Cluster(str(json.loads(address_file.read_text())["address"]), scheduler)
            workers.terminate()
        scheduler.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return visits of many subjects, one photo that ends its worker, and one that does so once."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for subject in range(SUBJECTS):
        for visit in ("before", "week4"):
            (photos / f"{subject:02}_{visit}.jpg").write_bytes(b"SLOW" + str(subject).encode())
    return photos


class Acting(Watched):
    """Does something once when so many rows are made."""

    def __init__(self, rows: int, act: Callable[[], None]) -> None:
        """Take when, and what to do."""
        super().__init__()
        self._at, self._act = rows, act

    def made(self, rows: int, failed: int) -> None:
        """Count, and act when it is time."""
        before = self.rows
        super().made(rows, failed)
        if before < self._at <= self.rows:
            self._act()


def tables(output: Path) -> list[bytes]:
    return [(output / name).read_bytes() for name in ("results.csv", "pairs.csv")]


def test_dask_gives_the_rows_of_one_machine_though_workers_die(
    cluster: Cluster, folder: Path, tmp_path: Path
) -> None:
    (folder / "90_before.jpg").write_bytes(b"KILL")
    victim = cluster.worker_pids()[0]
    watched = Acting(KILL_AT, lambda: os.kill(victim, signal.SIGKILL))
    tally = run_batch(request(folder, tmp_path / "dask", PATTERN), cluster.start, watched, nothing)
    assert (tally.failed_photos, tally.failed_pairs) == (1, 0)
    (folder / LOG).unlink()
    start = partial(processes, count=2, task=measure_bytes)
    run_batch(request(folder, tmp_path / "processes", PATTERN), start, Watched(), nothing)
    assert tables(tmp_path / "dask") == tables(tmp_path / "processes")
    assert b"ended by the system, twice" in tables(tmp_path / "dask")[0]


def test_when_the_scheduler_dies_the_rest_is_done_by_another_run(
    cluster: Cluster, folder: Path, tmp_path: Path
) -> None:
    cluster.worker_pids()
    watched = Acting(KILL_AT, cluster.scheduler.kill)
    asked = request(folder, tmp_path / "out", PATTERN)
    with pytest.raises(UsageError, match=r"the Dask scheduler is gone; what is done is kept"):
        run_batch(asked, cluster.start, watched, nothing)
    assert KILL_AT <= watched.rows < 3 * SUBJECTS
    rest = Watched()
    start = partial(processes, count=1, task=measure_bytes)
    tally = run_batch(asked, start, rest, nothing)
    assert (tally.failed, rest.rows + watched.rows) == (0, 3 * SUBJECTS)


def test_no_scheduler_and_no_worker_are_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hairdensity.study.cluster.CONNECT_S", 0.5)
    asked = request(folder, tmp_path / "out")
    nowhere = partial(dask_cluster, scheduler=Scheduler("tcp://127.0.0.1:9"))
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        run_batch(asked, nowhere, Watched(), nothing)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=None) as empty:
        idle = partial(dask_cluster, scheduler=Scheduler(empty.scheduler_address))
        with pytest.raises(UsageError, match="has no worker"):
            run_batch(asked, idle, Watched(), nothing)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            {"opencv": "4.0"},
            r"worker tcp://w has opencv 4\.0 \(here 5\.0\); install the same on all machines",
        ),
        (ModuleNotFoundError("No module named 'hairdensity'"), "cannot load hairdensity"),
    ],
)
def test_workers_whose_rows_could_differ_are_refused(
    monkeypatch: pytest.MonkeyPatch, found: object, said: str
) -> None:
    monkeypatch.setattr("hairdensity.study.cluster.versions", lambda: {"opencv": "5.0"})

    class OneWorker:
        def run(self, *asked: object, **how: object) -> dict[str, object]:
            del asked, how
            return {"tcp://w": found}

    with pytest.raises(UsageError, match=said):
        _check_workers(OneWorker(), "tcp://s")


def test_tls_files_are_passed_on(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hairdensity.study.cluster.CONNECT_S", 5)
    security = Security.temporary()
    held = security.get_tls_config_for_role("client")
    files = {}
    for name, key in (("ca", "ca_file"), ("cert", "cert"), ("key", "key")):
        (tmp_path / f"{name}.pem").write_text(held[key])
        files[name] = str(tmp_path / f"{name}.pem")
    with LocalCluster(
        n_workers=1, processes=False, dashboard_address=None, protocol="tls", security=security
    ) as secured:
        address = secured.scheduler_address
        assert address.startswith("tls://")
        start = partial(dask_cluster, scheduler=Scheduler(address, **files), task=measure_bytes)
        tally = run_batch(request(folder, tmp_path / "out"), start, Watched(), nothing)
        assert (tally.photos, tally.failed) == (2 * SUBJECTS, 0)
        with pytest.raises(UsageError, match="no Dask scheduler answers"):
            run_batch(
                request(folder, tmp_path / "other"),
                partial(dask_cluster, scheduler=Scheduler(address)),
                Watched(),
                nothing,
            )
