"""A photo without scale becomes a size to work at: its shafts are taken to be as thick as shafts usually are.

No reported physical value may use it: shafts differ by a factor of two between people, and so does this size.

Dark lines are looked for at widths from 2 to 32 px by the curvature of the smoothed photo, which, times the
square of the smoothing, is greatest where this fits the width (T. Lindeberg, Edge detection and ridge
detection with automatic scale selection, Int. J. Comput. Vis. 30, 117-156, 1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.estimate import Estimate
    from hairdensity.photo import Photo

_CELL_PX = 16
_LEVELS = 5
_SIGMAS_PX = (1.0, 1.41)
_PYRAMID_VARIANCE = 1.0


@dataclass(frozen=True, slots=True)
class AssumedSettings:
    """How the working size is assumed.

    Attributes
    ----------
    apparent_shaft_um
        Width on the skin that the typical line seen stands for: a dark shaft of 65 to 70 um, widened by blur,
        by shafts that touch, and by `coarse_preference`. With it frames of thick, touching shafts come out
        a tenth too small, and of lone thin shafts up to a half too large.
    fallback_um_per_px
        Returned for a photo without any line.
    coarse_preference
        Power of the width that a line's strength is multiplied by, since the shine along the middle of a
        thick shaft leaves two thin lines.
    strength_percentile, strength_fraction
        Lines below this share of this percentile of all strengths in the photo are left out.
    min_strength
        A percentile below this, in 8-bit levels, is noise.
    margin_fraction
        Share of the photo's sides left out, where programs write.
    max_side_px
        A larger photo is looked at reduced to this.
    usual_shaft_um
        What the median diameter of the hairs then found stands for.
    most_apart
        Sizes that differ by more than this factor are told apart.
    fewest_hairs
        So many tell the size better than the lines do.
    """

    apparent_shaft_um: float = 90.0
    fallback_um_per_px: float = 8.0
    coarse_preference: float = 0.4
    strength_percentile: float = 97
    strength_fraction: float = 0.5
    min_strength: float = 1
    margin_fraction: float = 0.03
    max_side_px: int = 1600
    usual_shaft_um: float = 76.0
    most_apart: float = 1.25
    fewest_hairs: int = 6


def assumed_um_per_px(photo: Photo, settings: AssumedSettings | None = None) -> float:
    """Assume the size of one px from the width of the dark lines in a photo.

    Parameters
    ----------
    photo
        A photo of hair on skin at 2 to 30 um per px.
    settings
        What is taken to be usual.

    Returns
    -------
    float
        um per px of the upright photo.
    """
    settings = settings or AssumedSettings()
    grey, reduction = _prepared(photo, settings)
    if min(grey.shape) < _CELL_PX << 1:
        return settings.fallback_um_per_px
    strengths, sigmas_px = _line_strengths(grey)
    strong = float(np.percentile(strengths.max(axis=0), settings.strength_percentile))
    if strong < settings.min_strength:
        return settings.fallback_um_per_px
    limit = settings.strength_fraction * strong
    strength = (strengths - limit).clip(0, 2 * limit).mean(axis=(1, 2))
    sigma_px = _typical_sigma(strength, sigmas_px, settings.coarse_preference)
    return settings.apparent_shaft_um / (2 * sigma_px * reduction)


def settled_um_per_px(
    assumed: float, diameters_px: Sequence[Estimate], settings: AssumedSettings | None = None
) -> float:
    """Settle the size of one px by the hairs found with an assumed one.

    Their diameters in px hardly depend on the size that they were looked for with; lines that run together,
    or shine along a shaft, do.

    Parameters
    ----------
    assumed
        What was assumed, um per px.
    diameters_px
        Of the hairs found; their surer half is asked.
    settings
        What is taken to be usual.

    Returns
    -------
    float
        um per px; what was assumed where the hairs are few, or agree with it.
    """
    settings = settings or AssumedSettings()
    if len(diameters_px) < settings.fewest_hairs:
        return assumed
    surer = sorted(diameters_px, key=lambda one: one.relative_sd)[: (len(diameters_px) + 1) // 2]
    settled = settings.usual_shaft_um / float(np.median([one.value for one in surer]))
    apart = max(settled / assumed, assumed / settled)
    return settled if apart > settings.most_apart else assumed


def _prepared(photo: Photo, settings: AssumedSettings) -> tuple[NDArray[np.uint8], float]:
    """Return the inner part in grey with the glare cut off, and how many px of the photo one of its px is."""
    margins = [round(side * settings.margin_fraction) for side in photo.pixels.shape[:2]]
    inner = photo.pixels[margins[0] : photo.height_px - margins[0], margins[1] : photo.width_px - margins[1]]
    reduction = max(1.0, max(inner.shape) / settings.max_side_px)
    grey = cv2.cvtColor(inner, cv2.COLOR_RGB2GRAY)
    if reduction > 1:
        grey = cv2.resize(grey, None, fx=1 / reduction, fy=1 / reduction, interpolation=cv2.INTER_AREA)
    sample = np.ascontiguousarray(grey[::4, ::4])
    threshold, _ = cv2.threshold(sample, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    skin = sample[sample > threshold]
    ceiling = (threshold + float(skin.mean())) / 2 if skin.size else 255.0
    return np.minimum(grey, np.uint8(ceiling)), reduction


def _line_strengths(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return the strongest dark line of each cell at each smoothing, shape (smoothings, rows, columns)."""
    rows, columns = grey.shape[0] // _CELL_PX, grey.shape[1] // _CELL_PX
    strengths, sigmas_px = [], []
    variance = 0.0
    for level in range(_LEVELS):
        side = _CELL_PX >> level
        for sigma in _SIGMAS_PX:
            effective = (sigma**2 + variance) ** 0.5
            line = _dark_lines(grey, sigma, effective)[: rows * side, : columns * side]
            strengths.append(line.reshape(rows, side, columns, side).max(axis=(1, 3)))
            sigmas_px.append(effective * 2**level)
        without_shine = cv2.morphologyEx(grey, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        grey = cv2.pyrDown(without_shine).astype(np.uint8, copy=False)
        variance = (variance + _PYRAMID_VARIANCE) / 4
    return np.stack(strengths), np.array(sigmas_px)


def _dark_lines(grey: NDArray[np.uint8], sigma: float, effective: float) -> NDArray[np.float32]:
    """Return curvature across less curvature along, times the square of `effective`; at least 0."""
    reach = int(np.ceil(4 * sigma))
    x = np.arange(-reach, reach + 1, dtype=np.float64)
    smooth = np.exp(-(x**2) / (2 * sigma**2))
    smooth = smooth / smooth.sum()
    slope = x * smooth
    slope /= -(x * slope).sum()
    bend = (x**2 / sigma**2 - 1) * smooth
    bend -= bend.mean()
    bend /= (x**2 * bend).sum() / 2
    across_x = cv2.sepFilter2D(grey, cv2.CV_32F, bend, smooth)
    across_y = cv2.sepFilter2D(grey, cv2.CV_32F, smooth, bend)
    mixed = cv2.sepFilter2D(grey, cv2.CV_32F, slope, slope)
    mean = (across_x + across_y) / 2
    spread = cv2.magnitude((across_x - across_y) / 2, mixed)
    strength = effective**2 * (mean + spread - np.abs(mean - spread))
    return np.maximum(strength, 0).astype(np.float32, copy=False)


def _typical_sigma(strength: NDArray[np.float32], sigmas_px: NDArray[np.float64], preference: float) -> float:
    """Return the smoothing around which the strength is gathered; by its fourth power the peak decides."""
    logs = np.log(sigmas_px)
    places = np.linspace(logs[0], logs[-1], 200)
    weights = (np.interp(places, logs, strength) * np.exp(preference * places)) ** 4
    return float(np.exp((weights * places).sum() / weights.sum()))
