"""A photo becomes the ruler in it: ticks at equal distances, as on a dermatoscope's glass or a paper strip.

Hairs are parallel too, but they stand neither at equal distances nor in line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.scale.model import UM_PER_MM, Polygon, SeenScale
from hairdensity.scale.tick_row import TickRow, TickRowSettings, find_tick_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class RulerSettings:
    """How a row of ticks is taken.

    Attributes
    ----------
    row
        What counts as a row of ticks.
    longer_fraction
        Every second (fifth, tenth) tick is a longer one when it is longer than the others by this share.
    um_per_px_range
        Sizes of px at which hair is photographed; the divisions of a ruler are taken to give one.
    lie_error_fraction
        Half the 95 % interval, as a share, of how a ruler lies: tilted, or not in the plane of the skin.
    """

    row: TickRowSettings = field(default_factory=TickRowSettings)
    longer_fraction: float = 0.25
    um_per_px_range: tuple[float, float] = (1.0, 60.0)
    lie_error_fraction: float = 0.005


_HALVED = 2
_PATTERNS = (_HALVED, 10, 5)
_DIVISIONS_MM = {_HALVED: (0.5, 0.05), 10: (1.0, 0.1, 0.01), 5: (1.0, 0.1, 0.01), 0: (1.0, 0.1, 0.01)}
"""Every how many-th tick is longer (0: none is) -> lengths of one division, the usual one first."""


def see_ruler(photo: Photo, settings: RulerSettings | None = None) -> SeenScale | None:
    """Find a ruler.

    Where every second tick is longer, the long ones are 1 mm apart; otherwise neighbouring ticks are. Where a
    px would then be too large to show hair, they are a tenth of that apart.

    Parameters
    ----------
    photo
        Any photo.
    settings
        How a row of ticks is taken.

    Returns
    -------
    SeenScale or None
        Its length is that of one division, from tick to tick. None where there is no ruler.
    """
    settings = settings or RulerSettings()
    grey = np.asarray(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    row = find_tick_row(grey, settings.row)
    if row is None:
        return None
    division_px = _division_px(row, settings)
    pattern = _pattern(row, settings)
    division_mm = _division_mm(pattern, division_px.value, settings)
    longer = f" (each {pattern}. longer)" if pattern else ""
    ticks = f"ruler of {len(row.places)} ticks{longer}"
    how = f"{ticks} {division_px.value:.2f} px apart, taken as {division_mm:g} mm"
    exact = Estimate(division_mm, division_mm, division_mm)
    return SeenScale("ruler", division_px, exact, (_outline(row, division_px.value),), how)


def _division_px(row: TickRow, settings: RulerSettings) -> Estimate:
    """Return the distance of two ticks: mean over the row, with what fit, bend and lie leave open."""
    design = np.stack([np.ones(len(row.places)), row.places], axis=1)
    (_, step), *_ = np.linalg.lstsq(design, row.starts_px, rcond=None)
    value = float(np.hypot(*step))
    offsets_px = (row.starts_px - row.starts_px[0]) @ (step / value)
    fit, covariance = np.polyfit(row.places, offsets_px, 1, cov=True)
    bend = np.polyfit(row.places, offsets_px - np.polyval(fit, row.places), 2)[0]
    error_px = np.hypot(1.96 * np.sqrt(covariance[0, 0]), abs(bend) * np.ptp(row.places))
    half_px = float(np.hypot(error_px, settings.lie_error_fraction * value))
    return Estimate(value, value - half_px, value + half_px)


def _pattern(row: TickRow, settings: RulerSettings) -> int:
    """Return every how many-th tick is longer, 0 when none is."""
    lengths_px = row.lengths_px
    for pattern in _PATTERNS:
        for first in range(pattern):
            is_long = row.places % pattern == first
            if is_long.sum() > 1 and not is_long.all() and _are_longer(lengths_px, is_long, settings):
                return pattern
    return 0


def _are_longer(lengths_px: NDArray[np.float64], is_long: NDArray[np.bool_], settings: RulerSettings) -> bool:
    """Say whether the long ticks are longer than the others; a hair or the frame may cut a few short."""
    limit = np.median(lengths_px[~is_long]) * (1 + settings.longer_fraction)
    return bool(
        np.percentile(lengths_px[is_long], 30) > limit and np.percentile(lengths_px[~is_long], 85) < limit
    )


def _division_mm(pattern: int, division_px: float, settings: RulerSettings) -> float:
    least, most = settings.um_per_px_range
    usual = _DIVISIONS_MM[pattern]
    fitting = [one for one in usual if least <= one * UM_PER_MM / division_px <= most]
    return fitting[0] if fitting else usual[0]


def _outline(row: TickRow, division_px: float) -> Polygon:
    """Return the corners of the strip that holds all ticks, half a division wider on all sides."""
    points = np.concatenate([row.starts_px, row.ends_px])
    along = row.starts_px[np.argmax(row.places)] - row.starts_px[np.argmin(row.places)]
    along = along / np.hypot(*along)
    frame = np.stack([along, np.array([-along[1], along[0]])], axis=1)
    low, high = (points @ frame).min(axis=0) - division_px / 2, (points @ frame).max(axis=0) + division_px / 2
    corners = np.array([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]) @ frame.T
    return tuple((float(x), float(y)) for x, y in corners)
