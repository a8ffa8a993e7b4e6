"""A study becomes report.html: one page, no outside reference, opens from disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jinja2

from hairdensity.study.statistics import page_tables as tables
from hairdensity.study.statistics.charts import (
    arm_shape,
    arm_style,
    change_chart,
    course_charts,
    difference_chart,
    responder_chart,
)
from hairdensity.study.statistics.numbers import numbers_of
from hairdensity.study.statistics.subject_charts import (
    MOST_SUBJECTS,
    agreement_chart,
    session_letters,
    subject_charts,
)
from hairdensity.study.statistics.wording import COMPARED, LIMITS, RESTS_ON, caution_text, summary_texts

if TYPE_CHECKING:
    from hairdensity.study.statistics.study import Study


def study_page(study: Study, document: dict[str, Any]) -> str:
    """Return the page of a study.

    Parameters
    ----------
    study
        What was found.
    document
        The same as written to study.json: settings and versions are taken from it.
    """
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hairdensity.study.statistics"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("study.html.jinja").render(
        title=f"Study of {study.name}",
        study=study,
        label=numbers.label,
        summary=summary_texts(study),
        caution=caution_text(study),
        facts=_facts(study),
        charts=_charts(study),
        tables=_tables(study),
        threshold=_threshold(study),
        model_text=tables.model_text(study),
        letters=session_letters(study),
        legend=_legend(study),
        most_subjects=MOST_SUBJECTS,
        limits=LIMITS,
        document=document,
        settings=json.dumps(document["settings"], indent=1),
    )


def _charts(study: Study) -> dict[str, Any]:
    agreement = study.agreement
    return {
        "changes": change_chart(study),
        "arms": difference_chart(study),
        "courses": course_charts(study),
        "responders": responder_chart(study),
        "subjects": subject_charts(study),
        "agreement": tuple(
            agreement_chart(one, agreement.quantity, at) for at, one in enumerate(agreement.pairs)
        )
        if agreement
        else (),
    }


def _tables(study: Study) -> dict[str, tables.PageTable]:
    return {
        "visits": tables.visits_table(study),
        "changes": tables.changes_table(study),
        "others": tables.others_table(study),
        "arms": tables.arms_table(study),
        "ancova": tables.ancova_table(study),
        "model": tables.model_table(study),
        "responders": tables.responders_table(study),
        "agreement": tables.agreement_table(study),
        "left_out": tables.left_out_table(study),
        "published": tables.published_table(study),
    }


def _facts(study: Study) -> list[tuple[str, str]]:
    course = study.course
    subjects = {one.subject for one in course.photos}
    arms = [one for one in course.arms if one]
    control = f"; control: {arms[0]}" if len(arms) > 1 else ""
    return [
        ("Photos", f"{len(course.photos)} used; left out, pairs included: {len(course.left_out)}"),
        ("Subjects", str(len(subjects))),
        ("Visits", ", ".join(course.visits)),
        ("Compared", f"{COMPARED[course.compared_by]}{': ' + ', '.join(arms) if arms else ''}{control}"),
        ("Changes", RESTS_ON[course.change_from]),
        *([("Treatment sessions", str(len(course.sessions)))] if course.sessions else []),
        *(("Note", one) for one in course.notes),
    ]


def _legend(study: Study) -> list[tuple[str, str, str]]:
    """Return name, mark and colour of every arm; nothing for one group."""
    if len(study.course.arms) == 1:
        return []
    return [(one, arm_shape(study, one), arm_style(study, one)) for one in study.course.arms]


def _threshold(study: Study) -> str:
    settings = study.settings
    numbers = numbers_of(settings.quantity, relative=settings.responder_relative)
    of_what = " of the baseline" if settings.responder_relative else ""
    return f"{numbers.change(settings.responder)}{numbers.unit}{of_what}"
