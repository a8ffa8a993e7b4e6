"""The photos of one site become pairs: each later visit with the first one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.study.entry import PhotoEntry

FIRST_WORDS = ("baseline", "before", "pre", "screening")
"""A visit whose name starts so comes before all others."""

Rank = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """Two photos of one site that are compared, by their names."""

    before: str
    after: str


def site_key(entry: PhotoEntry) -> tuple[str, str, str] | None:
    """Return what photos of one site share; None when nothing tells the photo's visit."""
    if not (entry.visit or entry.date):
        return None
    return entry.subject, entry.site, entry.side


def pair_visits(entries: Sequence[PhotoEntry], baseline: str | None = None) -> tuple[PhotoPair, ...]:
    """Pair each later visit of one site with its first.

    Parameters
    ----------
    entries
        The photos of one site. Visits are ordered by date when every photo has one; else by their names:
        those that start with baseline, before, pre or screening first, the others by the numbers in them.
    baseline
        Name of the visit to compare with, earlier ones being left out; by default the first.

    Returns
    -------
    tuple of PhotoPair
        Every photo of another visit with the first photo, by name, of the baseline; photos of the baseline's
        own visit are not paired. Empty when there is no such visit, or no other.

    Examples
    --------
    >>> from hairdensity.study.entry import PhotoEntry
    >>> visits = [PhotoEntry(f"{name}.jpg", visit=name) for name in ("week12", "week4", "baseline")]
    >>> [(pair.before, pair.after) for pair in pair_visits(visits)]
    [('baseline.jpg', 'week4.jpg'), ('baseline.jpg', 'week12.jpg')]
    """
    dated = all(entry.date for entry in entries)
    ranked = sorted(entries, key=lambda entry: (_rank(entry, dated=dated), entry.photo))
    firsts = [entry for entry in ranked if baseline is None or entry.visit == baseline]
    if not firsts:
        return ()
    first = firsts[0]
    own = _visit(first, dated=dated)
    later = ranked[ranked.index(first) + 1 :]
    others = [entry for entry in later if _visit(entry, dated=dated) != own]
    return tuple(PhotoPair(first.photo, other.photo) for other in others)


def _visit(entry: PhotoEntry, *, dated: bool) -> str:
    """Return what photos of the same visit share: its name, or the day where visits have no names."""
    return entry.visit or (entry.date if dated else "")


def _rank(entry: PhotoEntry, *, dated: bool) -> Rank:
    if dated:
        return (entry.date,)
    word = entry.visit.lower()
    is_first = word.startswith(FIRST_WORDS)
    pieces = re.split(r"(\d+)", word)
    return (not is_first, *((1, int(piece), "") if piece.isdigit() else (0, 0, piece) for piece in pieces))
