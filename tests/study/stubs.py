"""What tests of batches ask for, and what they remember of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from hairdensity.study.batch import Request
from hairdensity.study.entry import StatedSize
from hairdensity.study.jobs import Asked
from hairdensity.study.naming import NamePattern
from hairdensity.study.plan import Outlook, Wishes
from hairdensity.study.sources import open_source
from tests.study.stub_work import StubSettings

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.compare import CompareSettings
    from hairdensity.study.ledger import Ledger, Tally


def nothing(ledger: Ledger) -> None:
    """Do nothing with the ledger at the end."""
    del ledger


class Watched:
    """Remembers what a batch said."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.tally: Tally | None = None
        self.outlook: Outlook | None = None
        self.rows = self.failed = 0

    def planned(self, tally: Tally, outlook: Outlook) -> None:
        """Remember the plan."""
        self.tally, self.outlook = tally, outlook

    def made(self, rows: int, failed: int) -> None:
        """Count."""
        self.rows += rows
        self.failed += failed


def request(folder: Path, output: Path, pattern: str | None = None, *, hairs: bool = False) -> Request:
    """Return what is asked of a batch over a folder."""
    output.mkdir(exist_ok=True)
    named = None if pattern is None else NamePattern(pattern)
    source = open_source(str(folder), named, StatedSize())
    settings = cast("CompareSettings", StubSettings())
    asked = Asked(source.root, None, hairs, settings, datetime(2026, 1, 1, tzinfo=UTC))
    return Request(Wishes(source, asked, None), output)
