"""The course of each subject with its treatment sessions, and how two methods agree, as charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.study.statistics.charts import (
    arm_shape,
    arm_style,
    is_dated,
    place_in_time,
    study_changes,
    time_axis,
)
from hairdensity.study.statistics.drawing import Axis, Chart, Dot, Label, Line, frame, value_axis
from hairdensity.study.statistics.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hairdensity.study.statistics.changes import Change
    from hairdensity.study.statistics.readers import Comparison
    from hairdensity.study.statistics.sessions import Session
    from hairdensity.study.statistics.study import Study

WIDTH, HEIGHT = 300, 190
LEFT, RIGHT, TOP, BOTTOM = 44, 290, 40, 150
MOST_SUBJECTS = 60
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Marked:
    """A session with the days since the subject's baseline and the letter of its kind."""

    days: int
    letter: str
    session: Session


def session_letters(study: Study) -> dict[str, str]:
    """Return the letter that stands for each kind of treatment session."""
    kinds = sorted({one.kind for one in study.course.sessions}, key=str.casefold)
    return {kind: LETTERS[at] if at < len(LETTERS) else "?" for at, kind in enumerate(kinds)}


def subject_charts(study: Study) -> tuple[Chart, ...]:
    """Return one chart a subject, the changes over days with the sessions marked; at most 60.

    Subjects whose visits have no dates are drawn by the number of the visit, without sessions.
    """
    by_subject: dict[str, list[tuple[Change, float]]] = {}
    for one, value in study_changes(study):
        by_subject.setdefault(one.subject, []).append((one, value))
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    values = [numbers.shown(value) for _, value in study_changes(study)]
    axes = _axis_with_sessions(study), value_axis(values, BOTTOM, TOP)
    subjects = list(by_subject)[:MOST_SUBJECTS]
    return tuple(_subject_chart(study, name, by_subject[name], axes) for name in subjects)


def agreement_chart(comparison: Comparison, quantity: str, at: int) -> Chart:
    """Return differences of two methods over their means, with bias, limits and their intervals."""
    limits, numbers = comparison.limits, numbers_of(quantity)
    means = [numbers.shown((one + other) / 2) for one, other in comparison.values]
    differences = [numbers.shown(one - other) for one, other in comparison.values]
    levels = (limits.low_limit, limits.bias, limits.high_limit)
    ends = [numbers.shown(end) for one in levels for end in (one.low, one.high)]
    x = value_axis(means, 50, 350, with_zero=False)
    y = value_axis([*differences, *ends], 208, 28)
    lines, labels = frame(x, y, f"Mean of both, {numbers.quantity.unit}".rstrip(", "), "Difference")
    for one, style in zip(levels, ("limit", "bias", "limit"), strict=True):
        low, middle, high = (y.at(numbers.shown(end)) for end in (one.low, one.value, one.high))
        lines.append(Line(((x.start, middle), (x.end, middle)), style))
        lines.append(Line(((x.end - 3, low), (x.end - 3, high)), f"{style} interval"))
    dots = tuple(
        Dot(x.at(mean), y.at(difference), "circle", "reading", 3, photo)
        for mean, difference, photo in zip(means, differences, comparison.photos, strict=True)
    )
    bias, least, most = (
        numbers.change(one.value) for one in (limits.bias, limits.low_limit, limits.high_limit)
    )
    said = f"{limits.n} photos, bias {bias}, limits of agreement {least} to {most}"
    title = f"{comparison.first} minus {comparison.second}"
    return Chart(f"agreement-{at}", title, said, 360, 250, tuple(lines), (), dots, tuple(labels))


def _subject_chart(
    study: Study, subject: str, changes: Sequence[tuple[Change, float]], axes: tuple[Axis, Axis]
) -> Chart:
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    x, y = axes
    dated = is_dated(study)
    marked = _marked(study, subject) if dated else ()
    lines, labels = frame(x, y, "Days since the baseline" if dated else "", "")
    lines += [Line(((x.at(one.days), TOP - 4), (x.at(one.days), BOTTOM)), "session") for one in marked]
    labels += _session_labels(marked, x)
    dots: list[Dot] = []
    for arm in dict.fromkeys(one.arm for one, _ in changes):
        own = [(one, value) for one, value in changes if one.arm == arm]
        places = [
            (0.0, 0.0),
            *((place_in_time(study, one, dated=dated), numbers.shown(value)) for one, value in own),
        ]
        points = tuple((x.at(at), y.at(value)) for at, value in sorted(places))
        style = arm_style(study, arm)
        lines.append(Line(points, f"mean {style}"))
        dots += [Dot(at, value, arm_shape(study, arm), style, 4) for at, value in points]
    arms = " and ".join(filter(None, dict.fromkeys(one.arm for one, _ in changes)))
    said = "; ".join(
        f"{one.visit} {one.arm} {numbers.change(value)}".replace("  ", " ") for one, value in changes
    )
    sessions = "; ".join(f"{_session_name(one.session)} on day {one.days}" for one in marked)
    description = f"{said}. Sessions: {sessions or 'none marked'}"
    title = f"{subject}: {arms}" if arms else subject
    return Chart(
        f"subject-{subject}", title, description, WIDTH, HEIGHT, tuple(lines), (), tuple(dots), tuple(labels)
    )


def _marked(study: Study, subject: str) -> tuple[Marked, ...]:
    start = _baseline_day(study, subject)
    if start is None:
        return ()
    letters = session_letters(study)
    own = [one for one in study.course.sessions if one.subject == subject]
    return tuple(Marked((one.day - start).days, letters[one.kind], one) for one in own)


def _session_name(session: Session) -> str:
    return f"{session.kind} ({session.side})" if session.side else session.kind


def _baseline_day(study: Study, subject: str) -> date | None:
    days = [
        one.day
        for one in study.course.photos
        if one.subject == subject and one.visit == study.course.visits[0] and one.day is not None
    ]
    return min(days, default=None)


def _axis_with_sessions(study: Study) -> Axis:
    subjects = dict.fromkeys(one.subject for one, _ in study_changes(study))
    sessions = (
        [float(one.days) for name in subjects for one in _marked(study, name)] if is_dated(study) else []
    )
    return time_axis(study, LEFT, RIGHT, sessions)


def _session_labels(marked: Sequence[Marked], x: Axis) -> list[Label]:
    """Return the letters of sessions; those of one day stand side by side, crowded ones on two levels."""
    by_day: dict[int, str] = {}
    for one in marked:
        by_day[one.days] = by_day.get(one.days, "") + one.letter
    labels, last, level = [], -100.0, 0
    for days, letters in sorted(by_day.items()):
        at = x.at(days)
        level = 1 - level if at - last < 8 * len(letters) + 2 else 0
        labels.append(Label(at, TOP - 8 - 12 * level, letters, "middle", "session"))
        last = at
    return labels
