"""A photo becomes hair maps: where the network sees roots, centre lines, bodies and directions of hair.

The network looks at the photo resized to its own working scale and answers on a grid of half that resolution
(the root heat comes at full working resolution). Places in the maps are given in working px; `HairMaps` knows
the way back.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.hairs.weights import shipped_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hairdensity.photo import Photo

_CHANNEL_COUNT = 13
_STRIDE_PX = 16
_OFFSET_UNIT_PX = 64.0
_WIDTH_UNIT_PX = 6.0
_SAMPLES_IN_ROW = 1024
"""OpenCV samples a picture of places, which may not be too long."""
_forward_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """How the network is applied; the scale is the one it was trained at."""

    working_um_per_px: float = 11.0
    tile_mm: float = 11.264
    """Side of the square that is looked at in one go; larger photos are put together from such tiles."""
    tile_overlap_mm: float = 1.76
    """What a tile sees beyond its own part on each side; more than the network's field of view."""


@dataclass(frozen=True, slots=True, eq=False)
class HairMaps:
    """What the network sees; all arrays float32 and read-only, all lengths and places in working px.

    Attributes
    ----------
    root_heat
        Shape (height, width): 0-1, a peak where a hair leaves the skin.
    centre, body
        Shape (height / 2, width / 2), rounded up: 0-1, on the centre line of a hair, on a hair. Cell (column,
        row) of this half grid lies at working px (2 column + 0.5, 2 row + 0.5).
    axis
        Shape (2, height / 2, width / 2): (cos 2a, sin 2a) of the hair's direction a, which has no sign.
    to_root, to_tip
        Shape (2, height / 2, width / 2): (x, y) from the cell to the root and to the visible tip of its hair;
        worth something up to about 50 px.
    width
        Shape (height / 2, width / 2): width of the shaft.
    um_per_px
        Size of a working px on the skin.
    photo_px
        Photo px per working px, (x, y).
    """

    root_heat: NDArray[np.float32]
    centre: NDArray[np.float32]
    body: NDArray[np.float32]
    axis: NDArray[np.float32]
    to_root: NDArray[np.float32]
    to_tip: NDArray[np.float32]
    width: NDArray[np.float32]
    um_per_px: float
    photo_px: tuple[float, float]

    def to_photo(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Turn places (x, y) in working px, shape (..., 2), into px of the photo."""
        return ((points + 0.5) * self.photo_px - 0.5).astype(np.float32)

    def from_photo(self, points_px: NDArray[np.floating]) -> NDArray[np.float32]:
        """Turn places (x, y) in px of the photo, shape (..., 2), into working px."""
        return ((points_px + 0.5) / self.photo_px - 0.5).astype(np.float32)

    def sample(self, layer: NDArray[np.float32], points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Interpolate a half-grid layer, shape (..., rows, columns), at working px, shape (..., 2).

        Places are taken to 1/32 of a cell; beyond its edge the layer goes on as at the edge. The result has
        the layer's leading axes, then those of the points without their last.
        """
        flat = (points.astype(np.float32).reshape(-1, 2) - 0.5) / 2
        rows = max(1, -(-len(flat) // _SAMPLES_IN_ROW))
        places = np.resize(flat, (rows, _SAMPLES_IN_ROW, 2))
        layers = layer.reshape(-1, *layer.shape[-2:])
        x, y = np.ascontiguousarray(np.moveaxis(places, 2, 0))
        seen = [cv2.remap(one, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for one in layers]
        found = np.stack(seen).reshape(len(layers), -1)[:, : len(flat)]
        return np.asarray(found.reshape(layer.shape[:-2] + points.shape[:-1]), np.float32)


def segment_hairs(photo: Photo, um_per_px: float, settings: SegmentSettings) -> HairMaps:
    """Apply the network to a photo.

    Parameters
    ----------
    photo
        The upright photo.
    um_per_px
        Size of one photo px on the skin.
    settings
        Working scale and tiling.

    Returns
    -------
    HairMaps
        Maps that cover the whole photo.

    Raises
    ------
    HairDensityError
        When the network's file is damaged.
    """
    working = _resize(photo.pixels, um_per_px / settings.working_um_per_px)
    height, width = working.shape[:2]
    output = _forward_in_tiles(working, settings)
    _squash(output[:6])
    output[8:12] *= _OFFSET_UNIT_PX
    np.exp(output[12].clip(-3, 3, out=output[12]), out=output[12])
    output[12] *= _WIDTH_UNIT_PX
    heat = output[:4].reshape(2, 2, *output.shape[1:]).transpose(2, 0, 3, 1)
    heat = heat.reshape(2 * output.shape[1], 2 * output.shape[2])[:height, :width]
    return HairMaps(
        root_heat=_frozen(heat),
        centre=_frozen(output[4]),
        body=_frozen(output[5]),
        axis=_frozen(output[6:8]),
        to_root=_frozen(output[8:10]),
        to_tip=_frozen(output[10:12]),
        width=_frozen(output[12]),
        um_per_px=um_per_px * photo.width_px / width,
        photo_px=(photo.width_px / width, photo.height_px / height),
    )


def _resize(pixels: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    """Return the picture at the working scale."""
    size = [max(1, round(factor * n)) for n in pixels.shape[1::-1]]
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation), dtype=np.uint8)


def _forward_in_tiles(working: NDArray[np.uint8], settings: SegmentSettings) -> NDArray[np.float32]:
    """Return the raw network output, shape (13, height / 2, width / 2), rounded up."""
    height, width = working.shape[:2]
    tile, overlap = (
        _whole_strides(length / settings.working_um_per_px * 1000)
        for length in (settings.tile_mm, settings.tile_overlap_mm)
    )
    bottom, right = (_whole_strides(n) - n for n in (height, width))
    padded = cv2.copyMakeBorder(working, 0, bottom, 0, right, cv2.BORDER_REPLICATE)
    output = np.empty((_CHANNEL_COUNT, (height + 1) // 2, (width + 1) // 2), np.float32)
    spans = (list(_spans(n, tile, overlap)) for n in padded.shape[:2])
    for (top, first_row, last_row, end_row), (left, first, last, end) in product(*spans):
        seen = _forward(padded[top:end_row, left:end])
        own = output[:, first_row // 2 : last_row // 2, first // 2 : last // 2]
        row, column = (first_row - top) // 2, (first - left) // 2
        own[:] = seen[:, row : row + own.shape[1], column : column + own.shape[2]]
    return output


def _spans(length: int, tile: int, overlap: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield for each tile along one side: its begin, the begin and end of its own part, its end."""
    if length <= tile:
        yield 0, 0, length, length
        return
    own = tile - 2 * overlap
    for first in range(0, length, own):
        last = min(first + own, length)
        yield max(0, first - overlap), first, last, min(last + overlap, length)


def _whole_strides(length: float) -> int:
    """Round up to what the network's halvings divide."""
    return int(-(-length // _STRIDE_PX)) * _STRIDE_PX


def _forward(tile: cv2.typing.MatLike) -> NDArray[np.float32]:
    """Return the network's answer to one tile, shape (13, height / 2, width / 2)."""
    blob = cv2.dnn.blobFromImage(tile, 1 / 255)
    with _forward_lock:
        network = _load_network()
        network.setInput(blob)
        return np.array(network.forward()[0], dtype=np.float32)


@cache
def _load_network() -> cv2.dnn.Net:
    """Load the weights shipped with the package, once in a process."""
    weights = shipped_weights("hairnet.onnx")
    return cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8))


def _squash(logits: NDArray[np.float32]) -> None:
    """Turn logits into 0-1 in place."""
    np.negative(logits, out=logits)
    np.exp(logits.clip(-60, 60, out=logits), out=logits)
    logits += 1
    np.reciprocal(logits, out=logits)


def _frozen(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the array, contiguous and not to be written."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array
