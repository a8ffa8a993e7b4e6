"""Lets hairs of a unit leave the skin through one opening and part further on, as they often do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hairdensity.phantom.scene import DrawnHair, Scene

_FORKED_FRACTION = 0.3
_ASIDE_DIAMETERS = 0.7
_ALONG_SD_UM = 35.0
_PART_RAD = (0.07, 0.45)


def fork_units(rng: np.random.Generator, scene: Scene) -> Scene:
    """Return the scene with some units forked: their hairs begin at nearly one place and fan out."""
    hairs = list(scene.hairs)
    units: dict[int, list[int]] = {}
    for index, hair in enumerate(hairs):
        units.setdefault(hair.unit, []).append(index)
    for unit, members in units.items():
        if unit < 0 or len(members) == 1 or rng.random() > _FORKED_FRACTION:
            continue
        side = rng.choice([-1, 1])
        for place, index in enumerate(members[1:], start=1):
            part_rad = side * rng.uniform(*_PART_RAD) * (-1) ** (place + 1)
            hairs[index] = _beside(rng, hairs[members[0]], hairs[index], part_rad)
    return replace(scene, hairs=tuple(hairs))


def _beside(rng: np.random.Generator, first: DrawnHair, hair: DrawnHair, part_rad: float) -> DrawnHair:
    """Return the hair turned and moved: out of the first one's opening, away from it by `part_rad`."""
    heading, own = (_heading_rad(one) for one in (first, hair))
    turn = heading + part_rad - own
    spun = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    along = np.array([np.cos(heading), np.sin(heading)])
    across = np.array([-along[1], along[0]]) * np.sign(part_rad)
    aside_um = rng.uniform(0, _ASIDE_DIAMETERS) * first.diameter_um
    root = first.path_um[0] + across * aside_um + along * rng.normal(0, _ALONG_SD_UM)
    return replace(hair, path_um=(hair.path_um - hair.path_um[0]) @ spun + root)


def _heading_rad(hair: DrawnHair) -> float:
    way = hair.path_um[len(hair.path_um) // 2] - hair.path_um[0]
    return float(np.arctan2(way[1], way[0]))
