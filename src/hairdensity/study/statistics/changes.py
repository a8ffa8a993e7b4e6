"""Pairs, or photos by themselves, become changes since the baseline: one an arm, visit and subject."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from hairdensity.errors import UsageError
from hairdensity.study.statistics.inputs import QUANTITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hairdensity.study.statistics.inputs import PairRow, PhotoRow

ChangeFrom = Literal["auto", "pairs", "photos"]
Unpaired = tuple[str, str, str, str]
"""A pair or photo that gives no change: its name, subject, visit and the reason."""


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one quantity in one subject, arm and visit since the baseline, averaged over `places`.

    `relative` is a fraction of the baseline value; `days` may be unknown. `verdict` is that of the comparison
    of the two photos, empty where there is none or where several places disagree.
    """

    quantity: str
    subject: str
    arm: str
    visit: str
    days: float | None
    before: float | None
    after: float | None
    difference: float | None
    relative: float | None
    verdict: str
    places: int


@dataclass(frozen=True, slots=True)
class _Step:
    """A change in one place of the head."""

    place: tuple[str, str, str]
    arm: str
    visit: str
    days: int | None
    quantity: str
    before: float | None
    after: float | None
    difference: float | None
    relative: float | None
    verdict: str


def find_changes(
    pairs: Sequence[PairRow],
    photos: Sequence[PhotoRow],
    arm_of: Mapping[str, str],
    visits: Sequence[str],
    asked: ChangeFrom,
) -> tuple[tuple[Change, ...], ChangeFrom, list[Unpaired]]:
    """Return all changes, what they rest on, and what gives none.

    Raises
    ------
    UsageError
        When changes are asked for from pairs and there are none.
    """
    if asked == "pairs" and not pairs:
        message = "--change-from pairs: there is no pairs.csv; compare with --change-from photos"
        raise UsageError(message)
    if asked == "photos" or not pairs:
        steps, unpaired = _steps_of_photos(photos, arm_of, visits)
        return _averaged(steps), "photos", unpaired
    steps, unpaired = _steps_of_pairs(pairs, photos, arm_of, visits)
    return _averaged(steps), "pairs", unpaired


def _steps_of_pairs(
    pairs: Sequence[PairRow], photos: Sequence[PhotoRow], arm_of: Mapping[str, str], visits: Sequence[str]
) -> tuple[list[_Step], list[Unpaired]]:
    known = {one.photo: one for one in photos}
    steps, unpaired = [], []
    for pair in pairs:
        before, after = known.get(pair.before), known.get(pair.after)
        if before is None or after is None:
            continue  # one of the photos is left out itself, with its own reason
        reason = pair.error or _misplaced(before, after, visits)
        if reason:
            unpaired.append((f"{pair.before} with {pair.after}", after.subject, after.visit, reason))
            continue
        days = (after.day - before.day).days if after.day and before.day else None
        steps += [
            _Step(
                _place(after), arm_of[after.photo], after.visit, days, name,
                one.before, one.after, one.difference, one.relative, one.verdict,
            )
            for name, one in pair.changes.items()
        ]  # fmt: skip
    return steps, unpaired


def _misplaced(before: PhotoRow, after: PhotoRow, visits: Sequence[str]) -> str:
    """Return why two photos are no baseline and later visit of one place; empty when they are."""
    if _place(before) != _place(after):
        return "the two photos are of different subjects, sites or sides"
    if before.visit != visits[0]:
        return f"it starts from {before.visit}, not from the baseline {visits[0]}"
    return "both photos are of the baseline" if after.visit == visits[0] else ""


def _steps_of_photos(
    photos: Sequence[PhotoRow], arm_of: Mapping[str, str], visits: Sequence[str]
) -> tuple[list[_Step], list[Unpaired]]:
    by_place: dict[tuple[str, str, str], dict[str, list[PhotoRow]]] = defaultdict(lambda: defaultdict(list))
    for one in photos:
        by_place[_place(one)][one.visit].append(one)
    steps: list[_Step] = []
    unpaired: list[Unpaired] = []
    for place, by_visit in by_place.items():
        if visits[0] not in by_visit:
            shown = [one for rows in by_visit.values() for one in rows]
            unpaired += [
                (one.photo, one.subject, one.visit, f"no photo of {visits[0]} in its place") for one in shown
            ]
            continue
        first = by_visit[visits[0]]
        for visit in visits[1:]:
            if visit in by_visit:
                arm = arm_of[by_visit[visit][0].photo]
                steps += _steps_between(place, arm, first, by_visit[visit])
    return steps, unpaired


def _steps_between(
    place: tuple[str, str, str], arm: str, first: Sequence[PhotoRow], later: Sequence[PhotoRow]
) -> list[_Step]:
    days = (later[0].day - first[0].day).days if later[0].day and first[0].day else None
    steps = []
    for name in QUANTITY_NAMES:
        before, after = (_mean(one.values.get(name) for one in rows) for rows in (first, later))
        if before is not None and after is not None:
            difference = after - before
            relative = difference / before if before else None
            steps.append(
                _Step(place, arm, later[0].visit, days, name, before, after, difference, relative, "")
            )
    return steps


def _averaged(steps: Iterable[_Step]) -> tuple[Change, ...]:
    """Average over the places of a subject that share an arm and a visit."""
    groups: dict[tuple[str, str, str, str], list[_Step]] = defaultdict(list)
    for one in steps:
        if one.difference is not None or one.relative is not None:
            groups[one.quantity, one.place[0], one.arm, one.visit].append(one)
    return tuple(_change(key, group) for key, group in groups.items())


def _change(key: tuple[str, str, str, str], group: Sequence[_Step]) -> Change:
    quantity, subject, arm, visit = key
    verdicts = {one.verdict for one in group}
    return Change(
        quantity=quantity,
        subject=subject,
        arm=arm,
        visit=visit,
        days=_mean(one.days for one in group),
        before=_mean(one.before for one in group),
        after=_mean(one.after for one in group),
        difference=_mean(one.difference for one in group),
        relative=_mean(one.relative for one in group),
        verdict=verdicts.pop() if len(verdicts) == 1 else "",
        places=len(group),
    )


def _place(photo: PhotoRow) -> tuple[str, str, str]:
    return photo.subject, photo.site, photo.side


def _mean(values: Iterable[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return fmean(known) if known else None
