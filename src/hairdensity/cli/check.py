"""`hairdensity check FOLDER --baseline FILE`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from hairdensity.cli.options import PATH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What is checked against what, and how that is told."""

    baseline: Path
    update: bool
    junit: Path | None
    settings: Path | None
    workers: int | None
    as_json: bool
    quiet: bool


OPTIONS = (
    click.option(
        "--baseline",
        type=PATH,
        required=True,
        metavar="FILE",
        help="What was found before, and what may move (JSON).",
    ),
    click.option("--update", is_flag=True, help="Write the baseline from what is found now."),
    click.option("--junit", type=PATH, metavar="FILE.xml", help="Write JUnit XML, one test a photo."),
    click.option(
        "--settings", type=PATH, metavar="FILE.toml", help="Settings that differ from the defaults."
    ),
    click.option(
        "--workers",
        type=click.IntRange(1),
        metavar="N",
        help="Processes that work side by side; by default one a core.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print what drifted as JSON on standard output."),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
)


def check_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `CheckOptions`; it receives them as `check`."""

    @wraps(command)
    def bundled(**values: Any) -> None:  # noqa: ANN401 -- click hands over whatever options were declared
        own = {one.name: values.pop(one.name) for one in fields(CheckOptions)}
        command(check=CheckOptions(**own), **values)

    for option in reversed(OPTIONS):
        bundled = option(bundled)
    return bundled


@click.command("check")
@click.argument("folder", metavar="FOLDER|MANIFEST.csv")
@check_options
def command(folder: str, check: CheckOptions) -> None:
    """Check that photos still give what they gave when a baseline was written.

    Exit code 7 says that something drifted by more than the baseline tolerates; the table says what, by how
    much, and in which stage. The scale of the photos comes from the files beside them.
    """
    from hairdensity.cli.check_work import check_folder  # noqa: PLC0415 -- heavy, not needed for --help

    check_folder(folder, check)
