"""A small drawn scalp site, photographed through a known mapping, with its analysis written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.align.homography import project
from hairdensity.hairs.segment import HairMaps
from hairdensity.hairs.trace import Doubted, Strand
from hairdensity.hairs.units import UnitSettings, group_hairs
from hairdensity.measure import measure
from hairdensity.pipeline import Analysis, Settings
from hairdensity.quality import Quality
from tests.made import make_field, make_hair, make_photo, make_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.hairs.units import Hair, Unit


Line = tuple[tuple[float, float], tuple[float, float]]
"""A straight hair: root and tip."""
WIDTH_PX, HEIGHT_PX = 640, 512
UM_PER_PX = 11.0
DIAMETER_PX = 6.0
SKIN = 170.0
HAIR = 60.0
DOUBTED_LOG_ODDS = -1.0


def skin_texture(seed: int, contrast: float = 12.0) -> NDArray[np.float32]:
    """Return skin with wrinkles of several sizes, float32, on a canvas larger than a photo."""
    rng = np.random.default_rng(seed)
    shape = (2 * HEIGHT_PX, 2 * WIDTH_PX)
    texture = np.zeros(shape, np.float32)
    for sigma_px in (2.0, 4.0, 8.0):
        layer = cv2.GaussianBlur(rng.normal(size=shape).astype(np.float32), (0, 0), sigma_px)
        texture += layer / layer.std()
    return np.asarray(SKIN + contrast * texture / 3**0.5, np.float32)


def scattered_hairs(seed: int, count: int, spacing_px: float = 34.0) -> list[Line]:
    """Return straight hairs of about 0.5 mm with some space between them, root and tip in photo px."""
    rng = np.random.default_rng(seed)
    lines: list[Line] = []
    while len(lines) < count:
        root = rng.uniform((30, 30), (WIDTH_PX - 30, HEIGHT_PX - 30))
        tip = root + rng.uniform(38, 50) * np.array([0.8, 0.6])
        if all(np.hypot(*(root - np.array(other[0]))) > spacing_px for other in lines):
            lines.append(((float(root[0]), float(root[1])), (float(tip[0]), float(tip[1]))))
    return lines


def photograph(
    texture: NDArray[np.float32],
    lines: Sequence[Line],
    mapping: NDArray[np.float64] | None = None,
    seed: int = 0,
    hair: float = HAIR,
) -> NDArray[np.uint8]:
    """Draw the hairs on the skin and map the site into a photo, with its own noise; grey, uint8."""
    canvas = texture.copy()
    for root, tip in lines:
        ends = [
            tuple(round((value + offset) * 16) for value, offset in zip(end, ORIGIN, strict=True))
            for end in (root, tip)
        ]
        cv2.line(canvas, ends[0], ends[1], hair, round(DIAMETER_PX), cv2.LINE_AA, 4)
    from_canvas = np.array([[1, 0, -ORIGIN[0]], [0, 1, -ORIGIN[1]], [0, 0, 1.0]])
    to_photo = (np.eye(3) if mapping is None else mapping) @ from_canvas
    photo = cv2.warpPerspective(canvas, to_photo, (WIDTH_PX, HEIGHT_PX), flags=cv2.INTER_LINEAR)
    noise = np.random.default_rng(seed).normal(0, 1.5, photo.shape)
    return (photo + noise).clip(0, 255).astype(np.uint8)


ORIGIN = (WIDTH_PX / 2, HEIGHT_PX / 2)
"""Where the first photo's corner lies on the canvas."""


def analyse(
    pixels: NDArray[np.uint8],
    lines: Sequence[Line],
    mapping: NDArray[np.float64] | None = None,
    *,
    name: str = "drawn.png",
    field: Field | None = None,
) -> Analysis:
    """Return the analysis that finds exactly these hairs, given in px before `mapping`."""
    photo = make_photo(pixels, name)
    field = field or make_field(photo.width_px, photo.height_px)
    scale = make_scale(UM_PER_PX, relative_sd=0.005)
    moved = [_moved(line, np.eye(3) if mapping is None else mapping) for line in lines]
    hairs = [make_hair(number, *line, diameter_px=DIAMETER_PX) for number, line in enumerate(moved)]
    counted = field.contains(np.array([hair.root_px for hair in hairs], dtype=float).reshape(-1, 2))
    hairs = [replace(hair, counted=bool(inside)) for hair, inside in zip(hairs, counted, strict=True)]
    settings = Settings()
    units = _units(hairs, field)
    return Analysis(
        photo=photo,
        scale=scale,
        working_um_per_px=UM_PER_PX,
        field=field,
        quality=Quality("good", ()),
        hairs=tuple(hairs),
        units=units,
        measurement=measure(hairs, units, field, scale, settings.measure),
        settings=settings,
        maps=seen_maps(pixels),
        doubted=_doubts(()),
    )


def seen_maps(pixels: NDArray[np.uint8]) -> HairMaps:
    """Return the maps of a finder that takes whatever departs from the skin's brightness for hair."""
    departure = np.abs(pixels.astype(np.float32).reshape(*pixels.shape[:2], -1).mean(axis=2) - SKIN)
    hair = np.clip((departure - 25.0) / 60.0, 0.0, 1.0).astype(np.float32)
    half = np.asarray(cv2.resize(hair, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)
    none = np.zeros((2, *half.shape), np.float32)
    return HairMaps(hair, half, half, none, none, none, none[0], UM_PER_PX, (1.0, 1.0))


def doubting(analysis: Analysis, lines: Sequence[Line]) -> Analysis:
    """Return an analysis that also weighed hairs, in px of the photo, and doubted them."""
    return replace(analysis, doubted=_doubts(lines))


def _doubts(lines: Sequence[Line]) -> Doubted:
    ends = np.array(lines, np.float32).reshape(-1, 2, 2)
    along = ends[:, 1] - ends[:, 0]
    directions = along / np.linalg.norm(along, axis=1, keepdims=True)
    return Doubted(ends[:, 0], directions, np.full(len(ends), DOUBTED_LOG_ODDS, np.float32))


def _units(hairs: Sequence[Hair], field: Field) -> tuple[Unit, ...]:
    strands = [Strand(hair.path_px, hair.diameter_px, hair.leaves_frame, hair.confidence) for hair in hairs]
    return group_hairs(strands, field, UM_PER_PX, UnitSettings())[1]


def _moved(line: Line, mapping: NDArray[np.float64]) -> Line:
    (root, tip) = project(mapping, np.array(line))
    return (float(root[0]), float(root[1])), (float(tip[0]), float(tip[1]))


def turned(
    angle_deg: float, zoom: float = 1.0, tilt: float = 0.0, shift_px: float = 0.0
) -> NDArray[np.float64]:
    """Return the mapping that turns and zooms a photo about its middle, then shifts it to the right."""
    middle = np.array([[1, 0, WIDTH_PX / 2], [0, 1, HEIGHT_PX / 2], [0, 0, 1.0]])
    angle = np.radians(angle_deg)
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    about = np.eye(3)
    about[:2, :2] = turn
    perspective = np.eye(3)
    perspective[2, 0] = tilt
    mapping = middle @ about @ perspective @ np.linalg.inv(middle)
    mapping[:2] += shift_px * np.array([[1.0], [0.0]]) * mapping[2]
    return np.asarray(mapping / mapping[2, 2], dtype=np.float64)
