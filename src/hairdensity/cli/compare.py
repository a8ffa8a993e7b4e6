"""`hairdensity compare BEFORE AFTER`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import (
    PATH,
    ReportOptions,
    RunOptions,
    ScaleOptions,
    corrections_option,
    report_options,
    run_options,
    visit_scale_options,
)
from hairdensity.cli.standard_input import photo_files

if TYPE_CHECKING:
    from pathlib import Path


@click.command("compare")
@click.argument("before", type=PATH)
@click.argument("after", type=PATH)
@visit_scale_options
@corrections_option
@report_options
@run_options
def command(
    before: Path,
    after: Path,
    corrections: tuple[Path, ...],
    report: ReportOptions,
    run: RunOptions,
    **scales: ScaleOptions,
) -> None:
    """Compare two photos of one scalp site; one of them may come on standard input (-).

    Writes comparison.json, both analyses, hairs.csv, before.png, after.png and report.html, by default to
    hairdensity-out/BEFORE--AFTER/, or to hairdensity-out/BEFORE--AFTER-corrected/ with --corrections.
    """
    from hairdensity.cli.work import Visit, compare  # noqa: PLC0415 -- heavy libraries, not needed for --help

    with photo_files(before, after) as (first, second):
        visits = Visit(first, scales["before_scale"]), Visit(second, scales["after_scale"])
        compare(*visits, run, report, corrections)
