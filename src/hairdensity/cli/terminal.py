"""Results in words on the terminal: a summary, a short table, warnings; progress while one waits."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from hairdensity.cli.streams import write_bytes, write_line, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

    from hairdensity.cli.options import RunOptions
    from hairdensity.pipeline import Analysis

NARROW_COLUMNS = 72
VERDICT_STYLES = {"increase": "green", "decrease": "yellow"}


class Terminal:
    """The terminal of one run: results on standard output, everything else on standard error.

    With `--json` the words go to standard error too, and standard output holds the JSON alone.
    """

    def __init__(self, run: RunOptions) -> None:
        """Take where to write and how much to say from the options of the run."""
        self._quiet = run.quiet
        self._as_json = run.as_json

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show that something is being done, and for how long; only on a terminal."""
        console = Console(stderr=True)
        if self._quiet or not console.is_terminal:
            yield
            return
        columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            progress.add_task(what, total=None)
            yield

    def warn_about(self, analysis: Analysis) -> None:
        """Say what the quality flags of a photo mean and what to do about them."""
        if analysis.quality.verdict == "refused":
            return  # the error that ends the run says it
        for flag in analysis.quality.flags:
            self.note(f"Note: {analysis.photo.name}: {flag.message} {flag.advice}")

    def note(self, text: str) -> None:
        """Write one line to standard error."""
        if not self._quiet:
            write_line(sys.stderr, text)

    def say(self, text: str) -> None:
        """Write a paragraph of the result."""
        self._show(Text(text))

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table of the result; its first column is the label, the last is coloured by verdict."""
        if Console(file=self._words).width < NARROW_COLUMNS:
            self._show(Text("\n".join(_as_list(head, row) for row in rows)))
            return
        columns = [Column(name, no_wrap=bool(name)) for name in head]  # only the label may wrap
        table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for row in rows:
            table.add_row(*(Text(cell, style=VERDICT_STYLES.get(cell, "")) for cell in row))
        self._show(table)
        self._show(Text())

    def hand_over(self, document: Path) -> None:
        """Print a JSON file on standard output when `--json` asks for it."""
        if self._as_json:
            write_bytes(sys.stdout, document.read_bytes())

    def point_to(self, file: Path) -> None:
        """Say where the report lies, on one line however narrow the terminal."""
        if not self._quiet:
            write_line(self._words, f"Report: {file}")

    @property
    def _words(self) -> TextIO:
        return sys.stderr if self._as_json else sys.stdout

    def _show(self, what: Text | Table) -> None:
        if self._quiet:
            return
        console = Console(file=self._words, highlight=False)
        with console.capture() as captured:
            console.print(what)
        write_text(self._words, captured.get())


def _as_list(head: Sequence[str], row: Sequence[str]) -> str:
    """Return one row as lines, for a terminal too narrow for a table."""
    cells = [f"  {name}: {cell}" for name, cell in zip(head[1:], row[1:], strict=True)]
    return "\n".join([row[0], *cells])
