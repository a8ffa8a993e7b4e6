"""Hairs are followed one to one; what one photo's analysis missed is looked for in its pixels."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.align import Alignment
from hairdensity.align.find import not_aligned
from hairdensity.match import HairPair, MatchSettings, match_hairs
from tests.drawn import (
    HAIR,
    HEIGHT_PX,
    SKIN,
    WIDTH_PX,
    Line,
    analyse,
    doubting,
    photograph,
    scattered_hairs,
    skin_texture,
    turned,
)
from tests.made import make_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.pipeline import Analysis

SETTINGS = MatchSettings()
SMOOTH = skin_texture(1, contrast=2.0)
LONE: Line = ((300.0, 200.0), (335.0, 226.0))


@pytest.fixture(scope="module")
def hairs() -> list[Line]:
    return [line for line in scattered_hairs(3, 24) if np.hypot(line[0][0] - 300, line[0][1] - 200) > 70]


def aligned(mapping: NDArray[np.float64] | None = None) -> Alignment:
    """Return a known alignment whose shared field is the whole before photo."""
    field = make_field(WIDTH_PX, HEIGHT_PX)
    mapping = np.eye(3) if mapping is None else mapping
    return Alignment("aligned", "", mapping, 0.1, 20, 1.0, field, field)


def states(pairs: Sequence[HairPair]) -> dict[str, int]:
    """Count the pairs by their state."""
    found = [pair.state for pair in pairs]
    return {state: found.count(state) for state in ("kept", "gained", "lost", "unsure") if state in found}


def drawn(lines: Sequence[Line], found: Sequence[Line] | None = None, hair: float = HAIR) -> Analysis:
    """Return a photo that shows `lines` and in which `found` (all of them by default) were found."""
    found = lines if found is None else found
    missed = [line for line in lines if line not in found]
    return doubting(analyse(photograph(SMOOTH, lines, hair=hair), found), missed)


def test_hairs_of_both_photos_are_kept(hairs: list[Line]) -> None:
    turn = turned(40.0, zoom=1.1)
    before, after = drawn(hairs), analyse(photograph(SMOOTH, hairs, turn, seed=2), hairs[::-1], turn)
    pairs = match_hairs(before, after, aligned(turn), SETTINGS)
    count = len(hairs)
    assert pairs == tuple(HairPair(one, count - 1 - one, "kept") for one in range(count))


def test_a_hair_that_is_gone_is_lost_and_a_new_one_gained(hairs: list[Line]) -> None:
    fewer, more = drawn(hairs), drawn([*hairs, LONE])
    assert match_hairs(more, fewer, aligned(), SETTINGS)[-1] == HairPair(len(hairs), None, "lost")
    assert match_hairs(fewer, more, aligned(), SETTINGS)[-1] == HairPair(None, len(hairs), "gained")
    assert states(match_hairs(more, fewer, aligned(), SETTINGS)) == {"kept": len(hairs), "lost": 1}


@pytest.mark.parametrize("hair", [HAIR, 245.0])
def test_a_hair_that_was_only_missed_is_kept(hairs: list[Line], hair: float) -> None:
    both = [*hairs, LONE]
    pairs = match_hairs(drawn(both, hair=hair), drawn(both, found=hairs, hair=hair), aligned(), SETTINGS)
    assert states(pairs) == {"kept": len(both)}
    assert pairs[-1] == HairPair(len(hairs), None, "kept")


def test_a_hair_lost_beside_its_neighbour_is_lost(hairs: list[Line]) -> None:
    neighbour = ((LONE[0][0] - 5, LONE[0][1] + 9), (LONE[1][0] - 8, LONE[1][1] + 12))
    pairs = match_hairs(drawn([*hairs, LONE, neighbour]), drawn([*hairs, LONE]), aligned(), SETTINGS)
    assert pairs[-2:] == (
        HairPair(len(hairs), len(hairs), "kept"),
        HairPair(len(hairs) + 1, None, "lost"),
    )


def test_a_neighbour_that_was_missed_does_not_stand_for_a_lost_hair(hairs: list[Line]) -> None:
    neighbour = ((LONE[0][0] - 5, LONE[0][1] + 9), (LONE[1][0] - 8, LONE[1][1] + 12))
    after = drawn([*hairs, LONE], found=hairs)
    pairs = match_hairs(drawn([*hairs, LONE, neighbour]), after, aligned(), SETTINGS)
    assert pairs[-2:] == (HairPair(len(hairs), None, "kept"), HairPair(len(hairs) + 1, None, "lost"))


def test_a_hair_read_from_its_other_end_is_one_hair(hairs: list[Line]) -> None:
    before, after = drawn([*hairs, LONE]), drawn([*hairs, LONE], found=[*hairs, LONE[::-1]])
    assert states(match_hairs(before, after, aligned(), SETTINGS)) == {"kept": len(hairs) + 1}


def test_a_hair_found_a_little_elsewhere_is_not_lost_and_gained(hairs: list[Line]) -> None:
    aside = ((LONE[0][0] - 3, LONE[0][1] + 4), (LONE[1][0] - 3, LONE[1][1] + 4))
    before, after = drawn([*hairs, LONE]), drawn([*hairs, aside])
    assert match_hairs(before, after, aligned(), SETTINGS)[-1] == HairPair(len(hairs), len(hairs), "kept")
    strict = replace(SETTINGS, reconciled_gap_um=0.0)
    assert len(match_hairs(before, after, aligned(), strict)) == len(hairs) + 2


def test_a_faint_trace_of_a_hair_leaves_it_unsure(hairs: list[Line]) -> None:
    before, chances = drawn([*hairs, LONE]), []
    for tone in np.linspace(HAIR, SKIN, 12):
        faint = photograph(SMOOTH, [LONE], hair=float(tone))
        pixels = np.where(faint < SKIN - 4, faint, photograph(SMOOTH, hairs))
        pairs = match_hairs(before, analyse(pixels, hairs), aligned(), SETTINGS)
        chances.append((pairs[-1].change_chance, pairs[-1].state))
    assert chances[0][1] == "kept"
    assert chances[-1][1] == "lost"
    assert all(one[0] <= other[0] + 0.05 for one, other in itertools.pairwise(chances))
    wide = replace(SETTINGS, kept_chance=0.0, gone_chance=1.0)
    after = analyse(photograph(SMOOTH, hairs), hairs)
    assert match_hairs(before, after, aligned(), wide)[-1].state == "unsure"


def test_every_chance_is_that_of_its_state(hairs: list[Line]) -> None:
    pairs = match_hairs(drawn([*hairs, LONE]), drawn(hairs), aligned(), SETTINGS)
    assert all(pair.change_chance == 0 for pair in pairs if pair.state == "kept")
    assert pairs[-1].change_chance > SETTINGS.gone_chance


def test_a_hair_doubtfully_found_again_is_not_lost_twice(hairs: list[Line]) -> None:
    again = ((LONE[0][0] + 8, LONE[0][1] + 6), LONE[1])
    before = drawn([*hairs, LONE], found=[*hairs, LONE, again])
    doubtful = (*before.hairs[:-1], replace(before.hairs[-1], confidence=0.65))
    found = states(match_hairs(replace(before, hairs=doubtful), drawn(hairs), aligned(), SETTINGS))
    assert found == {"kept": len(hairs), "lost": 1, "unsure": 1}


def test_a_doubtful_find_that_the_other_photo_knows_nothing_of_is_no_hair(hairs: list[Line]) -> None:
    before = drawn(hairs, found=[*hairs, LONE])
    doubtful = (*before.hairs[:-1], replace(before.hairs[-1], confidence=0.55))
    pair = match_hairs(replace(before, hairs=doubtful), drawn(hairs), aligned(), SETTINGS)[-1]
    assert pair.state == "unsure"
    assert pair.no_hair_chance > 0.5
    assert pair.change_chance + pair.no_hair_chance <= 1


def test_what_a_person_drew_is_a_hair(hairs: list[Line]) -> None:
    before = drawn(hairs, found=[*hairs, LONE])
    certain = (*before.hairs[:-1], replace(before.hairs[-1], confidence=1.0))
    pair = match_hairs(replace(before, hairs=certain), drawn(hairs), aligned(), SETTINGS)[-1]
    assert pair.no_hair_chance == 0


def test_a_hair_that_the_other_photo_shows_is_likelier_missed_than_none(hairs: list[Line]) -> None:
    pair = match_hairs(drawn([*hairs, LONE]), drawn([*hairs, LONE], found=hairs), aligned(), SETTINGS)[-1]
    assert pair.state == "kept"
    assert pair.no_hair_chance < 0.2


def test_a_sure_hair_is_lost_however_it_lies(hairs: list[Line]) -> None:
    beside = ((LONE[0][0] + 8, LONE[0][1] + 6), LONE[1])
    before = drawn([*hairs, LONE], found=[*hairs, LONE, beside])
    surest = tuple(replace(hair, confidence=0.75) for hair in before.hairs)
    found = states(match_hairs(replace(before, hairs=surest), drawn(hairs), aligned(), SETTINGS))
    assert found == {"kept": len(hairs), "lost": 2}


def test_a_doubtful_hair_is_less_likely_a_change(hairs: list[Line]) -> None:
    before = drawn([*hairs, LONE])
    last = replace(before.hairs[-1], confidence=0.3)
    doubtful = replace(before, hairs=(*before.hairs[:-1], last))
    sure, unsure = (
        match_hairs(one, drawn(hairs), aligned(), SETTINGS)[-1].change_chance for one in (before, doubtful)
    )
    assert unsure < sure


def test_only_hairs_of_the_shared_field_are_returned(hairs: list[Line]) -> None:
    field = make_field(WIDTH_PX, HEIGHT_PX)
    mask = field.mask.copy()
    mask[:, 320:] = False
    left = replace(aligned(), before_shared_field=replace(field, mask=mask))
    pairs = match_hairs(drawn(hairs), drawn(hairs), left, SETTINGS)
    assert [pair.before_id for pair in pairs] == [
        number for number, (root, _) in enumerate(hairs) if round(root[0]) < 320
    ]


def test_no_hair_stands_in_two_pairs(hairs: list[Line]) -> None:
    rng = np.random.default_rng(4)
    moved = [
        (tuple(np.array(root) + rng.normal(0, 3, 2)), tuple(np.array(tip) + rng.normal(0, 3, 2)))
        for root, tip in hairs
    ]
    pairs = match_hairs(drawn(hairs), drawn(hairs, found=moved[3:]), aligned(), SETTINGS)
    for ids in ([pair.before_id for pair in pairs], [pair.after_id for pair in pairs]):
        known = [one for one in ids if one is not None]
        assert len(known) == len(set(known))
    assert {pair.before_id for pair in pairs} >= set(range(len(hairs)))


def test_photos_without_hairs_have_no_pairs(hairs: list[Line]) -> None:
    assert match_hairs(drawn(()), drawn(()), aligned(), SETTINGS) == ()
    assert states(match_hairs(drawn(()), drawn(hairs), aligned(), SETTINGS)) == {"gained": len(hairs)}


def test_photos_that_are_not_aligned_cannot_be_matched(hairs: list[Line]) -> None:
    with pytest.raises(ValueError, match="not aligned"):
        match_hairs(drawn(hairs), drawn(hairs), not_aligned("different skin"), SETTINGS)


def test_a_doubted_root_where_a_hair_should_be_speaks_for_it(hairs: list[Line]) -> None:
    before, pixels = drawn([*hairs, LONE]), photograph(SMOOTH, [*hairs, LONE], hair=120.0)
    elsewhere = ((LONE[0][0] + 40, LONE[0][1] - 40), (LONE[1][0] + 40, LONE[1][1] - 40))
    across = (LONE[0], (LONE[0][0] - 30, LONE[0][1] + 40))
    chances = [
        match_hairs(before, doubting(analyse(pixels, hairs), doubted), aligned(), SETTINGS)[-1].change_chance
        for doubted in ([LONE], [across], [elsewhere], [])
    ]
    assert chances[0] < chances[1] <= chances[2] == chances[3]
