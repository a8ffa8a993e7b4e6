"""`hairdensity analyze PHOTO`."""

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
    scale_options,
)
from hairdensity.cli.standard_input import photo_files

if TYPE_CHECKING:
    from pathlib import Path


@click.command("analyze")
@click.argument("photo", type=PATH)
@scale_options
@corrections_option
@report_options
@run_options
def command(
    photo: Path,
    scale: ScaleOptions,
    corrections: tuple[Path, ...],
    report: ReportOptions,
    run: RunOptions,
) -> None:
    """Count and measure the hairs of one photo, or of what comes on standard input (-).

    Writes analysis.json, hairs.csv, overlay.png and report.html, by default to hairdensity-out/NAME/,
    or to hairdensity-out/NAME-corrected/ with --corrections.
    """
    from hairdensity.cli.work import analyze  # noqa: PLC0415 -- heavy libraries, not needed for --help

    with photo_files(photo) as (path,):
        analyze(path, scale, run, report, corrections)
