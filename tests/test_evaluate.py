"""Scores of hairs placed by hand, whose hits and misses can be counted by eye."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hairdensity.annotation import TrueHair, Truth, read_truths
from hairdensity.errors import UsageError
from hairdensity.evaluate import KindCount, KindScore, PhotoScore, evaluate, score_photo
from hairdensity.measure import no_measurement
from hairdensity.pipeline import Analysis, Settings
from hairdensity.quality import Quality
from tests.made import make_field, make_hair, make_photo, make_scale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hairdensity.annotation import Kind
    from tests.made import Point

UM_PER_PX = 10.0
"""So 0.15 mm are 15 px and 0.25 mm are 25 px."""
WIDTH_PX, HEIGHT_PX = 1000, 800
PLACES: tuple[Point, ...] = ((100, 100), (300, 100), (700, 100), (100, 700), (300, 700), (700, 700))


def found(*roots: Point, tip: Point = (0, 60)) -> Analysis:
    hairs = tuple(make_hair(i, (x, y), (x + tip[0], y + tip[1])) for i, (x, y) in enumerate(roots))
    settings = Settings()
    return Analysis(
        photo=make_photo(np.zeros((HEIGHT_PX, WIDTH_PX))),
        scale=make_scale(UM_PER_PX),
        working_um_per_px=UM_PER_PX,
        field=make_field(WIDTH_PX, HEIGHT_PX),
        quality=Quality("good", ()),
        hairs=hairs,
        units=(),
        measurement=no_measurement("not asked", settings.measure),
        settings=settings,
    )


def true(*roots: Point, tip: Point = (0, 60), diameter_um: float | None = None, needed: bool = True) -> Truth:
    hairs = tuple(TrueHair((x, y), (x + tip[0], y + tip[1]), diameter_um, needed) for x, y in roots)
    return Truth(UM_PER_PX, hairs)


def piecewise(truth: Truth) -> Truth:
    return replace(truth, seams_px=((500.0,), (400.0,)), band_um=250.0)


def counts(score: PhotoScore) -> tuple[int, int, int]:
    return score.hit_count, score.found_count, score.known_count


def test_all_found_where_they_are() -> None:
    score = score_photo(found(*PLACES), true(*PLACES, diameter_um=55.0))
    assert counts(score) == (6, 6, 6)
    assert (score.f1, score.count_error) == (1.0, 0.0)
    assert score.diameter_errors_um == pytest.approx([5.0] * 6)
    assert score.direction_errors_deg == pytest.approx([0.0] * 6, abs=1e-6)
    assert score.known_density_per_cm2 == pytest.approx(6 / 0.8)


@pytest.mark.parametrize(("off_px", "hits"), [(14.0, 1), (16.0, 0)])
def test_a_hit_lies_within_150_um(off_px: float, hits: int) -> None:
    score = score_photo(found((300 + off_px, 300)), true((300, 300)))
    assert counts(score) == (hits, 1, 1)


def test_one_known_hair_is_hit_once() -> None:
    assert counts(score_photo(found((300, 300), (304, 300)), true((300, 300)))) == (1, 2, 1)


def test_assignment_is_the_best_one_not_the_greedy_one() -> None:
    """The nearest pair taken first would leave one hair on either side without a partner."""
    assert counts(score_photo(found((300, 300), (312, 300)), true((310, 300), (322, 300)))) == (2, 2, 2)


def test_finds_on_loose_fragments_are_neither_hit_nor_false_alarm() -> None:
    truth = true((300, 300), needed=False)
    assert counts(score_photo(found((300, 340), (600, 300)), truth)) == (0, 1, 0)


def test_a_needed_hair_goes_before_a_nearer_fragment() -> None:
    hairs = (*true((300, 300), needed=False).hairs, *true((310, 300)).hairs)
    assert counts(score_photo(found((302, 300)), Truth(UM_PER_PX, hairs))) == (1, 1, 1)


def test_bands_along_seams_and_edges_are_left_out_on_both_sides() -> None:
    in_bands = ((480, 100), (520, 200), (20, 300), (300, 380), (300, 790))
    truth = piecewise(true(*PLACES))
    assert counts(score_photo(found(*PLACES, *in_bands), truth)) == (6, 6, 6)
    assert counts(score_photo(found(*PLACES), piecewise(true(*PLACES, *in_bands)))) == (6, 6, 6)
    assert counts(score_photo(found(*PLACES, *in_bands), true(*PLACES))) == (6, 11, 6)


def test_unmatched_hairs_that_touch_a_seam_are_ignored_and_matched_ones_are_not() -> None:
    truth = piecewise(true((300, 350), tip=(0, 80)))
    assert counts(score_photo(found((700, 350), tip=(0, 80)), truth)) == (0, 0, 0)
    assert counts(score_photo(found((300, 350), tip=(0, 80)), truth)) == (1, 1, 1)


def test_skin_that_was_not_counted_is_left_out() -> None:
    analysis = found(*PLACES)
    mask = analysis.field.mask.copy()
    mask[:, 600:] = False
    partly = replace(analysis, field=replace(analysis.field, mask=mask))
    assert counts(score_photo(partly, true(*PLACES))) == (4, 4, 4)


def test_every_hair_of_a_refused_photo_is_missed() -> None:
    empty = replace(found().field, mask=np.zeros((HEIGHT_PX, WIDTH_PX), dtype=bool))
    refused = replace(found(), field=empty, quality=Quality("refused", ()))
    score = score_photo(refused, true(*PLACES))
    assert counts(score) == (0, 0, 6)
    assert score.refused


def test_direction_errors_do_not_jump_at_half_a_turn() -> None:
    score = score_photo(found((300, 300), tip=(-60, 1)), true((300, 300), tip=(-60, -1)))
    assert score.direction_errors_deg == pytest.approx([1.91], abs=0.01)


def test_scores_of_many_photos_are_pooled() -> None:
    all_found = score_photo(found(*PLACES), true(*PLACES))
    half_found = score_photo(found(*PLACES[:2]), true(*PLACES[:4]))
    too_many = score_photo(found(*PLACES[:3]), true(*PLACES[:2]))
    pooled = evaluate([all_found, half_found, too_many])
    assert (pooled.photos, pooled.refused) == (3, 0)
    assert pooled.precision == pytest.approx(10 / 11)
    assert pooled.recall == pytest.approx(10 / 12)
    assert pooled.f1 == pytest.approx(20 / 23)
    assert pooled.count_error == pytest.approx((0 + 0.5 + 0.5) / 3)
    assert pooled.bias == pytest.approx(-1 / 12)
    assert [one.bias for one in pooled.by_density] == pytest.approx([0.5, -0.5, 0.0])
    assert pooled.diameter_bias_um is None


def kinds(
    lone: Sequence[Point] = (), several: Sequence[Point] = (), undersize: Sequence[Point] = ()
) -> Truth:
    """Annotate hairs of each kind at their places."""
    at: tuple[tuple[Kind, Sequence[Point]], ...] = (
        ("lone", lone),
        ("several", several),
        ("undersize", undersize),
    )
    hairs = [replace(hair, kind=kind) for kind, places in at for hair in true(*places).hairs]
    return Truth(UM_PER_PX, tuple(hairs))


def test_recall_and_units_are_told_by_kind() -> None:
    truth = kinds(lone=[(100, 100), (300, 100), (700, 100)], several=[(100, 700), (115, 700)])
    analysis = found((100, 100), (300, 100), (100, 700), (330, 100))
    together = [replace(hair, unit_id=9) if hair.id in {1, 3} else hair for hair in analysis.hairs]
    score = score_photo(replace(analysis, hairs=tuple(together)), truth)
    assert score.by_kind == (KindCount("lone", 2, 3, 1), KindCount("several", 1, 2, 1))
    assert evaluate([score, score]).by_kind == (
        KindScore("lone", 6, 2 / 3, 0.5),
        KindScore("several", 4, 0.5, 0.0),
    )


@pytest.mark.parametrize(
    ("beside", "agreement"),
    [
        (TrueHair((130, 100), (130, 160), None, needed=True, kind="undersize"), 1.0),
        (TrueHair((130, 100), (130, 160), None, needed=False), 1.0),
        (TrueHair((130, 100), (130, 160), None, needed=True, kind="lone"), 0.0),
        (TrueHair((400, 100), (400, 160), None, needed=True, kind="undersize"), 0.0),
    ],
    ids=["thin", "loose", "its equal", "a false alarm"],
)
def test_a_thin_or_loose_hair_beside_a_lone_one_does_not_make_it_several(
    beside: TrueHair, agreement: float
) -> None:
    analysis = found((100, 100), (130, 100))
    together = replace(analysis, hairs=tuple(replace(hair, unit_id=0) for hair in analysis.hairs))
    known = (*kinds(lone=[(100, 100)]).hairs, beside)
    lone = evaluate([score_photo(together, Truth(UM_PER_PX, known))]).by_kind[0]
    assert lone.unit_agreement == agreement


def test_a_kind_of_which_nothing_is_found_has_no_units() -> None:
    (lone, undersize) = evaluate(
        [score_photo(found(PLACES[0]), kinds(lone=[PLACES[1]], undersize=[PLACES[0]]))]
    ).by_kind
    assert lone == KindScore("lone", 1, 0.0, None)
    assert undersize == KindScore("undersize", 1, 1.0, None)


def test_hairs_left_out_of_the_score_are_left_out_of_their_kind() -> None:
    (lone,) = score_photo(found(*PLACES), piecewise(kinds(lone=[*PLACES, (510, 300), (300, 420)]))).by_kind
    assert (lone.hit_count, lone.known_count) == (6, 6)


def test_annotation_that_tells_no_kinds_has_no_scores_by_kind() -> None:
    assert evaluate([score_photo(found(*PLACES), true(*PLACES))]).by_kind == ()


def test_no_scores_are_an_error() -> None:
    with pytest.raises(ValueError, match="no scores"):
        evaluate([])


def _document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a JSON document
    hair = {"root_px": [10, 20], "tip_px": [30, 40], "diameter_um": 55.0, "counted": True}
    whole = {"schema": "hairdensity.analysis/1", "photo": {"name": "a.jpg"}, "scale": {"um_per_px": 5.5}}
    return whole | {"hairs": [hair, hair | {"counted": False}]} | changes


def test_our_own_results_are_read_as_truth(tmp_path: Path) -> None:
    file = tmp_path / "a.truth.json"
    file.write_text(json.dumps(_document()))
    (tmp_path / "b.analysis.json").write_text(json.dumps(_document(photo={"name": "b.png"}, scale=None)))
    assert set(read_truths(tmp_path)) == {"a", "b"}
    truth = read_truths(file)["a"]
    assert truth.um_per_px == 5.5
    assert truth.hairs[0] == TrueHair((10.0, 20.0), (30.0, 40.0), 55.0, needed=True)
    assert not truth.hairs[1].needed
    assert read_truths(tmp_path)["b"].um_per_px is None


def test_units_of_our_own_results_tell_the_kind(tmp_path: Path) -> None:
    hair = _document()["hairs"][0]
    units = [(0, 1.0), (0, 0.9), (1, 1.0), (2, 1.0), (2, 0)]
    hairs = [hair | {"unit_id": unit, "confidence": confidence} for unit, confidence in units]
    file = tmp_path / "a.truth.json"
    file.write_text(json.dumps(_document(hairs=hairs)))
    assert [one.kind for one in read_truths(file)["a"].hairs[:4]] == ["several", "several", "lone", "lone"]


def test_vectors_of_many_photos_are_read(tmp_path: Path) -> None:
    classes = ("single", "abnormal", "premium", "undersize")
    hairs = [{"cls": name, "root": [1, 2], "tip": [3, 4]} for name in classes]
    document = {"um_per_px": 5.54, "seams_px": {"x": 640, "y": 512}, "frames": {"one": {"hairs": hairs}}}
    file = tmp_path / "annotations.json"
    file.write_text(json.dumps(document))
    truth = read_truths(file)["one"]
    assert [hair.needed for hair in truth.hairs] == [True, False, True, True]
    assert [hair.kind for hair in truth.hairs] == ["lone", None, "several", "undersize"]
    assert (truth.seams_px, truth.band_um) == (((640.0,), (512.0,)), 250.0)


@pytest.mark.parametrize(
    "content", ["", "[1]", "{}", '{"schema": "hairdensity.analysis/1"}', '{"frames": 3}']
)
def test_what_is_no_annotation_is_a_usage_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content)
    with pytest.raises(UsageError, match=r"bad\.json"):
        read_truths(file)


def test_a_missing_annotation_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.json"):
        read_truths(tmp_path / "none.json")
    with pytest.raises(UsageError, match="no annotation in this folder"):
        read_truths(tmp_path)


def test_a_second_annotator_scores_as_published(real: Path) -> None:
    """The same scenes annotated twice: F1 0.96, count error about 3 %."""
    file = real / "fdu" / "annotations.json"
    truths, scenes = read_truths(file), json.loads(file.read_text())["same_scene"]
    scores = []
    for scene in scenes:
        first, second = truths[scene[0]], truths[scene[1]]
        hairs = tuple(
            make_hair(i, one.root_px, one.tip_px) for i, one in enumerate(first.hairs) if one.needed
        )
        analysis = found()
        photo = make_photo(np.zeros((1024, 1280)))
        twice = replace(
            analysis, photo=photo, hairs=hairs, field=make_field(1280, 1024), working_um_per_px=5.54
        )
        scores.append(score_photo(twice, second))
    pooled = evaluate(scores)
    assert pooled.f1 == pytest.approx(0.96, abs=0.01)
    assert pooled.count_error < 0.04
