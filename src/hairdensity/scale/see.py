"""A photo becomes what is seen in it that tells a scale: so far, the scale bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hairdensity.scale.bar import find_scale_bar
from hairdensity.scale.model import Polygon, SeenScale

if TYPE_CHECKING:
    from hairdensity.photo import Photo
    from hairdensity.scale.bar import ScaleBar


def see_scales(photo: Photo) -> tuple[SeenScale, ...]:
    """Find everything in a photo that tells its scale, or would if its length were known.

    Parameters
    ----------
    photo
        Any photo.

    Returns
    -------
    tuple of SeenScale
        In the order in which they are believed.
    """
    bar = find_scale_bar(photo)
    return () if bar is None else (_as_seen(bar),)


def _as_seen(bar: ScaleBar) -> SeenScale:
    outlines_px = tuple(_box_polygon(stroke.box_px()) for stroke in bar.strokes)
    shape = "L-shaped" if len(bar.strokes) > 1 else "straight"
    how = f"{shape} scale bar of {bar.length_px.value:.1f} px without a length"
    return SeenScale("scale-bar", bar.length_px, None, outlines_px, how)


def _box_polygon(box_px: tuple[int, int, int, int]) -> Polygon:
    """Return the corners of a box of first and last px, at the px's outer sides."""
    left, top, right, bottom = box_px[0] - 0.5, box_px[1] - 0.5, box_px[2] + 0.5, box_px[3] + 0.5
    return ((left, top), (right, top), (right, bottom), (left, bottom))
