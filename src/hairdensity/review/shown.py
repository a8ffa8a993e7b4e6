"""Standing hairs become what the page draws and says."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from hairdensity.hairs.trace import TraceSettings
from hairdensity.hairs.width import measure_diameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hairdensity.corrections import StandingHair
    from hairdensity.review.result import ReviewedPhoto

JPEG_QUALITY = 94
NEAR_UM = 600.0
"""Hairs within this distance may touch the one that is measured."""
USUAL_SHAFT_UM = 66.0


def shown_photo(
    reviewed: ReviewedPhoto, standing: Sequence[StandingHair], states: Mapping[str, Mapping[int, str]]
) -> dict[str, Any]:
    """Return one photo with its hairs."""
    document = reviewed.document
    return {
        "side": reviewed.photo_ref.side,
        "name": reviewed.photo_ref.name,
        "width": reviewed.photo.width_px,
        "height": reviewed.photo.height_px,
        "um_per_px": None if document["scale"] is None else reviewed.um_per_px,
        "terminal_threshold_um": document["measurement"]["terminal_threshold_um"],
        "automatic_count": document["measurement"]["hair_count"],
        "field": document["field"]["polygon_px"],
        "hairs": [shown_hair(reviewed, one, standing, states) for one in standing],
    }


def shown_hair(
    reviewed: ReviewedPhoto,
    hair: StandingHair,
    standing: Sequence[StandingHair],
    states: Mapping[str, Mapping[int, str]],
) -> dict[str, Any]:
    """Return one hair as the page draws it."""
    side = reviewed.photo_ref.side
    shown = {
        "key": hair.key,
        "path": np.asarray(hair.path_px, np.float64).round(1).tolist(),
        "origin": hair.origin,
        "unsure": hair.unsure,
    }
    if hair.automatic_id is not None:
        found = reviewed.document["hairs"][hair.automatic_id]
        state = states[side].get(hair.automatic_id, "elsewhere") if side in states else None
        known = {name: found[name] for name in ("id", "diameter_um", "class", "counted", "confidence")}
        return {**shown, **known, "state": state}
    diameter_um = _measured_um(reviewed, hair, standing)
    threshold_um = reviewed.document["measurement"]["terminal_threshold_um"]
    return {
        **shown,
        "id": None,
        "diameter_um": diameter_um,
        "class": None if diameter_um is None else "terminal" if diameter_um >= threshold_um else "vellus",
        "counted": _is_counted(reviewed, hair),
        "confidence": None,
        "state": None,
    }


def photo_jpeg(reviewed: ReviewedPhoto) -> bytes:
    """Return the upright photo as the page shows it."""
    pixels = reviewed.photo.pixels[:, :, ::-1]
    _, content = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return content.tobytes()


def _measured_um(
    reviewed: ReviewedPhoto, hair: StandingHair, standing: Sequence[StandingHair]
) -> float | None:
    """Return about what a hair made by hand will measure when the analysis is run with the corrections."""
    if reviewed.document["scale"] is None:
        return None
    um_per_px = reviewed.um_per_px
    known_um = [one["diameter_um"] for one in reviewed.document["hairs"]]
    usual_px = float(np.median(known_um) if known_um else USUAL_SHAFT_UM) / um_per_px
    near = [
        one.path_px for one in standing if one.key != hair.key and _is_near(one, hair, NEAR_UM / um_per_px)
    ]
    guesses = [usual_px] * (len(near) + 1)
    from_any_guess = replace(TraceSettings().width, min_light_fraction=0.0)
    for _ in range(2):
        found = measure_diameters(reviewed.photo, [hair.path_px, *near], guesses, um_per_px, from_any_guess)
        guesses = [one.value for one in found]
    return round(guesses[0] * um_per_px, 1)


def _is_near(one: StandingHair, other: StandingHair, reach_px: float) -> bool:
    low, high = other.path_px.min(axis=0) - reach_px, other.path_px.max(axis=0) + reach_px
    return bool(((one.path_px.max(axis=0) >= low) & (one.path_px.min(axis=0) <= high)).all())


def _is_counted(reviewed: ReviewedPhoto, hair: StandingHair) -> bool:
    column, row = np.round(hair.path_px[0]).astype(int)
    return bool(_field_mask(reviewed)[row, column])


@lru_cache(maxsize=2)
def _field_mask(reviewed: ReviewedPhoto) -> NDArray[np.uint8]:
    """Return where roots count, drawn anew from the outlines of the document."""
    mask = np.zeros((reviewed.photo.height_px, reviewed.photo.width_px), np.uint8)
    field = reviewed.document["field"]
    for outlines, value in (([field["polygon_px"]], 1), (field["excluded_px"], 0)):
        for outline in outlines:
            points = np.array(outline, np.float64).round().astype(np.int32)
            if len(points):
                cv2.fillPoly(mask, [points], value)
    return mask
