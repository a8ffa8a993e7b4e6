"""A photo becomes the printed scale card in it: at any rotation, and tilted a little.

The scale is that of areas: counted px times its square are the area on the card's plane, as the mean over the
whole photo, so that a tilted photo gives the density on the skin and not on its foreshortened picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.scale.card import CARDS, DICTIONARY, CardLayout
from hairdensity.scale.homography import PlaneMap, fit_plane, project
from hairdensity.scale.model import Polygon, SeenScale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class CardSettings:
    """When a card is taken to be seen, and how far it is trusted.

    Attributes
    ----------
    print_error_fraction
        Half the 95 % interval of the printed size: what the control line on the sheet lets pass.
    max_tilt_deg
        A card tilted more is refused.
    min_markers, min_corners, min_spread_fraction
        Least number of markers and of corners between squares, and how far these must spread across the line
        along which they spread most, as a share of that.
    max_error_fraction
        Largest root mean square miss of the corners, as a share of a square: more is no flat card.
    max_side_px
        Markers are looked for in a larger photo reduced to this.
    """

    print_error_fraction: float = 0.003
    max_tilt_deg: float = 20.0
    min_markers: int = 2
    min_corners: int = 6
    min_spread_fraction: float = 0.2
    max_error_fraction: float = 0.03
    max_side_px: int = 2000


_TILT_TOLERANCE_DEG = 0.5
"""The foreshortening tells a tilt of 20 degrees no better than this."""

_WINDOW_SHARE = 0.12
"""Share of a square around a corner that no marker reaches into."""

_MAX_WINDOW_PX = 12
_LEAST_STEP = 20


def see_card(photo: Photo, settings: CardSettings | None = None) -> SeenScale | None:
    """Find a printed scale card.

    Parameters
    ----------
    photo
        Any photo.
    settings
        When a card is taken to be seen.

    Returns
    -------
    SeenScale or None
        Its length is that of 1 mm; with a refusal where it is tilted too much. None where no card is seen.
    """
    settings = settings or CardSettings()
    grey = np.asarray(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    markers = _markers(grey, settings)
    seen = [(layout, markers.keys() & layout.markers().keys()) for layout in CARDS]
    layout, own = max(seen, key=lambda one: len(one[1]))
    if len(own) < settings.min_markers:
        return None
    matched = _corners(grey, layout, {marker: markers[marker] for marker in own})
    if matched is None or not _suffice(matched[0], settings):
        return None
    plane = fit_plane(*matched)
    square_px = np.sqrt(abs(np.linalg.det(plane.matrix()[:2, :2]))) * layout.square_mm
    if plane.error_px > settings.max_error_fraction * square_px:
        return None
    return _as_seen(photo, layout, plane, len(matched[0]), settings)


def _suffice(corners_mm: NDArray[np.float64], settings: CardSettings) -> bool:
    """Say whether there are enough corners, and not all about one line."""
    if len(corners_mm) < settings.min_corners:
        return False
    spread = np.linalg.svd(corners_mm - corners_mm.mean(axis=0), compute_uv=False)
    return bool(spread[1] >= settings.min_spread_fraction * spread[0])


def _markers(grey: NDArray[np.uint8], settings: CardSettings) -> dict[int, NDArray[np.float64]]:
    """Return number of each marker seen -> its four corners, shape (4, 2), in px."""
    reduction = max(1.0, max(grey.shape) / settings.max_side_px)
    if reduction > 1:
        size = (round(grey.shape[1] / reduction), round(grey.shape[0] / reduction))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    parameters = cv2.aruco.DetectorParameters()
    parameters.errorCorrectionRate = 0.3
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(DICTIONARY), parameters)
    corners, numbers, _ = detector.detectMarkers(grey)
    if numbers is None:
        return {}
    each = zip(np.asarray(numbers).reshape(-1), corners, strict=True)
    return {
        int(number): (np.asarray(quad, np.float64).reshape(4, 2) + 0.5) * reduction - 0.5
        for number, quad in each
    }


def _corners(
    grey: NDArray[np.uint8], layout: CardLayout, markers: dict[int, NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the corners between squares that are seen: in mm on the card, and in px."""
    places = layout.markers()
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * layout.marker_mm
    quads_mm = np.concatenate([np.array(places[marker]) + unit for marker in markers])
    quads_px = np.concatenate(list(markers.values()))
    found, kept = cv2.findHomography(quads_mm, quads_px, cv2.RANSAC, 3.0)
    if found is None or np.asarray(kept).sum() < len(quads_mm) / 2:
        return None
    matrix = np.asarray(found, np.float64)
    corners_mm = layout.corners_mm()
    guess = project(matrix, corners_mm)
    near = np.linalg.norm(corners_mm[:, None] - quads_mm[None], axis=2).min(axis=1) < layout.square_mm
    half_px = _half_window_px(quads_px, layout)
    height, width = grey.shape
    inside = (guess > half_px + 1).all(axis=1) & (guess < np.array([width, height]) - half_px - 2).all(axis=1)
    use = near & inside
    if not use.any():
        return None
    refined = _refined(grey, guess[use], half_px)
    holds = (np.abs(refined - guess[use]).max(axis=1) <= half_px) & _is_saddle(grey, refined, half_px)
    return corners_mm[use][holds], refined[holds]


