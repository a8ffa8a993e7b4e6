"""Words such as "circle:10mm@dot" become the target area: the part of the photo that is asked for."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np
from skimage.draw import polygon

from hairdensity.errors import PhotoError, ScaleError, UsageError
from hairdensity.hairs.dot import find_dots
from hairdensity.photo import read_photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo

    Points = NDArray[np.float64]

FORMS = "circle:10mm, rectangle:8x6mm, polygon:X,Y:X,Y:X,Y or mask:FILE"
"""The forms a target area has; the first two may end in @X,Y or @dot, and sizes in mm, px or (circle) cm2."""
_NUMBER = r"\d+(?:\.\d+)?"
_SIZED = re.compile(rf"(circle|rectangle):({_NUMBER})(?:x({_NUMBER}))?(mm|px|cm2)(?:@(.+))?")
_PLACE = re.compile(rf"({_NUMBER}),({_NUMBER})")
_WHITE = 128


@dataclass(frozen=True, slots=True)
class Target:
    """A target area as asked for.

    `size` holds the diameter, or width and height, in `unit`; `corners_px` those of a polygon; `centre` is a
    place (x, y) in px, "dot" for the tattoo dot, or None for the middle of the photo.
    """

    shape: Literal["circle", "rectangle", "polygon", "mask"]
    size: tuple[float, ...] = ()
    unit: Literal["mm", "px"] = "px"
    centre: tuple[float, float] | Literal["dot"] | None = None
    corners_px: tuple[tuple[float, float], ...] = ()
    mask_file: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TargetArea:
    """A target area in a photo.

    Attributes
    ----------
    mask
        bool, shape of the photo, read-only.
    asked_px
        Its area, with what lies outside the photo.
    """

    mask: NDArray[np.bool_]
    asked_px: float


def parse_target(text: str) -> Target:
    """Read the words for a target area.

    Raises
    ------
    UsageError
        When they have none of the forms.

    Examples
    --------
    >>> parse_target("circle:10mm@dot")
    Target(shape='circle', size=(10.0,), unit='mm', centre='dot', corners_px=(), mask_file='')
    >>> round(parse_target("circle:1cm2").size[0], 3)
    11.284
    """
    kind, _, rest = text.partition(":")
    if kind == "mask" and rest:
        return Target("mask", mask_file=rest)
    target = _polygon(rest) if kind == "polygon" else _sized(text)
    if target is None:
        message = f"{text} is no field; give {FORMS}, the first two followed by @X,Y or @dot if not centred"
        raise UsageError(message)
    return target


def place_target(
    target: Target, photo: Photo, um_per_px: float | None, working_um_per_px: float
) -> TargetArea:
    """Put a target area into a photo.

    Parameters
    ----------
    target
        What is asked for.
    photo
        The photo.
    um_per_px
        Size of one px, None where no scale is known.
    working_um_per_px
        The same, known or assumed; the tattoo dot is looked for with it.

    Returns
    -------
    TargetArea
        Its mask.

    Raises
    ------
    ScaleError
        When a size in mm is asked for and no scale is known.
    PhotoError
        When the tattoo dot is not found, or there are several; or the mask file cannot be read.
    UsageError
        When the mask has another size than the photo, or the area lies outside the photo.
    """
    if target.shape == "mask":
        mask = _mask_from_file(target.mask_file, photo)
        area = TargetArea(mask, float(mask.sum()))
    else:
        area = _drawn(_outline(target, photo, um_per_px, working_um_per_px), photo)
    if not area.mask.any():
        message = f"{photo.name}: the field asked for holds no px of the photo; move it or make it larger"
        raise UsageError(message)
    area.mask.flags.writeable = False
    return area


def _sized(text: str) -> Target | None:
    found = _SIZED.fullmatch(text)
    if found is None:
        return None
    kind, first, second, unit, place = found.groups()
    size = tuple(float(one) for one in (first, second) if one is not None)
    centre = _centre(place)
    is_circle = kind == "circle"
    if len(size) != (1 if is_circle else 2) or min(size) <= 0 or (place and centre is None):
        return None
    if unit == "cm2":
        size, unit = (20 * math.sqrt(size[0] / math.pi),), "mm"
        if not is_circle:
            return None
    return Target("circle" if is_circle else "rectangle", size, "mm" if unit == "mm" else "px", centre)


def _centre(place: str | None) -> tuple[float, float] | Literal["dot"] | None:
    if place == "dot":
        return "dot"
    found = _PLACE.fullmatch(place or "")
    return None if found is None else (float(found[1]), float(found[2]))


def _polygon(text: str) -> Target | None:
    corners = [_PLACE.fullmatch(one) for one in re.split(r"[:\s]+", text.strip())]
    places = tuple((float(one[1]), float(one[2])) for one in corners if one is not None)
    is_area = len(places) >= 3 and len(places) == len(corners)  # noqa: PLR2004 -- a triangle has three
    return Target("polygon", corners_px=places) if is_area else None


def _outline(target: Target, photo: Photo, um_per_px: float | None, working_um_per_px: float) -> Points:
    """Return the corners of the area in px, (x, y)."""
    if target.shape == "polygon":
        return np.array(target.corners_px)
    factor = _px_per_unit(target, photo, um_per_px)
    centre = np.array(_centre_px(target, photo, working_um_per_px))
    if target.shape == "circle":
        turns = np.linspace(0, 2 * np.pi, 360, endpoint=False)
        return np.asarray(centre + target.size[0] / 2 * factor * np.stack([np.cos(turns), np.sin(turns)], 1))
    half = np.array(target.size) / 2 * factor
    return np.asarray(centre + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]))


def _px_per_unit(target: Target, photo: Photo, um_per_px: float | None) -> float:
    if target.unit == "px":
        return 1.0
    if um_per_px is None:
        message = f"{photo.name}: a field in mm needs a scale; give --um-per-px, or the field in px"
        raise ScaleError(message)
    return 1000 / um_per_px


def _centre_px(target: Target, photo: Photo, working_um_per_px: float) -> tuple[float, float]:
    if target.centre is None:
        return (photo.width_px - 1) / 2, (photo.height_px - 1) / 2
    if target.centre != "dot":
        return target.centre
    dots = find_dots(photo, working_um_per_px)
    if len(dots) != 1:
        message = f"{photo.name}: {len(dots)} spots look like the tattoo dot; give its place as @X,Y in px"
        raise PhotoError(message)
    return dots[0]


def _drawn(outline_px: Points, photo: Photo) -> TargetArea:
    """Take the px whose centres lie inside an outline; its area is the outline's, inside the photo or not."""
    shape = (photo.height_px, photo.width_px)
    mask = np.zeros(shape, dtype=bool)
    mask[polygon(outline_px[:, 1], outline_px[:, 0], shape=shape)] = True  # type: ignore[no-untyped-call]
    return TargetArea(mask, float(cv2.contourArea(outline_px.astype(np.float32))))


def _mask_from_file(name: str, photo: Photo) -> NDArray[np.bool_]:
    mask = read_photo(name)
    if mask.pixels.shape != photo.pixels.shape:
        message = (
            f"{mask.name}: the mask has {mask.width_px}x{mask.height_px} px and {photo.name}"
            f" {photo.width_px}x{photo.height_px}; draw it on the upright photo"
        )
        raise UsageError(message)
    return np.asarray(mask.pixels.max(axis=2) >= _WHITE)
