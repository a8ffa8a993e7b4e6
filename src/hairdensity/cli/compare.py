"""`hairdensity compare BEFORE AFTER [VISIT3 …]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import (
    PATH,
    ReportOptions,
    RunOptions,
    ScaleOptions,
    corrections_option,
    noise_floor_option,
    report_options,
    run_options,
    visit_scale_options,
)
from hairdensity.cli.standard_input import photo_files

if TYPE_CHECKING:
    from pathlib import Path

MIN_VISITS = 2


@click.command("compare")
@click.argument("photos", type=PATH, nargs=-1, required=True, metavar="BEFORE AFTER [VISIT3 ...]")
@visit_scale_options
@corrections_option
@report_options
@run_options
@noise_floor_option
def command(
    photos: tuple[Path, ...],
    corrections: tuple[Path, ...],
    report: ReportOptions,
    run: RunOptions,
    **scales: ScaleOptions,
) -> None:
    """Compare two photos of one scalp site, or more: each with the first; one may come on standard input (-).

    Writes comparison.json, both analyses, hairs.csv, before.png, after.png and report.html, by default to
    hairdensity-out/BEFORE--AFTER/, or to hairdensity-out/BEFORE--AFTER-corrected/ with --corrections.

    With three visits or more it writes course.json, and the files of each later visit to a folder visit2,
    visit3 and so on; all are compared on the skin that every visit shows. --after-... options hold for all
    later visits.
    """
    from hairdensity.cli.work import Visit, compare  # noqa: PLC0415 -- heavy libraries, not needed for --help

    context = click.get_current_context(silent=True)
    if len(photos) < MIN_VISITS:
        message = "compare needs two photos: the baseline and a later visit"
        raise click.UsageError(message, context)
    if corrections and len(photos) > MIN_VISITS:
        message = "--corrections holds for two visits; compare two photos, or leave it out"
        raise click.UsageError(message, context)
    with photo_files(*photos) as files:
        before = Visit(files[0], scales["before_scale"])
        later = [Visit(photo, scales["after_scale"]) for photo in files[1:]]
        if len(files) == MIN_VISITS:
            compare(before, later[0], run, report, corrections)
            return
        from hairdensity.cli.course import compare_all  # noqa: PLC0415 -- as above

        compare_all([before, *later], run, report)
