"""A photo becomes the field: the skin that may be counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.hairs.exclusions import ExclusionSettings, find_exclusions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo

_AT_EDGE = ("strip", "side-bar", "rim")


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """How the field is found."""

    exclusions: ExclusionSettings = field(default_factory=ExclusionSettings)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A part taken out of the field.

    Attributes
    ----------
    reason
        One of "rim", "text", "drawn-mark", "scale-bar", "strip", "side-bar", "glare".
    polygon_px
        float32, shape (n, 2), (x, y) of its outline in px of the upright photo, read-only.
    """

    reason: str
    polygon_px: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The skin that may be counted.

    Attributes
    ----------
    mask
        bool, shape of the photo (height, width), True where a root counts; read-only.
    polygon_px
        float32, shape (n, 2): outline of the field in px of the upright photo, read-only.
    exclusions
        What was taken out inside the outline, and why.
    """

    mask: NDArray[np.bool_]
    polygon_px: NDArray[np.float32]
    exclusions: tuple[Exclusion, ...]

    @property
    def area_px(self) -> int:
        """Counted area in px."""
        return int(self.mask.sum())

    def contains(self, points_px: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Say for each point (x, y), shape (n, 2) in px, whether it lies inside; shape (n,)."""
        columns, rows = points_px.round().astype(int).reshape(-1, 2).T
        height, width = self.mask.shape
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        return np.asarray(inside & self.mask[rows.clip(0, height - 1), columns.clip(0, width - 1)])


def find_field(photo: Photo, um_per_px: float, settings: FieldSettings) -> Field:
    """Find the skin that may be counted.

    Parameters
    ----------
    photo
        The upright photo.
    um_per_px
        Size of one px on the skin.
    settings
        What is left out.

    Returns
    -------
    Field
        The photo less what lies at its edge (the outline) and inside it (the exclusions); it may be empty.
    """
    found = find_exclusions(photo, um_per_px, settings.exclusions)
    mask = np.ones((photo.height_px, photo.width_px), bool)
    for one in found.values():
        mask &= ~one
    mask.setflags(write=False)
    inner = [_exclusion(reason, outline) for reason, one in found.items() for outline in _outlines(one)]
    at_edge = [one for reason, one in found.items() if reason in _AT_EDGE]
    seen = ~np.logical_or.reduce(at_edge) if at_edge else np.ones_like(mask)
    return Field(mask, _largest_outline(np.asarray(seen)), tuple(inner))


def _exclusion(reason: str, outline: NDArray[np.float32]) -> Exclusion:
    outline.setflags(write=False)
    return Exclusion(reason, outline)


def _outlines(mask: NDArray[np.bool_]) -> list[NDArray[np.float32]]:
    """Return the outer outlines of a mask's parts, each float32 of shape (n, 2)."""
    parts, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    slim = [cv2.approxPolyDP(part, epsilon=1.0, closed=True) for part in parts]
    return [np.asarray(part.reshape(-1, 2), np.float32) for part in slim]


def _largest_outline(seen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the outline of the largest part; of an empty mask no point."""
    outlines = _outlines(seen)
    largest = max(outlines, key=cv2.contourArea) if outlines else np.zeros((0, 2), np.float32)
    largest.setflags(write=False)
    return largest
