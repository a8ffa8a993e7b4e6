"""Hairs become hairs.csv: one row a hair, or one row a kept, gained, lost or unsure hair."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ANALYSIS_COLUMNS = (
    "photo", "id", "unit_id", "root_x_px", "root_y_px", "tip_x_px", "tip_y_px", "visible_length_mm",
    "diameter_um", "diameter_low_um", "diameter_high_um", "class", "angle_deg", "leaves_frame", "counted",
    "confidence", "origin", "unsure",
)  # fmt: skip
SIDE_COLUMNS = ("root_x_px", "root_y_px", "diameter_um", "visible_length_mm", "class")
COMPARISON_COLUMNS = (
    "before_photo", "after_photo", "state", "before_id", "after_id",
    *(f"before_{name}" for name in SIDE_COLUMNS), *(f"after_{name}" for name in SIDE_COLUMNS),
    "diameter_change_um",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a text that starts so for a formula; the last four are the wide forms of the first."""
UNSEEN_STARTS = " \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Spaces and marks of direction, which a spreadsheet may pass over."""


def analysis_table(document: dict[str, Any]) -> str:
    """Return the CSV text of one photo's hairs, one row a hair, out of its analysis document."""
    photo = document["photo"]["name"]
    return _csv_text(ANALYSIS_COLUMNS, ({"photo": photo, **_flat(hair)} for hair in document["hairs"]))


def comparison_table(document: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return the CSV text of all hairs followed, one row a pair.

    Parameters
    ----------
    document
        The comparison document, whose pairs name hairs by id.
    before, after
        The two analysis documents that hold these hairs.
    """
    names = {"before_photo": before["photo"]["name"], "after_photo": after["photo"]["name"]}
    earlier, later = _side("before", before), _side("after", after)
    rows = (
        {
            **names,
            **pair,
            **earlier.get(pair["before_id"], {}),
            **later.get(pair["after_id"], {}),
        }
        for pair in document["hairs"]["pairs"]
    )
    return _csv_text(COMPARISON_COLUMNS, rows)


def _flat(hair: dict[str, Any]) -> dict[str, Any]:
    root, tip = hair["root_px"], hair["tip_px"]
    return {**hair, "root_x_px": root[0], "root_y_px": root[1], "tip_x_px": tip[0], "tip_y_px": tip[1]}


def _side(side: str, analysis: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {
        hair["id"]: {f"{side}_{name}": _flat(hair)[name] for name in SIDE_COLUMNS}
        for hair in analysis["hairs"]
    }


def _csv_text(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([table_cell(row.get(name)) for name in columns] for row in rows)
    return stream.getvalue()


def table_cell(value: object) -> object:
    """Return a value as a CSV file has it: no text that a spreadsheet takes for a formula, true and false.

    Examples
    --------
    >>> table_cell("=1+1"), table_cell(True), table_cell(2.5)
    ("'=1+1", 'true', 2.5)
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(UNSEEN_STARTS).startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
