"""An Analysis becomes the document written as analysis.json."""

from __future__ import annotations

from dataclasses import fields
from math import hypot
from typing import TYPE_CHECKING, Any

from hairdensity.estimate import Estimate
from hairdensity.measure import Measurement, hair_class
from hairdensity.report.by_hand import automatic_reasons, corrections_of_analysis, origin_block
from hairdensity.report.numbers import decimals, interval, places, significant
from hairdensity.report.provenance import analysis_settings, provenance

if TYPE_CHECKING:
    from datetime import datetime

    from hairdensity.hairs.field import Exclusion, Field
    from hairdensity.hairs.units import Hair, Unit
    from hairdensity.photo import Photo
    from hairdensity.pipeline import Analysis
    from hairdensity.quality import Coverage, Quality
    from hairdensity.scale.model import Scale

ANALYSIS_SCHEMA = "hairdensity.analysis/1"
NO_SCALE = "no scale"
KNOWN_SCALE = "the scale is known"
COUNTED = "hairs were counted"
NO_COVERAGE = "the photo does not show skin and hair apart"
NO_PART = "no part is seen"
UM_PER_MM = 1000.0
UM2_PER_CM2 = 1e8
PHYSICAL_HAIR_FIELDS = ("visible_length_mm", "diameter_um", "diameter_low_um", "diameter_high_um", "class")


def analysis_document(analysis: Analysis, created_at: datetime) -> dict[str, Any]:
    """Return the document of one photo, schema `hairdensity.analysis/1`.

    Parameters
    ----------
    analysis
        What was found in the photo.
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
    return {
        **provenance(ANALYSIS_SCHEMA, analysis_settings(analysis), created_at),
        "photo": photo_block(analysis.photo),
        "scale": scale_block(analysis.scale),
        "quality": quality_block(analysis.quality),
        "field": _field_block(analysis.field, analysis.scale),
        "measurement": measurement_block(analysis.measurement),
        "without_counting": _coverage_block(analysis.coverage),
        "corrections": corrections_of_analysis(analysis, _automatic_block(analysis)),
        "null_reasons": _null_reasons(analysis),
        "hairs": [_hair_block(hair, analysis) for hair in analysis.hairs],
        "units": [_unit_block(unit) for unit in analysis.units],
    }


def photo_block(photo: Photo) -> dict[str, Any]:
    """Return name, hash and size of a photo; never its folder."""
    return {
        "name": shown_name(photo),
        "sha256": photo.sha256,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
    }


def shown_name(photo: Photo) -> str:
    """Return the photo's name with bytes that are no text replaced by question marks."""
    return photo.name.encode("utf-8", "replace").decode("utf-8")


def scale_block(scale: Scale | None) -> dict[str, Any] | None:
    """Return the scale with its interval and source, or None."""
    if scale is None:
        return None
    return {
        "um_per_px": significant(scale.um_per_px.value),
        "um_per_px_low": significant(scale.um_per_px.low),
        "um_per_px_high": significant(scale.um_per_px.high),
        "source": scale.source,
        "how": scale.how,
    }


def quality_block(quality: Quality) -> dict[str, Any]:
    """Return the verdict, its flags, and every value that was looked at."""
    flags = [
        {
            "code": flag.code,
            "message": flag.message,
            "advice": flag.advice,
            "value": significant(flag.value),
            "limit": significant(flag.limit),
        }
        for flag in quality.flags
    ]
    measured = {code: significant(value) for code, value in quality.measured.items()}
    return {"verdict": quality.verdict, "flags": flags, "measured": measured}


def measurement_block(measurement: Measurement) -> dict[str, Any]:
    """Return all quantities of a measurement in their order."""
    block: dict[str, Any] = {}
    for one in fields(Measurement):
        value = getattr(measurement, one.name)
        if one.name != "null_reasons":
            block[one.name] = interval(value) if isinstance(value, Estimate) else value
    return block


def area_cm2(field: Field, scale: Scale | None) -> float | None:
    """Return the counted area, or None without a scale."""
    if scale is None:
        return None
    return significant(field.area_px * scale.um_per_px.value**2 / UM2_PER_CM2)


def diameter_um(hair: Hair, scale: Scale) -> Estimate:
    """Return a shaft diameter whose interval joins the hair's own and that of the scale.

    The half-widths are added in quadrature on each side, as independent errors of a product.
    """
    width, size = hair.diameter_px, scale.um_per_px
    value = width.value * size.value
    below = hypot((width.value - width.low) * size.value, width.value * (size.value - size.low))
    above = hypot((width.high - width.value) * size.value, width.value * (size.high - size.value))
    return Estimate(value, max(value - below, 0.0), value + above)


