"""A study becomes its CSV tables and study.json: the same numbers, unrounded."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from importlib import metadata
from typing import TYPE_CHECKING, Any

from hairdensity.report.provenance import provenance
from hairdensity.study.statistics.mixed import MixedModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from hairdensity.estimate import Estimate
    from hairdensity.study.statistics.study import Study

    Row = dict[str, Any]

SCHEMA = "hairdensity.study/1"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a text that starts so for a formula."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "visits": ("quantity", "arm", "visit", "n", "mean", "sd", "median", "least", "most"),
    "changes": (
        "quantity", "relative", "arm", "visit", "n", "mean", "low", "high", "sd", "t", "df", "t_p", "w",
        "w_p", "median", "resolved_increases", "resolved_decreases",
    ),
    "arms": (
        "quantity", "visit", "arm", "control", "method", "n_arm", "n_control", "difference", "low", "high",
        "p", "p_holm", "rank_p",
    ),
    "ancova": ("visit", "slope", "slope_sd", "df", "arms_p", "slopes_p"),
    "model": ("arm", "visit", "n", "mean", "low", "high"),
    "responders": (
        "arm", "visit", "n", "responders", "share", "share_low", "share_high", "difference", "difference_low",
        "difference_high", "test", "p", "chi2_p",
    ),
    "agreement": (
        "quantity", "first", "second", "n", "bias", "bias_low", "bias_high", "sd", "low_limit",
        "low_limit_low", "low_limit_high", "high_limit", "high_limit_low", "high_limit_high", "slope",
        "slope_p", "concordance", "concordance_low", "concordance_high", "pearson", "accuracy", "icc",
        "icc_low", "icc_high",
    ),
    "subjects": (
        "quantity", "subject", "arm", "visit", "days", "before", "after", "difference", "relative", "verdict",
        "places",
    ),
    "left_out": ("what", "subject", "visit", "reason"),
}  # fmt: skip
"""Name of a table -> its columns."""


def study_tables(study: Study) -> dict[str, list[Row]]:
    """Return the rows of every table, by the names of `COLUMNS`; tables that do not apply are empty."""
    return {
        "visits": [_flat(one) | asdict(one.sample) for one in study.visits],
        "changes": [_change_row(one) for one in study.changes],
        "arms": [{"quantity": study.settings.quantity, **asdict(one)} for one in study.differences],
        "ancova": [{"visit": visit, **asdict(one)} for visit, one in study.ancovas.items()],
        "model": _model_rows(study),
        "responders": [_response_row(one) for one in study.responses],
        "agreement": _agreement_rows(study),
        "subjects": [asdict(one) for one in study.course.changes],
        "left_out": [asdict(one) for one in study.course.left_out],
    }


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    r"""Return rows as CSV; what is None is an empty cell.

    Examples
    --------
    >>> csv_text(["arm", "p"], [{"arm": "=A", "p": None, "other": 1}])
    "arm,p\n'=A,\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return stream.getvalue()


def study_document(study: Study, tables: Mapping[str, list[Row]], created_at: datetime) -> Row:
    """Return what study.json holds.

    Raises
    ------
    ValueError
        When `created_at` has no time zone.
    """
    model = study.model
    head = provenance(SCHEMA, asdict(study.settings), created_at)
    return {
        **head,
        "versions": head["versions"] | _model_library(study),
        "name": study.name,
        "compared_by": study.course.compared_by,
        "change_from": study.course.change_from,
        "control": study.course.arms[0],
        "visit_order": list(study.course.visits),
        "arm_order": list(study.course.arms),
        "model_reason": model if isinstance(model, str) else None,
        "model_fit": _fit(model) if isinstance(model, MixedModel) else None,
        "notes": list(study.course.notes),
        **{name: _only(COLUMNS[name], rows) for name, rows in tables.items()},
    }


def _model_library(study: Study) -> dict[str, str]:
    """Return the version of what fitted the models, where any were."""
    fitted = isinstance(study.model, MixedModel) or study.ancovas
    return {"statsmodels": metadata.version("statsmodels")} if fitted else {}


def _only(columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    return [{name: row.get(name) for name in columns} for row in rows]


def _fit(model: MixedModel) -> Row:
    names = (
        "observations",
        "subjects",
        "subject_sd",
        "residual_sd",
        "baseline_slope",
        "converged",
        "at_bound",
    )
    return {name: getattr(model, name) for name in names}


def _flat(one: Any) -> Row:  # noqa: ANN401 -- any of the summaries
    return {"quantity": one.quantity, "arm": one.arm, "visit": one.visit}


def _change_row(one: Any) -> Row:  # noqa: ANN401 -- a ChangeSummary, whose import would be circular at run time
    up, down = one.resolved or (None, None)
    return _flat(one) | asdict(one.test) | {
        "relative": one.relative, "resolved_increases": up, "resolved_decreases": down,
    }  # fmt: skip


def _model_rows(study: Study) -> list[Row]:
    return [asdict(one) for one in study.model.cells] if isinstance(study.model, MixedModel) else []


def _response_row(one: Any) -> Row:  # noqa: ANN401 -- a Response
    return {
        "arm": one.arm, "visit": one.visit, "n": one.n, "responders": one.hits, "test": one.test, "p": one.p,
        "chi2_p": one.chi2_p, **_estimate("share", one.share), **_estimate("difference", one.difference),
    }  # fmt: skip


def _agreement_rows(study: Study) -> list[Row]:
    if study.agreement is None:
        return []
    return [
        {
            "quantity": study.agreement.quantity, "first": one.first, "second": one.second, "n": one.limits.n,
            "sd": one.limits.sd, "slope": one.limits.slope, "slope_p": one.limits.slope_p,
            "pearson": one.concordance.pearson, "accuracy": one.concordance.accuracy,
            **_estimate("bias", one.limits.bias),
            **_estimate("low_limit", one.limits.low_limit),
            **_estimate("high_limit", one.limits.high_limit),
            **_estimate("concordance", one.concordance.coefficient),
            **_estimate("icc", study.agreement.icc),
        }
        for one in study.agreement.pairs
    ]  # fmt: skip


def _estimate(name: str, one: Estimate | None) -> Row:
    if one is None:
        return {}
    return {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
