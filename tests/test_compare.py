"""Two photos of one site: what changed, how surely, and in which unit it can be said."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest

from hairdensity.align import find
from hairdensity.align.texture import propose_by_texture
from hairdensity.compare import (
    Change,
    ChangeSettings,
    CompareSettings,
    Comparison,
    NoiseFloor,
    compare_analyses,
    one_scale,
)
from hairdensity.compare.change import quantities
from hairdensity.compare.followed import follow_hairs
from hairdensity.compare.noise import SharedSkin, expected_change, unchanged_noise
from hairdensity.errors import ScaleError
from hairdensity.match import HairPair
from hairdensity.measure import Measurement, measure
from hairdensity.quality import Flag, Quality
from hairdensity.report.caveats import caveats
from tests.drawn import UM_PER_PX, Line, analyse, photograph, scattered_hairs, skin_texture, turned
from tests.made import make_scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo
    from hairdensity.pipeline import Analysis, Settings
    from hairdensity.scale.model import Scale

SETTINGS = CompareSettings()
TURN = turned(20.0, zoom=1.1)
QUANTITIES = [one.name for one in fields(Measurement)]
QUANTITIES = [one for one in QUANTITIES if one not in {"terminal_threshold_um", "null_reasons"}]
LOST = 6


@pytest.fixture(scope="module")
def skin() -> NDArray[np.float32]:
    return skin_texture(1)


@pytest.fixture(scope="module")
def hairs() -> list[Line]:
    lines = [one for one in scattered_hairs(2, 60) if np.hypot(one[0][0] - 320, one[0][1] - 256) < 200]
    return [lines[0], *lines[2:]]  # the second stands beside the shaft of another


@pytest.fixture(scope="module")
def before(skin: NDArray[np.float32], hairs: list[Line]) -> Analysis:
    return analyse(photograph(skin, hairs), hairs, name="before.png")


@pytest.fixture(scope="module")
def after(skin: NDArray[np.float32], hairs: list[Line]) -> Analysis:
    """Return the site turned, zoomed and with six hairs less."""
    left = hairs[LOST:]
    return rescaled(
        analyse(photograph(skin, left, TURN, seed=3), left, TURN, name="after.png"), UM_PER_PX / 1.1
    )


def rescaled(analysis: Analysis, um_per_px: float) -> Analysis:
    """Return the analysis of a photo whose px have another size."""
    scale = make_scale(um_per_px, relative_sd=0.005)
    measurement = measure(analysis.hairs, analysis.units, analysis.field, scale, analysis.settings.measure)
    return replace(analysis, scale=scale, working_um_per_px=um_per_px, measurement=measurement)


def unscaled(analysis: Analysis) -> Analysis:
    """Return the analysis of the same photo when nothing is known of its scale."""
    settings = analysis.settings.measure
    measurement = measure(analysis.hairs, analysis.units, analysis.field, None, settings)
    return replace(analysis, scale=None, measurement=measurement)


def of(comparison: Comparison, quantity: str) -> Change:
    """Return the change of one quantity."""
    return next(change for change in comparison.changes if change.quantity == quantity)


def test_a_photo_with_itself_shows_no_change(before: Analysis, hairs: list[Line]) -> None:
    comparison = compare_analyses(before, before, SETTINGS)
    assert [change.quantity for change in comparison.changes] == QUANTITIES
    assert {change.verdict for change in comparison.changes} == {"not-resolved"}
    assert all(change.difference.value == 0 for change in comparison.changes if change.difference)
    assert comparison.before_shared == comparison.after_shared
    assert comparison.before_shared is not None
    assert comparison.before_shared.hair_count == len(hairs)
    zeros = ("diameter_sd_um", "vellus_fraction", "diameter_diversity_fraction")
    assert set(comparison.null_reasons) == {f"changes.{quantity}.relative" for quantity in zeros}
    assert [hint.code for hint in comparison.hints] == ["same-photo"]
    assert "both files are the same photo" in caveats(comparison)[1]["message"]


@pytest.mark.parametrize("scaled", [True, False])
def test_no_interval_holds_what_cannot_be(before: Analysis, after: Analysis, *, scaled: bool) -> None:
    huge = dict.fromkeys(QUANTITIES, 100.0)
    floor = NoiseFloor("own.json", 8, huge, dict.fromkeys(QUANTITIES, 1.0))
    settings = replace(SETTINGS, noise_floor=floor)
    pair = (before, after) if scaled else (unscaled(before), unscaled(after))
    for change in compare_analyses(*pair, settings).changes:
        if change.relative is not None:
            assert change.relative.low >= -1, change.quantity
        if change.difference is not None and change.before is not None:
            assert change.difference.low == -change.before.value, change.quantity
            if change.quantity.endswith("_fraction"):
                assert change.difference.high == 1 - change.before.value, change.quantity
        assert change.verdict == "not-resolved"


def test_a_turned_copy_shows_no_change(
    before: Analysis, skin: NDArray[np.float32], hairs: list[Line]
) -> None:
    turn = turned(90.0)
    copy = analyse(photograph(skin, hairs, turn, seed=5), hairs, turn)
    comparison = compare_analyses(before, copy, SETTINGS)
    assert {change.verdict for change in comparison.changes} == {"not-resolved"}
    assert of(comparison, "hair_count").difference is not None
    assert {pair.state for pair in comparison.pairs} == {"kept"}


def test_lost_hairs_are_the_change(before: Analysis, after: Analysis, hairs: list[Line]) -> None:
    comparison = compare_analyses(before, after, SETTINGS)
    count, density = of(comparison, "hair_count"), of(comparison, "hair_density_per_cm2")
    assert count.before is not None
    assert count.difference is not None
    assert count.before.value == len(hairs)
    assert count.difference.value == -LOST
    for change in (count, density):
        assert change.verdict == "decrease"
        assert change.relative is not None
        assert change.relative.value == pytest.approx(-LOST / len(hairs))
    assert sum(pair.state == "lost" for pair in comparison.pairs) == LOST
    assert {pair.before_id for pair in comparison.pairs if pair.state == "lost"} == set(range(LOST))


def test_units_that_lost_hairs_are_told_and_those_that_gained_them_the_other_way(
    before: Analysis, after: Analysis, hairs: list[Line]
) -> None:
    there, back = (compare_analyses(*pair, SETTINGS).fates for pair in ((before, after), (after, before)))
    assert there is not None
    assert back is not None
    lost, gained = there.units, back.units
    assert (lost.larger, lost.new, gained.smaller, gained.gone) == (0, 0, 0, 0)
    assert (lost.smaller, lost.gone) == (gained.larger, gained.new)
    assert 0 < lost.smaller + lost.gone <= LOST
    assert lost.same == gained.same > len(hairs) - 3 * LOST


def test_the_change_turned_round_is_the_change_the_other_way(before: Analysis, after: Analysis) -> None:
    there, back = compare_analyses(before, after, SETTINGS), compare_analyses(after, before, SETTINGS)
    gained = of(back, "hair_count")
    assert gained.verdict == "increase"
    assert gained.difference is not None
    assert gained.difference.value == LOST
    lost_per_cm2 = of(there, "hair_density_per_cm2").difference
    gained_per_cm2 = of(back, "hair_density_per_cm2").difference
    assert lost_per_cm2 is not None
    assert gained_per_cm2 is not None
    assert gained_per_cm2.value == pytest.approx(-lost_per_cm2.value, rel=0.05)


def test_every_change_agrees_with_itself(before: Analysis, after: Analysis) -> None:
    comparison = compare_analyses(before, after, SETTINGS)
    for change in comparison.changes:
        assert change.before is not None, change.quantity
        assert change.after is not None
        assert change.difference is not None
        assert change.minimal_detectable_change is not None
        assert change.difference.value == pytest.approx(change.after.value - change.before.value)
        resolved = change.difference.low > 0 or change.difference.high < 0
        assert (change.verdict != "not-resolved") == resolved
        if change.relative:
            assert change.relative.value == pytest.approx(change.difference.value / change.before.value)
            assert (change.relative.low > 0 or change.relative.high < 0) == resolved
        else:
            assert f"changes.{change.quantity}.relative" in comparison.null_reasons


def test_without_a_scale_the_relative_change_is_known(before: Analysis, after: Analysis) -> None:
    scaled = compare_analyses(before, after, SETTINGS)
    plain = compare_analyses(unscaled(before), unscaled(after), SETTINGS)
    for quantity in ("hair_density_per_cm2", "mean_diameter_um", "mean_visible_length_mm"):
        change = of(plain, quantity)
        assert (change.before, change.after, change.difference) == (None, None, None)
        assert plain.null_reasons[f"changes.{quantity}.before"] == "no scale"
        known = of(scaled, quantity)
        assert change.relative is not None
        assert known.relative is not None
        assert change.relative.value == pytest.approx(known.relative.value, abs=0.005)
        assert change.verdict == known.verdict
    thresholded = of(plain, "terminal_fraction")
    assert (thresholded.relative, thresholded.minimal_detectable_change) == (None, None)
    assert plain.null_reasons["changes.terminal_fraction.relative"] == "no scale"
    assert of(plain, "hair_count").difference == of(scaled, "hair_count").difference
    assert plain.before_shared is not None
    assert plain.before_shared.hair_density_per_cm2 is None


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, before: Analysis, after: Analysis) -> list[Scale]:
    """Return the scales at which photos are analysed again."""
    scales: list[Scale] = []

    def again(photo: Photo, scale: Scale, settings: Settings) -> Analysis:
        assert settings == SETTINGS.analysis
        scales.append(scale)
        known = before if photo.name == "before.png" else after
        return replace(rescaled(known, scale.um_per_px.value), scale=scale)

    monkeypatch.setattr(one_scale, "analyze_photo", again)
    return scales


def test_the_scale_of_one_photo_serves_both(before: Analysis, after: Analysis, asked: list[Scale]) -> None:
    comparison = compare_analyses(before, unscaled(after), SETTINGS)
    assert [scale.source for scale in asked] == ["other-photo"]
    assert asked[0].um_per_px.value == pytest.approx(UM_PER_PX / 1.1, rel=0.002)
    assert comparison.after.scale == asked[0]
    assert asked[0].um_per_px.relative_sd >= 0.005
    assert of(comparison, "hair_density_per_cm2").difference is not None
    comparison = compare_analyses(unscaled(before), after, SETTINGS)
    assert asked[1].um_per_px.value == pytest.approx(UM_PER_PX, rel=0.002)
    assert comparison.before.scale == asked[1]


def test_a_photo_that_got_its_scale_is_laid_by_the_mapping_that_carried_it(
    before: Analysis, after: Analysis, asked: list[Scale], monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Mock(side_effect=propose_by_texture)
    monkeypatch.setattr(find, "propose_by_texture", search)
    comparison = compare_analyses(before, unscaled(after), SETTINGS)
    assert comparison.alignment.status == "aligned"
    assert len(asked) == 1
    search.assert_called_once()


def test_without_a_scale_the_second_photo_takes_its_size_from_the_first(
    before: Analysis, after: Analysis, asked: list[Scale]
) -> None:
    wrong = replace(unscaled(after), working_um_per_px=UM_PER_PX)
    comparison = compare_analyses(unscaled(before), wrong, SETTINGS)
    assert comparison.after.working_um_per_px == pytest.approx(UM_PER_PX / 1.1, rel=0.002)
    assert comparison.after.scale is None
    assert comparison.after.measurement.hair_density_per_cm2 is None
    assert len(asked) == 1
    compare_analyses(unscaled(before), unscaled(after), SETTINGS)
    assert len(asked) == 1


def test_scales_that_the_skin_contradicts_are_refused(before: Analysis, after: Analysis) -> None:
    with pytest.raises(ScaleError, match=r"after\.png: its scale of 13 .* contradicts before\.png.* 10 "):
        compare_analyses(before, rescaled(after, 13.0), SETTINGS)


def test_different_skin_gives_no_change(before: Analysis) -> None:
    others = scattered_hairs(7, 25)
    other = analyse(photograph(skin_texture(8), others), others, name="other.png")
    comparison = compare_analyses(before, other, SETTINGS)
    assert comparison.alignment.status == "not-aligned"
    assert (comparison.changes, comparison.pairs) == ((), ())
    assert comparison.before_shared is comparison.after_shared is None


def test_a_refused_photo_gives_no_change(before: Analysis) -> None:
    blur = Flag("blur", "The photo is blurred.", "Focus on the skin.", 0.1, 0.3)
    refused = replace(before, quality=Quality("refused", (blur,)))
    comparison = compare_analyses(before, refused, SETTINGS)
    assert comparison.alignment.status == "not-aligned"
    assert comparison.alignment.reason == "before.png was refused: The photo is blurred."
    assert comparison.changes == ()


def shared_skin(before: Analysis, pairs: tuple[HairPair, ...] = (), residual_um: float = 0.0) -> SharedSkin:
    """Return unchanged skin."""
    growth_sds = dict.fromkeys(quantities(), 0.0) | {"mean_diameter_um": 0.5}
    return SharedSkin(before.measurement, before.measurement, 0.4, 0.005, residual_um, pairs, growth_sds)


def test_the_noise_of_a_count_is_what_its_parts_add_up_to(before: Analysis, hairs: list[Line]) -> None:
    quiet = ChangeSettings(unseen_dispersion=0.0, unseen_per_hair=0.0)
    assert unchanged_noise(shared_skin(before), quiet)["hair_count"].most == 0
    per_hair = replace(quiet, unseen_per_hair=0.04)
    expected = 1.96 * np.sqrt(0.04 * len(hairs))
    assert unchanged_noise(shared_skin(before), per_hair)["hair_count"].most == pytest.approx(
        expected, rel=1e-4
    )


def test_changes_among_hairs_never_found_are_told_from_those_that_stay(before: Analysis) -> None:
    # of 9 hairs of the after photo that stay the before photo shows 8, and all 8 of its own are in the other
    both = tuple(HairPair(one, one, "kept") for one in range(8))
    stays = (*both, HairPair(None, 8, "kept", 0.0))
    lost = tuple(HairPair(8 + one, None, "lost", 1.0) for one in range(4))
    settings = ChangeSettings(usual_found_hairs=0.0, unseen_dispersion=2.0, unseen_per_hair=0.0)
    change = expected_change((*stays, *lost), 13, settings)
    assert change.hairs == pytest.approx(-4 * 9 / 8 * 13 / 13.5)
    assert change.doubt == 0
    assert change.unseen == pytest.approx(4 * 9 / 8 * (9 / 8 - 1))
    noise = unchanged_noise(shared_skin(before, (*stays, *lost)), settings)["hair_count"]
    half_width = 1.96 * np.sqrt(2.0 * change.unseen)
    count = before.measurement.hair_count or 0
    shift = expected_change((*stays, *lost), count, settings).hairs + 4
    assert (noise.low, noise.high) == pytest.approx((half_width - shift, half_width + shift), rel=1e-4)


def test_the_growth_of_hairs_errs_in_um(before: Analysis, after: Analysis) -> None:
    quiet = ChangeSettings(mean_diameter_um=0.0, changed_diameter_um=0.0)
    comparison = compare_analyses(before, after, replace(SETTINGS, change=quiet))
    change = next(one for one in comparison.changes if one.quantity == "mean_diameter_um")
    growth = follow_hairs(before, after, comparison.alignment, comparison.pairs).growth
    assert change.minimal_detectable_change is not None
    assert change.minimal_detectable_change >= 1.95 * growth.sd_px * UM_PER_PX > 0


@pytest.mark.parametrize("quantity", ["cumulative_thickness_mm_per_cm2", "terminal_fraction"])
def test_doubt_about_growth_reaches_all_that_rests_on_diameters(before: Analysis, quantity: str) -> None:
    skin = shared_skin(before)
    doubtful = replace(skin, growth_sds={**skin.growth_sds, quantity: 0.3})
    still, moved = (unchanged_noise(one, ChangeSettings())[quantity].most for one in (skin, doubtful))
    assert moved == pytest.approx(np.hypot(still, 1.96 * 0.3), rel=1e-4)


def test_what_is_no_hair_was_missed_by_no_photo() -> None:
    both = tuple(HairPair(one, one, "kept") for one in range(8))
    lost = HairPair(8, None, "lost", 1.0)
    settings = ChangeSettings(usual_found_hairs=0.0)
    missed, none = (
        expected_change((*both, lost, once), 9, settings)
        for once in (HairPair(None, 8, "kept"), HairPair(None, 8, "unsure", 0.0, 1.0))
    )
    assert missed.number == pytest.approx(9 / 8)
    assert none.number == pytest.approx(1.0)


def test_doubtful_hairs_widen_the_interval_on_their_side(before: Analysis) -> None:
    # nothing stays, so that every hair is taken to be found
    settings = ChangeSettings(usual_found_share=1.0, unseen_per_hair=0.0)
    doubtful = tuple(HairPair(one, None, "unsure", 0.5) for one in range(10))
    noise = unchanged_noise(shared_skin(before, doubtful), settings)["hair_count"]
    # five of the ten are expected to be lost, give or take the root of 10 / 4
    assert noise.low == pytest.approx(1.96 * np.sqrt(2.5) + 5, rel=1e-4)
    assert noise.high == 0


def test_the_noise_of_the_mean_diameter_is_what_its_parts_add_up_to(
    before: Analysis, hairs: list[Line]
) -> None:
    settings = ChangeSettings(
        usual_found_share=1.0,
        unseen_per_hair=0.0,
        mean_diameter_um=3.0,
        changed_diameter_um=20.0,
    )
    still = unchanged_noise(shared_skin(before), settings)["mean_diameter_um"].most
    assert still == pytest.approx(1.96 * np.hypot(3.0, 0.5), rel=1e-4)
    lost = tuple(HairPair(one, None, "lost", 1.0) for one in range(4))
    changed = unchanged_noise(shared_skin(before, lost), settings)["mean_diameter_um"].most
    assert changed == pytest.approx(np.hypot(still, 1.96 * 20.0 * np.sqrt(4) / len(hairs)), rel=1e-4)


def test_the_user_s_noise_stands_in_place_of_the_built_in_one(before: Analysis, hairs: list[Line]) -> None:
    floor = NoiseFloor("own.json", 8, {"hair_count": 2.0}, {"hair_count": 2.0 * len(hairs)})
    skin = replace(shared_skin(before), floor=floor)
    noise = unchanged_noise(skin, ChangeSettings())
    # Student's t of 8 degrees of freedom is 2.306; half as many hairs are half as noisy
    assert noise["hair_count"].most == pytest.approx(2.306 * np.sqrt(2) * 2.0 / 2, rel=1e-3)
    built_in = unchanged_noise(shared_skin(before), ChangeSettings())
    assert noise["mean_diameter_um"] == built_in["mean_diameter_um"]


def test_a_misfit_of_the_alignment_widens_the_interval(before: Analysis, hairs: list[Line]) -> None:
    settings = ChangeSettings()
    sure = unchanged_noise(shared_skin(before), settings)["hair_count"]
    misfit = unchanged_noise(shared_skin(before, residual_um=settings.misfit_um / 4), settings)["hair_count"]
    assert misfit.most == pytest.approx(np.hypot(sure.most, 1.96 * len(hairs) / 16), rel=1e-3)


def test_no_change_is_less_certain_than_two_counts_apart(before: Analysis, hairs: list[Line]) -> None:
    settings = ChangeSettings()
    lost = unchanged_noise(shared_skin(before, residual_um=settings.misfit_um), settings)["hair_count"]
    expected = 1.96 * settings.count_relative_sd * np.sqrt(2) * len(hairs)
    assert (lost.low, lost.high) == pytest.approx((expected, expected), rel=1e-4)
