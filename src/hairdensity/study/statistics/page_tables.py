"""A study becomes the tables of its page: rounded, in words, the first cell of a row its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hairdensity.study.statistics.mixed import MixedModel
from hairdensity.study.statistics.numbers import numbers_of, p_text, share_text
from hairdensity.study.statistics.wording import METHODS

if TYPE_CHECKING:
    from hairdensity.study.statistics.arms import ArmDifference
    from hairdensity.study.statistics.readers import Comparison
    from hairdensity.study.statistics.response import Response
    from hairdensity.study.statistics.study import ChangeSummary, Study

NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class PageTable:
    """Heads and rows; a row's first cell labels it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def visits_table(study: Study) -> PageTable:
    """Return n, mean and spread of every visit and arm."""
    numbers = numbers_of(study.settings.quantity)
    rows = [
        (
            _where(study, one.arm, one.visit), str(one.sample.n), numbers.value(one.sample.mean),
            numbers.value(one.sample.sd), numbers.value(one.sample.median),
            f"{numbers.value(one.sample.least)} to {numbers.value(one.sample.most)}",
        )
        for one in study.visits
        if one.quantity == study.settings.quantity
    ]  # fmt: skip
    return PageTable(("Visit", "n", "Mean", "SD", "Median", "Range"), tuple(rows))


def changes_table(study: Study) -> PageTable:
    """Return the change within subjects at every visit, with its tests."""
    rows = [_change_row(study, one) for one in study.changes if one.quantity == study.settings.quantity]
    head = ("Visit", "n", "Mean change (95% interval)", "SD", "Paired t", "Wilcoxon", "Clear by itself")
    return PageTable(head, tuple(rows))


def others_table(study: Study) -> PageTable:
    """Return the change of every other quantity at the last visit that has changes."""
    rows = []
    for one in study.changes:
        if one.quantity != study.settings.quantity and one.visit == study.course.visits[-1]:
            numbers = numbers_of(one.quantity, relative=one.relative)
            label = f"{numbers.label}{', ' + one.arm if one.arm else ''}"
            interval = numbers.interval(one.test.mean, one.test.low, one.test.high)
            rows.append(
                (
                    label,
                    str(one.test.n),
                    f"{interval}{numbers.unit if one.relative else ''}",
                    p_text(one.test.t_p),
                )
            )
    return PageTable(("Quantity", "n", "Mean change (95% interval)", "Paired t"), tuple(rows))


def arms_table(study: Study) -> PageTable:
    """Return how far the arms differ from the control, by every method that applies."""
    head = ("Arm and visit", "Method", "n", "Difference (95% interval)", "p", "p, Holm", "Rank test")
    visits, arms = study.course.visits, study.course.arms
    rows = sorted(study.differences, key=lambda one: (visits.index(one.visit), arms.index(one.arm)))
    return PageTable(head, tuple(_arm_row(study, one) for one in rows))


def ancova_table(study: Study) -> PageTable:
    """Return what the adjusted differences rest on."""
    rows = [
        (
            visit,
            f"{one.slope:.2f} (SE {one.slope_sd:.2f})".replace("-", "\N{MINUS SIGN}"),
            str(one.df),
            p_text(one.arms_p),
            p_text(one.slopes_p),
        )
        for visit, one in study.ancovas.items()
    ]
    head = ("Visit", "Slope on baseline", "Degrees of freedom", "Arms alike, F test", "One slope, F test")
    return PageTable(head, tuple(rows))


def model_table(study: Study) -> PageTable:
    """Return the mean changes of the mixed model."""
    if not isinstance(study.model, MixedModel):
        return PageTable((), ())
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    rows = [
        (_where(study, one.arm, one.visit), str(one.n), numbers.interval(one.mean, one.low, one.high))
        for one in study.model.cells
    ]
    return PageTable(("Visit", "n", "Mean change in the model (95% interval)"), tuple(rows))


def model_text(study: Study) -> str:
    """Return what the mixed model is, or why there is none."""
    model = study.model
    if isinstance(model, str):
        return f"No mixed model: {model}."
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    slope = (
        ""
        if model.baseline_slope is None
        else f", slope on baseline {model.baseline_slope:.2f}".replace("-", "\N{MINUS SIGN}")
    )
    spread = (
        f"SD between subjects {numbers.spread(model.subject_sd)}, within {numbers.spread(model.residual_sd)}"
    )
    doubt = "" if model.converged else " The optimum was not found: rely on the other methods."
    if model.at_bound:
        doubt += " Subjects differ no more than their visits do: the model takes visits as independent."
    return f"{model.observations} changes of {model.subjects} subjects; {spread}{slope}.{doubt}"


