"""Re-shoots become a noise floor: closed-form variances, and a file that a comparison can use."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.compare import CompareSettings, compare_visits
from hairdensity.errors import AlignmentError, UsageError
from hairdensity.repeatability import _repeated, measure_repeatability
from hairdensity.report.noise_floor import read_noise_floor, write_noise_floor
from tests.drawn import analyse, photograph, scattered_hairs, skin_texture, turned

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from hairdensity.pipeline import Analysis
    from tests.drawn import Line

SETTINGS = CompareSettings()
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def skin() -> NDArray[np.float32]:
    return skin_texture(1)


@pytest.fixture(scope="module")
def hairs() -> list[Line]:
    return [one for one in scattered_hairs(2, 60) if np.hypot(one[0][0] - 320, one[0][1] - 256) < 200]


@pytest.fixture(scope="module")
def visits(skin: NDArray[np.float32], hairs: list[Line]) -> list[Analysis]:
    """Return a site, the same turned, and the same shifted."""
    motions = (np.eye(3), turned(15.0), turned(-8.0, shift_px=40.0))
    return [
        analyse(photograph(skin, hairs, motion, seed=at), hairs, motion, name=f"{at}.png")
        for at, motion in enumerate(motions)
    ]


def test_the_variance_is_that_of_the_analysis_of_variance() -> None:
    sites = [[10.0, 12.0], [20.0, 22.0], [30.0, 32.0]]
    one = _repeated(sites, 0.0)
    # within: three times 2 over three degrees of freedom; between: 2 times 200 over two
    assert one.within_sd == pytest.approx(2**0.5)
    assert one.mean == pytest.approx(21.0)
    assert one.icc == pytest.approx((200.0 - 2.0) / (200.0 + 2.0))
    # Student's t of 3 degrees of freedom is 3.182
    assert one.minimal_detectable_change == pytest.approx(3.1824 * 2, rel=1e-4)
    assert _repeated(sites[:1], 0.0).icc is None
    assert _repeated([[5.0, 5.0]], 0.4).within_sd == 0.4


def test_re_shoots_give_a_floor_that_a_file_keeps(visits: list[Analysis], tmp_path: Path) -> None:
    result = measure_repeatability([visits[:2]], SETTINGS)
    assert (result.photo_count, result.site_count, result.degrees_of_freedom) == (2, 1, 1)
    assert 0 < result.quantities["hair_count"].within_sd < 1
    path = write_noise_floor(result, ["0.png", "1.png"], tmp_path, NOW)
    assert "1 degree of freedom only" in json.loads(path.read_text())["warnings"][0]
    assert replace(result, degrees_of_freedom=5).warnings == ()
    floor = read_noise_floor(path)
    detectable = result.quantities["hair_count"].minimal_detectable_change
    assert floor.half_width("hair_count", floor.mean["hair_count"]) == pytest.approx(detectable, rel=1e-3)
    assert floor.name == "noise-floor.json"
    assert floor.within_sd.keys() == result.quantities.keys()
    assert floor.mean["hair_count"] == pytest.approx(result.quantities["hair_count"].mean, rel=1e-3)


def test_copies_of_one_file_give_no_floor(visits: list[Analysis]) -> None:
    copy = replace(visits[0], photo=replace(visits[0].photo, name="copy.png"))
    for sites in ([[visits[0], copy]], [[visits[0]], [copy]], [visits[:2], [copy, visits[2]]]):
        with pytest.raises(UsageError, match=r"0\.png and copy\.png are the same file"):
            measure_repeatability(sites, SETTINGS)


def test_one_photo_or_other_skin_gives_no_floor(visits: list[Analysis]) -> None:
    with pytest.raises(UsageError, match="two re-shoots"):
        measure_repeatability([visits[:1]], SETTINGS)
    other = analyse(photograph(skin_texture(7), scattered_hairs(9, 40)), scattered_hairs(9, 40), name="x.png")
    with pytest.raises(AlignmentError, match="one site"):
        measure_repeatability([[visits[0], other]], SETTINGS)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps({"schema": "x", "degrees_of_freedom": 1, "quantities": {}})]
)
def test_a_file_that_is_no_noise_floor_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"own\.json: no noise floor"):
        read_noise_floor(file)
    with pytest.raises(UsageError, match=r"cannot be read"):
        read_noise_floor(tmp_path / "missing.json")


def test_a_course_stands_on_the_skin_that_all_visits_show(visits: list[Analysis]) -> None:
    course = compare_visits(visits, SETTINGS)
    fields = [one.alignment.before_shared_field for one in course]
    assert fields[0] is not None
    assert fields[1] is not None
    assert (fields[0].mask == fields[1].mask).all()
    alone = [
        compare_visits([visits[0], one], SETTINGS)[0].alignment.before_shared_field for one in visits[1:]
    ]
    assert all(one is not None and one.area_px > fields[0].area_px for one in alone)
    assert [one.verdict for two in course for one in two.changes if one.quantity == "hair_count"] == [
        "not-resolved"
    ] * 2


def test_a_visit_of_other_skin_says_so_and_the_others_go_on(visits: list[Analysis]) -> None:
    other = analyse(photograph(skin_texture(7), scattered_hairs(9, 40)), scattered_hairs(9, 40), name="x.png")
    course = compare_visits([visits[0], other, visits[1]], SETTINGS)
    assert [one.alignment.status for one in course] == ["not-aligned", "aligned"]
