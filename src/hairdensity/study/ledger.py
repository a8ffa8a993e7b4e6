"""The ledger of a batch, an SQLite file in its output folder: what is to be done, and each row found.

It survives the process being killed at any moment: every job is one transaction. One batch at a time can hold
it. Nothing of it is kept in memory, so a batch may be of any size.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from hairdensity.scale.model import StatedScale
from hairdensity.study.entry import PhotoEntry
from hairdensity.study.ledger_file import said_plainly
from hairdensity.study.visits import site_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from hairdensity.study.jobs import PairResult, PhotoResult, Row
    from hairdensity.study.visits import PhotoPair


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger holds of a photo from an earlier run."""

    stamp: str | None
    done: str | None
    sha256: str | None
    has_hairs: bool
    reported: bool


@dataclass(frozen=True, slots=True)
class PlannedPhoto:
    """A photo of the plan.

    Attributes
    ----------
    entry
        The photo and what is known of it.
    stamp
        State of its file; None when it is not there.
    demand
        Stands for all that the row depends on but the photo's bytes: settings, scale, versions.
    changed
        Whether the bytes differ from those of the row that the ledger has.
    pending
        Whether its row is to be made.
    """

    entry: PhotoEntry
    stamp: str | None
    demand: str
    changed: bool
    pending: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a batch has, and how many of them are failures or still to be done."""

    photos: int
    pairs: int
    pending_photos: int
    pending_pairs: int
    failed_photos: int
    failed_pairs: int

    @property
    def pending(self) -> int:
        """Rows still to be done."""
        return self.pending_photos + self.pending_pairs

    @property
    def failed(self) -> int:
        """Rows that are errors."""
        return self.failed_photos + self.failed_pairs


class Ledger:
    """An open ledger; made by `hairdensity.study.ledger_file.open_ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection, to a file held by this process alone."""
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is written inside, or nothing."""
        with said_plainly(), self._connection:
            self._connection.execute("BEGIN")
            yield

    def forget_plan(self) -> None:
        """Begin a plan: no photo and no pair is part of it yet."""
        self._connection.execute("UPDATE photo SET planned = 0, pending = 0 WHERE planned OR pending")
        self._connection.execute("UPDATE pair SET planned = 0, pending = 0 WHERE planned OR pending")

    def known(self, photo: str) -> Known | None:
        """Return what an earlier run left of a photo."""
        query = "SELECT stamp, done, sha256, hairs IS NOT NULL, reported FROM photo WHERE photo = ?"
        found = self._connection.execute(query, (photo,)).fetchone()
        if found is None:
            return None
        stamp, done, sha256, has_hairs, reported = found
        return Known(stamp, done, sha256, bool(has_hairs), bool(reported))

    def plan_photo(self, planned: PlannedPhoto) -> None:
        """Make a photo part of the plan; the row of a file that has changed no longer stands."""
        entry = planned.entry
        self._connection.execute(
            "INSERT INTO photo (photo, planned, pending, site, entry, stamp, demand)"
            " VALUES (?, 1, ?, ?, ?, ?, ?) ON CONFLICT (photo) DO UPDATE SET planned = 1,"
            " pending = excluded.pending, site = excluded.site, entry = excluded.entry,"
            " stamp = excluded.stamp, demand = excluded.demand, done = CASE WHEN ? THEN NULL ELSE done END",
            (
                *(entry.photo, planned.pending, _site_text(entry), json.dumps(asdict(entry))),
                *(planned.stamp, planned.demand, planned.changed),
            ),
        )

    def sites(self) -> Iterator[tuple[PhotoEntry, ...]]:
        """Return the photos of the plan that tell their visit, site by site."""
        last = ""
        while True:
            query = "SELECT site FROM photo WHERE planned AND site > ? ORDER BY site LIMIT 1"
            found = self._connection.execute(query, (last,)).fetchone()
            if found is None:
                return
            (last,) = found
            members = "SELECT entry FROM photo WHERE planned AND site = ? ORDER BY photo"
            yield tuple(_entry(text) for (text,) in self._connection.execute(members, (last,)))

    def plan_pair(self, pair: PhotoPair, demand: str, *, reports: bool) -> None:
        """Make a pair part of the plan, pending unless its row stands and rests on the photos as they are."""
        self._connection.execute(
            "INSERT INTO pair (before, after, planned, pending, demand) VALUES (?, ?, 1, 1, ?)"
            " ON CONFLICT (before, after) DO UPDATE SET planned = 1, demand = excluded.demand,"
            " done = CASE WHEN EXISTS (SELECT 1 FROM photo WHERE"
            " photo.photo = pair.before AND (photo.pending OR photo.sha256 IS NOT pair.before_sha256)"
            " OR photo.photo = pair.after AND (photo.pending OR photo.sha256 IS NOT pair.after_sha256))"
            " THEN NULL ELSE done END",
            (pair.before, pair.after, demand),
        )
        self._connection.execute(
            "UPDATE pair SET pending = done IS NOT demand OR reported < ? WHERE before = ? AND after = ?",
            (reports, pair.before, pair.after),
        )

    def tally(self) -> Tally:
        """Count the plan."""
        query = (
            "SELECT count(*), coalesce(sum(pending), 0), coalesce(sum(NOT pending AND exit_code > 0), 0)"
            " FROM {} WHERE planned"
        )
        photos, pairs = (self._connection.execute(query.format(one)).fetchone() for one in ("photo", "pair"))
        return Tally(photos[0], pairs[0], photos[1], pairs[1], photos[2], pairs[2])

    def pending_baselines(self, after: str, limit: int) -> list[str]:
        """Return photos, in order and beyond one, whose pairs with later visits are pending."""
        query = "SELECT DISTINCT before FROM pair WHERE pending AND before > ? ORDER BY before LIMIT ?"
        return [name for (name,) in self._connection.execute(query, (after, limit))]

    def pending_visits(self, baseline: str) -> list[str]:
        """Return the photos whose pair with a baseline is pending."""
        query = "SELECT after FROM pair WHERE pending AND before = ? ORDER BY after"
        return [name for (name,) in self._connection.execute(query, (baseline,))]

    def pending_alone(self, after: str, limit: int) -> list[str]:
        """Return pending photos, in order and beyond one, that are part of no pending pair."""
        query = (
            "SELECT photo FROM photo WHERE pending AND photo > ?"
            " AND NOT EXISTS (SELECT 1 FROM pair WHERE pair.pending AND pair.before = photo.photo)"
            " AND NOT EXISTS (SELECT 1 FROM pair WHERE pair.pending AND pair.after = photo.photo)"
            " ORDER BY photo LIMIT ?"
        )
        return [name for (name,) in self._connection.execute(query, (after, limit))]

    def entry(self, photo: str) -> tuple[PhotoEntry, bool]:
        """Return a photo of the plan, and whether its row is pending."""
        query = "SELECT entry, pending FROM photo WHERE photo = ?"
        text, pending = self._connection.execute(query, (photo,)).fetchone()
        return _entry(text), bool(pending)

    def record_photo(self, result: PhotoResult, *, reported: bool) -> None:
        """Write the row of a photo."""
        self._connection.execute(
            "UPDATE photo SET pending = 0, done = CASE WHEN ? THEN demand END, sha256 = ?, exit_code = ?,"
            " error = ?, row = ?, hairs = ?, reported = ? WHERE photo = ?",
            (
                *(result.lasting, result.sha256, result.exit_code, _plain(result.error)),
                *(json.dumps(result.row), result.hairs, reported, result.photo),
            ),
        )

    def restamp(self, photo: str, stamp: str | None) -> None:
        """Note the state of a file that could not be read."""
        self._connection.execute("UPDATE photo SET stamp = ? WHERE photo = ?", (stamp, photo))

    def record_pair(self, result: PairResult, *, reported: bool) -> None:
        """Write the row of a pair."""
        self._connection.execute(
            "UPDATE pair SET pending = 0, done = CASE WHEN ? THEN demand END, before_sha256 = ?,"
            " after_sha256 = ?, exit_code = ?, error = ?, row = ?, reported = ?"
            " WHERE before = ? AND after = ?",
            (
                *(result.lasting, result.before_sha256, result.after_sha256, result.exit_code),
                *(_plain(result.error), json.dumps(result.row), reported, result.before, result.after),
            ),
        )

    def photo_rows(self) -> Iterator[Row]:
        """Return the rows of the photos of the plan, by name."""
        query = "SELECT photo, entry, exit_code, error, row FROM photo WHERE planned ORDER BY photo"
        for photo, entry, exit_code, error, row in self._connection.execute(query):
            head: Row = {"photo": photo, **_entry(entry).labels, "exit_code": exit_code, "error": error}
            yield head | json.loads(row)

    def pair_rows(self) -> Iterator[Row]:
        """Return the rows of the pairs of the plan, by the names of their photos."""
        query = (
            "SELECT before, after, photo.entry, pair.exit_code, pair.error, pair.row FROM pair"
            " JOIN photo ON photo.photo = pair.before WHERE pair.planned ORDER BY before, after"
        )
        for before, after, entry, exit_code, error, row in self._connection.execute(query):
            one = _entry(entry)
            head: Row = {"before": before, "after": after, "subject": one.subject, "site": one.site}
            yield head | {"exit_code": exit_code, "error": error} | json.loads(row)

    def plan_of_photos(self) -> Iterator[tuple[PhotoEntry, bool]]:
        """Return the photos of the plan, and whether their rows are to be made."""
        query = "SELECT entry, pending FROM photo WHERE planned ORDER BY photo"
        return ((_entry(text), bool(pending)) for text, pending in self._connection.execute(query))

    def plan_of_pairs(self) -> Iterator[tuple[str, str, bool]]:
        """Return the pairs of the plan, and whether their rows are to be made."""
        query = "SELECT before, after, pending FROM pair WHERE planned ORDER BY before, after"
        return ((before, after, bool(pending)) for before, after, pending in self._connection.execute(query))

    def hairs(self) -> Iterator[bytes]:
        """Return the hairs of the photos of the plan, compressed, by the photo's name."""
        query = "SELECT hairs FROM photo WHERE planned AND hairs IS NOT NULL ORDER BY photo"
        return (hairs for (hairs,) in self._connection.execute(query))


def _plain(text: str) -> str:
    """Return a message that stays on one line of a table."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _entry(text: str) -> PhotoEntry:
    held = json.loads(text)
    size = StatedScale(**held.pop("size"))
    return PhotoEntry(**held, size=size)


def _site_text(entry: PhotoEntry) -> str | None:
    """Return what orders the photos of one site together."""
    key = site_key(entry)
    return None if key is None else json.dumps(key)
