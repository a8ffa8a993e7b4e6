"""A photo becomes the one circle in it, printed, or drawn on the skin or into the photo, when one is stated.

A circle does not tell its size, and skin is full of arcs; so it is looked for only when the user says that it
is there, and one that is not seen nearly as a whole is not taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.scale.model import Polygon, SeenScale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class CircleSettings:
    """What counts as a drawn circle; lengths as shares of the photo's shorter side.

    Attributes
    ----------
    min_diameter_fraction
        Least diameter.
    max_miss_fraction
        Largest root mean square distance of its edge from an ellipse, as a share of its radius.
    min_seen_fraction
        Least share of the rays from its centre on which its line is seen where it should be.
    max_tilt_deg
        One that is foreshortened more is refused.
    edge_error_px
        Half the 95 % interval of where its line is, besides what the fit leaves open.
    max_side_px
        It is looked for in a larger photo reduced to this.
    """

    min_diameter_fraction: float = 0.15
    max_miss_fraction: float = 0.0018
    min_seen_fraction: float = 0.55
    max_tilt_deg: float = 20.0
    edge_error_px: float = 1.0
    max_side_px: int = 1200


_SECTORS = 72
_KERNEL_PX = 21
_HOUGH_SIDE_PX = 320
_PROPOSALS = 6
_PROPOSAL_ERROR_PX = 10
_CLEAR_STEP = 60
_BANDS = (0.12, 0.05, 0.03, 0.03)
_SURE_PX = 0.3
"""A line so near to the fitted ellipse is on it, however small the circle is."""
_LEAST_REACH_PX = 5.0
_KEPT = 0.97
_LEAST_STEP = 18
_FAR_SHARE = 0.15
_GOES = 10


def see_circle(photo: Photo, settings: CircleSettings | None = None) -> SeenScale | None:
    """Find the one circle drawn or printed in a photo; its length is its diameter, in the middle of its line.

    A circle seen from aside is an ellipse; counted in px, its area is that of a circle whose diameter is the
    root of the product of both axes.

    Returns
    -------
    SeenScale or None
        None where there is none, or where there are several.
    """
    settings = settings or CircleSettings()
    reduction = max(1.0, max(photo.pixels.shape) / settings.max_side_px)
    size = (round(photo.width_px / reduction), round(photo.height_px / reduction))
    small = np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = _distinct(list(_ellipses(small, settings)))
    if len(found) != 1:
        return None
    (x, y), (short, long), angle_deg, miss = found[0]
    diameter_px = float(np.sqrt(short * long)) * reduction
    half_px = float(np.hypot(settings.edge_error_px * reduction, 2 * miss * reduction))
    tilt_deg = float(np.degrees(np.arccos(short / long)))
    refusal = ""
    if tilt_deg > settings.max_tilt_deg:
        refusal = f"the circle is tilted by {tilt_deg:.0f} degrees, more than {settings.max_tilt_deg:g}"
    points = cv2.ellipse2Poly(
        (round(x), round(y)), (round(long / 2), round(short / 2)), round(angle_deg), 0, 360, 6
    )
    outline: Polygon = tuple((float(a) * reduction, float(b) * reduction) for a, b in points)
    length = Estimate(diameter_px, diameter_px - half_px, diameter_px + half_px)
    return SeenScale(
        "circle", length, None, (outline,), f"circle of {diameter_px:.1f} px across", tilt_deg, refusal
    )


_Axes = tuple[float, float, float, float, float]
_Ellipse = tuple[tuple[float, float], tuple[float, float], float, float]


def _ellipses(small: NDArray[np.uint8], settings: CircleSettings) -> Iterator[_Ellipse]:
    """Yield centre, short and long axis, angle of the long one and miss of every thin round line."""
    least_px = settings.min_diameter_fraction * min(small.shape[:2])
    for lines in _thin_lines(small):
        for proposed in _proposed(lines, least_px / 2):
            ellipse = _fitted(lines, _settled(lines, proposed), settings)
            if ellipse is not None and ellipse[1][0] >= least_px:
                yield ellipse


def _thin_lines(small: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """Yield how much darker, lighter, or more colourful than what lies on both sides each px is."""
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    colour = np.asarray(small.max(axis=2) - small.min(axis=2), np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_KERNEL_PX, _KERNEL_PX))
    for layer, operation in (
        (grey, cv2.MORPH_BLACKHAT),
        (grey, cv2.MORPH_TOPHAT),
        (colour, cv2.MORPH_TOPHAT),
    ):
        yield np.asarray(cv2.morphologyEx(layer, operation, kernel), np.uint8)


def _proposed(lines: NDArray[np.uint8], least_radius_px: float) -> Iterator[tuple[float, float, float]]:
    """Yield centre and radius of what may be circles, by the Hough transform at low resolution."""
    factor = min(1.0, _HOUGH_SIDE_PX / max(lines.shape))
    size = (round(lines.shape[1] * factor), round(lines.shape[0] * factor))
    coarse = cv2.GaussianBlur(cv2.resize(lines, size, interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    least = max(5, int(least_radius_px * factor))
    found = cv2.HoughCircles(
        coarse, cv2.HOUGH_GRADIENT, 2, least, param1=60, param2=60, minRadius=least, maxRadius=max(size)
    )
    if found is None:
        return
    for x, y, radius in np.asarray(found, np.float64).reshape(-1, found.shape[-1])[:_PROPOSALS, :3]:
        yield (x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5, radius / factor


def _settled(lines: NDArray[np.uint8], circle: tuple[float, float, float]) -> tuple[float, float, float]:
    """Move and grow a proposed circle, within what low resolution leaves open, to where most is line."""
    x, y, radius = circle
    angles = np.linspace(0, 2 * np.pi, _SECTORS, endpoint=False)
    off = np.arange(-_PROPOSAL_ERROR_PX, _PROPOSAL_ERROR_PX + 1, 2, dtype=np.float64)
    columns, rows, radii = (one.reshape(-1, 1) for one in np.meshgrid(x + off, y + off, radius + off))
    places_x, places_y = columns + radii * np.cos(angles), rows + radii * np.sin(angles)
    soft = cv2.GaussianBlur(lines, (0, 0), 1.0)
    levels = cv2.remap(soft, places_x.astype(np.float32), places_y.astype(np.float32), cv2.INTER_LINEAR)
    best = int(np.minimum(levels, _CLEAR_STEP).mean(axis=1).argmax())
    return float(columns[best, 0]), float(rows[best, 0]), float(radii[best, 0])


def _fitted(
    lines: NDArray[np.uint8], circle: tuple[float, float, float], settings: CircleSettings
) -> _Ellipse | None:
    """Fit an ellipse to the strongest line near a circle on each ray, then again to what lies nearer."""
    x, y, radius = circle
    ellipse: _Axes | None = (x, y, 2 * radius, 2 * radius, 0.0)
    miss, seen = 1.0, 0.0
    for band in _BANDS:
        if ellipse is not None:
            ellipse, miss, seen = _fitted_within(lines, ellipse, band)
    if ellipse is None:
        return None
    x, y, first, second, angle = ellipse
    radius_px = float(np.sqrt(first * second)) / 2
    miss_px = miss * radius_px
    if seen < settings.min_seen_fraction or miss_px > max(_SURE_PX, settings.max_miss_fraction * radius_px):
        return None
    long_angle = angle if first >= second else angle + 90
    return (x, y), (min(first, second), max(first, second)), long_angle, miss_px


def _fitted_within(
    lines: NDArray[np.uint8], ellipse: _Axes, band: float
) -> tuple[_Axes | None, float, float]:
    """Fit an ellipse to the line within a band about another; rays on which a hair is are left out.

    Returns the ellipse, its miss as a share of its radius, and the share of its round that is seen.
    """
    points = _on_rays(lines, ellipse, band)
    for _ in range(_GOES):
        if len(points) < _SECTORS:
            break
        (x, y), (first, second), angle = cv2.fitEllipse(points)
        if not np.isfinite([x, y, first, second]).all() or min(first, second) < 1:
            break
        fitted = (float(x), float(y), float(first), float(second), float(angle))
        radii = _radii(points, fitted)
        off = np.abs(radii - 1)
        keep = off <= max(_FAR_SHARE * band, 1.5 * float(np.median(off)))
        if keep.mean() > _KEPT:
            seen = len(points) / (4 * _SECTORS)
            return fitted, float(np.sqrt(np.mean((radii - 1) ** 2))), seen
        points = points[keep]
    return None, 1.0, 0.0


def _on_rays(lines: NDArray[np.uint8], ellipse: _Axes, band: float) -> NDArray[np.float32]:
    """Return the middle of the line on each ray within a band about an ellipse, shape (n, 2)."""
    x, y, first, second, angle_deg = ellipse
    angles = np.linspace(0, 2 * np.pi, 4 * _SECTORS, endpoint=False)
    turn = np.radians(angle_deg)
    frame = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    rays = np.stack([np.cos(angles) * first / 2, np.sin(angles) * second / 2], axis=1) @ frame
    reach_px = max(band * (first + second) / 4, _LEAST_REACH_PX)
    share = reach_px * 4 / (first + second)
    shares = np.linspace(1 - share, 1 + share, max(16, round(4 * reach_px)))
    places = (rays[:, None] * shares[None, :, None] + (x, y)).astype(np.float32)
    levels = cv2.remap(lines, places[..., 0], places[..., 1], cv2.INTER_LINEAR).astype(np.float64)
    best = levels.max(axis=1)
    weights = np.where(levels >= 0.5 * best[:, None], levels, 0)
    middles = (weights * shares).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return np.asarray((rays * middles[:, None] + (x, y))[best >= _LEAST_STEP], np.float32)


def _radii(points: NDArray[np.float32], ellipse: _Axes) -> NDArray[np.float64]:
    """Return how far points are from the centre, 1 on the ellipse."""
    x, y, first, second, angle_deg = ellipse
    turn = np.radians(angle_deg)
    frame = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    inner = (points.astype(np.float64) - (x, y)) @ frame / (first / 2, second / 2)
    return np.asarray(np.hypot(inner[:, 0], inner[:, 1]), np.float64)


def _distinct(found: list[_Ellipse]) -> list[_Ellipse]:
    """Keep one of ellipses that are the same line: that with the least miss."""
    kept: list[_Ellipse] = []
    for one in sorted(found, key=lambda each: each[3]):
        near = 0.1 * one[1][1]
        if not any(
            np.hypot(one[0][0] - other[0][0], one[0][1] - other[0][1]) < near
            and abs(one[1][1] - other[1][1]) < near
            for other in kept
        ):
            kept.append(one)
    return kept
