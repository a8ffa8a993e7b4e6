"""What `hairdensity review` does once its options are read."""

from __future__ import annotations

import sys
import webbrowser
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import quote

from hairdensity.cli.streams import write_line
from hairdensity.corrections.lines import INITIALS
from hairdensity.errors import UsageError
from hairdensity.review.result import open_result, rerun_command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hairdensity.review.result import ReviewedResult
    from hairdensity.review.session import Session

LIBRARIES = ("starlette", "uvicorn", "filelock")
EXTRA = "pip install 'hairdensity[review]'"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a review is to be held."""

    corrections: Path | None
    port: int | None
    by: str
    browser: bool


def review(result: Path, photos: Sequence[Path], wish: Wish) -> None:
    """Serve the review page until the person is done, and say how to go on.

    Raises
    ------
    HairDensityError
        When the extra is missing, this is no result, a photo is missing, or the file is in use.
    """
    _require_extra()
    if wish.by and INITIALS.fullmatch(wish.by) is None:
        message = f"--by {wish.by}: is not initials; give 1 to 8 letters or digits"
        raise UsageError(message)
    from hairdensity.review.journal_file import JournalFile  # noqa: PLC0415 -- of the extra
    from hairdensity.review.serve import serve  # noqa: PLC0415 -- of the extra
    from hairdensity.review.session import Session  # noqa: PLC0415 -- of the extra

    reviewed = open_result(result, photos, wish.corrections)
    with JournalFile(reviewed.journal) as journal:
        session = Session(reviewed, journal, lambda: datetime.now(UTC))
        try:
            serve(session, wish.port, lambda address: _open(address, wish))
        finally:
            _say_how_to_go_on(reviewed, session)


def _require_extra() -> None:
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        message = f"review needs the library {missing[0]}, which is missing; run {EXTRA}"
        raise UsageError(message)


def _open(address: str, wish: Wish) -> None:
    if wish.by:
        address = f"{address}#by={quote(wish.by)}"
    write_line(sys.stdout, f"Review: {address}")
    write_line(sys.stdout, "It is open on this machine only, until you press Done there or Ctrl+C here.")
    if wish.browser:
        webbrowser.open(address)


def _say_how_to_go_on(reviewed: ReviewedResult, session: Session) -> None:
    count = session.correction_count
    if not reviewed.journal.exists():
        write_line(sys.stdout, "No corrections were made.")
        return
    write_line(sys.stdout, f"{count} corrections are in {reviewed.journal}. To measure with them:")
    write_line(sys.stdout, f"  {rerun_command(reviewed)}")
