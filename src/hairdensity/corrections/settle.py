"""A line drawn by hand becomes a path along the shaft that it points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo

    Path = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SettleSettings:
    """How far a drawn line may be off the shaft, in physical units."""

    step_um: float = 22.0
    """Distance of the points of the path."""
    reach_um: float = 66.0
    """The shaft is looked for this far to either side of the line."""
    trust_um: float = 44.0
    """A shaft this far beside the line must stand out by one usual contrast more (1 sd)."""
    blur_um: float = 22.0
    """Blur before shafts are looked for (1 sd): a glossy streak within a shaft does not part it."""
    skin_um: float = 66.0
    """A shaft is compared with the skin this far to either side."""
    baseline_um: float = 88.0
    """The direction across the line is read this far to either side."""
    min_contrast: float = 8.0
    """Grey levels below which a band counts for less: skin is never quite even."""
    bend_cost: float = 0.05
    """What a step aside by one sample costs, in usual contrasts."""


def settle(photo: Photo, points_px: Path, um_per_px: float, settings: SettleSettings) -> Path:
    """Lay a line drawn by hand onto the shaft beneath it.

    The first point, the root, stays where the person put it; the others move aside, across the line, to where
    a dark or bright band runs along it. Where none stands out the line stays as drawn.

    Parameters
    ----------
    photo
        The upright photo.
    points_px
        float32, shape (n, 2): the line from root to tip, n >= 2.
    um_per_px
        Size of a px on the skin.
    settings
        How far the line may be off.

    Returns
    -------
    NDArray
        float32, shape (m, 2), read-only: the path, its points evenly spread and within the photo.
    """
    line = even_path(points_px, settings.step_um / um_per_px)
    across = _across(line, settings.baseline_um / um_per_px)
    reach_px = settings.reach_um / um_per_px
    offsets = np.linspace(-reach_px, reach_px, 2 * max(2, round(2 * reach_px)) + 1)
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    blur_px = max(0.8, settings.blur_um / um_per_px)
    soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), blur_px), np.uint8)
    standing_out = _contrast(soft, line, across, (offsets, settings.skin_um / um_per_px))
    standing_out /= max(_top(standing_out), settings.min_contrast)
    prior = -0.5 * (offsets * um_per_px / settings.trust_um) ** 2
    shifts = offsets[_best_way(standing_out + prior, settings.bend_cost)]
    path = line + shifts[:, None] * across
    path[0] = line[0]
    return within(path, photo)


def even_path(points_px: NDArray[np.floating], step_px: float) -> NDArray[np.float64]:
    """Return a line's points anew, evenly spread about `step_px` apart, the ends kept.

    Examples
    --------
    >>> even_path(np.array([[0.0, 0.0], [4.0, 0.0]]), 2.0).tolist()
    [[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]]
    """
    points = np.asarray(points_px, np.float64)
    walked = np.concatenate([[0.0], np.linalg.norm(np.diff(points, axis=0), axis=1).cumsum()])
    stops = np.linspace(0, walked[-1], max(3, round(walked[-1] / step_px) + 1))
    return np.column_stack([np.interp(stops, walked, points[:, axis]) for axis in (0, 1)])


def within(path_px: NDArray[np.floating], photo: Photo) -> Path:
    """Return a path as float32, read-only, no point outside the photo."""
    limits = (photo.width_px - 1, photo.height_px - 1)
    path = np.asarray(np.clip(path_px, 0, limits), np.float32)
    path.flags.writeable = False
    return path


def _across(line: NDArray[np.float64], baseline_px: float) -> NDArray[np.float64]:
    """Return the unit vector across the line at each point, read over a baseline."""
    step = float(np.linalg.norm(np.diff(line, axis=0), axis=1).mean())
    reach = max(1, round(baseline_px / max(step, 1e-6)))
    rows = np.arange(len(line))
    heading = line[(rows + reach).clip(max=rows[-1])] - line[(rows - reach).clip(0)]
    heading /= np.linalg.norm(heading, axis=1, keepdims=True).clip(1e-6)
    return np.asarray(heading[:, ::-1] * (-1, 1))


def _contrast(
    soft: NDArray[np.uint8],
    line: NDArray[np.float64],
    across: NDArray[np.float64],
    spread: tuple[NDArray[np.float64], float],
) -> NDArray[np.float64]:
    """Return by how many grey levels a band stands out at each (point, offset)."""
    offsets, skin_px = spread
    wide = np.concatenate([offsets - skin_px, offsets, offsets + skin_px])
    places = (line[:, None] + wide[None, :, None] * across[:, None]).astype(np.float32)
    seen = cv2.remap(soft, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    one, middle, other = np.split(seen.reshape(len(line), -1).astype(np.float64), 3, axis=1)
    darker = np.minimum(one, other) - middle
    brighter = middle - np.maximum(one, other)
    strength = darker if _top(darker) >= _top(brighter) else brighter
    return np.asarray(strength.clip(0))


def _top(strength: NDArray[np.float64]) -> float:
    """Return the usual contrast of the clearest band along the line."""
    return float(np.median(strength.max(axis=1)))


def _best_way(score: NDArray[np.float64], bend_cost: float) -> NDArray[np.intp]:
    """Return for each point the offset of the best way along the line, two samples aside at most."""
    steps = np.arange(-2, 3)
    best, came = score[0].copy(), []
    for row in score[1:]:
        padded = np.pad(best, 2, constant_values=-np.inf)
        options = np.stack([padded[2 + s : 2 + s + len(best)] - bend_cost * abs(s) for s in steps])
        choice = options.argmax(axis=0)
        came.append(np.arange(len(best)) + steps[choice])
        best = options.max(axis=0) + row
    way = [int(best.argmax())]
    for row in reversed(came):
        way.append(int(row[way[-1]]))
    return np.array(way[::-1], np.intp)
