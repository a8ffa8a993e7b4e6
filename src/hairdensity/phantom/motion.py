"""How the camera of a second visit stands against that of the first: overlap, turn, zoom, tilt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.phantom.camera import View

HALVINGS = 14
MIN_ZOOM, MAX_ZOOM = 0.5, 2.0
MIN_OVERLAP_FRACTION = 0.4


@dataclass(frozen=True, slots=True)
class Motion:
    """Where the second photo of a site is taken.

    Attributes
    ----------
    overlap_fraction
        Share of the smaller of the two photos that both show, in (0, 1]; as large as it can be where the turn
        allows no more.
    turn_deg
        Rotation of the camera.
    zoom
        µm per px of the second photo over that of the first.
    heading_deg
        Direction on the skin in which the second photo lies off the first.
    tilt
        Perspective, as in `View`.
    """

    overlap_fraction: float = 1.0
    turn_deg: float = 0.0
    zoom: float = 1.0
    heading_deg: float = 0.0
    tilt: tuple[float, float] = (0.0, 0.0)


def any_motion(rng: np.random.Generator) -> Motion:
    """Return any motion that a comparison must bear: overlap 40-100 %, any turn, zoom 0.5-2, some tilt."""
    return Motion(
        overlap_fraction=float(rng.uniform(MIN_OVERLAP_FRACTION, 1.0)),
        turn_deg=float(rng.uniform(-180, 180)),
        zoom=float(np.exp(rng.uniform(np.log(MIN_ZOOM), np.log(MAX_ZOOM)))),
        heading_deg=float(rng.uniform(0, 360)),
        tilt=(float(rng.normal(0, 0.015)), float(rng.normal(0, 0.015))),
    )


def moved_view(first: View, motion: Motion) -> View:
    """Return the view after the motion: as far off `first` as leaves the overlap.

    Examples
    --------
    >>> from hairdensity.phantom.camera import View
    >>> first = View((400, 300), 10.0, (5000.0, 5000.0))
    >>> moved_view(first, Motion(overlap_fraction=0.5)).centre_um[0].__round__()
    7000
    """
    here = replace(first, um_per_px=first.um_per_px * motion.zoom, turn_deg=motion.turn_deg, tilt=motion.tilt)
    near_um, far_um = 0.0, float(np.hypot(*first.size_px)) * max(first.um_per_px, here.um_per_px)
    for _ in range(HALVINGS):
        middle_um = (near_um + far_um) / 2
        is_enough = overlap_fraction(first, _shifted(here, motion, middle_um)) >= motion.overlap_fraction
        near_um, far_um = (middle_um, far_um) if is_enough else (near_um, middle_um)
    return _shifted(here, motion, near_um)


def overlap_fraction(one: View, other: View) -> float:
    """Return the share of the smaller of two photos that both show."""
    outlines = [_corners_um(view) for view in (one, other)]
    shared_um2, _ = cv2.intersectConvexConvex(outlines[0], outlines[1])
    return float(shared_um2) / min(cv2.contourArea(outline) for outline in outlines)


def _shifted(view: View, motion: Motion, distance_um: float) -> View:
    angle = np.radians(motion.heading_deg)
    x, y = view.centre_um
    return replace(
        view,
        centre_um=(x + distance_um * float(np.cos(angle)), y + distance_um * float(np.sin(angle))),
    )


def _corners_um(view: View) -> NDArray[np.float32]:
    width, height = view.size_px
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    skin = cv2.perspectiveTransform(corners, np.linalg.inv(view.skin_to_photo()))[0]
    return np.asarray(skin, np.float32)
