"""Photos become pictures of the page: laid on the same skin, and small enough to be carried along."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from hairdensity.align.homography import inverse, local_scale, resampling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.compare import Comparison

    Pixels = NDArray[np.uint8]

PAGE_BYTES = 2_950_000
"""A page is no larger, all that is in it counted."""
FRAMEWORK_BYTES = 120_000
"""Style, script and words of a page, without its photos and hairs."""
LEAST_PHOTO_BYTES = 400_000
AS_TEXT = 3 / 4
"""Share that is left of a byte when it is written as text (base64)."""
MOST_PX = 16_000_000
"""Browsers on phones draw no larger picture."""
PAPER_SIDE_PX = 1400
PAPER_BYTES = 600_000
BEYOND: tuple[float, ...] = (128.0, 128.0, 128.0)
"""Colour of what the after photo does not show."""
FORMS = (
    (".jpg", cv2.IMWRITE_JPEG_QUALITY, (93, 85, 75, 65, 55)),
    (".webp", cv2.IMWRITE_WEBP_QUALITY, (70, 50, 35)),
)
"""Forms and qualities to try, the quickest and best first; WebP takes 25 times longer and half the bytes."""
SAMPLE_SIDE_PX = 1024
SHRINK_STEP = 0.85
LEAST_SIDE_PX = 16


@dataclass(frozen=True, slots=True)
class PagePhoto:
    """A photo inside the page: `uri` holds its bytes, at `shrink` of the px a side that the photo has."""

    uri: str
    shrink: float


def lay_on_before(comparison: Comparison) -> Pixels:
    """Return the after photo as it lies on the before photo.

    Returns
    -------
    ndarray
        uint8, shape (height, width, 3), RGB: the same frame as the before photo, at the after photo's own
        resolution. What the after photo does not show is grey; without alignment it is the photo itself.
    """
    after, mapping = comparison.after.photo.pixels, comparison.alignment.before_to_after
    if mapping is None:
        return after
    width_px, height_px = comparison.before.photo.width_px, comparison.before.photo.height_px
    finest = local_scale(mapping, np.array([width_px / 2, height_px / 2]))
    factor = min(finest, sqrt(after.shape[0] * after.shape[1] / (width_px * height_px)) * 2)
    to_frame = resampling(factor) @ inverse(mapping)
    size = (max(1, round(width_px * factor)), max(1, round(height_px * factor)))
    laid = cv2.warpPerspective(after, to_frame, size, flags=cv2.INTER_LINEAR, borderValue=BEYOND)
    return np.asarray(laid, dtype=np.uint8)


def embed(photos: Sequence[Pixels], taken_bytes: int = 0, views: int = 1) -> tuple[PagePhoto, ...]:
    """Put the photos of a view into a page, at their full resolution when there is room for that.

    Parameters
    ----------
    photos
        Pixels, uint8, shape (height, width, 3), RGB.
    taken_bytes
        What the hairs of the page take of it.
    views
        How many views share the page.
    """
    room = (PAGE_BYTES - FRAMEWORK_BYTES - taken_bytes) * AS_TEXT / views
    total_bytes = max(int(room), LEAST_PHOTO_BYTES)
    areas = [one.shape[0] * one.shape[1] for one in photos]
    return tuple(
        _embedded(one, total_bytes * area // max(sum(areas), 1))
        for one, area in zip(photos, areas, strict=True)
    )


def embed_for_paper(photos: Sequence[Pixels]) -> tuple[PagePhoto, ...]:
    """Put photos into a page to be printed, no finer than paper shows."""
    return tuple(_embedded(_shrunk(one, PAPER_SIDE_PX / max(one.shape[:2])), PAPER_BYTES) for one in photos)


def _embedded(pixels: Pixels, most_bytes: int) -> PagePhoto:
    shrink = min(1.0, sqrt(MOST_PX / max(pixels.shape[0] * pixels.shape[1], 1)))
    small = _shrunk(pixels, shrink)
    while True:
        for form in _likely_forms(small, most_bytes):
            content = _encoded(small, *form)
            if len(content) <= most_bytes or max(small.shape[:2]) <= LEAST_SIDE_PX:
                kind = {".jpg": "jpeg", ".webp": "webp"}[form[0]]
                return PagePhoto(f"data:image/{kind};base64,{b64encode(content).decode('ascii')}", shrink)
        shrink *= SHRINK_STEP
        small = _shrunk(pixels, shrink)


def _likely_forms(pixels: Pixels, most_bytes: int) -> list[tuple[str, int, int]]:
    """Return the forms that will fit, judged by a piece of the middle, and the densest one in any case."""
    forms = [(ending, flag, quality) for ending, flag, qualities in FORMS for quality in qualities]
    height, width = pixels.shape[:2]
    top, left = (max(0, (side - SAMPLE_SIDE_PX) // 2) for side in (height, width))
    piece = pixels[top : top + SAMPLE_SIDE_PX, left : left + SAMPLE_SIDE_PX]
    allowed = most_bytes * piece.shape[0] * piece.shape[1] / max(height * width, 1)
    for at, form in enumerate(forms[:-1]):
        if len(_encoded(piece, *form)) <= allowed:
            return forms[at : at + 2]
    return forms[-1:]


def _encoded(pixels: Pixels, ending: str, flag: int, quality: int) -> bytes:
    _, buffer = cv2.imencode(ending, np.ascontiguousarray(pixels[:, :, ::-1]), [flag, quality])
    return buffer.tobytes()


def _shrunk(pixels: Pixels, factor: float) -> Pixels:
    if factor >= 1:
        return pixels
    height, width = (max(1, round(side * factor)) for side in pixels.shape[:2])
    small: Any = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)
