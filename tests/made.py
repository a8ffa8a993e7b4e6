"""Small results built by hand, with answers known in closed form."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.estimate import NORMAL_95, Estimate
from hairdensity.hairs.field import Field
from hairdensity.hairs.units import Hair, Unit
from hairdensity.photo import Photo
from hairdensity.scale.model import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Point = tuple[float, float]


def make_scale(um_per_px: float = 10.0, relative_sd: float = 0.0) -> Scale:
    """Return a scale with a known error."""
    return Scale(Estimate.from_sd(um_per_px, relative_sd * um_per_px), "option")


def make_field(width_px: int, height_px: int) -> Field:
    """Return a field that is the whole photo."""
    outline = np.array(
        [(0, 0), (width_px - 1, 0), (width_px - 1, height_px - 1), (0, height_px - 1)], np.float32
    )
    return Field(np.ones((height_px, width_px), dtype=bool), outline, ())


def make_hair(
    number: int, root_px: Point, tip_px: Point, diameter_px: float = 6.0, sd_px: float = 0.0
) -> Hair:
    """Return a straight hair in a unit of its own, traced in ten steps."""
    path_px = np.linspace(root_px, tip_px, 11, dtype=np.float32)
    low, high = diameter_px - NORMAL_95 * sd_px, diameter_px + NORMAL_95 * sd_px
    diameter = Estimate(diameter_px, low, high)
    return Hair(number, number, path_px, diameter, leaves_frame=False, counted=True, confidence=0.9)


def make_units(hairs: Sequence[Hair], sizes: Sequence[int]) -> tuple[Unit, ...]:
    """Gather the hairs, in their order, into units of the given sizes."""
    starts = np.cumsum([0, *sizes])
    groups = [hairs[start:end] for start, end in pairwise(starts)]
    return tuple(
        Unit(number, group[0].root_px, tuple(hair.id for hair in group))
        for number, group in enumerate(groups)
    )


def make_photo(pixels: NDArray[np.generic], name: str = "made.png") -> Photo:
    """Return a photo of grey or colour values."""
    values = np.asarray(pixels).clip(0, 255).astype(np.uint8)
    colour = np.repeat(values[..., None], 3, axis=2) if values.ndim == 2 else values
    return Photo(np.ascontiguousarray(colour), name, sha256(colour.tobytes()).hexdigest())
