"""A file becomes a Photo: upright 8-bit pixels, their hash and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    import numpy as np
    from numpy.typing import NDArray


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
    """

    pixels: NDArray[np.uint8]
    name: str
    sha256: str

    @property
    def width_px(self) -> int:
        """Width of the upright photo."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Height of the upright photo."""
        return int(self.pixels.shape[0])


def read_photo(path: str | PathLike[str]) -> Photo:
    """Read a JPEG, PNG or TIFF file."""
    raise NotImplementedError
