"""A photo as every stage sees it, and what its file states of the size of its px."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StatedPx:
    """What a photo's file states of the size of its px on what was photographed.

    Attributes
    ----------
    um_per_px
        The size; None where the file states one that cannot be used.
    source
        Which kind of file states it.
    how
        In words, what is stated, or why it cannot be used.
    """

    um_per_px: float | None
    source: Literal["dicom", "tiff"]
    how: str


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """An upright photo, as every stage sees it.

    Attributes
    ----------
    pixels
        uint8, shape (height, width, 3), RGB, read-only, EXIF orientation applied.
    name
        File name without its folder.
    sha256
        Hash of the file's bytes, hexadecimal.
    stated_px
        What the file states of the size of a px; None where it states nothing.
    """

    pixels: NDArray[np.uint8]
    name: str
    sha256: str
    stated_px: StatedPx | None = None

    @property
    def width_px(self) -> int:
        """Width of the upright photo."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Height of the upright photo."""
        return int(self.pixels.shape[0])
