"""The command line: options -> one library call -> words on the terminal; one file a command."""

from hairdensity.cli.entry import main

__all__ = ["main"]
