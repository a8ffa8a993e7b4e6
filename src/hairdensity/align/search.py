"""Two analysed photos become sightings: skin texture laid on itself at every turn, size and place.

Slow and thorough: for skin that neither features nor roots find again, such as little of it, or all its hairs
changed. Every turn and size has a best place by accident; the same skin rises far above all of these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy import fft

from hairdensity.align.homography import project
from hairdensity.align.view import view_skin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from hairdensity.align.model import AlignSettings
    from hairdensity.align.view import SkinView
    from hairdensity.pipeline import Analysis

AREA_STEP = 4
"""The area of bare skin in common is smooth and is found at so many times fewer px."""
USUAL_SMALLER_MM2 = 50.0
USUAL_LARGER_MM2 = 400.0
"""Larger fields than these have texture to spare, and are searched with larger px."""
UNKNOWN_SCALE_COARSENING = 1.4
"""Where a photo has no scale, many more sizes are tried, all steps this many times larger."""
SAME_PLACE_UM = 280.0
"""Mappings that lie nearer to each other than this are of one place."""
ROOM = 1.2
"""The transforms are so many times larger than what is laid on each other."""
MIN_TRIES_WITH_ROOM = 0.5
"""Where fewer tries find enough skin in common, accident is not known well enough to rise above it."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A place where the texture of one view lies on that of the other.

    Attributes
    ----------
    mapping
        float64, shape (3, 3): px of the one view to px of the other.
    rise
        How far the agreement lies above that of the best places of all turns and sizes: their median
        absolute deviations above their median.
    """

    mapping: NDArray[np.float64]
    rise: float


@dataclass(frozen=True, slots=True, eq=False)
class _Texture:
    """Texture and bare skin as float32 images of one shape."""

    texture: NDArray[np.float32]
    skin: NDArray[np.float32]


def searched_views(before: Analysis, after: Analysis, settings: AlignSettings) -> tuple[SkinView, SkinView]:
    """Return both photos at the resolution of the search, with the coarser texture that shows there."""
    areas_mm2 = sorted(one.field.area_px * (one.working_um_per_px * 1e-3) ** 2 for one in (before, after))
    coarsening = max(
        1.0, math.sqrt(areas_mm2[0] / USUAL_SMALLER_MM2), math.sqrt(areas_mm2[1] / USUAL_LARGER_MM2)
    )
    if not _are_scaled(before, after):
        coarsening *= UNKNOWN_SCALE_COARSENING
    um_per_px = max(settings.search_um_per_px * coarsening, before.working_um_per_px, after.working_um_per_px)
    factor = um_per_px * settings.search_texture_px / settings.fine_texture_um
    coarser = replace(
        settings,
        fine_texture_um=settings.fine_texture_um * factor,
        coarse_texture_um=settings.coarse_texture_um * factor,
        contrast_window_um=settings.contrast_window_um * factor,
    )
    return view_skin(before, um_per_px, coarser), view_skin(after, um_per_px, coarser)


def search_texture(
    analyses: tuple[Analysis, Analysis], views: tuple[SkinView, SkinView], settings: AlignSettings
) -> list[Sighting]:
    """Return the best mappings of view to view, the best first, each of another place.

    Parameters
    ----------
    analyses
        Where both have a scale, sizes are tried only about as far as scales err and skin stretches.
    views
        The same two photos by `searched_views`.
    settings
        Steps and limits of the search.
    """
    if not all(view.skin.any() for view in views):
        return []
    step = 1.0 if _are_scaled(*analyses) else UNKNOWN_SCALE_COARSENING
    turn_count = round(360 / (settings.search_turn_deg * step))
    tried = [
        best
        for scale in _scales(settings, step, are_known=_are_scaled(*analyses))
        for best in _best_places(views, scale, turn_count, settings.min_shared_fraction)
    ]
    with_room = [(score, mapping) for score, mapping in tried if score > 0]
    if len(with_room) < MIN_TRIES_WITH_ROOM * len(tried):
        return []
    scores = np.array([score for score, _ in with_room])
    middle = float(np.median(scores))
    spread = max(float(np.median(np.abs(scores - middle))), 1e-6)
    order = np.argsort(-scores, kind="stable")
    sightings = (Sighting(with_room[one][1], (float(scores[one]) - middle) / spread) for one in order)
    return _first_distinct(sightings, views[0], settings.sighting_count)


def _are_scaled(before: Analysis, after: Analysis) -> bool:
    return before.scale is not None and after.scale is not None


def _scales(settings: AlignSettings, step: float, *, are_known: bool) -> NDArray[np.float64]:
    reach = settings.search_scale_reach if are_known else math.log(settings.max_scale_ratio)
    count = max(1, round(reach / (settings.search_scale_step * step)))
    return np.asarray(np.exp(np.linspace(-reach, reach, 2 * count + 1)), np.float64)


def _best_places(
    views: tuple[SkinView, SkinView], scale: float, turn_count: int, min_shared: float
) -> Iterator[tuple[float, NDArray[np.float64]]]:
    """Yield score and mapping of the best place of each turn.

    The score is the sum of products of both textures over the root of the skin in common: about normal for
    textures that have nothing to do with each other, whatever the area.
    """
    before, after = (_Texture(view.texture, view.skin.astype(np.float32)) for view in views)
    side = math.ceil(math.hypot(*before.skin.shape) * scale) + 1
    shape = _wrapping_shape(after.skin.shape, side)
    small_shape = shape[0] // AREA_STEP, shape[1] // AREA_STEP
    spectra = fft.rfft2(after.texture, shape), fft.rfft2(_shrunk(after.skin), small_shape)
    needed_px = max(1.0, min_shared * min(float(after.skin.sum()), float(before.skin.sum()) * scale**2))
    for turn_deg in np.arange(turn_count) * 360.0 / turn_count:
        turned, turning = _turned(before, float(turn_deg), scale, side)
        products = _correlated(spectra[0], turned.texture, shape)
        skin = _correlated(spectra[1], _shrunk(turned.skin), small_shape) * AREA_STEP**2
        weight = np.where(skin >= needed_px, 1 / np.sqrt(np.maximum(skin, 1.0)), 0.0).astype(np.float32)
        scores = products * cv2.resize(weight, shape[::-1])
        place = np.unravel_index(int(scores.argmax()), shape)
        down, right = (
            _unwrapped(int(at), length, shown - side)
            for at, length, shown in zip(place, shape, after.skin.shape, strict=True)
        )
        shift = np.array([[1.0, 0.0, right], [0.0, 1.0, down], [0.0, 0.0, 1.0]])
        yield float(scores[place]), shift @ turning


def _wrapping_shape(shown: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return a shape for the transforms in which the views only just have room.

    What reaches over an edge is wrapped round and adds to products and skin alike, so that the scores hold.
    """
    height, width = (
        AREA_STEP * fft.next_fast_len(math.ceil(ROOM * max(length, side) / AREA_STEP), real=True)
        for length in shown
    )
    return height, width


