"""Documents become the cells of results.csv and pairs.csv, and the names of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hairdensity.study.entry import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hairdensity.study.jobs import Row

COUNTS = ("hair_count", "unit_count")
"""Quantities that a photo states without an interval."""
QUANTITIES = (
    *("hair_count", "hair_density_per_cm2", "unit_count", "unit_density_per_cm2", "hairs_per_unit"),
    *("mean_diameter_um", "diameter_sd_um", "terminal_fraction", "vellus_fraction", "terminal_threshold_um"),
    *("cumulative_thickness_mm_per_cm2", "hair_coverage_fraction", "diameter_diversity_fraction"),
    *("mean_visible_length_mm", "single_hair_unit_fraction"),
)
"""The measurements of a photo, in the order of their columns."""
SETTLED = "terminal_threshold_um"
"""A setting that stands among the measurements, and has neither interval nor change."""
CHANGES = tuple(name for name in QUANTITIES if name != SETTLED)
STATES = ("kept", "gained", "lost", "unsure")
FOUND_COLUMNS = ("quality_verdict", "um_per_px", "scale_source", "field_area_cm2")
CHANGE_PARTS = ("before", "after", "difference", "difference_low", "difference_high", "relative", "verdict")


def _measured_columns() -> Iterator[str]:
    for name in QUANTITIES:
        yield name
        if name not in {*COUNTS, SETTLED}:
            yield from (f"{name}_low", f"{name}_high")


PHOTO_COLUMNS = ("photo", *LABELS, "exit_code", "error", *FOUND_COLUMNS, *_measured_columns())
PAIR_COLUMNS = (
    *("before", "after", "subject", "site", "exit_code", "error", "shared_area_cm2"),
    *STATES,
    *(f"{name}_{part}" for name in CHANGES for part in CHANGE_PARTS),
)
TEXT_COLUMNS = frozenset(
    {"photo", *LABELS, "error", "quality_verdict", "scale_source", "before", "after"}
    | {f"{name}_verdict" for name in CHANGES}
)
WHOLE_COLUMNS = frozenset({"exit_code", *COUNTS, *STATES})


def photo_row(document: dict[str, Any]) -> Row:
    """Return the cells that an analysis document fills.

    Examples
    --------
    >>> from itertools import islice
    >>> list(islice(PHOTO_COLUMNS, 13, 17))
    ['hair_count', 'hair_density_per_cm2', 'hair_density_per_cm2_low', 'hair_density_per_cm2_high']
    """
    scale, measurement = document["scale"] or {}, document["measurement"]
    row: Row = {
        "quality_verdict": document["quality"]["verdict"],
        "um_per_px": scale.get("um_per_px"),
        "scale_source": scale.get("source"),
        "field_area_cm2": document["field"]["area_cm2"],
    }
    for name in QUANTITIES:
        row |= _cells(name, measurement[name])
    return {name: value for name, value in row.items() if value is not None}


def pair_row(document: dict[str, Any]) -> Row:
    """Return the cells that a comparison document fills."""
    hairs = document["hairs"]
    row: Row = {"shared_area_cm2": document["alignment"]["shared_area_cm2"]}
    row |= {state: hairs[state] for state in STATES}
    for change in document["changes"]:
        name, difference = change["quantity"], change["difference"] or {}
        row |= {
            f"{name}_before": _value(change["before"]),
            f"{name}_after": _value(change["after"]),
            f"{name}_difference": difference.get("value"),
            f"{name}_difference_low": difference.get("low"),
            f"{name}_difference_high": difference.get("high"),
            f"{name}_relative": _value(change["relative"]),
            f"{name}_verdict": change["verdict"],
        }
    return {name: value for name, value in row.items() if value is not None}


def _cells(name: str, value: Any) -> Row:  # noqa: ANN401 -- a number, or an interval as JSON writes it
    if not isinstance(value, dict):
        return {name: value}
    return {name: value["value"], f"{name}_low": value["low"], f"{name}_high": value["high"]}


def _value(interval: dict[str, float] | None) -> float | None:
    return None if interval is None else interval["value"]
