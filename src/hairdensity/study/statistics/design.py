"""Rows of a batch become a course: per subject, arm and visit what was measured and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hairdensity.errors import UsageError
from hairdensity.study.statistics.changes import find_changes
from hairdensity.study.statistics.sessions import sessions_of, treatment_name
from hairdensity.study.statistics.visits import label_visits, order_visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.study.statistics.changes import Change
    from hairdensity.study.statistics.inputs import Batch, PhotoRow
    from hairdensity.study.statistics.sessions import Session

CompareBy = Literal["auto", "arm", "treatment", "side", "nothing"]
ChangeFrom = Literal["auto", "pairs", "photos"]
CONTROL_WORDS = ("sham", "placebo", "control", "saline", "vehicle", "no treatment", "untreated")


@dataclass(frozen=True, slots=True)
class StudySettings:
    """What is studied and how.

    Attributes
    ----------
    quantity
        The quantity that the report is about.
    compare_by
        What tells arms apart: the column `arm`, the treatments received, the side of the head, or nothing;
        `auto` takes the first of these that the data have.
    control
        The arm that the others are compared with; empty for one that sounds like a control, else the first.
    change_from
        Changes on the skin that both photos share (`pairs`), or differences of what each photo shows by
        itself (`photos`); `auto` takes pairs where there are any.
    relative
        Study changes as fractions of the baseline value.
    responder
        From which change on a subject is a responder; a fraction of the baseline where `responder_relative`.
    baseline
        The visit that changes are counted from; empty for the earliest.
    site
        Keep this site only; empty for all.
    with_models
        Whether the models that need statsmodels are fitted.
    """

    quantity: str = "hair_density_per_cm2"
    compare_by: CompareBy = "auto"
    control: str = ""
    change_from: ChangeFrom = "auto"
    relative: bool = False
    responder: float = 0.10
    responder_relative: bool = True
    baseline: str = ""
    site: str = ""
    with_models: bool = True


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A photo or pair that the statistics do without, and why."""

    what: str
    subject: str
    visit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Course:
    """The study as it can be analysed.

    Attributes
    ----------
    photos
        The photos that count, with their visit named.
    arm_of
        Photo -> arm; the empty arm when there is but one group.
    visits
        Names of the visits in the order of time; the first is the baseline.
    arms
        Names of the arms, the control first.
    compared_by
        What told the arms apart.
    changes
        Every change of every quantity, one an arm, visit and subject.
    change_from
        What the changes rest on.
    sessions
        Treatment sessions of the subjects in the study.
    left_out
        What does not count, and why.
    notes
        What a reader should know about the data.
    """

    photos: tuple[PhotoRow, ...]
    arm_of: Mapping[str, str]
    visits: tuple[str, ...]
    arms: tuple[str, ...]
    compared_by: CompareBy
    changes: tuple[Change, ...]
    change_from: ChangeFrom
    sessions: tuple[Session, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    def changes_of(self, quantity: str) -> tuple[Change, ...]:
        """Return the changes of one quantity."""
        return tuple(one for one in self.changes if one.quantity == quantity)

    @property
    def is_split(self) -> bool:
        """Whether some subject carries more than one arm, as when sides are treated differently."""
        by_subject: dict[str, set[str]] = {}
        for one in self.changes:
            by_subject.setdefault(one.subject, set()).add(one.arm)
        return any(len(arms) > 1 for arms in by_subject.values())


def design_study(batch: Batch, sessions: Sequence[Session], settings: StudySettings) -> Course:
    """Sort out who was photographed when, in which arm, and what changed since the baseline.

    Parameters
    ----------
    batch
        The rows of a batch.
    sessions
        Treatment sessions; may be empty.
    settings
        What is studied and how.

    Raises
    ------
    UsageError
        When nothing is left to analyse, a subject has two arms in one place, or a baseline, site, control or
        way to compare is asked for that the data do not have.
    """
    left_out = _without_result(batch)
    photos, unplaced = label_visits(_of_site(batch, settings.site))
    left_out += [
        LeftOut(one.photo, one.subject, one.visit, "no subject, or neither visit nor date")
        for one in unplaced
    ]
    if not photos:
        message = f"{batch.name}: no photo has a result, a subject and a visit or date; see results.csv"
        raise UsageError(message)
    compared_by = _compared_by(photos, sessions, settings.compare_by)
    arm_of = _arms_of(photos, sessions, compared_by)
    if any(arm_of.values()):
        left_out += [
            LeftOut(one.photo, one.subject, one.visit, "no arm") for one in photos if not arm_of[one.photo]
        ]
        photos = tuple(one for one in photos if arm_of[one.photo])
    visits = order_visits(photos, settings.baseline)
    changes, change_from, unpaired = find_changes(batch.pairs, photos, arm_of, visits, settings.change_from)
    left_out += [LeftOut(what, subject, visit, reason) for what, subject, visit, reason in unpaired]
    subjects = {one.subject for one in photos}
    return Course(
        photos=photos,
        arm_of=arm_of,
        visits=visits,
        arms=_ordered_arms({arm_of[one.photo] for one in photos}, settings.control),
        compared_by=compared_by,
        changes=changes,
        change_from=change_from,
        sessions=tuple(one for one in sessions if one.subject in subjects),
        left_out=tuple(left_out),
        notes=_notes(photos, sessions, settings),
    )


def _without_result(batch: Batch) -> list[LeftOut]:
    return [LeftOut(one.photo, one.subject, one.visit, one.error) for one in batch.photos if one.error]


def _of_site(batch: Batch, site: str) -> tuple[PhotoRow, ...]:
    usable = tuple(one for one in batch.photos if not one.error)
    if not site:
        return usable
    kept = tuple(one for one in usable if one.site.casefold() == site.casefold())
    if not kept:
        seen = ", ".join(sorted({one.site for one in usable if one.site})) or "none"
        message = f"--site {site}: no photo has this site; sites seen: {seen}"
        raise UsageError(message)
    return kept


def _compared_by(photos: Sequence[PhotoRow], sessions: Sequence[Session], asked: CompareBy) -> CompareBy:
    has: dict[CompareBy, bool] = {
        "arm": any(one.arm for one in photos),
        "treatment": bool(sessions),
        "side": len({one.side for one in photos if one.side}) > 1,
        "nothing": True,
    }
    if asked == "auto":
        return next(name for name, known in has.items() if known)
    if not has[asked]:
        cure = {
            "arm": "fill the column arm",
            "treatment": "give --treatments",
            "side": "fill the column side",
        }[asked]
        message = f"--compare-by {asked}: the data tell no {asked}; {cure} or choose another way to compare"
        raise UsageError(message)
    return asked


def _arms_of(photos: Sequence[PhotoRow], sessions: Sequence[Session], by: CompareBy) -> dict[str, str]:
    """Return the arm of every photo; a place of the head keeps its arm from the first visit to the last."""
    if by == "nothing":
        return {one.photo: "" for one in photos}
    if by == "side":
        return {one.photo: one.side for one in photos}
    if by == "treatment":
        return {one.photo: treatment_name(sessions_of(sessions, one.subject, one.side)) for one in photos}
    named: dict[tuple[str, str, str], str] = {}
    for one in photos:
        place = (one.subject, one.site, one.side)
        known = named.setdefault(place, one.arm)
        if one.arm and known and one.arm != known:
            where = " ".join(filter(None, place))
            message = (
                f"results.csv: {where} is in arm {known} and in arm {one.arm};"
                " a place keeps one arm throughout a study"
            )
            raise UsageError(message)
        named[place] = known or one.arm
    return {one.photo: named[one.subject, one.site, one.side] for one in photos}


def _ordered_arms(arms: set[str], control: str) -> tuple[str, ...]:
    ordered = sorted(arms, key=str.casefold)
    if control:
        match = [one for one in ordered if one.casefold() == control.casefold()]
        if not match:
            seen = ", ".join(filter(None, ordered)) or "none"
            message = f"--control {control}: there is no such arm; arms seen: {seen}"
            raise UsageError(message)
        first = match[0]
    else:
        sounding = [one for word in CONTROL_WORDS for one in ordered if word in one.casefold()]
        first = sounding[0] if sounding else ordered[0]
    return (first, *(one for one in ordered if one != first))


def _notes(
    photos: Sequence[PhotoRow], sessions: Sequence[Session], settings: StudySettings
) -> tuple[str, ...]:
    notes = []
    sites = sorted({one.site for one in photos if one.site})
    if len(sites) > 1 and not settings.site:
        notes.append(
            f"Several sites ({', '.join(sites)}) are averaged within a subject and arm; --site keeps one."
        )
    places = [(one.subject, one.site, one.side, one.visit) for one in photos]
    repeated = len(places) - len(set(places))
    if repeated:
        notes.append(f"Photos of one place and visit are averaged: {repeated} beyond one a place and visit.")
    known = {one.subject for one in photos}
    strangers = sorted({one.subject for one in sessions} - known)
    if strangers:
        notes.append(f"Treatment sessions of subjects without photos are ignored: {', '.join(strangers)}.")
    return tuple(notes)
