"""Marks become SVG: the same shapes and colours as in the drawn pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from hairdensity.report.legend import BACKDROP
from hairdensity.report.marks import STROKES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from hairdensity.report.marks import Colour, Mark, Shape

SWATCH = Markup(
    '<svg class="swatch" viewBox="-10 -10 20 20" width="16" height="16" aria-hidden="true">'
    '<rect x="-10" y="-10" width="20" height="20" rx="3" fill="{ground}"/>'
    '<g fill="none" stroke-linecap="round" stroke-linejoin="round">'
    '<path d="{path}" stroke="#000000" stroke-width="{casing}"/>'
    '<path d="{path}" stroke="{colour}" stroke-width="{wide}"/></g></svg>'
)
SWATCH_RADIUS = 4.5
RING_CORNERS = (
    (1.0, 0.0),
    (0.7, 0.7),
    (0.0, 1.0),
    (-0.7, 0.7),
    (-1.0, 0.0),
    (-0.7, -0.7),
    (0.0, -1.0),
    (0.7, -0.7),
)


def hexadecimal(colour: Colour) -> str:
    """Return a colour as CSS writes it.

    Examples
    --------
    >>> hexadecimal((255, 176, 0))
    '#ffb000'
    """
    return "#" + "".join(f"{one:02x}" for one in colour)


def mark_block(mark: Mark) -> dict[str, Any]:
    """Return colour and shape of a mark for template and script."""
    return {"colour": hexadecimal(mark.colour), "shape": mark.shape}


def roots_path(roots_px: NDArray[np.float64], shape: Shape, radius_px: float) -> str:
    """Return marks of one shape on all roots, shape (n, 2), as the `d` of one SVG path."""
    return "".join(_one(x, y, shape, radius_px) for x, y in roots_px.tolist())


def swatch(mark: Mapping[str, Any]) -> Markup:
    """Return the sign of a mark for a legend, on a patch as dark as skin."""
    wide = 9.0 if mark["shape"] == "dot" else 2.4
    return SWATCH.format(
        ground=hexadecimal(BACKDROP),
        path=_one(0, 0, mark["shape"], SWATCH_RADIUS),
        colour=mark["colour"],
        wide=wide,
        casing=wide + 3,
    )


def _one(x: float, y: float, shape: Shape, radius: float) -> str:
    """Return one mark; a dot is a line without length, drawn with round ends."""
    if shape == "dot":
        return f"M{x:.1f} {y:.1f}h.01"
    if shape == "ring":
        return _stroke([(dx, dy) for dx, dy in RING_CORNERS], x, y, radius) + "Z"
    return "".join(_stroke(one, x, y, radius) for one in STROKES[shape])


def _stroke(corners: list[tuple[float, float]], x: float, y: float, radius: float) -> str:
    return "M" + " ".join(f"{x + radius * dx:.1f} {y + radius * dy:.1f}" for dx, dy in corners)
