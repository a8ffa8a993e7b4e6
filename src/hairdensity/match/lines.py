"""Whether a photo's pixels show a hair at a place: the clearest short line in any direction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.hairs.body import hair_body

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hairdensity.hairs.units import Hair
    from hairdensity.match.model import MatchSettings
    from hairdensity.pipeline import Analysis

DIRECTIONS = 36
MIN_BLUR_PX = 0.3
STEP_UM = 18.0
"""Distance between samples along a line."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """One photo as lines are looked for in it.

    Attributes
    ----------
    grey
        float32, shape (height, width): brightness, freed of px noise.
    taken
        uint8, same shape: 1 where a hair lies that explains a line there.
    um_per_px
        Size of one px.
    """

    grey: NDArray[np.float32]
    taken: NDArray[np.uint8]
    um_per_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """The clearest dark and the clearest bright line at each place; float64, shape (n,).

    A share of the brightness of the line's flanks; nan where other hairs leave no line free.
    """

    dark: NDArray[np.float64]
    bright: NDArray[np.float64]


def see_surface(analysis: Analysis, settings: MatchSettings) -> Surface:
    """Prepare a photo in which no hair is explained yet."""
    grey = np.asarray(cv2.cvtColor(analysis.photo.pixels, cv2.COLOR_RGB2GRAY), np.float32)
    sigma_px = max(settings.line_blur_um / analysis.working_um_per_px, MIN_BLUR_PX)
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma_px), np.float32)
    return Surface(smooth, np.zeros(grey.shape, np.uint8), analysis.working_um_per_px)


def explain(surface: Surface, hairs: Iterable[Hair]) -> Surface:
    """Return the surface with the bodies of these hairs taken."""
    height, width = surface.grey.shape
    taken = surface.taken | hair_body(hairs, (height, width)).astype(np.uint8)
    return replace(surface, taken=taken)


def line_contrast(
    surface: Surface,
    places_px: NDArray[np.float64],
    diameters_um: NDArray[np.float64],
    settings: MatchSettings,
) -> Contrast:
    """Look for a line at each place, shape (n, 2), as wide as the hair it is looked for, shape (n,)."""
    if not len(places_px):
        return Contrast(np.empty(0), np.empty(0))
    samples_px = _line_samples_px(places_px, diameters_um, surface.um_per_px, settings)
    grey = _sampled(surface.grey, samples_px, cv2.INTER_LINEAR)
    free = 1 - _sampled(surface.taken, samples_px, cv2.INTER_NEAREST)
    line, line_free = _free_mean(grey[..., :3], free[..., :3])
    flank, flank_free = _free_mean(grey[..., 3:], free[..., 3:])
    known = (line_free >= settings.min_free_fraction) & (flank_free >= settings.min_free_fraction / 2)
    darker = np.where(known, (flank - line) / np.maximum(flank, 1.0), -np.inf)
    brighter = np.where(known, (line - flank) / np.maximum(flank, 1.0), -np.inf)
    seen = known.any(axis=1)
    return Contrast(np.where(seen, darker.max(axis=1), np.nan), np.where(seen, brighter.max(axis=1), np.nan))


def _line_samples_px(
    places_px: NDArray[np.float64],
    diameters_um: NDArray[np.float64],
    um_per_px: float,
    settings: MatchSettings,
) -> NDArray[np.float32]:
    """Return where to look, shape (places, lines, along, across, 2); across: 3 on the shaft, 2 beside it."""
    step = settings.line_offset_um
    offsets = np.array([[x, y] for x in (-step, 0.0, step) for y in (-step, 0.0, step)])
    angles = np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS)
    forward = np.column_stack([np.cos(angles), np.sin(angles)])
    aside = forward[:, ::-1] * (-1.0, 1.0)
    along = np.arange(STEP_UM / 2, settings.line_length_um, STEP_UM)
    half = diameters_um[:, None] / 2
    across = np.hstack([half * (-0.5, 0.0, 0.5), (half + settings.flank_um) * (-1.0, 1.0)])
    lines = (
        offsets[None, :, None, None, None]
        + forward[None, None, :, None, None] * along[:, None, None]
        + aside[None, None, :, None, None] * across[:, None, None, None, :, None]
    )
    lines = lines.reshape(len(places_px), -1, len(along), across.shape[1], 2)
    return np.asarray(places_px[:, None, None, None] + lines / um_per_px, dtype=np.float32)


def _sampled(
    image: NDArray[np.float32] | NDArray[np.uint8], places_px: NDArray[np.float32], way: int
) -> NDArray[np.float32]:
    """Read an image at places of shape (..., 2); beyond its edge it goes on as at the edge."""
    flat = places_px.reshape(places_px.shape[0] * places_px.shape[1], -1, 2)
    rows = 16_000  # cv2.remap takes less than 2^15 rows at once
    x, y = (np.ascontiguousarray(flat[..., axis]) for axis in (0, 1))
    parts = [
        cv2.remap(image, x[part : part + rows], y[part : part + rows], way, borderMode=cv2.BORDER_REPLICATE)
        for part in range(0, len(flat), rows)
    ]
    return np.asarray(np.concatenate(parts), np.float32).reshape(places_px.shape[:-1])


def _free_mean(
    grey: NDArray[np.float32], free: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean brightness of the free samples of each line, and which share of them is free."""
    total = free.sum(axis=(-2, -1))
    mean = (grey * free).sum(axis=(-2, -1)) / np.maximum(total, 1.0)
    return np.asarray(mean, np.float64), np.asarray(total / (free.shape[-2] * free.shape[-1]), np.float64)
