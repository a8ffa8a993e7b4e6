"""An Analysis or a Comparison becomes report.html: what a reader wants to know first stands first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hairdensity.report.analysis_document import shown_name
from hairdensity.report.caveats import caveat_sentences
from hairdensity.report.language import read_language
from hairdensity.report.page.charts import change_chart, diameter_histogram, level_charts
from hairdensity.report.page.hairs import OUTSIDE
from hairdensity.report.page.names import both_named, named, visible_text
from hairdensity.report.page.render import render_page
from hairdensity.report.page.sections import (
    alignment_method,
    changes_table,
    levels,
    side_block,
    values_table,
)
from hairdensity.report.page.views import pair_view, single_view
from hairdensity.report.summary import (
    analysis_by_hand_text,
    change_by_hand_text,
    change_summary,
    counted_text,
    fates_texts,
)
from hairdensity.report.words import QUANTITIES, label_text

if TYPE_CHECKING:
    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language
    from hairdensity.report.page.views import View

CLAIMS = ("gained", "lost", "unsure")
LIMITS = ("no_diagnosis", "no_reference", "grooming", "missed", "intervals")
LEAST_CUT_UM = 800.0


@dataclass(frozen=True, slots=True)
class PageOptions:
    """How the page is written.

    Attributes
    ----------
    language
        One of `hairdensity.report.language.LANGUAGES`.
    label
        Stands on the page in place of the photos' names, which may name a person; empty for their names.
    pdf
        Whether report.pdf is written too.
    """

    language: str = "en"
    label: str = ""
    pdf: bool = False


def analysis_page(
    analysis: Analysis, document: dict[str, Any], options: PageOptions | None = None, *, paper: bool = False
) -> str:
    """Return the page of one photo.

    Parameters
    ----------
    analysis
        What was found in the photo.
    document
        The same as written to analysis.json: settings, versions and hashes are taken from it.
    options
        Language and label.
    paper
        Whether the page is for two sheets of paper instead of a screen.
    """
    options = options or PageOptions()
    language = read_language(options.language)
    analysis = named(analysis, "photo", options.label, language)
    view = single_view(analysis, "photo", language, paper=paper)
    refused = analysis.quality.verdict == "refused"
    title = language.say("title.analysis", name=shown_name(analysis.photo))
    threshold_um = analysis.measurement.terminal_threshold_um
    shown = {} if refused else {"": analysis.measurement}
    methods = [] if refused else [language.say("method.found"), _threshold_line(threshold_um, language)]
    heading = "picture.heading_bare" if refused else "picture.heading_one"
    return render_page(
        language=language,
        paper=paper,
        document=document,
        title=visible_text(options.label) or title,
        summary=counted_text(analysis, language),
        notes=(),
        corrected=analysis_by_hand_text(analysis, language),
        pictures_heading=language.say(heading),
        views=[view],
        sides=[side_block("photo", analysis, language)],
        table=values_table(analysis.measurement, language, is_empty=refused),
        chart={
            "change": None,
            "levels": level_charts(levels(shown, language), language),
            "histogram": diameter_histogram(view.hairs_in(("counted",)), threshold_um, language),
        },
        methods=methods,
        **_last_words(document, language, ()),
    )


def comparison_page(
    comparison: Comparison,
    document: dict[str, Any],
    options: PageOptions | None = None,
    *,
    paper: bool = False,
) -> str:
    """Return the page of two visits; parameters as for `analysis_page`."""
    options = options or PageOptions()
    language = read_language(options.language)
    comparison = both_named(comparison, options.label, language)
    sides = {"before": comparison.before, "after": comparison.after}
    names = {side: shown_name(one.photo) for side, one in sides.items()}
    aligned = comparison.alignment.before_to_after is not None
    views = _views(comparison, language, paper=paper)
    threshold_um = comparison.before.measurement.terminal_threshold_um
    shared = {"before": comparison.before_shared, "after": comparison.after_shared} if aligned else {}
    cause = language.say("summary.not_its_cause")
    return render_page(
        language=language,
        paper=paper,
        document=document,
        title=visible_text(options.label) or language.say("title.comparison", **names),
        summary=change_summary(comparison, language),
        notes=caveat_sentences(comparison, language),
        corrected=change_by_hand_text(comparison, language),
        pictures_heading=language.say("picture.heading_pair" if aligned else "picture.heading_bare_pair"),
        views=views,
        sides=[side_block(side, one, language) for side, one in sides.items()],
        table=changes_table(comparison.changes, language),
        fates=fates_texts(comparison, language),
        chart={
            "change": change_chart(comparison.changes, language),
            "levels": level_charts(levels(shared, language), language),
            "histogram": diameter_histogram(_followed(views, aligned=aligned), threshold_um, language),
        },
        methods=_methods(comparison, document, threshold_um, language),
        has_gallery=aligned,
        claims=[(state, views[0].count(state)) for state in CLAIMS if views[0].count(state)],
        gallery_lead=_gallery_lead(comparison, language),
        **_last_words(document, language, (f"{cause} {language.say('limits.cause')}",)),
    )


def _views(comparison: Comparison, language: Language, *, paper: bool) -> list[View]:
    if comparison.alignment.before_to_after is not None:
        return [pair_view(comparison, language, paper=paper)]
    sides = {"before": comparison.before, "after": comparison.after}
    return [single_view(one, side, language, paper=paper) for side, one in sides.items()]


def _followed(views: list[View], *, aligned: bool) -> list[Any]:
    states = [one["state"] for one in views[0].states if one["state"] not in {OUTSIDE, "unsure"}]
    return views[0].hairs_in(states) if aligned else []


def _methods(
    comparison: Comparison, document: dict[str, Any], threshold_um: float, language: Language
) -> list[str]:
    if comparison.alignment.before_to_after is None:
        return [language.say("method.found")]
    return [
        language.say("method.found"),
        alignment_method(document["alignment"], language),
        language.say("method.followed"),
        language.say("method.intervals"),
        _threshold_line(threshold_um, language),
    ]


def _threshold_line(threshold_um: float, language: Language) -> str:
    return language.say("method.thickness", threshold=language.number(threshold_um))


def _gallery_lead(comparison: Comparison, language: Language) -> str:
    if comparison.before.scale is None:
        return language.say("gallery.lead_no_scale")
    return language.say("gallery.lead", mm=language.number(LEAST_CUT_UM / 1000, 1))


def _last_words(document: dict[str, Any], language: Language, more: tuple[str, ...]) -> dict[str, Any]:
    return {
        "limits": [*(language.say(f"limits.{one}") for one in LIMITS), *more],
        "meanings": [
            (label_text(one, language), language.say(f"quantity.{one.name}.meaning")) for one in QUANTITIES
        ],
        "settings": json.dumps(document["settings"], indent=1),
        "made": language.say(
            "origin.made_value", when=document["created_at"], version=document["hairdensity_version"]
        ),
    }
