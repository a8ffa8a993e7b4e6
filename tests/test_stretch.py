"""Hairs are followed on skin that stretched between the visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.match import MatchSettings
from hairdensity.match.pairing import couple_hairs
from hairdensity.match.paths import follow_hairs
from tests.drawn import HEIGHT_PX, UM_PER_PX, WIDTH_PX, analyse, scattered_hairs

if TYPE_CHECKING:
    from hairdensity.match.paths import Paths
    from tests.drawn import Line

SKIN = np.full((HEIGHT_PX, WIDTH_PX, 3), 170, np.uint8)


def waved(line: Line, height_px: float, length_px: float) -> Line:
    """Move a hair by a wave of the skin."""
    (x, y), tip = line
    wave = height_px * np.sin(2 * np.pi * np.array([y, x]) / length_px)
    return (x + wave[0], y + wave[1]), (tip[0] + wave[0], tip[1] + wave[1])


@pytest.fixture
def hairs() -> list[Line]:
    return scattered_hairs(7, 60)


def shown(lines: list[Line]) -> Paths:
    return follow_hairs(analyse(SKIN, lines), np.eye(3))


@pytest.mark.parametrize(
    ("height_um", "length_um", "least"), [(0.0, 5000.0, 60), (50.0, 6600.0, 60), (80.0, 9000.0, 58)]
)
def test_hairs_on_skin_that_stretched_are_found_in_both(
    hairs: list[Line], height_um: float, length_um: float, least: int
) -> None:
    moved = [waved(one, height_um / UM_PER_PX, length_um / UM_PER_PX) for one in hairs]
    coupled = couple_hairs((shown(hairs), shown(moved)), UM_PER_PX, height_um / 1.4, MatchSettings())
    assert len(coupled.couples) >= least
    assert all(one == other for one, other in coupled.couples)


@pytest.mark.parametrize(("height_um", "length_um"), [(88.0, 3300.0), (60.0, 2000.0), (150.0, 2500.0)])
def test_skin_that_stretched_too_finely_loses_no_hair_by_the_second_look(
    hairs: list[Line], height_um: float, length_um: float
) -> None:
    moved = [waved(one, height_um / UM_PER_PX, length_um / UM_PER_PX) for one in hairs]
    paths, residual_um = (shown(hairs), shown(moved)), height_um / 1.4
    once = couple_hairs(paths, UM_PER_PX, residual_um, MatchSettings(stretch_um=1e-3))
    twice = couple_hairs(paths, UM_PER_PX, residual_um, MatchSettings())
    assert len(twice.couples) >= 0.9 * len(once.couples)


def test_stretch_that_is_followed_leaves_narrow_limits(hairs: list[Line]) -> None:
    moved = [waved(one, 50.0 / UM_PER_PX, 15_000.0 / UM_PER_PX) for one in hairs]
    settings = MatchSettings()
    coupled = couple_hairs((shown(hairs), shown(moved)), UM_PER_PX, 40.0, settings)
    assert coupled.settings.along_sd_um == pytest.approx(settings.along_sd_um, abs=1.0)
    off_um = (
        np.linalg.norm(coupled.paths[0].there_px[:, 0] - coupled.paths[1].here_px[:, 0], axis=1) * UM_PER_PX
    )
    assert np.median(off_um) < 15.0
