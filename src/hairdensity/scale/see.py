"""A photo becomes everything in it that tells its scale: printed card, ruler, scale bar, circle, grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hairdensity.estimate import Estimate
from hairdensity.scale.bar import BarSettings, find_scale_bar
from hairdensity.scale.card_seen import CardSettings, see_card
from hairdensity.scale.circle import CircleSettings, see_circle
from hairdensity.scale.grid import GridSettings, see_grid
from hairdensity.scale.label import Label, LabelSettings, read_label
from hairdensity.scale.model import Polygon, SeenScale
from hairdensity.scale.ruler import RulerSettings, see_ruler

if TYPE_CHECKING:
    from hairdensity.photo import Photo
    from hairdensity.scale.bar import ScaleBar
    from hairdensity.scale.model import StatedScales


@dataclass(frozen=True, slots=True)
class SeeSettings:
    """What counts as each thing that tells a scale."""

    card: CardSettings = field(default_factory=CardSettings)
    ruler: RulerSettings = field(default_factory=RulerSettings)
    bar: BarSettings = field(default_factory=BarSettings)
    label: LabelSettings = field(default_factory=LabelSettings)
    circle: CircleSettings = field(default_factory=CircleSettings)
    grid: GridSettings = field(default_factory=GridSettings)


def see_scales(
    photo: Photo, stated: StatedScales | None = None, settings: SeeSettings | None = None
) -> tuple[SeenScale, ...]:
    """Find everything in a photo that tells its scale, or would if its length were known.

    Parameters
    ----------
    photo
        Any photo.
    stated
        What is stated of it; a circle and a grid are looked for only when their size is.
    settings
        What counts as each.

    Returns
    -------
    tuple of SeenScale
        In the order in which they are believed: card, ruler, scale bar.
    """
    settings = settings or SeeSettings()
    card = see_card(photo, settings.card)
    found = [card, see_ruler(photo, settings.ruler) if card is None else None, _seen_bar(photo, settings)]
    if stated is not None and stated.states("circle_mm"):
        found.append(see_circle(photo, settings.circle))
    if stated is not None and stated.states("grid_mm"):
        found.append(see_grid(photo, settings.grid))
    return tuple(one for one in found if one is not None)


def _seen_bar(photo: Photo, settings: SeeSettings) -> SeenScale | None:
    bar = find_scale_bar(photo, settings.bar)
    return None if bar is None else _as_seen(bar, read_label(photo, bar, settings.label))


def _as_seen(bar: ScaleBar, label: Label | None) -> SeenScale:
    boxes_px = [stroke.box_px() for stroke in bar.strokes]
    shape = "L-shaped" if len(bar.strokes) > 1 else "straight"
    how = f"{shape} scale bar of {bar.length_px.value:.1f} px"
    if label is None:
        outlines_px = tuple(_box_polygon(box) for box in boxes_px)
        return SeenScale(
            "scale-bar", bar.length_px, None, outlines_px, f"{how} without a label that can be read"
        )
    outlines_px = tuple(_box_polygon(box) for box in (*boxes_px, label.box_px))
    length_mm = Estimate(label.length_mm, label.length_mm, label.length_mm)
    return SeenScale("scale-bar", bar.length_px, length_mm, outlines_px, f"{how} labelled {label.text}")


def _box_polygon(box_px: tuple[int, int, int, int]) -> Polygon:
    """Return the corners of a box of first and last px, at the px's outer sides."""
    left, top, right, bottom = box_px[0] - 0.5, box_px[1] - 0.5, box_px[2] + 0.5, box_px[3] + 0.5
    return ((left, top), (right, top), (right, bottom), (left, bottom))
