"""What a result says becomes the sections of the page: sides, tables, methods, corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hairdensity.estimate import Estimate
from hairdensity.report.analysis_document import shown_name
from hairdensity.report.page.charts import LEVEL_QUANTITIES
from hairdensity.report.words import (
    QUANTITIES,
    UNKNOWN,
    change_text,
    detectable_text,
    interval_text,
    label_text,
    measured,
    quantity,
    relative_text,
    verdict_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.compare import Change
    from hairdensity.measure import Measurement
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language

CHANGE_HEADS = ("quantity_shared", "before", "after", "change", "relative", "detectable", "words")


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows of the page's table, the first cell of a row its label; `unknown` explains the dash."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    unknown: str


def values_table(measurement: Measurement, language: Language, *, is_empty: bool) -> Table:
    """Return what was measured in one photo; nothing of a refused one."""
    rows = tuple(
        (label_text(one, language), interval_text(one, measured(measurement, one), language))
        for one in (() if is_empty else QUANTITIES)
    )
    return _table(("quantity", "value"), rows, language)


def changes_table(changes: Sequence[Change], language: Language) -> Table:
    """Return every quantity before and after, and its change with the smallest that error lets through."""
    return _table(CHANGE_HEADS, tuple(_change_row(change, language) for change in changes), language)


def levels(
    measurements: Mapping[str, Measurement | None], language: Language
) -> dict[str, dict[str, Estimate | None]]:
    """Return the quantities that get a chart of their own, by name and then by the side's words."""
    return {
        name: {
            language.say(f"side.{side}") if side else "": _estimate(measurement, name)
            for side, measurement in measurements.items()
        }
        for name in LEVEL_QUANTITIES
    }


def side_block(side: str, analysis: Analysis, language: Language) -> dict[str, Any]:
    """Return what the page says of one photo: name, hash, size, scale, quality."""
    return {
        "heading": language.say(f"side.{side}"),
        "name": shown_name(analysis.photo),
        "sha256": analysis.photo.sha256,
        "size": language.say("origin.size", width=analysis.photo.width_px, height=analysis.photo.height_px),
        "scale": _scale_text(analysis, language),
        "quality": analysis.quality,
        "flags": [language.flag_texts(flag) for flag in analysis.quality.flags],
    }


def alignment_method(alignment: Mapping[str, Any], language: Language) -> str:
    """Say how well the photos lie on each other, out of the comparison document."""
    area_cm2, residual_um = alignment["shared_area_cm2"], alignment["residual_um"]
    misfit = (
        f"{language.number(alignment['residual_px'], 1)} px"
        if residual_um is None
        else f"{language.number(residual_um)} µm"
    )
    share = language.number(100 * alignment["shared_fraction"])
    area = "" if area_cm2 is None else language.say("method.aligned_area", area=language.number(area_cm2, 2))
    return language.say(
        "method.aligned",
        count=alignment["match_count"],
        misfit=misfit,
        share=language.say("number.percent", number=share),
        area=area,
    )


def _table(heads: Sequence[str], rows: tuple[tuple[str, ...], ...], language: Language) -> Table:
    unknown = language.say("numbers.unknown") if any(UNKNOWN in row for row in rows) else ""
    return Table(tuple(language.say(f"numbers.{head}") for head in heads), rows, unknown)


def _change_row(change: Change, language: Language) -> tuple[str, ...]:
    one = quantity(change.quantity)
    return (
        label_text(one, language),
        interval_text(one, change.before, language),
        interval_text(one, change.after, language),
        UNKNOWN if change.difference is None else change_text(one, change, language),
        relative_text(change.relative, language),
        detectable_text(one, change, language),
        verdict_text(change, language),
    )


def _estimate(measurement: Measurement | None, name: str) -> Estimate | None:
    value = None if measurement is None else measured(measurement, quantity(name))
    return value if isinstance(value, Estimate) else None


def _scale_text(analysis: Analysis, language: Language) -> str:
    if analysis.scale is None:
        return language.say("origin.no_scale")
    size = analysis.scale.um_per_px
    return language.say(
        "origin.scale_value",
        **{name: language.number(getattr(size, name), 3) for name in ("value", "low", "high")},
        source=language.say(f"source.{analysis.scale.source}"),
    )
