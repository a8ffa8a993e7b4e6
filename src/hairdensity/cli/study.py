"""`hairdensity study RESULTS`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import PATH, bundle, remember_verbose
from hairdensity.cli.plan import amount

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What is studied, as given on the command line."""

    quantity: str
    treatments: Path | None
    against: tuple[tuple[str, Path], ...]
    compare_by: str
    control: str
    change_from: str
    relative: bool
    responder: tuple[float, bool]
    baseline: str
    site: str
    without_models: bool


def named_path(
    context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, Path], ...]:
    """Return name and path of every `NAME=PATH` or `PATH`; without a name it is empty."""
    del context, parameter
    found = []
    for text in texts:
        name, equals, path = text.partition("=")
        found.append((name, Path(path)) if equals and "/" not in name else ("", Path(text)))
    return tuple(found)


OPTIONS = (
    click.option(
        "--quantity", default="hair_density_per_cm2", show_default=True, metavar="NAME",
        help="The quantity that the report is about; the tables hold all.",
    ),
    click.option(
        "--treatments", type=PATH, metavar="FILE.csv",
        help="Treatment sessions: subject, date, kind and, where only one side is treated, side.",
    ),
    click.option(
        "--against", multiple=True, callback=named_path, metavar="[NAME=]PATH",
        help="Other methods or readers, may be repeated: a batch, or a CSV with photo, the quantity"
        " and perhaps reader.",
    ),
    click.option(
        "--compare-by", type=click.Choice(("auto", "arm", "treatment", "side", "nothing")),
        default="auto", show_default=True, help="What tells the arms apart.",
    ),
    click.option(
        "--control", default="", metavar="ARM", help="The arm that the others are compared with."
    ),
    click.option(
        "--change-from", type=click.Choice(("auto", "pairs", "photos")), default="auto",
        show_default=True, help="Changes on the skin that both photos share, or photo by photo.",
    ),
    click.option("--relative", is_flag=True, help="Study changes in per cent of the baseline."),
    click.option(
        "--responder", callback=amount, default="10%", show_default=True, metavar="X",
        help="From which change on a subject responds: 15 in the quantity's unit, or 10%.",
    ),
    click.option("--baseline", default="", metavar="VISIT", help="First visit.  [default: by time]"),
    click.option("--site", default="", metavar="SITE", help="Keep this site only."),
    click.option(
        "--without-models", is_flag=True, help="No ANCOVA and no mixed model; needs no statsmodels."
    ),
)  # fmt: skip


def _study_options(command: Callable[..., None]) -> Callable[..., None]:
    return bundle(command, "options", StudyOptions, OPTIONS)


@click.command("study")
@click.argument("results", type=PATH)
@_study_options
@click.option("-o", "--output", type=PATH, metavar="DIR", help="Folder for the results.")
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=remember_verbose,
    help="Show the traceback of a bug.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(results: Path, options: StudyOptions, output: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Statistics over the results of a batch.

    RESULTS is the output folder of hairdensity batch, with results.csv and pairs.csv. Writes report.html,
    study.json and one CSV a table, by default to hairdensity-out/RESULTS-study/.
    """
    from hairdensity.cli.studying import Says, study  # noqa: PLC0415 -- heavy libraries, not needed for --help

    study(results, options, output, Says(as_json=as_json, quiet=quiet))
