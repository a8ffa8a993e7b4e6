"""Whether a photo's pixels show a hair at a place: a short line, dark or bright, about as it should lie."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.align.hair_mask import cover_hairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hairdensity.hairs.units import Hair
    from hairdensity.match.model import MatchSettings
    from hairdensity.pipeline import Analysis

MIN_BLUR_PX = 0.3
TRIED = (5, 3, 5)
"""So many turns, shifts along the shaft and shifts across it are tried."""
OUTERMOST_LOSS = 0.4
"""The line that departs most from where the hair should lie counts by this share less."""
SKIN_MM = 1.0
SKIN_STEP_UM = 40.0
SAMPLES = 12
"""A line is read at so many places along it."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """One photo as lines are looked for in it.

    Attributes
    ----------
    grey
        float32, shape (height, width): brightness, freed of px noise.
    skin
        float32, same shape: brightness of the skin around.
    taken
        uint8, same shape: 1 where a hair lies that explains a line there.
    um_per_px
        Size of one px.
    """

    grey: NDArray[np.float32]
    skin: NDArray[np.float32]
    taken: NDArray[np.uint8]
    um_per_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """Hairs as they should lie in a photo.

    Attributes
    ----------
    roots_px
        float64, shape (n, 2).
    shafts_px
        float64, shape (n, 2): from the root as far along the shaft as it is looked for.
    diameters_um
        float64, shape (n,).
    """

    roots_px: NDArray[np.float64]
    shafts_px: NDArray[np.float64]
    diameters_um: NDArray[np.float64]

    def only(self, rows: list[int]) -> Sought:
        """Return some of the hairs."""
        return Sought(self.roots_px[rows], self.shafts_px[rows], self.diameters_um[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """What is seen of each sought hair; float64, shape (n,).

    Attributes
    ----------
    dark, bright
        The clearest line, as a share of the brightness of skin or of the bright line; nan where other hairs
        leave no line free.
    free
        Share of the place where the hair should lie that other hairs leave free.
    """

    dark: NDArray[np.float64]
    bright: NDArray[np.float64]
    free: NDArray[np.float64]


def see_surface(analysis: Analysis, settings: MatchSettings) -> Surface:
    """Prepare a photo in which no hair is explained yet."""
    grey = np.asarray(cv2.cvtColor(analysis.photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    um_per_px = analysis.working_um_per_px
    sigma_px = max(settings.line_blur_um / um_per_px, MIN_BLUR_PX)
    smooth = np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), sigma_px), np.float32)
    return Surface(smooth, _skin_around(grey, um_per_px), np.zeros(grey.shape, np.uint8), um_per_px)


def explain(surface: Surface, hairs: Iterable[Hair], settings: MatchSettings) -> Surface:
    """Return the surface with the bodies of these hairs taken, their soft edges included."""
    height, width = surface.grey.shape
    covered = cover_hairs(hairs, (height, width), np.eye(3), settings.edge_um / surface.um_per_px)
    return replace(surface, taken=surface.taken | covered)


def take(surface: Surface, sought: Sought, settings: MatchSettings) -> Surface:
    """Return the surface with the sought hairs taken, as they should lie."""
    taken = surface.taken.copy()
    ends_px = sought.roots_px + sought.shafts_px
    widths_px = (sought.diameters_um + 2 * settings.edge_um) / surface.um_per_px
    for root, end, width in zip(sought.roots_px, ends_px, widths_px, strict=True):
        corners = [tuple(int(value) for value in point.round()) for point in (root, end)]
        cv2.line(taken, corners[0], corners[1], 1, max(1, round(float(width))))
    return replace(surface, taken=taken)


def line_contrast(surface: Surface, sought: Sought, settings: MatchSettings) -> Contrast:
    """Look for each sought hair: its line may be shifted and turned a little."""
    if not len(sought.roots_px):
        return Contrast(np.empty(0), np.empty(0), np.empty(0))
    samples_px = _line_samples_px(sought, surface.um_per_px, settings)
    grey = _sampled(surface.grey, samples_px, cv2.INTER_LINEAR)
    free = 1 - _sampled(surface.taken, samples_px, cv2.INTER_NEAREST)
    skin = _sampled(surface.skin, samples_px[:, :, :1, :1], cv2.INTER_LINEAR)[..., 0, 0]
    line, line_free = _free_mean(grey[..., :3], free[..., :3])
    flank, flank_free = _free_mean(grey[..., 3:], free[..., 3:])
    known = (line_free >= settings.min_free_fraction) & (flank_free >= settings.min_free_fraction / 2)
    # against skin and flanks: a glint beside a line makes no dark line, skin between two hairs no bright one
    darker = np.where(known, 1 - line / np.maximum(np.minimum(flank, skin), 1.0), -np.inf)
    brighter = np.where(known, 1 - np.maximum(flank, skin) / np.maximum(line, 1.0), -np.inf)
    seen, likeliness = known.any(axis=1), _likeliness()
    return Contrast(
        np.where(seen, (darker * likeliness).max(axis=1), np.nan),
        np.where(seen, (brighter * likeliness).max(axis=1), np.nan),
        line_free[:, int(likeliness.argmax())],
    )


def _skin_around(grey: NDArray[np.uint8], um_per_px: float) -> NDArray[np.float32]:
    """Return the median brightness over SKIN_MM, which hairs cover less than half of."""
    height, width = grey.shape
    step_px = max(SKIN_STEP_UM / um_per_px, 1.0)
    small = cv2.resize(
        grey, (max(1, round(width / step_px)), max(1, round(height / step_px))), interpolation=cv2.INTER_AREA
    )
    reach = 2 * round(SKIN_MM * 1000 / (step_px * um_per_px) / 2) + 1
    median = cv2.medianBlur(np.asarray(small, np.uint8), reach)
    return np.asarray(cv2.resize(median, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _line_samples_px(sought: Sought, um_per_px: float, settings: MatchSettings) -> NDArray[np.float32]:
    """Return where to look, shape (n, lines, along, across, 2); across: 3 on the shaft, 2 beside it."""
    turns, shifts = _departures()
    half_px = sought.diameters_um[:, None] / (2 * um_per_px)
    flank_px = settings.flank_um / um_per_px
    across_px = np.hstack([half_px * (-0.5, 0.0, 0.5), (half_px + flank_px) * (-1.0, 1.0)])
    lengths_px = np.linalg.norm(sought.shafts_px, axis=1)
    along_px = lengths_px[:, None] * (np.arange(SAMPLES) + 0.5) / SAMPLES
    # complex numbers turn and shift whole lines at once: real part along the shaft, imaginary part beside it
    strip = along_px[:, None, :, None] + 1j * across_px[:, None, None, :]
    turned = strip * np.exp(1j * np.radians(settings.line_turn_deg) * turns)[None, :, None, None]
    moved = turned + (shifts * settings.line_offset_um / um_per_px)[None, :, None, None]
    shafts = sought.shafts_px[:, 0] + 1j * sought.shafts_px[:, 1]
    roots = sought.roots_px[:, 0] + 1j * sought.roots_px[:, 1]
    placed = moved * (shafts / lengths_px)[:, None, None, None] + roots[:, None, None, None]
    return np.stack([placed.real, placed.imag], axis=-1).astype(np.float32)


def _departures() -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
    """Return turn and shift of every line that is tried, as shares of the largest allowed; shape (lines,)."""
    turns, along, across = np.meshgrid(*[np.linspace(-1, 1, count) for count in TRIED], indexing="ij")
    return turns.ravel(), (along + 1j * across).ravel()


def _likeliness() -> NDArray[np.float64]:
    """Return what the contrast of every line counts: full for the hair as it should lie, less off it."""
    turns, shifts = _departures()
    departure = (turns**2 + np.abs(shifts) ** 2) / 3
    return np.asarray(1 - OUTERMOST_LOSS * departure, dtype=np.float64)


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
