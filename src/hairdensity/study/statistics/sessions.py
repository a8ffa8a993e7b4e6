"""The table of treatment sessions: who was treated when with what; arms may be named by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError
from hairdensity.study.statistics.inputs import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

COLUMNS = ("subject", "date", "kind")
REMEDY = "a table of sessions has the columns subject, date, kind and, where only one side is treated, side"
UNTREATED = "no treatment"


@dataclass(frozen=True, slots=True)
class Session:
    """One treatment of one subject; an empty side means the whole head."""

    subject: str
    day: date
    kind: str
    side: str = ""


def read_sessions(path: Path) -> tuple[Session, ...]:
    """Read a CSV of sessions, in the order of their dates.

    The first spelling of a kind holds for all that differ from it in case and blanks only; a session that
    stands twice is kept once.

    Raises
    ------
    UsageError
        When the file cannot be read, a column is missing, or a cell is empty or no date.
    """
    spellings: dict[str, str] = {}
    found: dict[Session, None] = {}
    for cells in read_table(path, COLUMNS, REMEDY):
        day, kind, subject = cells.day("date"), " ".join(cells.text("kind").split()), cells.text("subject")
        if day is None or not kind or not subject:
            message = f"{cells.place}: subject, date and kind must all be given"
            raise UsageError(message)
        spelling = spellings.setdefault(kind.casefold(), kind)
        found[Session(subject, day, spelling, cells.text("side"))] = None
    return tuple(sorted(found, key=lambda one: (one.subject, one.day, one.kind)))


def sessions_of(sessions: Iterable[Session], subject: str, side: str) -> tuple[Session, ...]:
    """Return the sessions of a subject that touched a side; of the whole head when `side` is empty."""
    return tuple(
        one
        for one in sessions
        if one.subject == subject and (not side or not one.side or one.side.casefold() == side.casefold())
    )


def treatment_name(sessions: Sequence[Session]) -> str:
    """Return the kinds of some sessions as the name of an arm.

    Examples
    --------
    >>> from datetime import date
    >>> needling = Session("S1", date(2026, 1, 5), "micro-needling")
    >>> treatment_name([needling, Session("S1", date(2026, 2, 5), "minoxidil"), needling])
    'micro-needling + minoxidil'
    >>> treatment_name([])
    'no treatment'
    """
    return " + ".join(sorted({one.kind for one in sessions}, key=str.casefold)) or UNTREATED