def _automatic_block(analysis: Analysis) -> dict[str, Any] | None:
    return None if analysis.by_hand is None else measurement_block(analysis.by_hand.automatic.measurement)


def _field_block(field: Field, scale: Scale | None) -> dict[str, Any]:
    return {
        "polygon_px": places(field.polygon_px),
        "excluded_px": [places(one.polygon_px) for one in field.exclusions],
        "exclusions": [_exclusion_block(one, scale) for one in field.exclusions],
        "area_cm2": area_cm2(field, scale),
    }


def _exclusion_block(one: Exclusion, scale: Scale | None) -> dict[str, Any]:
    """Say why a part was taken out, and how large it is; in the order of `excluded_px`."""
    size_cm2 = None if scale is None else significant(one.area_px * scale.um_per_px.value**2 / UM2_PER_CM2)
    return {"reason": one.reason, "area_px": one.area_px, "area_cm2": size_cm2}


def _coverage_block(coverage: Coverage | None) -> dict[str, Any] | None:
    """Return what was measured in a photo in which hairs cannot be counted; None of any other."""
    if coverage is None:
        return None
    found = ((one.name, getattr(coverage, one.name)) for one in fields(coverage))
    return {name: None if value is None else interval(value) for name, value in found}


def _hair_block(hair: Hair, analysis: Analysis) -> dict[str, Any]:
    path_px = places(hair.path_px)
    return {
        "id": hair.id,
        "unit_id": hair.unit_id,
        "root_px": path_px[0],
        "tip_px": path_px[-1],
        "path_px": path_px,
        **_physical_block(hair, analysis),
        "angle_deg": decimals(hair.angle_deg, 2),
        "leaves_frame": hair.leaves_frame,
        "counted": hair.counted,
        "confidence": decimals(hair.confidence, 3),
        **origin_block(hair, analysis),
    }


def _physical_block(hair: Hair, analysis: Analysis) -> dict[str, Any]:
    if analysis.scale is None:
        return dict.fromkeys(PHYSICAL_HAIR_FIELDS)
    diameter = diameter_um(hair, analysis.scale)
    return {
        "visible_length_mm": significant(
            hair.visible_length_px * analysis.scale.um_per_px.value / UM_PER_MM, 5
        ),
        "diameter_um": decimals(diameter.value, 2),
        "diameter_low_um": decimals(diameter.low, 2),
        "diameter_high_um": decimals(diameter.high, 2),
        "class": hair_class(hair, analysis.scale, analysis.settings.measure),
    }


def _unit_block(unit: Unit) -> dict[str, Any]:
    x, y = unit.centre_px
    return {"id": unit.id, "centre_px": [decimals(x, 2), decimals(y, 2)], "hair_ids": list(unit.hair_ids)}


def _null_reasons(analysis: Analysis) -> dict[str, str]:
    reasons = {f"measurement.{name}": why for name, why in analysis.measurement.null_reasons.items()}
    reasons |= _coverage_reasons(analysis)
    automatic = None if analysis.by_hand is None else analysis.by_hand.automatic.measurement.null_reasons
    reasons |= automatic_reasons(automatic)
    if analysis.scale is not None:
        return {"settings.assumed_working_um_per_px": KNOWN_SCALE, **reasons}
    absent = {"scale": NO_SCALE, "field.area_cm2": NO_SCALE}
    if analysis.field.exclusions:
        absent["field.exclusions.area_cm2"] = NO_SCALE
    per_hair = {f"hairs.{name}": NO_SCALE for name in PHYSICAL_HAIR_FIELDS} if analysis.hairs else {}
    return {**absent, **reasons, **per_hair}


def _coverage_reasons(analysis: Analysis) -> dict[str, str]:
    coverage = analysis.coverage
    if coverage is None:
        was_counted = analysis.quality.verdict != "refused"
        return {"without_counting": COUNTED if was_counted else NO_COVERAGE}
    if coverage.part_width_px is None:
        return dict.fromkeys(("without_counting.part_width_px", "without_counting.part_width_mm"), NO_PART)
    return {} if coverage.part_width_mm is not None else {"without_counting.part_width_mm": NO_SCALE}
