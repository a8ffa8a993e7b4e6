"""The sample images of the project: a pair, a hard pair, and a photo that must be refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hairdensity.phantom.camera import Camera, View
from hairdensity.phantom.draw import Phantom, draw_phantom
from hairdensity.phantom.graphics import draw_header, draw_measuring_circle, draw_scale_bar
from hairdensity.phantom.pair import PhantomPair, Shot, SiteChange, draw_pair, site_centre_um
from hairdensity.phantom.scene import sample_scene
from hairdensity.phantom.style import BROWN, DARK, Style

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZE_PX = (1280, 1024)
_CLIPPED = Style(
    "sample",
    DARK,
    length_mm=(0.4, 0.5),
    units_per_cm2=(78.0, 82.0),
    terminal_diameter_um=(72.0, 78.0),
    vellus_fraction=(0.1, 0.14),
    melanin=(0.05, 0.15),
    glare=(0.5, 0.7),
    loose_per_mm2=(0.0, 0.02),
)
_MIXED = replace(
    _CLIPPED,
    name="hard-sample",
    hair_colours=DARK + BROWN,
    length_mm=(0.5, 0.6),
    grey_fraction=(0.2, 0.25),
    bend=(0.15, 0.25),
    glare=(0.9, 1.0),
)


def sample_pair() -> PhantomPair:
    """Return a site whose density rises by about a tenth, photographed twice with care."""
    first, second = 5.5, 5.3
    centre = site_centre_um((_SIZE_PX, _SIZE_PX), (first, second))
    pair = draw_pair(
        4,
        _CLIPPED,
        SiteChange(lost_fraction=0.04, gained_fraction=0.14, thicker_um=2.0),
        (
            Shot(
                View(_SIZE_PX, first, centre),
                Camera(cast=(0.97, 1.0, 1.07), cast_slope=(0.0, -0.12), noise=2.0, jpeg_quality=88),
            ),
            Shot(
                View(_SIZE_PX, second, (centre[0] + 320, centre[1] - 210), turn_deg=6.5, tilt=(0.015, -0.01)),
                Camera(exposure=0.94, cast=(1.02, 1.0, 0.98), blur_px=0.7, noise=2.5, jpeg_quality=88),
            ),
        ),
    )
    return _marked(pair, _header("visit 1"), _header("visit 2"))


def hard_sample_pair() -> PhantomPair:
    """Return a site that loses hair: longer, partly grey, crossing; glare, blur, a turn of 28°, a zoom."""
    first, second = 5.5, 6.3
    centre = site_centre_um((_SIZE_PX, _SIZE_PX), (first, second))
    pair = draw_pair(
        34,
        _MIXED,
        SiteChange(lost_fraction=0.16, gained_fraction=0.03, combed_deg=5.0, regrown=0.12),
        (
            Shot(
                View(_SIZE_PX, first, centre),
                Camera(
                    cast=(0.95, 1.0, 1.1),
                    light_slope=(0.2, -0.1),
                    uneven_focus_px=1.6,
                    noise=3.0,
                    jpeg_quality=80,
                ),
            ),
            Shot(
                View(_SIZE_PX, second, (centre[0] - 280, centre[1] + 260), turn_deg=28.0, tilt=(-0.03, 0.02)),
                Camera(exposure=1.06, cast=(1.03, 1.0, 0.93), sharpening=0.9, noise=3.0, jpeg_quality=80),
            ),
        ),
    )
    return _marked(pair, lambda phantom: draw_scale_bar(phantom.pixels, 1.0, first), _circle)


def refused_sample() -> Phantom:
    """Return a photo so far out of focus that no hair can be counted."""
    size_um = (_SIZE_PX[0] * 5.5 * 1.02, _SIZE_PX[1] * 5.5 * 1.02)
    view = View(_SIZE_PX, 5.5, (size_um[0] / 2, size_um[1] / 2))
    return draw_phantom(
        sample_scene(31, _CLIPPED, size_um), view, Camera(blur_px=24.0, noise=1.5, jpeg_quality=80)
    )


def _marked(
    pair: PhantomPair, first: Callable[[Phantom], None], second: Callable[[Phantom], None]
) -> PhantomPair:
    first(pair.before)
    second(pair.after)
    return pair


def _header(text: str) -> Callable[[Phantom], None]:
    def mark(phantom: Phantom) -> None:
        draw_header(phantom.pixels, f"{text}  |  1280x1024  |  phantom")
        draw_scale_bar(phantom.pixels, 1.0, phantom.view.um_per_px)

    return mark


def _circle(phantom: Phantom) -> None:
    draw_measuring_circle(phantom.pixels, (640, 512), 430)
