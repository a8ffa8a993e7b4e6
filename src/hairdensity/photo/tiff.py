"""What a TIFF file states of its resolution becomes the size of a px, where that is the size of a thing.

Resolution is a scale when a microscope's program wrote it: in a unit of length, alike both ways, not one of
the round numbers of dots an inch that screens, printers and editors write into every file.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from hairdensity.photo.model import StatedPx

if TYPE_CHECKING:
    from PIL import Image

_X, _Y, _UNIT, _WORDS = 282, 283, 296, 270
_UM_OF_UNIT = {2: 25_400.0, 3: 10_000.0}
_UM_OF_WORD = {
    "um": 1.0, "\N{MICRO SIGN}m": 1.0, "\N{GREEK SMALL LETTER MU}m": 1.0, "micron": 1.0, "microns": 1.0,
    "mm": 1000.0, "cm": 10_000.0, "nm": 0.001, "inch": 25_400.0,
}  # fmt: skip
_INCH_UM = 25_400.0
_MOST_UM_PER_PX = 60.0
_UNEVEN = 0.01


def stated_px(image: Image.Image) -> StatedPx | None:
    """Return what a TIFF states of the size of its px.

    OME-TIFF states it in XML (PhysicalSizeX), ImageJ in words (unit=um) beside the resolution, others by
    resolution and unit alone (TIFF 6.0, tags 282, 283, 296).

    Returns
    -------
    StatedPx or None
        None where it states nothing; without a size where what it states is none of a thing.
    """
    words = str(image.getexif().get(_WORDS, ""))
    ome = _ome_um(words)
    if ome is not None:
        return _checked(ome, "OME-TIFF physical size", by_dots=False)
    sizes = [_number(image.getexif().get(tag)) for tag in (_X, _Y)]
    if min(sizes) <= 0:
        return None
    named = re.search(r"^unit=(\S+)", words, re.MULTILINE)
    word = re.sub(r"\\u00B5|[^ -~]+", "u", named[1], flags=re.IGNORECASE) if named else ""
    unit_um = _UM_OF_WORD.get(word)
    if unit_um is not None and words.startswith("ImageJ"):
        return _checked((unit_um / sizes[0], unit_um / sizes[1]), f"ImageJ TIFF, unit {word}", by_dots=False)
    unit_um = _UM_OF_UNIT.get(int(_number(image.getexif().get(_UNIT, 2))))
    if unit_um is None:
        return None
    return _checked((unit_um / sizes[0], unit_um / sizes[1]), "TIFF resolution", by_dots=True)


def _checked(sizes_um: tuple[float, float], what: str, *, by_dots: bool) -> StatedPx:
    """Return the size of a px, or why it is none."""
    across, down = sizes_um
    how = f"{what} of {across:.4g} um per px"
    if abs(across / down - 1) > _UNEVEN:
        return StatedPx(None, "tiff", f"{how} across and {down:.4g} down: not used, px are not square")
    dots = _INCH_UM / across
    if by_dots and abs(dots - round(dots, -1)) < 0.01 * math.sqrt(dots) and dots <= 2400:  # noqa: PLR2004 - dots
        return StatedPx(
            None, "tiff", f"{what} of {dots:.0f} dots an inch: not used, it is that of screen or print"
        )
    if not 0 < across <= _MOST_UM_PER_PX:
        return StatedPx(None, "tiff", f"{how}: not used, no hair can be seen at that size")
    return StatedPx((across + down) / 2, "tiff", how)


def _ome_um(words: str) -> tuple[float, float] | None:
    if "<OME" not in words:
        return None
    sizes = []
    for axis in "XY":
        size = re.search(rf'PhysicalSize{axis}="([0-9.eE+-]+)"', words)
        unit = re.search(rf'PhysicalSize{axis}Unit="([^"]+)"', words)
        factor = _UM_OF_WORD.get(unit[1] if unit else "um", 0.0)
        sizes.append(_number(size[1]) * factor if size else 0.0)
    return (sizes[0], sizes[1]) if min(sizes) > 0 else None


def _number(value: object) -> float:
    """Return a number, 0 for what is none."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    return number if math.isfinite(number) else 0.0
