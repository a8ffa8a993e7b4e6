"""`hairdensity completion SHELL`."""

from __future__ import annotations

import sys

import click
from click.shell_completion import get_completion_class

from hairdensity.cli.streams import write_text


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print what a shell needs to complete commands, options and files.

    For bash: add eval "$(hairdensity completion bash)" to ~/.bashrc; for zsh the same in ~/.zshrc; for fish:
    hairdensity completion fish > ~/.config/fish/completions/hairdensity.fish
    """
    completion = get_completion_class(shell)
    if completion is not None:
        root = context.find_root()
        write_text(
            sys.stdout, completion(root.command, {}, "hairdensity", "_HAIRDENSITY_COMPLETE").source() + "\n"
        )
