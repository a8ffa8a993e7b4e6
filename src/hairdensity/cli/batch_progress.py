"""How a batch goes on, on the terminal: what there is to do, the rate, the time left."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from hairdensity.cli.streams import write_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hairdensity.cli.options import RunOptions
    from hairdensity.study.ledger import Tally
    from hairdensity.study.plan import Outlook

SECONDS_BETWEEN_LINES = 30.0
MINUTE_S = 60
HOUR_S = 3600


class BatchProgress:
    """Shows a bar on a terminal, and a line now and then elsewhere; all of it on standard error."""

    def __init__(self, run: RunOptions) -> None:
        """Take how much to say from the options of the run."""
        self._quiet = run.quiet
        self._as_json = run.as_json
        self._total = self._done = self._failed = 0
        self._began_s = self._said_s = time.monotonic()
        console = Console(stderr=True)
        columns = (
            TextColumn("Photos and pairs"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
        )
        self._bar = Progress(*columns, console=console, transient=True)
        self._has_bar = console.is_terminal and not run.quiet
        self._task = self._bar.add_task("", total=None)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show progress as long as this lasts."""
        if not self._has_bar:
            yield
            return
        with self._bar:
            yield

    def planned(self, tally: Tally, outlook: Outlook) -> None:
        """Say what there is and what is to be done."""
        self._total = tally.pending
        self._began_s = self._said_s = time.monotonic()
        kept = tally.photos + tally.pairs - tally.pending
        stands = f"; {kept} of these rows stand from an earlier run" if kept else ""
        self._note(f"{tally.photos} photos, {tally.pairs} pairs{stands}")
        if outlook.unnamed:
            self._note(
                f"Note: {outlook.unnamed} photos do not fit --pattern, e.g. {outlook.example};"
                " they are analysed and not paired"
            )
        if outlook.nothing_pairs:
            self._note(
                "Note: no photos were paired, as nothing says which belong together: give --pattern, like"
                " '{subject}_{site}_{visit}.jpg', or a manifest with subject, site and visit"
            )
        self._bar.update(self._task, total=self._total)

    def made(self, rows: int, failed: int) -> None:
        """Show how far it is."""
        self._done += rows
        self._failed += failed
        if self._has_bar:
            self._bar.update(self._task, completed=self._done, description=self._pace())
            return
        now_s = time.monotonic()
        if now_s - self._said_s >= SECONDS_BETWEEN_LINES:
            self._said_s = now_s
            self._note(f"{self._done} of {self._total} rows, {self._pace()}")

    def note_end(self, output: str) -> None:
        """Say where the results are."""
        if not self._quiet:
            stream = sys.stderr if self._as_json else sys.stdout
            write_line(stream, f"Results: {output}/results.csv, {output}/pairs.csv")

    def _pace(self) -> str:
        """Return rate, time left and failures in words."""
        elapsed_s = max(time.monotonic() - self._began_s, 1e-3)
        rate = self._done / elapsed_s
        left = _duration_text((self._total - self._done) / rate) if rate else "unknown time"
        failed = f", {self._failed} failed" if self._failed else ""
        return f"{rate:.3g}/s, {left} left{failed}"

    def _note(self, text: str) -> None:
        if not self._quiet:
            write_line(sys.stderr, text)


def _duration_text(seconds: float) -> str:
    """Return a time in the two largest units that it has.

    Examples
    --------
    >>> _duration_text(42), _duration_text(125), _duration_text(7500)
    ('42 s', '2 min 05 s', '2 h 05 min')
    """
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < HOUR_S:
        return f"{seconds // MINUTE_S:.0f} min {seconds % MINUTE_S:02.0f} s"
    return f"{seconds // HOUR_S:.0f} h {seconds % HOUR_S // MINUTE_S:02.0f} min"
