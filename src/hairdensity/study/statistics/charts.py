"""A study becomes its charts: mean changes, courses of subjects, differences of arms, responders."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

from hairdensity.study.statistics.drawing import (
    SHAPES,
    Bar,
    Chart,
    Dot,
    Label,
    Line,
    frame,
    name_axis,
    shorten,
    value_axis,
)
from hairdensity.study.statistics.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.study.statistics.arms import ArmDifference
    from hairdensity.study.statistics.changes import Change
    from hairdensity.study.statistics.drawing import Axis, Shape
    from hairdensity.study.statistics.numbers import Numbers
    from hairdensity.study.statistics.study import ChangeSummary, Study

WIDTH, HEIGHT = 360, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 350, 28, 208
ROW = 44
STYLES = 7
"""Number of arm styles that the style sheet has."""


def arm_style(study: Study, arm: str) -> str:
    """Return the class by which an arm is coloured; a single group has the colour of a treated arm."""
    return f"arm-{study.course.arms.index(arm) % STYLES if len(study.course.arms) > 1 else 1}"


def arm_shape(study: Study, arm: str) -> Shape:
    """Return the mark of an arm, so that colour is never the only difference."""
    return SHAPES[study.course.arms.index(arm) % len(SHAPES)]


def change_chart(study: Study) -> Chart | None:
    """Return mean changes by visit and arm, with their intervals; None when nothing changed."""
    own = own_changes(study)
    if not own:
        return None
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    ends = [
        value for one in own for value in (one.test.low, one.test.high, one.test.mean) if value is not None
    ]
    y = value_axis([numbers.shown(one) for one in ends], BOTTOM, TOP)
    x = name_axis(study.course.visits[1:], LEFT, RIGHT)
    lines, labels = frame(x, y, "Visit", numbers.change_label)
    dots = []
    places = {visit: at for at, visit in enumerate(study.course.visits[1:])}
    for one in own:
        at = x.at(places[one.visit]) + _dodge(study, one.arm)
        style = arm_style(study, one.arm)
        if one.test.low is not None and one.test.high is not None:
            low, high = (y.at(numbers.shown(end)) for end in (one.test.low, one.test.high))
            lines.append(Line(((at, low), (at, high)), f"bar {style}"))
        interval = numbers.interval(one.test.mean, one.test.low, one.test.high)
        hint = f"{_named(one.arm)}{one.visit}: {interval}, n = {one.test.n}"
        dots.append(Dot(at, y.at(numbers.shown(one.test.mean)), arm_shape(study, one.arm), style, 5, hint))
    said = "; ".join(dot.hint for dot in dots)
    title = "Mean change since the baseline, with 95% intervals"
    return Chart("changes", title, said, WIDTH, HEIGHT, tuple(lines), (), tuple(dots), tuple(labels))


def difference_chart(study: Study) -> Chart | None:
    """Return differences of arms from the control with their intervals, one row each; None without any."""
    rows = [one for one in shown_differences(study) if one.low is not None and one.high is not None]
    if not rows:
        return None
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    ends = [numbers.shown(end) for one in rows for end in (one.low, one.high) if end is not None]
    height = TOP + ROW * len(rows) + 44
    x = value_axis(ends, 14, WIDTH - 14)
    lines, labels = _upright_frame(x, height - 44, f"More than the control: {numbers.change_label.lower()}")
    dots = []
    for at, one in enumerate(rows):
        middle = TOP + ROW * at + 26
        style = arm_style(study, one.arm)
        text = f"{one.arm}, {one.visit}: {numbers.interval(one.difference, one.low, one.high)}"
        labels.append(Label(4, middle - 12, shorten(text, 58), "start", "row"))
        low, high = (x.at(numbers.shown(end)) for end in (one.low or 0.0, one.high or 0.0))
        lines.append(Line(((low, middle), (high, middle)), f"bar {style}"))
        dots.append(
            Dot(x.at(numbers.shown(one.difference)), middle, arm_shape(study, one.arm), style, 5, text)
        )
    title = f"Difference from {rows[0].control}, with 95% intervals"
    said = "; ".join(dot.hint for dot in dots)
    return Chart("arms", title, said, WIDTH, height, tuple(lines), (), tuple(dots), tuple(labels))


def course_charts(study: Study) -> tuple[Chart, ...]:
    """Return the courses of all subjects, one chart an arm, on one scale; the mean is drawn thick."""
    own = study_changes(study)
    if not own:
        return ()
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    y = value_axis([numbers.shown(value) for _, value in own], BOTTOM, TOP)
    x = time_axis(study, LEFT, RIGHT)
    return tuple(_course_chart(study, arm, (x, y), numbers) for arm in study.course.arms)


def responder_chart(study: Study) -> Chart | None:
    """Return the changes at the last visit, one bar a subject and arm by size, with the threshold."""
    visits = {one.visit for one, _ in study_changes(study)}
    last = next((one for one in reversed(study.course.visits) if one in visits), "")
    as_share = study.settings.responder_relative
    numbers = numbers_of(study.settings.quantity, relative=as_share)
    values = [
        (one, value)
        for one, _ in study_changes(study)
        if one.visit == last and (value := one.relative if as_share else one.difference) is not None
    ]
    if not values:
        return None
    values.sort(key=lambda pair: pair[1])
    threshold = numbers.shown(study.settings.responder)
    y = value_axis([*(numbers.shown(value) for _, value in values), threshold], BOTTOM, TOP)
    x = name_axis([""] * len(values), LEFT, RIGHT)
    lines, labels = frame(x, y, f"Subjects at {last}, in order of change", numbers.change_label)
    lines.append(Line(((LEFT, y.at(threshold)), (RIGHT, y.at(threshold))), "threshold"))
    room = (RIGHT - LEFT) / len(values)
    bars, dots = [], []
    for at, (one, value) in enumerate(values):
        place, style = y.at(numbers.shown(value)), arm_style(study, one.arm)
        top, bottom = sorted((place, y.at(0.0)))
        bars.append(Bar(x.at(at) - 0.4 * room, top, 0.8 * room, max(bottom - top, 1.0), f"fill {style}"))
        hint = f"{one.subject}{', ' + one.arm if one.arm else ''}: {numbers.change(value)}"
        dots.append(
            Dot(x.at(at), place, arm_shape(study, one.arm), style, min(4.0, max(room / 3, 1.5)), hint)
        )
    title = f"Change of every subject at {last}, and the threshold of responders"
    reach = f"{len(values)} changes, threshold {numbers.change(study.settings.responder)}"
    return Chart(
        "responders", title, reach, WIDTH, HEIGHT, tuple(lines), tuple(bars), tuple(dots), tuple(labels)
    )


def own_changes(study: Study) -> list[ChangeSummary]:
    """Return the summaries of the quantity that the report is about."""
    return [one for one in study.changes if one.quantity == study.settings.quantity]


def study_changes(study: Study) -> list[tuple[Change, float]]:
    """Return the changes of that quantity with their value, relative where the study is."""
    found = []
    for one in study.course.changes_of(study.settings.quantity):
        value = one.relative if study.settings.relative else one.difference
        if value is not None:
            found.append((one, value))
    return found


def shown_differences(study: Study) -> list[ArmDifference]:
    """Return of every arm and visit the difference by the method that says most."""
    best: dict[tuple[str, str], ArmDifference] = {}
    for method in ("change", "within-subject", "ancova"):
        best |= {(one.visit, one.arm): one for one in study.differences if one.method == method}
    return [one for visit in study.course.visits for one in best.values() if one.visit == visit]


def time_axis(study: Study, start: float, end: float, more: Sequence[float] = ()) -> Axis:
    """Return an axis of days since the baseline where every change has them, else one of visits by name."""
    if not is_dated(study):
        return name_axis(study.course.visits, start, end)
    days = [one.days for one, _ in study_changes(study) if one.days is not None]
    return value_axis([*days, *more], start, end)


def is_dated(study: Study) -> bool:
    """Return whether every change has its days since the baseline."""
    return all(one.days is not None for one, _ in study_changes(study))


def place_in_time(study: Study, change: Change, *, dated: bool) -> float:
    """Return where a change stands on the axis of `time_axis`; `dated` as `is_dated` tells it."""
    if dated and change.days is not None:
        return change.days
    return float(study.course.visits.index(change.visit))


def _course_chart(study: Study, arm: str, axes: tuple[Axis, Axis], numbers: Numbers) -> Chart:
    x, y = axes
    dated = is_dated(study)
    title = "Days since the baseline" if dated else "Visit"
    lines, labels = frame(x, y, title, numbers.change_label)
    style = arm_style(study, arm)
    courses: dict[str, list[tuple[float, float]]] = defaultdict(lambda: [(0.0, 0.0)])
    by_visit: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one, value in study_changes(study):
        if one.arm == arm:
            place = (place_in_time(study, one, dated=dated), numbers.shown(value))
            courses[one.subject].append(place)
            by_visit[one.visit].append(place)
    for course in courses.values():
        lines.append(Line(tuple((x.at(at), y.at(value)) for at, value in sorted(course)), f"course {style}"))
    means = [
        (0.0, 0.0),
        *((fmean(at), fmean(value)) for at, value in (zip(*one, strict=True) for one in by_visit.values())),
    ]
    points = tuple((x.at(at), y.at(value)) for at, value in sorted(means))
    lines.append(Line(points, f"mean {style}"))
    dots = tuple(Dot(at, value, arm_shape(study, arm), style, 5) for at, value in points)
    heading = f"{arm or 'All subjects'}: {len(courses)} with a change"
    said = f"Change since the baseline, one thin line a subject, the mean thick: {_listed(sorted(means))}"
    return Chart(f"course-{style}", heading, said, WIDTH, HEIGHT, tuple(lines), (), dots, tuple(labels))


def _upright_frame(x: Axis, bottom: float, title: str) -> tuple[list[Line], list[Label]]:
    lines = [
        Line(((x.at(value), TOP), (x.at(value), bottom)), "zero" if value == 0 else "grid")
        for value, _ in x.ticks
    ]
    labels = [Label(x.at(value), bottom + 16, text) for value, text in x.ticks]
    return lines, [*labels, Label((x.start + x.end) / 2, bottom + 36, title, "middle", "axis")]


def _dodge(study: Study, arm: str) -> float:
    """Return how far the marks of an arm stand aside from the place of their visit."""
    arms, visits = study.course.arms, max(len(study.course.visits) - 1, 1)
    room = (RIGHT - LEFT) / visits * 0.6
    return (arms.index(arm) - (len(arms) - 1) / 2) * min(room / max(len(arms), 1), 26)


def _named(arm: str) -> str:
    return f"{arm}, " if arm else ""


def _listed(means: Sequence[tuple[float, float]]) -> str:
    return ", ".join(f"{value:.1f}" for _, value in means)