def _unwrapped(at: int, length: int, twice_middle: int) -> int:
    """Return the shift, of those that fall on one place, that leaves both middles nearest to each other."""
    return at - length * round((at - twice_middle / 2) / length)


def _turned(
    texture: _Texture, turn_deg: float, scale: float, side: int
) -> tuple[_Texture, NDArray[np.float64]]:
    """Turn about the middle onto a square of `side` px."""
    height, width = texture.skin.shape
    middle = (width - 1) / 2, (height - 1) / 2
    turning = np.vstack([cv2.getRotationMatrix2D(middle, turn_deg, scale), [0.0, 0.0, 1.0]])
    turning[:2, 2] += np.array([(side - 1) / 2 - middle[0], (side - 1) / 2 - middle[1]])
    parts = (
        np.asarray(cv2.warpAffine(one, turning[:2], (side, side)), np.float32)
        for one in (texture.texture, texture.skin)
    )
    return _Texture(*parts), turning


def _shrunk(image: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = image.shape
    size = max(1, width // AREA_STEP), max(1, height // AREA_STEP)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)


def _correlated(
    spectrum: NDArray[np.complex64], image: NDArray[np.float32], shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """Return the sums of products at all shifts of `image`, negative shifts wrapped round."""
    return np.asarray(fft.irfft2(spectrum * np.conj(fft.rfft2(image, shape)), shape), np.float32)


def _first_distinct(sightings: Iterable[Sighting], view: SkinView, count: int) -> list[Sighting]:
    """Leave out mappings that carry the view's inner half to about the same place as one before them."""
    height, width = view.grey.shape
    inner = np.array([[x, y] for x in (width / 4, width * 3 / 4) for y in (height / 4, height * 3 / 4)])
    nearest_px = SAME_PLACE_UM / view.um_per_px
    distinct: list[tuple[Sighting, NDArray[np.float64]]] = []
    for sighting in sightings:
        places = project(sighting.mapping, inner)
        if all(np.abs(places - other).max() > nearest_px for _, other in distinct):
            distinct.append((sighting, places))
        if len(distinct) == count:
            break
    return [sighting for sighting, _ in distinct]
