"""What is asked and what the ledger holds become a plan: which rows stand, and which are to be made."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from hairdensity.errors import UsageError
from hairdensity.report.provenance import library_versions
from hairdensity.study.jobs import Job
from hairdensity.study.ledger import PlannedPhoto
from hairdensity.study.stores import sha256_of
from hairdensity.study.visits import pair_visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hairdensity.study.entry import PhotoEntry
    from hairdensity.study.jobs import Asked
    from hairdensity.study.ledger import Known, Ledger
    from hairdensity.study.sources import Source
    from hairdensity.study.stores import Found

PAGE = 200
MOST_VISITS = 8
"""Later visits of one job; the baseline is analysed once a job."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a plan is made for.

    Attributes
    ----------
    source
        The photos.
    asked
        What holds for all of them.
    baseline
        Name of the visit that the others are compared with; None for the first.
    """

    source: Source
    asked: Asked
    baseline: str | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was seen while planning.

    Attributes
    ----------
    unnamed, example
        Photos without labels, though there is a pattern, and one of them.
    nothing_pairs
        Whether there are several photos, and no pattern or manifest says which belong together.
    """

    unnamed: int
    example: str
    nothing_pairs: bool = False


def make_plan(wishes: Wishes, ledger: Ledger) -> Outlook:
    """Write into the ledger which rows a batch has and which of them are to be made.

    A row stands when the photo's bytes, what is stated of its scale, the settings and the versions of the
    program and its libraries are those it was made with, and the files asked for were written with it.

    Raises
    ------
    UsageError
        When there is no photo, or the ledger cannot be written.
    """
    version = _digest(asdict(wishes.asked.settings.analysis), versions())
    count = unnamed = named = 0
    example = ""
    with ledger.transaction():
        ledger.forget_plan()
        for entry, found in wishes.source.photos():
            ledger.plan_photo(_planned(entry, found, version, (wishes, ledger)))
            count += 1
            named += any(entry.labels.values())
            if wishes.source.pattern is not None and not any(entry.labels.values()):
                unnamed, example = unnamed + 1, example or entry.photo
        _plan_pairs(wishes, ledger)
        if count == 0:
            message = f"{wishes.source.root}: no photo lies here; give a folder of JPEG, PNG or TIFF files"
            raise UsageError(message)
    nothing_pairs = count > 1 and not named and wishes.source.pattern is None
    return Outlook(unnamed, example, nothing_pairs)


def pending_jobs(ledger: Ledger) -> Iterator[Job]:
    """Return what is to be done, one site after the other, then the photos that are compared with none."""
    last = ""
    while page := ledger.pending_baselines(last, PAGE):
        last = page[-1]
        for baseline in page:
            yield from _site_jobs(ledger, baseline)
    last = ""
    while page := ledger.pending_alone(last, PAGE):
        last = page[-1]
        for photo in page:
            entry, _ = ledger.entry(photo)
            yield Job((entry,), frozenset({photo}), frozenset())


def _site_jobs(ledger: Ledger, baseline: str) -> Iterator[Job]:
    first, first_is_wanted = ledger.entry(baseline)
    visits = ledger.pending_visits(baseline)
    for start in range(0, len(visits), MOST_VISITS):
        part = visits[start : start + MOST_VISITS]
        later = [ledger.entry(name) for name in part]
        wanted = {entry.photo for entry, pending in later if pending}
        if first_is_wanted and start == 0:
            wanted.add(baseline)
        entries = (first, *(entry for entry, _ in later))
        yield Job(entries, frozenset(wanted), frozenset(part))


def _planned(entry: PhotoEntry, found: Found, version: str, kept: tuple[Wishes, Ledger]) -> PlannedPhoto:
    wishes, ledger = kept
    demand = _digest(version, asdict(entry.size), found.beside)
    known = ledger.known(entry.photo)
    if known is None:
        return PlannedPhoto(entry, found.stamp, demand, changed=False, pending=True)
    changed = _has_changed(known, found, wishes)
    asked = wishes.asked
    lacks = (asked.hairs and not known.has_hairs) or (asked.reports is not None and not known.reported)
    pending = changed or known.done != demand or (lacks and known.sha256 is not None)
    return PlannedPhoto(entry, found.stamp, demand, changed=changed, pending=pending)


def _has_changed(known: Known, found: Found, wishes: Wishes) -> bool:
    """Say whether a file holds other bytes; they are read only when its size or time differ."""
    if known.stamp == found.stamp:
        return False
    if known.sha256 is None or found.stamp is None:
        return True
    return sha256_of(wishes.source.store, found.photo) != known.sha256


def _plan_pairs(wishes: Wishes, ledger: Ledger) -> None:
    demand = _digest(asdict(wishes.asked.settings), versions())
    for entries in ledger.sites():
        for pair in pair_visits(entries, wishes.baseline):
            ledger.plan_pair(pair, demand, reports=wishes.asked.reports is not None)


def versions() -> dict[str, str]:
    """Return the versions of the program and of the libraries that rows depend on."""
    try:
        own = metadata.version("hairdensity")
    except metadata.PackageNotFoundError:
        own = "0+unknown"
    return {"hairdensity": own} | {name: one for name, one in library_versions().items() if name != "python"}


def _digest(*parts: Any) -> str:  # noqa: ANN401 -- whatever JSON can hold
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]
