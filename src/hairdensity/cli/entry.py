"""The command `hairdensity`: which commands there are, each loaded only when it is asked for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click
from click.shell_completion import shell_complete

from hairdensity.cli.exits import run

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "compare": ("hairdensity.cli.compare", "Compare two photos of one scalp site."),
    "analyze": ("hairdensity.cli.analyze", "Count and measure the hairs of one photo."),
    "repeatability": ("hairdensity.cli.repeatability", "Measure your own noise floor from re-shoots."),
    "batch": ("hairdensity.cli.batch", "Analyse many photos and compare each visit with its baseline."),
    "check": ("hairdensity.cli.check", "Check photos against a baseline, for CI."),
    "study": ("hairdensity.cli.study", "Statistics over a batch: visits, arms, agreement."),
    "plan": ("hairdensity.cli.plan", "Plan a trial: how many subjects, how large a field."),
    "review": ("hairdensity.cli.review", "Check and correct the hairs of a result by hand."),
    "calibrate": ("hairdensity.cli.calibrate", "Print a scale card; read the scale of a photo; save it."),
    "phantom": ("hairdensity.cli.phantom", "Draw photos with known hairs."),
    "evaluate": ("hairdensity.cli.evaluate", "Score found hairs against annotation."),
    "completion": ("hairdensity.cli.completion", "Print what a shell needs to complete commands."),
}
"""Name of a command -> the module that holds it as `command`, and its short help."""


COMPLETION = "_HAIRDENSITY_COMPLETE"


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command runs, so that help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in the order of the registry."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None when there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their short help, importing none."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True
)
@click.version_option(None, "--version", package_name="hairdensity", prog_name="hairdensity")
@click.pass_context
def program(context: click.Context) -> None:
    """Count hairs in close-up scalp photos, and tell whether a change between two visits is real.

    Photos stay on this machine. No diagnosis is made.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line.

    Parameters
    ----------
    arguments
        The words after the program's name; those of the process when None.

    Raises
    ------
    SystemExit
        Always; its code is the exit code.
    """
    if COMPLETION in os.environ:  # a shell asks how a word goes on
        sys.exit(shell_complete(program, {}, "hairdensity", COMPLETION, os.environ[COMPLETION]))
    sys.exit(run(program, list(sys.argv[1:] if arguments is None else arguments)))