def responders_table(study: Study) -> PageTable:
    """Return the responders of every arm and visit."""
    head = (
        "Visit",
        "Responders",
        "Share (95% interval)",
        "Less the control (95% interval)",
        "p",
        "\N{GREEK SMALL LETTER CHI}\N{SUPERSCRIPT TWO} test",
    )
    return PageTable(head, tuple(_response_row(study, one) for one in study.responses))


def agreement_table(study: Study) -> PageTable:
    """Return bias, limits of agreement and concordance of each two methods."""
    if study.agreement is None:
        return PageTable((), ())
    head = ("Methods", "Photos", "Bias", "Lower limit", "Upper limit", "Slope on the mean", "Concordance")
    return PageTable(head, tuple(_agreement_row(study, one) for one in study.agreement.pairs))


def left_out_table(study: Study) -> PageTable:
    """Return what does not count, and why."""
    rows = [(one.what, one.subject or NONE, one.visit or NONE, one.reason) for one in study.course.left_out]
    return PageTable(("Photo or pair", "Subject", "Visit", "Reason"), tuple(rows))


def published_table(study: Study) -> PageTable:
    """Return published effects of the treatments of the study."""
    rows = [(one.treatment, one.effect, one.conditions, one.source) for one in study.published]
    return PageTable(("Treatment", "Published effect", "In whom", "Source"), tuple(rows))


def _where(study: Study, arm: str, visit: str) -> str:
    return f"{arm}, {visit}" if len(study.course.arms) > 1 else visit


def _change_row(study: Study, one: ChangeSummary) -> tuple[str, ...]:
    numbers, test = numbers_of(one.quantity, relative=one.relative), one.test
    t = (
        NONE
        if test.t is None
        else f"t({test.df}) = {test.t:.2f}, p {_p(test.t_p)}".replace("-", "\N{MINUS SIGN}")
    )
    w = NONE if test.w is None else f"W = {test.w:g}, p {_p(test.w_p)}"
    clear = NONE if one.resolved is None else f"{one.resolved[0]} up, {one.resolved[1]} down"
    interval = numbers.interval(test.mean, test.low, test.high)
    return _where(study, one.arm, one.visit), str(test.n), interval, numbers.spread(test.sd), t, w, clear


def _arm_row(study: Study, one: ArmDifference) -> tuple[str, ...]:
    numbers = numbers_of(study.settings.quantity, relative=study.settings.relative)
    count = str(one.n_arm) if one.method == "within-subject" else f"{one.n_arm} and {one.n_control}"
    interval = numbers.interval(one.difference, one.low, one.high)
    holm = p_text(one.p_holm) if len(study.course.arms) > 2 else NONE  # noqa: PLR2004 -- one comparison needs none
    return (
        f"{one.arm}, {one.visit}",
        METHODS[one.method],
        count,
        interval,
        p_text(one.p),
        holm,
        p_text(one.rank_p),
    )


def _response_row(study: Study, one: Response) -> tuple[str, ...]:
    less = NONE if one.difference is None else _points(one)
    p = f"{p_text(one.p)} ({one.test})" if one.test and one.p is not None else p_text(one.p)
    share = share_text(one.share.value, one.share.low, one.share.high)
    return _where(study, one.arm, one.visit), f"{one.hits} of {one.n}", share, less, p, p_text(one.chi2_p)


def _points(one: Response) -> str:
    if one.difference is None:
        return NONE
    value, low, high = (100 * end for end in (one.difference.value, one.difference.low, one.difference.high))
    return f"{value:+.0f} ({low:+.0f} to {high:+.0f}) points".replace("-", "\N{MINUS SIGN}")


def _agreement_row(study: Study, one: Comparison) -> tuple[str, ...]:
    assert study.agreement is not None  # noqa: S101 -- its own caller looked
    numbers, limits = numbers_of(study.agreement.quantity), one.limits
    bias, low, high = (
        numbers.interval(end.value, end.low, end.high)
        for end in (limits.bias, limits.low_limit, limits.high_limit)
    )
    slope = f"{limits.slope:+.3f}, p {_p(limits.slope_p)}".replace("-", "\N{MINUS SIGN}")
    lin = one.concordance.coefficient
    agreed = f"{lin.value:.3f} ({lin.low:.3f} to {lin.high:.3f})".replace("-", "\N{MINUS SIGN}")
    return f"{one.first} minus {one.second}", str(limits.n), bias, low, high, slope, agreed


def _p(p: float | None) -> str:
    text = p_text(p)
    return text if text.startswith("<") else f"= {text}"
