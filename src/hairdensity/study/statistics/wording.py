"""What a study shows in plain sentences, and what it does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hairdensity.study.statistics.charts import own_changes, shown_differences
from hairdensity.study.statistics.numbers import numbers_of

if TYPE_CHECKING:
    from hairdensity.study.statistics.arms import ArmDifference, Method
    from hairdensity.study.statistics.study import ChangeSummary, Study

NO_CONTROL = (
    "There is no second arm: this is change over time, not its cause. In trials, scalps given saline alone"
    " have gained hair as well; season, grooming and chance change counts too."
)
CONTROLLED = (
    "How subjects came into their arms is not known here. Only where chance assigned them, and nobody who"
    " took or judged the photos knew the arm, can a difference be laid to the treatment."
)
SIDES = (
    "Sides of one head are compared within each subject. What is applied to one side may reach the other,"
    " and sides may differ by themselves."
)
LIMITS = (
    "This page describes photos of a group. It is no diagnosis, and it recommends no treatment.",
    (
        "Intervals and p values assume that the subjects are a fair sample and that what is missing is"
        " missing by chance; a photo refused because of its hair is not."
    ),
    (
        "Many quantities, visits and methods were computed: name the one that counts before looking."
        " Where Holm is named, p values are adjusted for the number of arms; for nothing else."
    ),
    "No reference values hold across devices and sites: compare a site with itself, taken the same way.",
)
METHODS: dict[Method, str] = {
    "ancova": "ANCOVA, adjusted for baseline",
    "change": "plain difference (Welch)",
    "within-subject": "within subjects (paired)",
    "mixed-model": "mixed model, all visits",
}
COMPARED = {
    "arm": "the arms of the batch",
    "treatment": "the treatments received",
    "side": "the sides of the head",
    "nothing": "nothing: one group",
}
RESTS_ON = {
    "pairs": "Changes are those on the skin that both photos of a pair share, hair followed to hair.",
    "photos": "Changes are differences of what each photo shows by itself; unlike skin adds to them.",
}


def summary_texts(study: Study) -> tuple[str, ...]:
    """Return the main findings, one sentence each; no word of cause."""
    found = shown_differences(study)
    if found:
        return tuple(_difference_text(study, one) for one in _at_last_visit(found))
    changes = own_changes(study)
    if not changes:
        return ("No subject has a change since the baseline: only single visits are described.",)
    last = max((one.visit for one in changes), key=study.course.visits.index)
    return tuple(_change_text(study, one) for one in changes if one.visit == last)


def caution_text(study: Study) -> str:
    """Return what the design of this study cannot show."""
    if len(study.course.arms) == 1:
        return NO_CONTROL
    return f"{CONTROLLED} {SIDES}" if study.course.is_split else CONTROLLED


def _at_last_visit(found: list[ArmDifference]) -> list[ArmDifference]:
    return [one for one in found if one.visit == found[-1].visit]


def _difference_text(study: Study, one: ArmDifference) -> str:
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    what = numbers.name
    head = (
        f"{what} at {one.visit}: {one.arm} against {one.control},"
        f" {numbers.with_unit(one.difference, one.low, one.high)}"
    )
    if one.low is None or one.high is None:
        return f"{head}; too few subjects for an interval."
    if one.low <= 0 <= one.high:
        return f"{head}: no clear difference; any within that interval remains possible."
    return f"{head}: a clear difference."


def _change_text(study: Study, one: ChangeSummary) -> str:
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    who = f"{one.test.n} {'subject' if one.test.n == 1 else 'subjects'}{f' of {one.arm}' if one.arm else ''}"
    interval = numbers.with_unit(one.test.mean, one.test.low, one.test.high)
    head = f"{numbers.name} changed by {interval} from {study.course.visits[0]} to {one.visit} in {who}"
    if one.test.low is None or one.test.high is None:
        return f"{head}; an interval needs more subjects."
    if one.test.low <= 0 <= one.test.high:
        return f"{head}: no clear change; any within that interval remains possible."
    return f"{head}: a clear change."
