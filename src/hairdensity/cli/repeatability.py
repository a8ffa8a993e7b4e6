"""`hairdensity repeatability PHOTO...`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import PATH, RunOptions, ScaleOptions, run_options, scale_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("repeatability")
@click.argument("photos", type=PATH, nargs=-1, required=True, metavar="PHOTO...")
@scale_options
@run_options
def command(photos: tuple[Path, ...], scale: ScaleOptions, run: RunOptions) -> None:
    """Measure your own noise floor from re-shoots of unchanged sites.

    Photos of one folder are re-shoots of one site, two at least. Writes noise-floor.json, by default to
    hairdensity-out/repeatability/: of every quantity the standard deviation within a site, CV, minimal
    detectable change, and with two sites or more the ICC. Give it to compare with --noise-floor.
    """
    from hairdensity.cli.repeat import repeat  # noqa: PLC0415 -- heavy libraries, not needed for --help

    repeat(photos, scale, run)
