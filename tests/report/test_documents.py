"""The JSON documents: valid by the shipped schemas, every null with its reason, every number traceable."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import jsonschema
import pytest

from hairdensity.estimate import Estimate
from hairdensity.photo import Photo
from hairdensity.report import analysis_document, comparison_document, read_schema
from hairdensity.report.analysis_document import diameter_um
from tests.report.fakes import (
    make_analysis,
    make_comparison,
    make_hair,
    make_not_aligned,
    make_refused,
    make_scale,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis

SchemaName = Literal["analysis", "comparison"]


def null_paths(value: object, path: str = "") -> Iterator[str]:
    """Yield the dotted path of every null, list positions and change entries by quantity left out."""
    if value is None:
        yield path
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from null_paths(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for one in value:
            quantity = f".{one['quantity']}" if isinstance(one, dict) and "quantity" in one else ""
            yield from null_paths(one, path + quantity)


def assert_valid(document: dict[str, Any], name: SchemaName) -> None:
    validator = jsonschema.Draft202012Validator(read_schema(name), format_checker=jsonschema.FormatChecker())
    errors = [f"{'.'.join(map(str, one.path))}: {one.message}" for one in validator.iter_errors(document)]
    assert errors == []
    reasons = document["null_reasons"]
    assert set(null_paths(document)) <= set(reasons)
    assert set(reasons) <= set(null_paths(document)), "a reason is given for something that is known"


@pytest.mark.parametrize(
    "analysis",
    [make_analysis(scale=make_scale()), make_analysis(), make_refused()],
    ids=["scale", "no scale", "refused"],
)
def test_analysis_documents_are_valid_and_explain_every_null(analysis: Analysis, noon: datetime) -> None:
    assert_valid(analysis_document(analysis, noon), "analysis")


@pytest.mark.parametrize(
    "comparison",
    [
        make_comparison(make_scale(), make_scale()),
        make_comparison(),
        make_not_aligned(),
        replace(make_not_aligned(), before=make_refused()),
    ],
    ids=["scale", "no scale", "not aligned", "refused"],
)
def test_comparison_documents_are_valid_and_explain_every_null(
    comparison: Comparison, noon: datetime
) -> None:
    assert_valid(comparison_document(comparison, noon), "comparison")


@pytest.mark.parametrize("name", ["analysis", "comparison"])
def test_schemas_are_valid_draft_2020_12(name: SchemaName) -> None:
    jsonschema.Draft202012Validator.check_schema(read_schema(name))


def test_schemas_agree_on_what_they_share() -> None:
    one, other = read_schema("analysis")["$defs"], read_schema("comparison")["$defs"]
    shared = set(one) & set(other)
    assert {"estimate", "measurement", "photo", "quality", "scale"} <= shared
    assert {name: one[name] for name in shared} == {name: other[name] for name in shared}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("hairs", 0, "diameter_mm"), 0.06),
        (("hairs", 0, "confidence"), 1.2),
        (("hairs", 0, "root_px"), [1.0]),
        (("photo", "folder"), "/home"),
        (("quality", "verdict"), "bad"),
        (("scale", "source"), "guess"),
        (("measurement", "hair_density_per_cm2"), 120.0),
        (("created_at",), "yesterday"),
    ],
)
def test_schema_refuses(analysis: Analysis, noon: datetime, path: tuple[Any, ...], value: object) -> None:
    document: Any = analysis_document(analysis, noon)
    at = document
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(read_schema("analysis")).validate(document)


def test_schema_refuses_a_number_for_a_refused_photo(noon: datetime) -> None:
    document = analysis_document(make_refused(), noon)
    document["measurement"]["hair_count"] = 12
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(read_schema("analysis")).validate(document)


def test_schema_refuses_a_change_without_alignment(comparison: Comparison, noon: datetime) -> None:
    document = comparison_document(make_not_aligned(), noon)
    document["changes"] = comparison_document(comparison, noon)["changes"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(read_schema("comparison")).validate(document)


def test_hair_fields_in_closed_form(analysis: Analysis, noon: datetime) -> None:
    hair = analysis_document(analysis, noon)["hairs"][0]
    assert hair["root_px"] == [100.0, 100.0]
    assert hair["tip_px"] == [130.0, 140.0]
    assert hair["visible_length_mm"] == 0.5  # 50 px of 10 um
    assert hair["diameter_um"] == 60.0  # 6 px of 10 um
    assert hair["angle_deg"] == 53.13  # atan2(40, 30), clockwise on the screen
    assert hair["class"] == "terminal"


def test_counted_area_is_that_of_the_mask(analysis: Analysis, noon: datetime) -> None:
    pixels = 300 * 300 - 40 * 40
    assert analysis_document(analysis, noon)["field"]["area_cm2"] == pytest.approx(pixels * (10e-4) ** 2)


def test_diameter_joins_the_intervals_of_hair_and_scale() -> None:
    joined = diameter_um(make_hair(0, (0, 0), diameter_px=6.0), make_scale(10.0))
    # 10 % of the hair and 1 % of the scale, in quadrature
    assert joined.high / joined.value - 1 == pytest.approx((0.1**2 + 0.01**2) ** 0.5)
    assert 1 - joined.low / joined.value == pytest.approx((0.1**2 + 0.01**2) ** 0.5)


def test_pairs_name_their_change_of_diameter(comparison: Comparison, noon: datetime) -> None:
    thicker = replace(
        comparison.after, hairs=(make_hair(0, (120, 100), diameter_px=6.5), *comparison.after.hairs[1:])
    )
    hairs = comparison_document(replace(comparison, after=thicker), noon)["hairs"]
    changes = [pair["diameter_change_um"] for pair in hairs["pairs"]]
    assert changes == [5.0, None, None, 0.0]
    assert [hairs[state] for state in ("kept", "gained", "lost", "unsure")] == [1, 1, 1, 1]


def test_what_became_of_units_and_kept_hairs_is_told(comparison: Comparison, noon: datetime) -> None:
    document = comparison_document(comparison, noon)
    assert document["units"] == {"same": 9, "larger": 3, "smaller": 2, "new": 1, "gone": 4}
    assert document["hairs"]["vellus_to_terminal"] == {"value": 2.0, "low": 0.0, "high": 4.4}
    assert document["hairs"]["terminal_to_vellus"] == {"value": 1.0, "low": 0.0, "high": 3.1}


def test_without_a_scale_no_hair_crosses_a_threshold(noon: datetime) -> None:
    document = comparison_document(make_comparison(), noon)
    assert document["units"]["larger"] == 3
    assert document["hairs"]["vellus_to_terminal"] is None
    assert document["null_reasons"]["hairs.vellus_to_terminal"] == "no scale"


@pytest.mark.parametrize("name", ["vellus_to_terminal", "terminal_to_vellus"])
def test_schema_refuses_a_crossing_without_alignment(name: str, noon: datetime) -> None:
    document = comparison_document(make_not_aligned(), noon)
    document["hairs"][name] = {"value": 1.0, "low": 0.0, "high": 2.0}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(read_schema("comparison")).validate(document)


@pytest.mark.parametrize("comparison", [make_comparison(make_scale(), make_scale()), make_not_aligned()])
@pytest.mark.parametrize("name", ["same", "larger", "smaller", "new", "gone"])
def test_schema_knows_units_where_photos_are_aligned_alone(
    comparison: Comparison, name: str, noon: datetime
) -> None:
    document = comparison_document(comparison, noon)
    document["units"][name] = None if document["units"][name] is not None else 3
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(read_schema("comparison")).validate(document)


def test_alignment_residual_is_in_um_of_the_after_photo(noon: datetime) -> None:
    comparison = make_comparison(make_scale(10.0), make_scale(8.0))
    assert comparison_document(comparison, noon)["alignment"]["residual_um"] == pytest.approx(0.5 * 8.0)


def test_settings_tell_what_was_stated_and_what_was_assumed(analysis: Analysis, noon: datetime) -> None:
    known = analysis_document(analysis, noon)["settings"]
    assert known["scale_options"] == {"um_per_px": 10.0}
    assert known["assumed_working_um_per_px"] is None
    assert known["units"]["max_root_distance_um"] == analysis.settings.units.max_root_distance_um
    assert analysis_document(make_analysis(), noon)["settings"]["assumed_working_um_per_px"] == 10.0


def test_a_time_without_zone_is_refused(analysis: Analysis, noon: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        analysis_document(analysis, noon.replace(tzinfo=None))


def test_a_name_that_is_no_text_is_still_written(analysis: Analysis, noon: datetime) -> None:
    broken = Photo(analysis.photo.pixels, "caf\udce9.jpg", analysis.photo.sha256)
    document = analysis_document(replace(analysis, photo=broken), noon)
    assert document["photo"]["name"] == "caf?.jpg"


def test_an_interval_below_zero_is_cut_for_diameters() -> None:
    wide = replace(make_hair(0, (0, 0)), diameter_px=Estimate(1.0, -1.0, 3.0))
    assert diameter_um(wide, make_scale()).low == 0.0
