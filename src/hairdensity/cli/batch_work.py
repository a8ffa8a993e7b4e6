"""What `hairdensity batch` does once its options are read."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hairdensity.cli.batch_progress import BatchProgress
from hairdensity.cli.mirror import mirror
from hairdensity.cli.settings_file import read_settings
from hairdensity.cli.streams import write_line, write_text
from hairdensity.errors import BatchError, UsageError
from hairdensity.report import claim_folder
from hairdensity.scale.model import StatedScale
from hairdensity.study.batch import Request, look_ahead, run_batch
from hairdensity.study.jobs import Asked
from hairdensity.study.naming import NamePattern
from hairdensity.study.plan import Wishes
from hairdensity.study.processes import core_count, processes
from hairdensity.study.sources import open_source
from hairdensity.study.tables import pair_rows, photo_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hairdensity.cli.batch import BatchOptions, ClusterOptions
    from hairdensity.cli.options import RunOptions, ScaleOptions
    from hairdensity.study.batch import Start
    from hairdensity.study.jobs import Row
    from hairdensity.study.ledger import Ledger, Tally

RESULTS = Path("hairdensity-out")
URL = re.compile(r"([a-z][a-z0-9+.-]+):/+(.*)")


def run_batch_command(source: str, scale: ScaleOptions, run: RunOptions, batch: BatchOptions) -> None:
    """Run a batch and say how it went.

    Raises
    ------
    HairDensityError
        With the exit code of what went wrong; `BatchError` when some rows are errors.
    """
    remote = _url(run.output)
    folder = _output_folder(source, run.output, remote)
    wishes = _wishes(source, scale, run, batch, remote or str(folder))
    progress = BatchProgress(run)
    finish = partial(_hand_over, run)
    if batch.dry_run:
        look_ahead(wishes, folder, progress, partial(_show_plan, run))
        return
    start = _start(batch.cluster)
    with claim_folder(folder), mirror(remote, folder), progress.shown():
        tally = run_batch(Request(wishes, folder, run.require_scale), start, progress, finish)
    progress.note_end(remote or str(folder))
    _judge(tally, remote or str(folder))


def _wishes(source: str, scale: ScaleOptions, run: RunOptions, batch: BatchOptions, output: str) -> Wishes:
    pattern = None if batch.pattern is None else NamePattern(batch.pattern)
    size = StatedScale(**asdict(scale))
    given = sys.stdin.buffer.read() if source == "-" else None
    opened = open_source(source, pattern, size, given)
    asked = Asked(
        source=opened.root,
        reports=f"{output}/reports" if batch.reports else None,
        hairs=batch.hairs,
        settings=read_settings(run.settings, run.field),
        created_at=datetime.now(UTC),
    )
    return Wishes(opened, asked, batch.baseline_visit)


def _start(cluster: ClusterOptions) -> Start:
    if cluster.executor == "dask":
        from hairdensity.cli.cluster import start_dask  # noqa: PLC0415 -- an extra

        return start_dask(cluster)
    stray = [name for name in ("scheduler", "tls_ca", "tls_cert", "tls_key") if getattr(cluster, name)]
    if stray:
        message = f"--{stray[0].replace('_', '-')} needs --executor dask"
        raise UsageError(message)
    return partial(processes, count=cluster.workers or core_count())


def _url(output: Path | None) -> str | None:
    """Return an output that is a URL, of which a path has lost a slash."""
    match = None if output is None else URL.fullmatch(output.as_posix())
    return None if match is None else f"{match.group(1)}://{match.group(2)}".rstrip("/")


def _output_folder(source: str, output: Path | None, remote: str | None) -> Path:
    """Return the folder of this machine that holds the ledger and the tables."""
    if output is not None and remote is None:
        return output
    if remote is not None:
        return RESULTS / re.sub(r"[^A-Za-z0-9._-]+", "-", remote)
    given = PurePosixPath(source)
    name = given.stem if given.suffix in {".csv", ".tsv", ".txt"} else given.name
    if source == "-":
        name = "batch"
    return RESULTS / (name or Path(source).resolve().name)


def _hand_over(run: RunOptions, ledger: Ledger) -> None:
    """Print the rows as JSON, one a line, when `--json` asks for it."""
    if run.as_json:
        for rows in (photo_rows, pair_rows):
            _print_rows(rows(ledger, require_scale=run.require_scale))


def _print_rows(rows: Iterable[Row]) -> None:
    for row in rows:
        write_text(sys.stdout, json.dumps(row, ensure_ascii=False) + "\n")


def _show_plan(run: RunOptions, ledger: Ledger) -> None:
    """Print what a run would do: the pairs with `-v`, all of the plan as JSON with `--json`."""
    for photo, pending in ledger.plan_of_photos():
        if run.as_json:
            _print_rows([{"photo": photo.photo, **photo.labels, "pending": pending}])
    for before, after, pending in ledger.plan_of_pairs():
        if run.as_json:
            _print_rows([{"before": before, "after": after, "pending": pending}])
        elif run.verbose:
            write_line(sys.stdout, f"{before} -> {after}{'' if pending else ' (done)'}")


def _judge(tally: Tally, output: str) -> None:
    if tally.failed:
        message = (
            f"{tally.failed_photos} of {tally.photos} photos and {tally.failed_pairs} of {tally.pairs} pairs"
            f" failed, the rest is complete; the column error in {output}/results.csv says why"
        )
        raise BatchError(message)
