"""A photo becomes the spacing of the printed grid in it, when one is stated to be there.

The lines of each of two directions are found as straight edges; the grid is what maps whole numbers to where
lines cross, so that a mild tilt does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.scale.homography import fit_plane, project
from hairdensity.scale.model import Polygon, SeenScale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class GridSettings:
    """What counts as a grid.

    Attributes
    ----------
    min_lines
        Least number of lines each way.
    min_spacing_px
        Least distance of two lines.
    max_error_fraction
        Largest root mean square miss of the crossings, as a share of the spacing.
    max_tilt_deg
        A grid tilted more is refused.
    max_side_px
        It is looked for in a larger photo reduced to this.
    """

    min_lines: int = 3
    min_spacing_px: float = 12.0
    max_error_fraction: float = 0.03
    max_tilt_deg: float = 20.0
    max_side_px: int = 1600


_ANGLE_STEP_DEG = 4.0
_MIN_EDGE_FRACTION = 0.03
_MIN_LINE_FRACTION = 0.25
_MIN_CROSSING_DEG = 60
_LEAST_SIDE_PX = 8


def see_grid(photo: Photo, settings: GridSettings | None = None) -> SeenScale | None:
    """Find a printed grid; its length is the spacing of its lines.

    Returns
    -------
    SeenScale or None
        None where there are no two families of parallel lines at equal distances.
    """
    settings = settings or GridSettings()
    reduction = max(1.0, max(photo.pixels.shape) / settings.max_side_px)
    size = (round(photo.width_px / reduction), round(photo.height_px / reduction))
    small = np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    families = _families(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8), settings)
    if families is None:
        return None
    numbers, crossings = _crossings(*families)
    plane = fit_plane(numbers, (crossings + 0.5) * reduction - 0.5)
    size_px = (photo.width_px, photo.height_px)
    spacing = plane.px_per_mm(size_px)
    if plane.error_px > settings.max_error_fraction * spacing.value:
        return None
    tilt_deg = plane.tilt_deg(size_px)
    refusal = ""
    if tilt_deg > settings.max_tilt_deg:
        refusal = f"the grid is tilted by {tilt_deg:.0f} degrees, more than {settings.max_tilt_deg:g}"
    low, high = numbers.min(axis=0), numbers.max(axis=0)
    corners = project(plane.matrix(), np.array([low, (high[0], low[1]), high, (low[0], high[1])]))
    outline: Polygon = tuple((float(x), float(y)) for x, y in corners)
    count = " x ".join(str(len(lines)) for lines in families)
    how = f"grid of {count} lines, {spacing.value:.1f} px apart"
    length = Estimate(spacing.value, spacing.low, spacing.high)
    return SeenScale("grid", length, None, (outline,), how, tilt_deg, refusal)


def _families(grey: NDArray[np.uint8], settings: GridSettings) -> tuple[NDArray[np.float64], ...] | None:
    """Return the numbered lines both ways, each shape (n, 4): number, then a, b, c of ax + by = c."""
    found = (
        cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
        if min(grey.shape) > _LEAST_SIDE_PX
        else None
    )
    if found is None:
        return None
    segments = np.asarray(found, np.float64).reshape(-1, 4)
    steps = segments[:, 2:] - segments[:, :2]
    lengths = np.hypot(*steps.T)
    long = lengths >= _MIN_EDGE_FRACTION * max(grey.shape)
    segments, lengths = segments[long], lengths[long]
    angles = np.degrees(np.arctan2(*steps[long].T[::-1])) % 180
    strengths = np.array([lengths[_apart(angles, one) <= _ANGLE_STEP_DEG].sum() for one in range(180)])
    if not len(lengths) or not strengths.max():
        return None
    first = float(strengths.argmax())
    across = [one for one in range(180) if _apart(np.array([float(one)]), first)[0] >= _MIN_CROSSING_DEG]
    second = float(across[int(np.argmax(strengths[across]))])
    families = []
    for one in (first, second):
        near = _apart(angles, one) <= 2 * _ANGLE_STEP_DEG
        if near.sum() < settings.min_lines:
            return None
        off = (angles[near] - one + 90) % 180 - 90
        direction = one + float(np.average(off, weights=lengths[near]))
        families.append(_numbered(segments[near], lengths[near], (direction, max(grey.shape)), settings))
    if families[0] is None or families[1] is None:
        return None
    return families[0], families[1]


def _apart(angles: NDArray[np.float64], other: float) -> NDArray[np.float64]:
    """Return how far directions are from another, in degrees."""
    return np.asarray(np.abs((angles - other + 90) % 180 - 90), np.float64)


def _numbered(
    segments: NDArray[np.float64],
    lengths: NDArray[np.float64],
    direction: tuple[float, int],
    settings: GridSettings,
) -> NDArray[np.float64] | None:
    """Gather the edges of each printed line and number the lines, None when they are not evenly apart."""
    angle_deg, side = direction
    normal = np.array([-np.sin(np.radians(angle_deg)), np.cos(np.radians(angle_deg))])
    middles = (segments[:, :2] + segments[:, 2:]) / 2
    offsets = middles @ normal
    order = np.argsort(offsets)
    gaps = np.diff(offsets[order])
    pieces = np.split(order, np.flatnonzero(gaps > settings.min_spacing_px / 2) + 1)
    lines = [
        _line(segments[one], lengths[one])
        for one in pieces
        if lengths[one].sum() >= _MIN_LINE_FRACTION * side
    ]
    if len(lines) < settings.min_lines:
        return None
    places = np.array([line[2] if line[:2] @ normal > 0 else -line[2] for line in lines])
    spacing = float(np.median(np.diff(places)))
    numbers = np.round((places - places[0]) / spacing)
    even = spacing >= settings.min_spacing_px and (np.diff(numbers) >= 1).all()
    if not even or numbers[-1] > 2 * len(lines):
        return None
    return np.column_stack([numbers, np.array(lines)])


def _line(segments: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a, b and c of the line through the middle of the edges of both sides of a printed line."""
    points = np.concatenate([segments[:, :2], segments[:, 2:]])
    weights = np.concatenate([lengths, lengths])
    centre = np.average(points, axis=0, weights=weights)
    _, _, axes = np.linalg.svd((points - centre) * np.sqrt(weights)[:, None], full_matrices=False)
    normal = axes[1]
    sides = (points - centre) @ normal
    middle = (sides.min() + sides.max()) / 2
    return np.array([*normal, centre @ normal + middle])


def _crossings(
    rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the numbers of every two lines that cross, and where they do."""
    pairs = [(row, column) for row in rows for column in columns]
    numbers = np.array([(column[0], row[0]) for row, column in pairs])
    points = [
        np.linalg.solve(np.array([row[1:3], column[1:3]]), (row[3], column[3])) for row, column in pairs
    ]
    return numbers, np.array(points)
