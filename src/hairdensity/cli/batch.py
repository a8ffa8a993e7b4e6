"""`hairdensity batch FOLDER`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from hairdensity.cli.options import PATH, RunOptions, ScaleOptions, run_options, scale_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What a batch does with its photos, and where."""

    pattern: str | None
    baseline_visit: str | None
    reports: bool
    hairs: bool
    dry_run: bool
    cluster: ClusterOptions


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """Where the work is done."""

    workers: int | None
    executor: str
    scheduler: str | None
    tls_ca: Path | None
    tls_cert: Path | None
    tls_key: Path | None


OPTIONS = (
    click.option(
        "--pattern",
        metavar="PATTERN",
        help="How files are named: '{subject}_{site}_{visit}.jpg'; also {date}, {arm}, {side}, and *.",
    ),
    click.option(
        "--baseline-visit",
        metavar="NAME",
        help="Visit that later ones are compared with; by default the first of each site.",
    ),
    click.option("--reports", is_flag=True, help="Write the files of every photo and pair, below reports/."),
    click.option("--hairs", is_flag=True, help="Write hairs.csv, one row a hair."),
    click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing."),
    click.option(
        "--workers",
        type=click.IntRange(1),
        metavar="N",
        help="Processes that work side by side; by default one a core.",
    ),
    click.option(
        "--executor",
        type=click.Choice(["processes", "dask"]),
        default="processes",
        show_default=True,
        help="Where the work is done: on this machine, or on a Dask cluster.",
    ),
    click.option(
        "--scheduler", metavar="ADDRESS", help="Address of the Dask scheduler, e.g. tcp://host:8786."
    ),
    click.option("--tls-ca", type=PATH, metavar="FILE", help="Certificate authority of a tls:// scheduler."),
    click.option("--tls-cert", type=PATH, metavar="FILE", help="Own certificate for a tls:// scheduler."),
    click.option("--tls-key", type=PATH, metavar="FILE", help="Key of the own certificate."),
)


def batch_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `BatchOptions`; it receives them as `batch`."""

    @wraps(command)
    def bundled(**values: Any) -> None:  # noqa: ANN401 -- click hands over whatever options were declared
        cluster = ClusterOptions(**{one.name: values.pop(one.name) for one in fields(ClusterOptions)})
        names = [one.name for one in fields(BatchOptions) if one.name in values]
        own = {name: values.pop(name) for name in names}
        command(batch=BatchOptions(cluster=cluster, **own), **values)

    for option in reversed(OPTIONS):
        bundled = option(bundled)
    return bundled


@click.command("batch")
@click.argument("source", metavar="FOLDER|MANIFEST.csv|-")
@scale_options
@run_options
@batch_options
def command(source: str, scale: ScaleOptions, run: RunOptions, batch: BatchOptions) -> None:
    """Analyse many photos, and compare each visit with its baseline.

    Takes a folder, a manifest (CSV with the column photo and, where known, subject, site, visit, date, arm,
    side, um_per_px, field_width_mm, scale_bar_mm), or - for a manifest or a list of photos on standard input.
    Folders and --output may be URLs such as s3://bucket/photos.

    Writes results.csv, one row a photo, and pairs.csv, one row a pair, by default to hairdensity-out/NAME/.
    Run it again to go on after an interruption: only what is new or changed is done. Exit code 6 says that
    some rows are errors. --json prints the rows as JSON, one a line.
    """
    from hairdensity.cli.batch_work import run_batch_command  # noqa: PLC0415 -- heavy, not needed for --help

    run_batch_command(source, scale, run, batch)
