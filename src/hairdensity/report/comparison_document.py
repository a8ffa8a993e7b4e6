"""A Comparison becomes the document written as comparison.json."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from hairdensity.compare.fates import CROSSINGS, UnitFates
from hairdensity.measure import no_measurement
from hairdensity.report.analysis_document import (
    KNOWN_SCALE,
    NO_SCALE,
    area_cm2,
    diameter_um,
    measurement_block,
    photo_block,
    quality_block,
    scale_block,
)
from hairdensity.report.by_hand import automatic_reasons, corrections_of_comparison
from hairdensity.report.caveats import caveats
from hairdensity.report.numbers import MATRIX_DIGITS, decimals, interval, significant
from hairdensity.report.provenance import comparison_settings, provenance

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from hairdensity.compare import Change, Comparison
    from hairdensity.compare.fates import Fates
    from hairdensity.match import HairPair, PairState
    from hairdensity.measure import Measurement
    from hairdensity.pipeline import Analysis

COMPARISON_SCHEMA = "hairdensity.comparison/1"
PAIR_STATES: tuple[PairState, ...] = ("kept", "gained", "lost", "unsure")
NOT_ALIGNED = "the photos are not aligned"
NOT_FOUND = {
    "hairs.pairs.before_id": "no hair was found at this place in the before photo",
    "hairs.pairs.after_id": "no hair was found at this place in the after photo",
    "hairs.pairs.diameter_change_um": "known only for a hair found in both photos, with a scale",
}


def comparison_document(comparison: Comparison, created_at: datetime) -> dict[str, Any]:
    """Return the document of two visits, schema `hairdensity.comparison/1`.

    Parameters
    ----------
    comparison
        Two photos of one site and what changed between them.
    created_at
        When, with its time zone.

    Returns
    -------
    dict
        Ready for JSON. Whatever is None has its reason in `null_reasons` under its dotted path.

    Raises
    ------
    ValueError
        When `created_at` has no time zone.
    """
    diameters_um = _diameters_um(comparison.before), _diameters_um(comparison.after)
    pairs = [_pair_block(pair, *diameters_um) for pair in comparison.pairs]
    document = {
        **provenance(COMPARISON_SCHEMA, comparison_settings(comparison), created_at),
        "before": _side_block(comparison.before, _shared(comparison, "before")),
        "after": _side_block(comparison.after, _shared(comparison, "after")),
        "alignment": _alignment_block(comparison),
        "changes": [_change_block(change) for change in comparison.changes],
        "corrections": corrections_of_comparison(comparison, _automatic_block(comparison.automatic)),
        "null_reasons": {},
        "caveats": caveats(comparison),
        "units": _unit_fates(comparison.fates),
        "hairs": {**count_states(comparison), **_crossings(comparison.fates), "pairs": pairs},
    }
    return {**document, "null_reasons": _null_reasons(comparison, pairs)}


def count_states(comparison: Comparison) -> dict[str, int | None]:
    """Return how many hairs were kept, gained, lost, or are unsure; None when the photos are not aligned."""
    if comparison.alignment.status == "not-aligned":
        return dict.fromkeys(PAIR_STATES)
    counts = Counter(pair.state for pair in comparison.pairs)
    return {state: counts[state] for state in PAIR_STATES}


def _unit_fates(fates: Fates | None) -> dict[str, int | None]:
    names = [one.name for one in fields(UnitFates)]
    return dict.fromkeys(names) if fates is None else {name: getattr(fates.units, name) for name in names}


def _crossings(fates: Fates | None) -> dict[str, Any]:
    return {name: None if fates is None else interval(getattr(fates, name)) for name in CROSSINGS}


def _shared(comparison: Comparison, side: str) -> Measurement:
    """Return what was measured on the shared field; all of it unknown when the photos are not aligned."""
    measurement: Measurement | None = getattr(comparison, f"{side}_shared")
    if measurement is not None:
        return measurement
    return no_measurement(NOT_ALIGNED, comparison.settings.analysis.measure)


def _side_block(analysis: Analysis, shared: Measurement) -> dict[str, Any]:
    return {
        "photo": photo_block(analysis.photo),
        "scale": scale_block(analysis.scale),
        "quality": quality_block(analysis.quality),
        "whole_field": measurement_block(analysis.measurement),
        "shared_field": measurement_block(shared),
    }


def _automatic_block(automatic: Comparison | None) -> dict[str, Any] | None:
    """Return what was measured and what changed before corrections by hand."""
    if automatic is None:
        return None
    return {
        **{side: _automatic_side(automatic, side) for side in ("before", "after")},
        "changes": [_change_block(change) for change in automatic.changes],
        "hairs": count_states(automatic),
    }


def _automatic_side(automatic: Comparison, side: str) -> dict[str, Any]:
    whole: Analysis = getattr(automatic, side)
    return {
        "whole_field": measurement_block(whole.measurement),
        "shared_field": measurement_block(_shared(automatic, side)),
    }


def _alignment_block(comparison: Comparison) -> dict[str, Any]:
    alignment = comparison.alignment
    residual_px, after_scale = alignment.residual_px, comparison.after.scale
    um_per_px = None if after_scale is None else after_scale.um_per_px.value
    shared = alignment.before_shared_field
    return {
        "status": alignment.status,
        "before_to_after": _matrix_block(alignment.before_to_after),
        "residual_um": None
        if residual_px is None or um_per_px is None
        else significant(residual_px * um_per_px),
        "residual_px": None if residual_px is None else significant(residual_px),
        "shared_area_cm2": None if shared is None else area_cm2(shared, comparison.before.scale),
        "shared_fraction": decimals(alignment.shared_fraction, 4),
        "match_count": alignment.match_count,
    }


def _matrix_block(matrix: NDArray[np.float64] | None) -> list[list[float]] | None:
    if matrix is None:
        return None
    return [[significant(float(cell), MATRIX_DIGITS) for cell in row] for row in matrix]


def _change_block(change: Change) -> dict[str, Any]:
    detectable = change.minimal_detectable_change
    return {
        "quantity": change.quantity,
        "before": interval(change.before),
        "after": interval(change.after),
        "difference": interval(change.difference),
        "relative": interval(change.relative),
        "minimal_detectable_change": None if detectable is None else significant(detectable),
        "verdict": change.verdict,
    }


def _diameters_um(analysis: Analysis) -> dict[int, float]:
    if analysis.scale is None:
        return {}
    return {hair.id: diameter_um(hair, analysis.scale).value for hair in analysis.hairs}


def _pair_block(pair: HairPair, before_um: dict[int, float], after_um: dict[int, float]) -> dict[str, Any]:
    earlier = None if pair.before_id is None else before_um.get(pair.before_id)
    later = None if pair.after_id is None else after_um.get(pair.after_id)
    return {
        "before_id": pair.before_id,
        "after_id": pair.after_id,
        "state": pair.state,
        "diameter_change_um": None if earlier is None or later is None else decimals(later - earlier, 2),
    }


def _null_reasons(comparison: Comparison, pairs: list[dict[str, Any]]) -> dict[str, str]:
    reasons = {**_assumed_reasons(comparison), **_side_reasons(comparison), **_alignment_reasons(comparison)}
    unknown = {name for pair in pairs for name, value in pair.items() if value is None}
    per_pair = {path: why for path, why in NOT_FOUND.items() if path.rpartition(".")[2] in unknown}
    return {**reasons, **per_pair, **comparison.null_reasons, **_automatic_reasons(comparison.automatic)}


def _automatic_reasons(automatic: Comparison | None) -> dict[str, str]:
    if automatic is None:
        return automatic_reasons(None)
    sides = {name: why for name, why in _side_reasons(automatic).items() if not name.endswith(".scale")}
    alignment = {
        name: why
        for name, why in _alignment_reasons(automatic).items()
        if name in {f"hairs.{state}" for state in PAIR_STATES}
    }
    return automatic_reasons({**sides, **alignment, **automatic.null_reasons})


def _assumed_reasons(comparison: Comparison) -> dict[str, str]:
    sides = {"before": comparison.before, "after": comparison.after}
    return {
        f"settings.assumed_working_um_per_px.{side}": KNOWN_SCALE
        for side, one in sides.items()
        if one.scale is not None
    }


def _side_reasons(comparison: Comparison) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for side, one in (("before", comparison.before), ("after", comparison.after)):
        if one.scale is None:
            reasons[f"{side}.scale"] = NO_SCALE
        whole, shared = one.measurement.null_reasons, _shared(comparison, side).null_reasons
        reasons |= {f"{side}.whole_field.{name}": why for name, why in whole.items()}
        reasons |= {f"{side}.shared_field.{name}": why for name, why in shared.items()}
    return reasons


def _alignment_reasons(comparison: Comparison) -> dict[str, str]:
    if comparison.alignment.status == "not-aligned":
        unknown = ("before_to_after", "residual_um", "residual_px", "shared_area_cm2")
        reasons = {f"alignment.{name}": comparison.alignment.reason or NOT_ALIGNED for name in unknown}
        followed = [f"hairs.{name}" for name in (*PAIR_STATES, *CROSSINGS)]
        followed += [f"units.{one.name}" for one in fields(UnitFates)]
        return reasons | dict.fromkeys(followed, NOT_ALIGNED)
    no_after = {"alignment.residual_um": NO_SCALE} if comparison.after.scale is None else {}
    in_before_um = ("alignment.shared_area_cm2", *(f"hairs.{name}" for name in CROSSINGS))
    no_before = dict.fromkeys(in_before_um, NO_SCALE) if comparison.before.scale is None else {}
    return {**no_after, **no_before}
