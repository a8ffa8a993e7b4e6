"""What runs in a worker: one thread, deaf to Ctrl-C, gone when the process that asked is gone."""

from __future__ import annotations

import os
import signal
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hairdensity.study.jobs import Asked, Job, Outcome

THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def start_worker() -> None:
    """Prepare a process of a pool; to be called before any picture library is imported."""
    for name in THREAD_SETTINGS:
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_leave_with_parent, daemon=True).start()


def worker_pid() -> int:
    """Return the number of the process, so that it can be ended."""
    return os.getpid()


def do_job(asked: Asked, job: Job) -> Outcome:
    """Do one job; see `hairdensity.study.work.do_job`."""
    import cv2  # noqa: PLC0415 -- only after `start_worker` has set the threads

    from hairdensity.study import work  # noqa: PLC0415 -- heavy: loaded in the worker, not in the parent

    cv2.setNumThreads(1)
    return work.do_job(asked, job)


def do_check(asked: Asked, job: Job) -> Outcome:
    """Summarise photos; see `hairdensity.study.check.summary.summarise_job`."""
    import cv2  # noqa: PLC0415 -- only after `start_worker` has set the threads

    from hairdensity.study.check.summary import summarise_job  # noqa: PLC0415 -- heavy

    cv2.setNumThreads(1)
    return summarise_job(asked, job)


def _leave_with_parent() -> None:
    """End this process when its parent has been killed: a pool's processes would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
