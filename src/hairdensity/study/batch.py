"""A whole batch in its order: plan, make what does not stand, write the tables."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from hairdensity.errors import UsageError
from hairdensity.study.ledger import Ledger, Tally
from hairdensity.study.ledger_file import open_ledger, said_plainly
from hairdensity.study.plan import Outlook, Wishes, make_plan
from hairdensity.study.run import Desk, run_plan
from hairdensity.study.stores import LEDGER
from hairdensity.study.tables import PAIRS, holds_rows, write_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from hairdensity.study.executors import Executor
    from hairdensity.study.jobs import Asked

    Start = Callable[[Asked], AbstractContextManager[Executor]]


class Watcher(Protocol):
    """Is told how a batch goes on."""

    def planned(self, tally: Tally, outlook: Outlook) -> None:
        """Take note of what there is and what is to be made."""

    def made(self, rows: int, failed: int) -> None:
        """Take note of rows made, and how many of them are errors."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a batch.

    Attributes
    ----------
    wishes
        The photos, what is wanted of them, and how visits are paired.
    folder
        The output folder; it exists.
    require_scale
        Whether a row without a scale becomes an error row.
    """

    wishes: Wishes
    folder: Path
    require_scale: bool = False


def run_batch(request: Request, start: Start, watcher: Watcher, finish: Callable[[Ledger], None]) -> Tally:
    """Run a batch, or what an earlier run of it left to do.

    Parameters
    ----------
    request
        What is asked.
    start
        Starts an executor; called only when there is something to do.
    watcher
        Is told how it goes on.
    finish
        Called with the ledger when all tables are written, so that rows can be read from it.

    Returns
    -------
    Tally
        Rows there are, and how many of them are errors.

    Raises
    ------
    UsageError
        When there is no photo, another batch holds the folder, something cannot be written, or nothing pairs
        the photos though the table of an earlier run has pairs. What is done stays in the ledger of the
        folder, and the next run goes on from there.
    """
    asked = request.wishes.asked
    with _ledger(request.folder / LEDGER) as ledger, said_plainly():
        outlook = make_plan(request.wishes, ledger)
        tally = ledger.tally()
        if outlook.nothing_pairs and holds_rows(request.folder, PAIRS):
            message = (
                f"{request.folder / PAIRS}.csv holds pairs of an earlier run, and nothing says now which"
                " photos belong together: give its --pattern or manifest again, or another folder with -o"
            )
            raise UsageError(message)
        watcher.planned(tally, outlook)
        if tally.pending:
            with start(asked) as executor:
                run_plan(Desk(asked, request.wishes.source.store, ledger, watcher.made), executor)
        write_tables(ledger, request.folder, hairs=asked.hairs, require_scale=request.require_scale)
        finish(ledger)
        return ledger.tally()


@contextmanager
def _ledger(path: Path) -> Iterator[Ledger]:
    """Open a ledger; one made here with nothing planned in it is removed again."""
    is_new = not path.exists()
    planned = 1
    try:
        with open_ledger(path) as connection:
            ledger = Ledger(connection)
            try:
                yield ledger
            finally:
                planned = ledger.tally().photos
    finally:
        if is_new and not planned:
            path.unlink(missing_ok=True)


def look_ahead(wishes: Wishes, folder: Path, watcher: Watcher, finish: Callable[[Ledger], None]) -> None:
    """Plan a batch without writing anything: what there is, and what a run would make.

    Parameters
    ----------
    wishes
        The photos, what is wanted of them, and how visits are paired.
    folder
        The output folder, with the ledger of earlier runs if there is one.
    watcher
        Is told the plan.
    finish
        Called with the plan.

    Raises
    ------
    UsageError
        When there is no photo, or the ledger cannot be read.
    """
    with TemporaryDirectory() as copy:
        for name in (LEDGER, f"{LEDGER}-wal"):  # what a killed run left lies in the second
            if (folder / name).exists():
                shutil.copyfile(folder / name, Path(copy, name))
        with open_ledger(Path(copy, LEDGER)) as connection, said_plainly():
            ledger = Ledger(connection)
            outlook = make_plan(wishes, ledger)
            watcher.planned(ledger.tally(), outlook)
            finish(ledger)
