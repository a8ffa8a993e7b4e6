"""A seed becomes a phantom or a pair, with a random scene, camera and motion."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.phantom.camera import View, sample_camera
from hairdensity.phantom.draw import Phantom, draw_phantom, seen_skin
from hairdensity.phantom.motion import Motion, moved_view
from hairdensity.phantom.pair import PhantomPair, Shot, SiteChange, draw_pair, site_centre_um
from hairdensity.phantom.scene import sample_scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.phantom.style import Style


def random_phantom(seed: int, style: Style, size_px: tuple[int, int], um_per_px: float) -> Phantom:
    """Draw one photo of `size_px` (width, height); the same arguments give the same pixels.

    Examples
    --------
    >>> from hairdensity.phantom.style import STYLES
    >>> phantom = random_phantom(3, STYLES["clipped"], (160, 120), 11.0)
    >>> phantom.pixels.shape, len(phantom.hairs) == len(phantom.paths_px)
    ((120, 160, 3), True)
    """
    width_um, height_um = size_px[0] * um_per_px * 1.02, size_px[1] * um_per_px * 1.02
    scene = sample_scene(seed, style, (width_um, height_um))
    camera = sample_camera(np.random.default_rng([seed, 7]))
    return draw_phantom(scene, View(size_px, um_per_px, (width_um / 2, height_um / 2)), camera)


def random_pair(
    seed: int, style: Style, change: SiteChange, size_px: tuple[int, int], um_per_px: float
) -> PhantomPair:
    """Draw one site twice: shifted up to 12 % of the frame, turned up to 12°, zoomed up to 7 %, tilted."""
    rng = np.random.default_rng([seed, 8])
    zoom = float(np.exp(rng.uniform(-0.07, 0.07)))
    centre = site_centre_um((size_px, size_px), (um_per_px, um_per_px * zoom))
    shift_um = rng.uniform(-0.12, 0.12, 2) * np.array(size_px) * um_per_px
    before = View(size_px, um_per_px, centre)
    after = replace(
        before,
        um_per_px=um_per_px * zoom,
        centre_um=(centre[0] + float(shift_um[0]), centre[1] + float(shift_um[1])),
        turn_deg=float(rng.uniform(-12, 12)),
        tilt=(float(rng.normal(0, 0.015)), float(rng.normal(0, 0.015))),
    )
    return draw_pair(seed, style, change, (Shot(before, sample_camera(rng)), Shot(after, sample_camera(rng))))


def moved_pair(
    seed: int, style: Style, change: SiteChange, first: tuple[tuple[int, int], float], motion: Motion
) -> PhantomPair:
    """Draw one site twice, with random cameras: `first` has (width, height) in px and µm per px.

    Examples
    --------
    >>> from hairdensity.phantom.style import STYLES
    >>> pair = moved_pair(3, STYLES["clipped"], SiteChange(), ((160, 120), 11.0), Motion(zoom=2.0))
    >>> pair.after.view.um_per_px
    22.0
    """
    size_px, um_per_px = first
    rng = np.random.default_rng([seed, 9])
    before = View(size_px, um_per_px, (0.0, 0.0))
    after = moved_view(before, motion)
    corner_um = np.min([seen_skin(before)[0], seen_skin(after)[0]], axis=0)
    placed = [_moved_by(view, -corner_um) for view in (before, after)]
    shots = [Shot(view, sample_camera(rng)) for view in placed]
    return draw_pair(seed, style, change, (shots[0], shots[1]))


def _moved_by(view: View, shift_um: NDArray[np.float64]) -> View:
    x, y = view.centre_um + shift_um
    return replace(view, centre_um=(float(x), float(y)))
