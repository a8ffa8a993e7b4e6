"""A photo becomes the field: the skin that may be counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.photo import Photo


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """How the field is found, in physical units."""


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
        return inside & self.mask[rows.clip(0, height - 1), columns.clip(0, width - 1)]


def find_field(photo: Photo, um_per_px: float, settings: FieldSettings) -> Field:
    """Find the skin that may be counted."""
    del um_per_px, settings  # stand-in until the field is found: the whole photo
    height, width = photo.height_px, photo.width_px
    outline = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], dtype=np.float32)
    return Field(np.ones((height, width), dtype=bool), outline, ())
