"""A photo seen small: what its colours and large shapes tell before any hair is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.photo import Photo

LONG_SIDE_PX = 320
"""Shapes are judged as shares of the frame, so no scale is needed."""
MASS_DIAMETER_FRACTION = 1 / 32
"""A dark mass is wider than this share of the photo's long side in every direction; no shaft is."""
MASS_LIGHTNESS_FRACTION = 0.5
"""A dark mass is darker than this share of the lightness of skin."""
LINE_DIAMETER_FRACTION = 1 / 45
LINE_LIGHTNESS_FRACTION = 0.75
LINE_FILL_FRACTION = 0.93
LEAST_LINE_AREA_FRACTION = 0.06
LINE_ANGLE_STEP_DEG = 3
SKIN_A_RANGE = (-8.0, 45.0)
SKIN_B_RANGE = (-20.0, 60.0)
GREEN_WEIGHT = 2.0
"""Blue light on skin is common with microscopes, green is not: what is green is something else."""
BURNT_OUT = 250


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """A photo at 320 px on its long side.

    Attributes
    ----------
    lab
        float32, shape (height, width, 3): CIELAB, lightness 0-100.
    burnt_out
        bool, shape (height, width): where all three colours are at their end.
    """

    lab: NDArray[np.float32]
    burnt_out: NDArray[np.bool_]


def overview(photo: Photo) -> Overview:
    """Return the photo small."""
    share = min(1.0, LONG_SIDE_PX / max(photo.width_px, photo.height_px))
    size = [max(1, round(side * share)) for side in (photo.width_px, photo.height_px)]
    small = np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA))
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return Overview(np.asarray(lab, dtype=np.float32), np.all(small >= BURNT_OUT, axis=2))


def lightness_range(view: Overview) -> float:
    """Return the span of lightness, without the 1 % of either end, in % of black to white."""
    low, high = np.percentile(view.lab[..., 0], [1, 99])
    return float(high - low)


def skin_colour_distance(view: Overview) -> float:
    """Return how far the colour of the brighter half lies outside the range of skin under usual light."""
    lightness = view.lab[..., 0]
    a, b = np.median(view.lab[lightness >= np.median(lightness), 1:], axis=0)
    off_a, off_b = a - np.clip(a, *SKIN_A_RANGE), b - np.clip(b, *SKIN_B_RANGE)
    return float(np.hypot(GREEN_WEIGHT * off_a if off_a < 0 else off_a, off_b))


def field_lightness(view: Overview, field: Field) -> float:
    """Return the lightness of the brightest tenth of the field: that of its skin."""
    inside = _small(field, view)
    return float(np.percentile(view.lab[inside, 0], 90)) if inside.any() else 0.0


def burnt_out_share(view: Overview, field: Field) -> float:
    """Return the share of the field that is burnt out."""
    inside = _small(field, view)
    return float(view.burnt_out[inside].mean()) if inside.any() else 0.0


def dark_mass_share(view: Overview, field: Field) -> float:
    """Return the share of the field under dark masses wider than any shaft."""
    inside = _small(field, view)
    if not inside.any():
        return 0.0
    skin = float(np.percentile(view.lab[inside, 0], 90))
    dark = (view.lab[..., 0] < MASS_LIGHTNESS_FRACTION * skin).astype(np.uint8)
    mass = cv2.morphologyEx(dark, cv2.MORPH_OPEN, _disc(MASS_DIAMETER_FRACTION, dark))
    return float(mass[inside].mean())


def straight_line_share(view: Overview) -> float:
    """Return the share of what is dark that lies on straight thick lines through the whole frame.

    A hair has a root and a tip; lines that enter and leave the frame straight are drawn. 0 where hardly
    anything is dark and thick.
    """
    lightness = view.lab[::2, ::2, 0]
    around = cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, _disc(1 / 8, lightness))
    dark = (lightness < LINE_LIGHTNESS_FRACTION * around).astype(np.uint8)
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, _disc(LINE_DIAMETER_FRACTION, lightness))
    thick = np.asarray(opened, dtype=np.uint8)
    if thick.mean() < LEAST_LINE_AREA_FRACTION:
        return 0.0
    on_lines = np.zeros(dark.shape, dtype=bool)
    for angle_deg in range(0, 180, LINE_ANGLE_STEP_DEG):
        on_lines |= _full_lines(thick, angle_deg)
    return float((on_lines & (dark > 0)).sum() / dark.sum())


def _full_lines(dark: NDArray[np.uint8], angle_deg: float) -> NDArray[np.bool_]:
    """Mark the straight lines at one angle that are dark from edge to edge of the frame."""
    height, width = dark.shape
    side = int(np.hypot(height, width)) + 2
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1)
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    turned, frame = (
        cv2.warpAffine(one, turn, (side, side), flags=cv2.INTER_NEAREST) for one in (dark, np.ones_like(dark))
    )
    length = frame.sum(axis=1)
    full = (length > min(height, width) / 2) & (turned.sum(axis=1) > LINE_FILL_FRACTION * length)
    lines = np.asarray(frame * full[:, None].astype(np.uint8))
    lines = cv2.dilate(lines, np.ones((3, 1), np.uint8))
    back = cv2.WARP_INVERSE_MAP | cv2.INTER_NEAREST
    marked: NDArray[np.bool_] = cv2.warpAffine(lines, turn, (width, height), flags=back) > 0
    return marked


def _small(field: Field, view: Overview) -> NDArray[np.bool_]:
    height, width = view.burnt_out.shape
    small = cv2.resize(field.mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(small, dtype=bool)


def _disc(diameter_fraction: float, picture: NDArray[np.generic]) -> NDArray[np.uint8]:
    diameter = 2 * round(diameter_fraction * max(picture.shape) / 2) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (diameter, diameter))
    return np.asarray(disc, dtype=np.uint8)
