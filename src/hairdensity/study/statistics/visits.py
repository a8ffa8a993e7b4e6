"""Photos get the name of their visit, and visits their order in time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hairdensity.study.statistics.inputs import PhotoRow

FIRST_WORDS = ("baseline", "screening", "before", "pre", "start", "day 0", "week 0", "month 0")


def label_visits(photos: Sequence[PhotoRow]) -> tuple[tuple[PhotoRow, ...], tuple[PhotoRow, ...]]:
    """Name the visits of photos that have a date only by their turn in their place: 1, 2, 3.

    Returns
    -------
    tuple
        The photos with their visit named, and those that have no subject, or neither visit nor date.
    """
    days: dict[tuple[str, str, str], list[date]] = {}
    for one in photos:
        if one.day is not None and not one.visit:
            known = days.setdefault((one.subject, one.site, one.side), [])
            known[:] = sorted({*known, one.day})
    placed = [one for one in photos if one.subject and (one.visit or one.day)]
    named = tuple(one if one.visit else replace(one, visit=_turn(one, days)) for one in placed)
    return named, tuple(one for one in photos if not (one.subject and (one.visit or one.day)))


def order_visits(photos: Sequence[PhotoRow], baseline: str) -> tuple[str, ...]:
    """Return the names of the visits, the baseline first, then by time, by number in the name where undated.

    Raises
    ------
    UsageError
        When there is no visit of the name asked for as baseline.
    """
    names = list(dict.fromkeys(one.visit for one in photos))
    since = {name: _days_in(photos, name) for name in names}
    dated = all(one is not None for one in since.values())
    ordered = sorted(names, key=lambda name: (since[name] if dated else 0, natural_key(name)))
    if not baseline:
        return tuple(ordered)
    match = [one for one in ordered if one.casefold() == baseline.casefold()]
    if not match:
        message = f"--baseline {baseline}: there is no such visit; visits seen: {', '.join(ordered)}"
        raise UsageError(message)
    return (match[0], *(one for one in ordered if one != match[0]))


def natural_key(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """Return a key that sorts names as people do.

    Examples
    --------
    >>> sorted(["week 12", "week 6", "Baseline"], key=natural_key)
    ['Baseline', 'week 6', 'week 12']
    """
    parts = re.findall(r"\d+|\D+", name.casefold())
    is_first = name.casefold().startswith(FIRST_WORDS)
    return not is_first, [(int(one), "") if one.isdigit() else (-1, one) for one in parts]


def _turn(photo: PhotoRow, days: dict[tuple[str, str, str], list[date]]) -> str:
    assert photo.day is not None  # noqa: S101 -- only dated photos come here
    return str(days[photo.subject, photo.site, photo.side].index(photo.day) + 1)


def _days_in(photos: Sequence[PhotoRow], visit: str) -> float | None:
    """Return after how many days a visit took place on average, counted from each subject's first photo."""
    first: dict[str, date] = {}
    for one in photos:
        if one.day is not None:
            first[one.subject] = min(one.day, first.get(one.subject, one.day))
    passed = [
        (one.day - first[one.subject]).days for one in photos if one.visit == visit and one.day is not None
    ]
    return sum(passed) / len(passed) if passed else None
