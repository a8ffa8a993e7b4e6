"""A batch and its treatment sessions become a study: every table and model that its report shows."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError
from hairdensity.report.words import quantity as quantity_words
from hairdensity.study.statistics.arms import (
    Ancova,
    ArmDifference,
    Group,
    ancova_differences,
    change_differences,
    within_differences,
)
from hairdensity.study.statistics.describe import PairedTest, Sample, paired_test, summarize
from hairdensity.study.statistics.design import Course, StudySettings, design_study
from hairdensity.study.statistics.mixed import MixedModel, Observation, model_changes
from hairdensity.study.statistics.published import Published, published_effects
from hairdensity.study.statistics.response import Response, find_responders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.study.statistics.changes import Change
    from hairdensity.study.statistics.inputs import Batch, PhotoRow
    from hairdensity.study.statistics.readers import Agreement
    from hairdensity.study.statistics.sessions import Session


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """One quantity at one visit in one arm, over subjects, as the photos show it on their own."""

    quantity: str
    arm: str
    visit: str
    sample: Sample


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """Change of one quantity since the baseline in one arm at one visit, over subjects.

    `relative` says that changes are fractions of the baseline value. `resolved` counts the subjects whose own
    change exceeds the measuring error, upwards and downwards; None where that is not known.
    """

    quantity: str
    relative: bool
    arm: str
    visit: str
    test: PairedTest
    resolved: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Study:
    """All that a study tells.

    Attributes
    ----------
    visits, changes
        Of every quantity that the batch has; the rest is of `settings.quantity` alone.
    differences
        Arms against the control, by every method that applies.
    ancovas
        Visit -> the model that its adjusted differences rest on.
    model
        The mixed model, or why there is none.
    agreement
        Other methods or readers on the same photos; None when none were given.
    published
        What was published on the treatments of this study.
    """

    name: str
    settings: StudySettings
    course: Course
    visits: tuple[VisitSummary, ...]
    changes: tuple[ChangeSummary, ...]
    differences: tuple[ArmDifference, ...]
    ancovas: dict[str, Ancova]
    model: MixedModel | str
    responses: tuple[Response, ...]
    agreement: Agreement | None
    published: tuple[Published, ...]


def run_study(
    batch: Batch, sessions: Sequence[Session], settings: StudySettings, agreement: Agreement | None = None
) -> Study:
    """Analyse a batch.

    Parameters
    ----------
    batch
        The rows of a batch, as `read_batch` gives them.
    sessions
        Treatment sessions, as `read_sessions` gives them; may be empty.
    settings
        What is studied and how.
    agreement
        What other readers say of the same photos, as `agree_on_photos` gives it.

    Raises
    ------
    UsageError
        When nothing is left to analyse, an option asks for what the data do not have, or a model needs
        statsmodels and it is not installed.
    """
    course = design_study(batch, sessions, settings)
    _require_quantity(course, settings)
    own = [one for one in course.changes_of(settings.quantity) if _value(one, settings.relative) is not None]
    differences, ancovas = _compare_arms(course, own, settings)
    model: MixedModel | str = "models were left out"
    if settings.with_models:
        model = _model(course, own, relative=settings.relative)
    by_model = model.differences if isinstance(model, MixedModel) else ()
    return Study(
        name=batch.name,
        settings=settings,
        course=course,
        visits=_summarize_visits(course),
        changes=_summarize_changes(course, relative=settings.relative),
        differences=(*differences, *by_model),
        ancovas=ancovas,
        model=model,
        responses=find_responders(course, own, settings),
        agreement=agreement,
        published=published_effects(
            [*course.arms, *(one.kind for one in course.sessions)], settings.quantity
        ),
    )


def _require_quantity(course: Course, settings: StudySettings) -> None:
    name = settings.quantity
    if any(name in one.values for one in course.photos) or course.changes_of(name):
        return
    known = sorted({known for one in course.photos for known in one.values})
    message = (
        f"no photo has {name} (without a scale nothing per cm², mm or µm is known);"
        f" choose one of these with --quantity: {', '.join(known) or 'none'}"
    )
    raise UsageError(message)


def _value(change: Change, relative: bool) -> float | None:  # noqa: FBT001 -- which of two numbers
    return change.relative if relative else change.difference


def _summarize_visits(course: Course) -> tuple[VisitSummary, ...]:
    """Average photos within a subject, then over subjects."""
    names = list(dict.fromkeys(name for one in course.photos for name in one.values))
    found = []
    for name in names:
        for arm in course.arms:
            for visit in course.visits:
                rows = [
                    one for one in course.photos if one.visit == visit and course.arm_of[one.photo] == arm
                ]
                values = _by_subject(rows, name)
                if values:
                    found.append(VisitSummary(name, arm, visit, summarize(values)))
    return tuple(found)


def _by_subject(rows: Sequence[PhotoRow], name: str) -> list[float]:
    values: dict[str, list[float]] = {}
    for one in rows:
        if name in one.values:
            values.setdefault(one.subject, []).append(one.values[name])
    return [fmean(one) for one in values.values()]


def _summarize_changes(course: Course, *, relative: bool) -> tuple[ChangeSummary, ...]:
    groups: dict[tuple[str, str, str], list[Change]] = {}
    for one in course.changes:
        if _value(one, relative) is not None:
            groups.setdefault((one.quantity, one.arm, one.visit), []).append(one)
    found = []
    for (quantity, arm, visit), group in groups.items():
        values = [value for one in group if (value := _value(one, relative)) is not None]
        verdicts = [one.verdict for one in group]
        resolved = (verdicts.count("increase"), verdicts.count("decrease")) if any(verdicts) else None
        found.append(ChangeSummary(quantity, relative, arm, visit, paired_test(values), resolved))
    arms, visits = ({name: at for at, name in enumerate(names)} for names in (course.arms, course.visits))
    return tuple(
        sorted(found, key=lambda one: (quantity_place(one.quantity), arms[one.arm], visits[one.visit]))
    )


def quantity_place(name: str) -> int:
    """Return where a quantity stands in the order of all."""
    from hairdensity.report.words import QUANTITIES  # noqa: PLC0415

    return QUANTITIES.index(quantity_words(name))


def _compare_arms(
    course: Course, own: Sequence[Change], settings: StudySettings
) -> tuple[tuple[ArmDifference, ...], dict[str, Ancova]]:
    found: list[ArmDifference] = []
    ancovas: dict[str, Ancova] = {}
    if len(course.arms) < 2:  # noqa: PLR2004 -- nothing to compare
        return (), {}
    for visit in course.visits[1:]:
        groups = [_group(arm, [one for one in own if one.visit == visit], settings) for arm in course.arms]
        if not groups[0].changes:
            continue
        if course.is_split:
            found += within_differences(visit, groups)
            continue
        found += change_differences(visit, groups)
        if settings.with_models:
            adjusted, fitted = ancova_differences(visit, groups)
            found += adjusted
            if fitted is not None:
                ancovas[visit] = fitted
    return tuple(found), ancovas


def _group(arm: str, changes: Sequence[Change], settings: StudySettings) -> Group:
    kept = [
        (one, value)
        for one in changes
        if one.arm == arm and (value := _value(one, settings.relative)) is not None
    ]
    return Group(
        arm=arm,
        subjects=tuple(one.subject for one, _ in kept),
        baselines=tuple(one.before for one, _ in kept),
        changes=tuple(value for _, value in kept),
    )


def _model(course: Course, own: Sequence[Change], *, relative: bool) -> MixedModel | str:
    observations = [
        Observation(one.subject, one.arm, one.visit, one.before, value)
        for one in own
        if (value := _value(one, relative)) is not None
    ]
    return model_changes(observations, course.arms, course.visits[1:])
