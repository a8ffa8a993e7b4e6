"""What was looked at becomes a verdict, in three steps: the photo alone, its field, its hairs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.hairs.body import hair_body
from hairdensity.hairs.focus import find_edges
from hairdensity.quality.model import Quality
from hairdensity.quality.overview import (
    burnt_out_share,
    dark_mass_share,
    field_lightness,
    lightness_range,
    overview,
    skin_colour_distance,
    straight_line_share,
)
from hairdensity.quality.registry import FLAGS
from hairdensity.quality.sharpness import sharpest_um, smear_um
from hairdensity.quality.signal import block_flatness, block_share, grey_of, grid_strength, noise_share
from hairdensity.scale.assumed import AssumedSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.hairs.segment import HairMaps
    from hairdensity.hairs.units import Hair
    from hairdensity.photo import Photo
    from hairdensity.scale.model import Scale

HAIR_DIAMETER_RANGE_UM = (15.0, 150.0)
GLARE, HIDDEN, UNFOCUSED = "glare", "hidden-skin", "out-of-focus"
LIKELY = 0.5
LEAST_SHAFT_FRACTION = 0.05
"""With less than this share of the photo under shafts, what remains unexplained may be debris."""
APPARENT_SHAFT_UM = AssumedSettings().apparent_shaft_um
"""The shaft width that a size assumed for want of a scale stands for; lengths are told as its multiples."""


def judge_photo(photo: Photo) -> Quality:
    """Judge what needs neither scale nor field nor hairs."""
    short_side_px = min(photo.width_px, photo.height_px)
    quality = _verdict({"too-small": short_side_px})
    if quality.verdict == "refused":
        return quality
    view = overview(photo)
    quality = _verdict({"blank": lightness_range(view)})
    if quality.verdict == "refused":
        return quality
    off_skin = skin_colour_distance(view)
    lines = 100 * straight_line_share(view)
    return _verdict({"not-skin": off_skin, "colour-cast": off_skin, "printed-pattern": lines})


def judge_field(
    photo: Photo, field: Field, scale: Scale | None, um_per_px: float, tilt_deg: float | None = None
) -> Quality:
    """Judge what needs the field and a scale, known or assumed, but no hairs."""
    values = {
        "no-field": 100 * field.area_px / (field.asked_px or photo.width_px * photo.height_px),
        **_seen_values(photo, field),
        **_signal_values(photo, field, um_per_px),
        **_edge_values(photo, field, scale, um_per_px),
        **_scale_values(field, scale),
    }
    if field.asked_px:
        values["target-incomplete"] = values["no-field"]
    if tilt_deg is not None:
        values["tilt"] = tilt_deg
    return _verdict(values)


def judge_hairs(hairs: Sequence[Hair], field: Field, maps: HairMaps, scale: Scale | None) -> Quality:
    """Judge what needs the hairs."""
    counted = [hair for hair in hairs if hair.counted]
    values = {"no-hair": float(len(counted)), "not-hair": 100 * _explained_share(hairs, field, maps)}
    if counted:
        values["narrow-hair"] = float(np.median([hair.diameter_px.value for hair in counted]))
        values["long-hair"] = 100 * sum(hair.leaves_frame for hair in counted) / len(counted)
    if counted and scale is not None:
        median_um = float(np.median([hair.diameter_px.value for hair in counted])) * scale.um_per_px.value
        thinnest_um, thickest_um = HAIR_DIAMETER_RANGE_UM
        values["scale-implausible"] = max(thinnest_um / max(median_um, 1e-3), median_um / thickest_um)
    return _verdict(values)


def together(*qualities: Quality) -> Quality:
    """Return one verdict: refused as soon as one refuses, and then only with the flags that say why."""
    measured = {code: value for one in qualities for code, value in one.measured.items()}
    refusing = [flag for one in qualities if one.verdict == "refused" for flag in one.flags]
    if refusing:
        return Quality("refused", tuple(refusing), measured)
    flags = tuple(flag for one in qualities for flag in one.flags)
    return Quality("usable" if flags else "good", flags, measured)


def _verdict(values: Mapping[str, float]) -> Quality:
    """Raise the flags that the values call for."""
    raised = [FLAGS[code].raised(value) for code, value in values.items()]
    each = [Quality("refused" if one[1] else "usable", (one[0],)) for one in raised if one is not None]
    return together(Quality("good", (), dict(values)), *each)


def _seen_values(photo: Photo, field: Field) -> dict[str, float]:
    """Look at exposure, glare and dark masses."""
    view = overview(photo)
    lit = replace(field, mask=field.with_parts(GLARE))
    skin = replace(field, mask=field.with_parts(HIDDEN, UNFOCUSED))
    areas_px = {reason: field.part_px(reason) for reason in (GLARE, HIDDEN)}
    hidden = areas_px[HIDDEN] / max(areas_px[HIDDEN] + field.area_px, 1)
    return {
        "skin-hidden": 100 * max(hidden, dark_mass_share(view, skin)),
        "too-dark": field_lightness(view, field),
        "too-bright": 100 * burnt_out_share(view, lit),
        "glare": 100 * areas_px[GLARE] / max(areas_px[GLARE] + field.area_px, 1),
    }


def _signal_values(photo: Photo, field: Field, um_per_px: float) -> dict[str, float]:
    """Look at noise, compression and the grid of a screen."""
    grey = grey_of(photo)
    return {
        "noise": 100 * noise_share(grey, field, um_per_px),
        "compression": 100 * block_flatness(grey),
        "blocks": 100 * block_share(grey, field, um_per_px),
        "screen-pattern": grid_strength(grey, field),
    }


def _edge_values(photo: Photo, field: Field, scale: Scale | None, um_per_px: float) -> dict[str, float]:
    """Look at focus and motion: in µm, or in widths of a shaft where no scale is known."""
    edges = find_edges(photo, field.mask, um_per_px)
    found = {"out-of-focus": sharpest_um(edges), "motion": smear_um(edges)}
    known = {code: value for code, value in found.items() if value is not None}
    if scale is not None:
        return known | {"low-magnification": um_per_px}
    return {f"{code}-unscaled": 100 * value / APPARENT_SHAFT_UM for code, value in known.items()}


def _scale_values(field: Field, scale: Scale | None) -> dict[str, float]:
    if scale is None:
        return {"no-scale": 1.0}
    values = {"small-field": field.area_px * (scale.um_per_px.value * 1e-4) ** 2}
    if scale.contradicted_by is not None:
        ratio = scale.um_per_px.value / scale.contradicted_by.um_per_px.value
        values["scale-contradicted"] = max(ratio, 1 / ratio)
    return values


def _explained_share(hairs: Sequence[Hair], field: Field, maps: HairMaps) -> float:
    """Share of the shafts seen in the field that lies under a hair found; 1 where hardly a shaft is seen."""
    height, width = maps.body.shape
    seen = (maps.body > LIKELY) & (_resized(field.mask, (height, width)) > 0)
    if seen.mean() < LEAST_SHAFT_FRACTION:
        return 1.0
    rows, columns = field.mask.shape
    explained = _resized(hair_body(hairs, (rows, columns)), (height, width))
    explained = np.asarray(cv2.dilate(explained, np.ones((5, 5), dtype=np.uint8)), dtype=np.uint8)
    return float((explained[seen] > 0).mean())


def _resized(mask: NDArray[np.bool_], shape: tuple[int, int]) -> NDArray[np.uint8]:
    resized = cv2.resize(mask.astype(np.uint8), shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(resized, dtype=np.uint8)
