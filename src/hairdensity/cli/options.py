"""The options that commands share, bundled into small frozen values."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hairdensity.cli.exits import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Command = Callable[..., None]

PATH = click.Path(path_type=Path)
LANGUAGES = ("en", "de")
"""The languages of the report; a test holds them to its catalogues, which are too slow to read for --help."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where results go, how much is said, and which settings are used."""

    output: Path | None
    as_json: bool
    quiet: bool
    verbose: bool
    settings: Path | None
    field: str | None
    require_scale: bool
    noise_floor: Path | None = None


@dataclass(frozen=True, slots=True)
class ScaleOptions:
    """The scale of a photo as given on the command line."""

    um_per_px: float | None = None
    field_width_mm: float | None = None
    scale_bar_mm: float | None = None
    ruler_mm: float | None = None
    circle_mm: float | None = None
    grid_mm: float | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How the report is written."""

    lang: str = "en"
    label: str = ""
    pdf: bool = False


def positive_number(text: str) -> float:
    """Return the number that a text states.

    Raises
    ------
    click.BadParameter
        When it is no number, not finite, or not above 0.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number <= 0:
        message = f"{text} is no size; give a finite number above 0"
        raise click.BadParameter(message)
    return number


SCALE_HELP = {
    "um_per_px": "Size of one px on the skin, in µm.",
    "field_width_mm": "Width of the whole upright photo on the skin, in mm.",
    "scale_bar_mm": "The photo shows a scale bar of this length, in mm.",
    "ruler_mm": "The photo shows a ruler whose neighbouring ticks are this far apart, in mm.",
    "circle_mm": "The photo shows a drawn circle of this diameter, in mm.",
    "grid_mm": "The photo shows a printed grid of this spacing, in mm.",
    "profile": "Name of a device profile that `calibrate save` made.",
}


def bundle(
    command: Command, name: str, kind: type[Any], options: Sequence[Callable[[Command], Command]]
) -> Command:
    """Give a command options; it receives them as one value.

    Parameters
    ----------
    command
        The function behind the command.
    name
        Its parameter that takes the value.
    kind
        The dataclass of the value, with a field for each option.
    options
        What declares them.
    """

    @wraps(command)
    def bundled(**values: Any) -> None:  # noqa: ANN401 -- click hands over whatever options were declared
        own = {one.name: values.pop(one.name) for one in fields(kind) if one.name in values}
        command(**{name: kind(**own)}, **values)

    return _declare(bundled, options)


def run_options(command: Command) -> Command:
    """Give a command the options of `RunOptions`; it receives them as `run`."""
    declared = (
        click.option("-o", "--output", type=PATH, metavar="DIR", help="Folder for the results."),
        click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output."),
        click.option(
            "--settings", type=PATH, metavar="FILE.toml", help="Settings that differ from the defaults."
        ),
        click.option(
            "--field",
            metavar="AREA",
            callback=_known_field,
            help="Count only here: circle:10mm, circle:1cm2, rectangle:8x6mm (each also @X,Y or @dot),"
            " polygon:X,Y:X,Y:X,Y in px, mask:FILE. Of two photos compared: in the first; in batches: each.",
        ),
        click.option("--require-scale", is_flag=True, help="Fail (exit 4) when no scale is found."),
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
        click.option("-v", "--verbose", is_flag=True, callback=remember_verbose, help="Say more."),
    )
    return bundle(command, "run", RunOptions, declared)


def corrections_option(command: Command) -> Command:
    """Give a command the corrections made by hand; it receives their files as `corrections`."""
    option = click.option(
        "--corrections",
        type=PATH,
        multiple=True,
        metavar="FILE",
        help="Corrections that `review` wrote; may be given more than once.",
    )
    return option(command)


def report_options(command: Command) -> Command:
    """Give a command the options of `ReportOptions`; it receives them as `report`."""
    declared = (
        click.option(
            "--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True,
            help="Language of the report.",
        ),
        click.option(
            "--label", default="", metavar="TEXT",
            help="Stands in the report in place of the photos' names, which may name a person.",
        ),
        click.option("--pdf", is_flag=True, help="Write report.pdf too, two pages (needs hairdensity[pdf])."),
    )  # fmt: skip
    return bundle(command, "report", ReportOptions, declared)


def noise_floor_option(command: Command) -> Command:
    """Give a command the user's own noise floor; it is one of the `RunOptions`."""
    return click.option(
        "--noise-floor",
        type=PATH,
        metavar="FILE",
        help="Take the noise of a change from FILE, written by repeatability.",
    )(command)


def scale_options(command: Command) -> Command:
    """Give a command the scale of its photo; it receives `ScaleOptions` as `scale`."""
    return bundle(command, "scale", ScaleOptions, [_scale_option(name) for name in SCALE_HELP])


def visit_scale_options(command: Command) -> Command:
    """Give a command the scales of two photos; it receives them as `before_scale` and `after_scale`."""

    @wraps(command)
    def bundled(**values: Any) -> None:  # noqa: ANN401 -- click hands over whatever options were declared
        both = {name: values.pop(name) for name in SCALE_HELP}
        sides = {
            f"{side}_scale": _visit_scale(
                side, both, {name: values.pop(f"{side}_{name}") for name in SCALE_HELP}
            )
            for side in ("before", "after")
        }
        command(**sides, **values)

    prefixes = ("", "before_", "after_")
    return _declare(bundled, [_scale_option(name, prefix) for prefix in prefixes for name in SCALE_HELP])


def _visit_scale(side: str, both: dict[str, Any], own: dict[str, Any]) -> ScaleOptions:
    for name in SCALE_HELP:
        if both[name] is not None and own[name] is not None:
            flag = name.replace("_", "-")
            message = f"--{flag} holds for both photos and --{side}-{flag} for one: give one of them"
            raise click.UsageError(message, click.get_current_context(silent=True))
    return ScaleOptions(**{name: both[name] if own[name] is None else own[name] for name in SCALE_HELP})


def _scale_option(name: str, prefix: str = "") -> Callable[[Command], Command]:
    photo = f" ({prefix.rstrip('_')} photo only)" if prefix else ""
    return click.option(
        f"--{(prefix + name).replace('_', '-')}",
        prefix + name,
        type=str if name == "profile" else positive_number,
        metavar="NAME" if name == "profile" else "X",
        help=SCALE_HELP[name].rstrip(".") + photo + ".",
    )


def _declare(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def _known_field(context: click.Context, parameter: click.Parameter, words: str | None) -> str | None:
    """Refuse words that name no area before anything is read."""
    del context, parameter
    if words is not None:
        from hairdensity.hairs.target import parse_target  # noqa: PLC0415 -- heavy libraries, not needed for --help

        parse_target(words)
    return words


def remember_verbose(context: click.Context, parameter: click.Parameter, value: bool) -> bool:  # noqa: FBT001 -- click's signature
    """Let a bug show its traceback when -v is given."""
    del parameter
    session = context.find_object(Session)
    if session is not None:
        session.verbose = value
    return value
