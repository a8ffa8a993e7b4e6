"""`hairdensity plan`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import PATH, bundle, positive_number, remember_verbose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHANCE = click.FloatRange(0.0, 1.0, min_open=True, max_open=True)
DESIGN_NAMES = ("all", "before-after", "split-head", "parallel")


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a trial is planned for, as given on the command line."""

    effect: tuple[float, bool] | None
    subjects: int | None
    sd: float | None
    sd_area: float | None
    pilot: Path | None
    design: str
    power: float
    alpha: float
    comparisons: int
    dropout: float
    density: float | None
    area: float | None
    side_correlation: float
    noise_floor: Path | None
    noise_cv: float | None
    noise_area: float


def amount(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[float, bool] | None:
    """Return a number and whether it is relative: `15` is in the quantity's unit, `10%` of the baseline.

    Raises
    ------
    click.BadParameter
        When it is no number, not finite, or 0.
    """
    del context, parameter
    if text is None:
        return None
    relative = text.strip().endswith("%")
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        number = 0.0
    if not 0 < abs(number) < float("inf"):
        message = f"{text} is no amount; give a number such as 15, or a percentage such as 10%"
        raise click.BadParameter(message)
    return (number / 100 if relative else number), relative


OPTIONS = (
    click.option(
        "--effect", callback=amount, metavar="X",
        help="Change in hairs/cm² to be shown (15), or in per cent of the density (10%).",
    ),
    click.option(
        "--subjects", type=click.IntRange(2), metavar="N",
        help="Instead of --effect: how small a change so many subjects (per arm) show.",
    ),
    click.option(
        "--sd", type=positive_number, metavar="X",
        help="Standard deviation of the change over subjects, in hairs/cm².",
    ),
    click.option(
        "--sd-area", type=positive_number, metavar="CM2",
        help="Field in which --sd was seen; its measuring noise is then taken off.",
    ),
    click.option(
        "--pilot", type=PATH, metavar="RESULTS",
        help="Take --sd, --sd-area and --density from a batch.",
    ),
    click.option(
        "--design", type=click.Choice(DESIGN_NAMES), default="all", show_default=True,
        help="One group before and after, both sides of each head, or two arms.",
    ),
    click.option(
        "--power", type=CHANCE, default=0.8, show_default=True, help="Chance to find the effect."
    ),
    click.option(
        "--alpha", type=CHANCE, default=0.05, show_default=True,
        help="Chance to find one where there is none, two-sided.",
    ),
    click.option(
        "--comparisons", type=click.IntRange(1), default=1, show_default=True, metavar="N",
        help="Tests that share alpha (Bonferroni).",
    ),
    click.option(
        "--dropout", type=click.FloatRange(0.0, 0.9), default=0.0, show_default=True,
        help="Share of subjects who will not finish.",
    ),
    click.option(
        "--density", type=positive_number, metavar="X",
        help="Hair density at baseline, in hairs/cm².  [default: 150]",
    ),
    click.option(
        "--area", type=positive_number, metavar="CM2",
        help="Field that will be photographed.  [default: the one the plan asks for]",
    ),
    click.option(
        "--side-correlation", type=click.FloatRange(-1.0, 1.0, max_open=True), default=0.5,
        show_default=True, metavar="R", help="Correlation of the changes of both sides of a head.",
    ),
    click.option(
        "--noise-floor", type=PATH, metavar="FILE",
        help="Take the noise of measuring from FILE, written by repeatability.",
    ),
    click.option(
        "--noise-cv", type=click.FloatRange(0.0, 1.0, min_open=True), metavar="X",
        help="Coefficient of variation of repeated counts, where hairs are not followed.",
    ),
    click.option(
        "--noise-area", type=positive_number, default=1.0, show_default=True, metavar="CM2",
        help="Field in which --noise-cv was seen.",
    ),
)  # fmt: skip


def _plan_options(command: Callable[..., None]) -> Callable[..., None]:
    return bundle(command, "options", PlanOptions, OPTIONS)


@click.command("plan")
@_plan_options
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=remember_verbose,
    help="Show the traceback of a bug.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON on standard output.")
def command(options: PlanOptions, *, as_json: bool) -> None:
    """Plan a trial: how many subjects, how large a field.

    Needs --effect (or --subjects) and the spread of the change over subjects, from --sd or a --pilot. The
    noise of measuring is that of following hairs from photo to photo, unless --noise-floor or
    --noise-cv states another.
    """
    from hairdensity.cli.planning import plan  # noqa: PLC0415 -- heavy libraries, not needed for --help

    plan(options, as_json=as_json)
