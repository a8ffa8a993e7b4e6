"""`hairdensity compare BEFORE AFTER`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import PATH, RunOptions, ScaleOptions, run_options, visit_scale_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("compare")
@click.argument("before", type=PATH)
@click.argument("after", type=PATH)
@visit_scale_options
@run_options
def command(
    before: Path, after: Path, before_scale: ScaleOptions, after_scale: ScaleOptions, run: RunOptions
) -> None:
    """Compare two photos of one scalp site.

    Writes comparison.json, both analyses, hairs.csv, before.png, after.png and report.html, by default to
    hairdensity-out/BEFORE--AFTER/.
    """
    from hairdensity.cli.work import Visit, compare  # noqa: PLC0415 -- heavy libraries, not needed for --help

    compare(Visit(before, before_scale), Visit(after, after_scale), run)
