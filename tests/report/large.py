"""A pair of 12 megapixel photos with 2 000 hairs, written down instead of found, as a trial of the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.hairs.field import Field
from hairdensity.hairs.units import Hair, Unit
from hairdensity.match import HairPair, PairState
from hairdensity.photo import Photo
from tests.report.fakes import make_comparison, make_scale

if TYPE_CHECKING:
    from hairdensity.align import Alignment
    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis

SIZE_PX = (4000, 3000)
HAIR_COUNT = 2000
UM_PER_PX = 3.0
TILES = 4
STATES: tuple[PairState, ...] = ("kept", "kept", "kept", "kept", "kept", "kept", "gained", "lost", "unsure")


def make_large_comparison(hair_count: int = HAIR_COUNT) -> Comparison:
    """Return two visits with hairs of every state all over the frame, the second moved by 20 px."""
    small = make_comparison(make_scale(UM_PER_PX), make_scale(UM_PER_PX))
    rng = np.random.default_rng(12)
    hairs = _hairs(rng, hair_count)
    states = [STATES[number % len(STATES)] for number in range(hair_count)]
    pairs = tuple(
        HairPair(None if state == "gained" else number, None if state == "lost" else number, state)
        for number, state in enumerate(states)
    )
    before, after = (
        _analysis(analysis, hairs, rng, name)
        for analysis, name in ((small.before, "before.jpg"), (small.after, "after.jpg"))
    )
    field = before.field
    alignment: Alignment = replace(small.alignment, before_shared_field=field, after_shared_field=field)
    return replace(small, before=before, after=after, pairs=pairs, alignment=alignment)


def _analysis(analysis: Analysis, hairs: tuple[Hair, ...], rng: np.random.Generator, name: str) -> Analysis:
    width, height = SIZE_PX
    mask = np.zeros((height, width), dtype=bool)
    mask[100:-100, 100:-100] = True
    corners = [[100, 100], [width - 100, 100], [width - 100, height - 100], [100, height - 100]]
    field = Field(mask, np.array(corners, dtype=np.float32), ())
    units = tuple(Unit(hair.unit_id, hair.root_px, (hair.id,)) for hair in hairs)
    return replace(
        analysis, photo=Photo(_skin(hairs, rng), name, "3" * 64), field=field, hairs=hairs, units=units,
        working_um_per_px=UM_PER_PX,
    )  # fmt: skip


def _hairs(rng: np.random.Generator, count: int) -> tuple[Hair, ...]:
    """Return bent hairs of about 200 px."""
    roots = rng.uniform((150, 150), (SIZE_PX[0] - 400, SIZE_PX[1] - 400), (count, 2))
    bends = rng.normal(0, 8, (count, 12, 2)).cumsum(axis=1)
    steps = np.arange(12)[None, :, None] * rng.uniform((5, 5), (18, 18), (count, 1, 2))
    paths = (roots[:, None] + steps + bends).astype(np.float32)
    widths = rng.uniform(6, 28, count)
    return tuple(
        Hair(number, number, path, Estimate(width, 0.9 * width, 1.1 * width), False, True, 0.9)  # noqa: FBT003 -- in the order of the fields
        for number, (path, width) in enumerate(zip(paths, widths.tolist(), strict=True))
    )


def _skin(
    hairs: tuple[Hair, ...], rng: np.random.Generator
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return skin with the grain of a phone's photo and the hairs drawn on it."""
    width, height = (side // TILES for side in SIZE_PX)
    coarse = cv2.resize(rng.normal(0, 10, (height // 12, width // 12, 3)).astype(np.float32), (width, height))
    grain = cv2.GaussianBlur(rng.normal(0, 9, (height, width)).astype(np.float32), (0, 0), 1.0)[..., None]
    tile = np.clip(np.array((205, 160, 140)) + coarse + grain, 0, 255).astype(np.uint8)
    skin = np.tile(tile, (TILES, TILES, 1))
    for hair in hairs:
        line = np.round(hair.path_px).astype(np.int32)
        cv2.polylines(
            skin, [line], isClosed=False, color=(60, 45, 40), thickness=round(hair.diameter_px.value)
        )
    return np.asarray(skin, dtype=np.uint8)
