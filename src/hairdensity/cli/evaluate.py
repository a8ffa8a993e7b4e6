"""`hairdensity evaluate FOLDER --truth PATH`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import PATH, positive_number

if TYPE_CHECKING:
    from pathlib import Path


@click.command("evaluate")
@click.argument("folder", type=PATH)
@click.option(
    "--truth",
    type=PATH,
    required=True,
    metavar="PATH",
    help="Annotation: an analysis.json, a folder of NAME.truth.json, or one file for many photos.",
)
@click.option(
    "--um-per-px",
    type=positive_number,
    metavar="X",
    help="Size of one px on the skin, in µm; by default the annotation's.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON on standard output.")
def command(folder: Path, truth: Path, um_per_px: float | None, *, as_json: bool) -> None:
    """Score the hairs found in the photos of a folder against annotation.

    A found hair is a hit when its root lies within 0.15 mm of an annotated root, one to one. Photos without
    annotation are left out.
    """
    from hairdensity.cli.scores import score_folder, show_scores  # noqa: PLC0415 -- heavy, not needed for --help

    show_scores(*score_folder(folder, truth, um_per_px), as_json=as_json)