def _half_window_px(quads_px: NDArray[np.float64], layout: CardLayout) -> int:
    sides = np.linalg.norm(
        quads_px.reshape(-1, 4, 2) - np.roll(quads_px.reshape(-1, 4, 2), 1, axis=1), axis=2
    )
    square_px = float(np.median(sides)) * layout.square_mm / layout.marker_mm
    return int(np.clip(round(square_px * _WINDOW_SHARE), 2, _MAX_WINDOW_PX))


def _refined(grey: NDArray[np.uint8], guess: NDArray[np.float64], half_px: int) -> NDArray[np.float64]:
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 40, 0.005)
    points = np.ascontiguousarray(guess.reshape(-1, 1, 2), np.float32)
    refined = cv2.cornerSubPix(grey, points, (half_px, half_px), (-1, -1), stop)
    return np.asarray(refined, np.float64).reshape(-1, 2)


def _is_saddle(grey: NDArray[np.uint8], points: NDArray[np.float64], half_px: int) -> NDArray[np.bool_]:
    """Say at which points a circle around them is crossed by four steps: black, white, black, white."""
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1) * half_px
    places = (points[:, None] + circle[None]).astype(np.float32)
    levels = cv2.remap(grey, places[..., 0], places[..., 1], cv2.INTER_LINEAR).astype(float)
    low, high = levels.min(axis=1, keepdims=True), levels.max(axis=1, keepdims=True)
    is_white = levels > (low + high) / 2
    steps = (is_white != np.roll(is_white, 1, axis=1)).sum(axis=1)
    return np.asarray((steps == 4) & ((high - low)[:, 0] >= _LEAST_STEP))  # noqa: PLR2004 - four squares


def _as_seen(
    photo: Photo, layout: CardLayout, plane: PlaneMap, corner_count: int, settings: CardSettings
) -> SeenScale:
    size_px = (photo.width_px, photo.height_px)
    tilt_deg = plane.tilt_deg(size_px)
    how = f"{layout.name} card, {corner_count} corners, tilted by {tilt_deg:.0f} degrees"
    refusal = ""
    if tilt_deg > settings.max_tilt_deg + _TILT_TOLERANCE_DEG:
        refusal = f"the scale card is tilted by {tilt_deg:.0f} degrees, more than {settings.max_tilt_deg:g}"
    printed = Estimate(1.0, 1 - settings.print_error_fraction, 1 + settings.print_error_fraction)
    outlines_px = _outlines(layout, plane.matrix())
    return SeenScale("card", plane.px_per_mm(size_px), printed, outlines_px, how, tilt_deg, refusal)


def _outlines(layout: CardLayout, matrix: NDArray[np.float64]) -> tuple[Polygon, ...]:
    """Return what the card covers with its white margin of one square, around its window."""
    side = layout.square_mm
    width, height = layout.size_mm
    left, top, columns, rows = (count * side for count in layout.window)
    right, bottom = left + columns, top + rows
    boxes = [(-side, -side, width + side, height + side)]
    if columns:
        boxes = [
            (-side, -side, width + side, top),
            (-side, bottom, width + side, height + side),
            (-side, top, left, bottom),
            (right, top, width + side, bottom),
        ]
    quads = [np.array([(a, b), (c, b), (c, d), (a, d)], np.float64) for a, b, c, d in boxes]
    return tuple(tuple((float(x), float(y)) for x, y in project(matrix, quad)) for quad in quads)
