"""Help, version and the lazy loading of commands."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click
import pytest

from hairdensity.cli.entry import COMMANDS
from tests.cli.conftest import SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Outcome

HEAVY = ("cv2", "numpy", "scipy", "skimage", "rich", "jinja2", "PIL")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_registered_command_exists(name: str) -> None:
    module, short = COMMANDS[name]
    command = import_module(module).command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert short.endswith(".")


def test_help_names_every_command(run: Callable[..., Outcome]) -> None:
    said = run("--help")
    assert said.exit_code == 0
    assert all(name in said.out for name in COMMANDS)
    assert run().out == said.out


@pytest.mark.parametrize("arguments", ["'--help'", "'analyze', '--help'", "'compare', '--help'"])
def test_help_loads_no_heavy_library(arguments: str) -> None:
    program = (
        f"import sys; from hairdensity.cli import main\ntry: main([{arguments}])\n"
        f"except SystemExit as end: assert not end.code\nassert not set({HEAVY}) & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env={"PYTHONPATH": str(SOURCES)}, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_help_takes_at_most_400_ms(spawn: Callable[..., Outcome]) -> None:
    def processor_seconds() -> float:
        """Return what the process took of the processor: other work on the machine does not count."""
        before = os.times()
        assert spawn("--help").exit_code == 0
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(processor_seconds() for _ in range(3)) <= 0.4


@pytest.mark.parametrize("command", ["analyze", "compare"])
def test_help_of_a_command_names_its_options(run: Callable[..., Outcome], command: str) -> None:
    said = run(command, "--help").out
    for option in ("--output", "--json", "--settings", "--um-per-px", "--field-width-mm", "--scale-bar-mm"):
        assert option in said
    assert ("--before-um-per-px" in said) == (command == "compare")
