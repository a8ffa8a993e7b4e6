"""The options of a Dask cluster become what starts its executor."""

from __future__ import annotations

import logging
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.cli.batch import ClusterOptions
    from hairdensity.study.batch import Start


def start_dask(cluster: ClusterOptions) -> Start:
    """Return what starts an executor on a Dask cluster.

    Raises
    ------
    UsageError
        When the extra is missing, no scheduler is named, or a file for TLS is missing.
    """
    if find_spec("distributed") is None:
        message = "--executor dask needs an extra; run pip install 'hairdensity[dask]'"
        raise UsageError(message)
    if cluster.scheduler is None:
        message = "--executor dask needs --scheduler, the address of a running one, e.g. tcp://localhost:8786"
        raise UsageError(message)
    if cluster.workers is not None:
        message = "--workers is for --executor processes; a Dask cluster has its own workers"
        raise UsageError(message)
    from hairdensity.study.cluster import Scheduler, dask_cluster  # noqa: PLC0415 -- an extra

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said in one line
    files = {name: _file(name, getattr(cluster, f"tls_{name}")) for name in ("ca", "cert", "key")}
    return partial(dask_cluster, scheduler=Scheduler(cluster.scheduler, **files))


def _file(name: str, path: Path | None) -> str | None:
    if path is None:
        return None
    if not path.is_file():
        message = f"--tls-{name} {path}: there is no such file"
        raise UsageError(message)
    return str(path)
