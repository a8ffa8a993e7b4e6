"""Errors become one line on standard error and an exit code, in this one place."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from hairdensity.cli.streams import write_line
from hairdensity.errors import HairDensityError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

BUG = 1
INTERRUPTED = 130
MISSING_LIBRARY = "cannot open shared object file"
REINSTALL = "pip install --force-reinstall opencv-python"


@dataclass(slots=True)
class Session:
    """What a run tells its end: whether a traceback is wanted."""

    verbose: bool = False


def run(program: click.Command, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; whatever it raises becomes one line.

    Parameters
    ----------
    program
        The command, or group of commands.
    arguments
        The words after the program's name.
    """
    session = Session()
    try:
        with program.make_context("hairdensity", list(arguments), obj=session) as context:
            program.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        write_line(sys.stderr, "Interrupted; no half-written file is left.")
        return INTERRUPTED
    except click.ClickException as error:
        write_line(sys.stderr, f"Error: {_usage_text(error)}")
        return UsageError.exit_code
    except Exception as error:  # noqa: BLE001 -- the last line of defence: no user ever sees a traceback unasked
        return _report(error, session)
    return 0


def _report(error: Exception, session: Session) -> int:
    """Say in one line what went wrong, and return the exit code that it owns."""
    if session.verbose:
        traceback.print_exception(error)
    if isinstance(error, HairDensityError):
        write_line(sys.stderr, f"Error: {error}")
        return error.exit_code
    broken = _broken_opencv_text(error)
    if broken:
        write_line(sys.stderr, f"Error: {broken}")
        return UsageError.exit_code
    hint = "" if session.verbose else "; run again with -v for the details"
    write_line(sys.stderr, f"Error: this is a bug of hairdensity: {type(error).__name__}: {error}{hint}")
    return BUG


def _usage_text(error: click.ClickException) -> str:
    message = error.format_message().rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    return message if context is None else f"{message}; see {context.command_path} --help"


def _broken_opencv_text(error: Exception) -> str:
    """Name the cure when OpenCV is installed and cannot be used; empty for any other error."""
    text = str(error)
    if isinstance(error, ImportError) and MISSING_LIBRARY in text:
        library = text.partition(":")[0]
        return (
            f"OpenCV needs the system library {library}, which is missing;"
            " run apt-get install libgl1 libglib2.0-0,"
            " or install opencv-python-headless in place of opencv-python"
        )
    if isinstance(error, AttributeError) and "'cv2' has no attribute" in text:
        return f"OpenCV is installed in part only ({text}); run {REINSTALL}"
    return ""
