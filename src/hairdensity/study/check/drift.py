"""A baseline and what is found now become the list of what has moved by more than is tolerated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from hairdensity.study.check.baseline import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hairdensity.study.check.baseline import Baseline, Tolerance

SHOWN_DIGITS = 6
ROOTS = "roots_px"


@dataclass(frozen=True, slots=True)
class Drift:
    """One quantity that moved by more than is tolerated.

    Attributes
    ----------
    photo
        Which photo.
    stage
        In which stage.
    quantity
        What moved.
    before, now
        Its value in the baseline and now, in words.
    moved
        By how much, in words.
    tolerated
        By how much it may move, in words.
    """

    photo: str
    stage: str
    quantity: str
    before: str
    now: str
    moved: str
    tolerated: str


def find_drifts(baseline: Baseline, found: Mapping[str, Mapping[str, Any]]) -> tuple[Drift, ...]:
    """Compare what is found now with a baseline.

    Parameters
    ----------
    baseline
        What was found before, and what may move.
    found
        Summaries of the photos of now, by path.

    Returns
    -------
    tuple of Drift
        By photo, and in the order of the stages: the first of a photo names the stage where it begins. A
        photo that is new or gone is a drift too.
    """
    drifts: list[Drift] = []
    for photo in sorted({*baseline.photos, *found}):
        if photo not in found:
            drifts.append(Drift(photo, "photo", "file", "there", "gone", "gone", "none"))
        elif photo not in baseline.photos:
            drifts.append(Drift(photo, "photo", "file", "not in it", "there", "new", "none"))
        else:
            drifts += _of_photo(photo, baseline, found[photo])
    return tuple(drifts)


def _of_photo(photo: str, baseline: Baseline, found: Mapping[str, Any]) -> Iterator[Drift]:
    before = baseline.photos[photo]
    for stage in STAGES:
        old, new = before.get(stage, {}), found.get(stage, {})
        for quantity in dict.fromkeys((*old, *new)):
            tolerance = baseline.tolerance(photo, stage, quantity)
            values = old.get(quantity), new.get(quantity)
            if quantity == ROOTS and None not in values:
                um_per_px = found["scale"]["working_um_per_px"]
                moved = _moved_roots(*values, tolerance, um_per_px)
                values = f"{len(values[0])} roots", f"{len(values[1])} roots"
            else:
                moved = _moved(*values, tolerance)
            if moved:
                said = [_shown(value) for value in values]
                yield Drift(photo, stage, quantity, said[0], said[1], moved, _tolerance_text(tolerance))


def _moved(before: Any, now: Any, tolerance: Tolerance) -> str:  # noqa: ANN401 -- whatever a summary holds
    """Return by how much a value moved, in words; empty when that is tolerated."""
    if not (_is_number(before) and _is_number(now)):
        return "" if before == now else "changed"
    difference = now - before
    share = difference / abs(before) if before else math.copysign(math.inf, difference or 1.0)
    rounding = 10.0**-SHOWN_DIGITS * max(abs(before), abs(now))
    limit = max(tolerance.get("absolute", 0.0), tolerance.get("relative", 0.0) * abs(before)) + rounding
    if abs(difference) <= limit:
        return ""
    return f"{difference:+.4g}" + (f" ({share:+.1%})" if math.isfinite(share) else "")


def _moved_roots(before: Any, now: Any, tolerance: Tolerance, um_per_px: float) -> str:  # noqa: ANN401 -- from JSON
    """Return how many roots have no partner within reach, one to one; empty when that is tolerated."""
    reach_um, allowed = tolerance.get("within_um", 0.0), tolerance.get("missed_fraction", 0.0)
    distances_um = cdist(np.reshape(before, (-1, 2)), np.reshape(now, (-1, 2))) * um_per_px
    near = distances_um <= max(reach_um, 1e-6)
    rows, columns = linear_sum_assignment(~near)
    refound = int(near[rows, columns].sum())
    lost, gained = len(before) - refound, len(now) - refound
    if max(lost, gained) <= allowed * max(len(before), len(now)):
        return ""
    return f"{lost} gone, {gained} new"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.{SHOWN_DIGITS}g}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    text = "none" if value is None else str(value)
    return text if len(text) <= 16 or " " in text else f"{text[:12]}..."  # noqa: PLR2004 -- the width of a column


def _tolerance_text(tolerance: Tolerance) -> str:
    if not tolerance:
        return "none"
    words = {
        "relative": "{:.2%}",
        "absolute": "{:g}",
        "within_um": "within {:g} µm",
        "missed_fraction": "but for {:.0%}",
    }
    return ", ".join(words[name].format(value) for name, value in tolerance.items())
