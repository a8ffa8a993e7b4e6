"""A DICOM file becomes pixels and the size of a px; with the extra `dicom`."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from hairdensity.errors import PhotoError, UsageError
from hairdensity.photo.model import StatedPx

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

_MAGIC_AT, _MAGIC = 128, b"DICM"
_UNEVEN = 0.01
_CHANNELS = 3


def is_dicom(content: bytes) -> bool:
    """Say whether a file has the mark of DICOM (PS3.10, 7.1)."""
    return content[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] == _MAGIC


def read_dicom(content: bytes, name: str, max_megapixels: float) -> tuple[NDArray[np.uint8], StatedPx | None]:
    """Return the first frame, and its Pixel Spacing (0028,0030) as the size of a px.

    Raises
    ------
    UsageError
        When the extra is missing.
    PhotoError
        When the file holds no picture, one that is too large, or one in a coding that cannot be read.
    """
    library = _library(name)
    dataset = library.dcmread(BytesIO(content))
    if "PixelData" not in dataset:
        message = f"{name}: is a DICOM file without a picture; export the photo itself"
        raise PhotoError(message)
    megapixels = int(dataset.Rows) * int(dataset.Columns) / 1e6
    if megapixels > max_megapixels:
        message = (
            f"{name}: has {megapixels:.0f} megapixels, over the limit of {max_megapixels}; crop or shrink it"
        )
        raise PhotoError(message)
    return _rgb(_frame(dataset, name), dataset), _stated_px(dataset)


def _library(name: str) -> ModuleType:
    try:
        import pydicom  # noqa: PLC0415 -- an extra
    except ImportError as error:
        message = (
            f"{name}: is a DICOM file; run pip install 'hairdensity[dicom]', or export it as JPEG or TIFF"
        )
        raise UsageError(message) from error
    return pydicom


def _frame(dataset: Any, name: str) -> NDArray[Any]:  # noqa: ANN401 -- pydicom's datasets are made at run time
    """Decode the first frame, in the colours that a screen shows."""
    from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut  # noqa: PLC0415 -- an extra
    from pydicom.pixels.utils import pixel_array  # noqa: PLC0415 -- an extra

    try:
        frame = np.asarray(pixel_array(dataset, index=0))
    except (RuntimeError, NotImplementedError) as error:
        coding = dataset.file_meta.TransferSyntaxUID.name
        message = (
            f"{name}: its pictures are coded as {coding}, which cannot be read; export it as JPEG or TIFF"
        )
        raise PhotoError(message) from error
    if dataset.SamplesPerPixel == 1 and dataset.PhotometricInterpretation != "PALETTE COLOR":
        return np.asarray(apply_voi_lut(apply_modality_lut(frame, dataset), dataset))
    return frame


def _rgb(frame: NDArray[Any], dataset: Any) -> NDArray[np.uint8]:  # noqa: ANN401 -- see above
    """Return 8-bit RGB."""
    from pydicom.pixels.processing import apply_color_lut  # noqa: PLC0415 -- an extra

    kind = str(dataset.PhotometricInterpretation)
    if kind == "PALETTE COLOR":
        frame = np.asarray(apply_color_lut(frame, dataset))
    if frame.ndim == _CHANNELS:
        levels = frame.astype(np.float64) / (257.0 if frame.dtype.itemsize > 1 else 1.0)
        return np.ascontiguousarray(np.clip(np.round(levels), 0, 255), np.uint8)
    low, high = _window(frame, dataset)
    grey = np.clip(np.round((frame.astype(np.float64) - low) / max(high - low, 1e-9) * 255), 0, 255)
    if kind == "MONOCHROME1":
        grey = 255 - grey
    return np.repeat(grey.astype(np.uint8)[..., np.newaxis], 3, axis=2)


def _window(frame: NDArray[Any], dataset: Any) -> tuple[float, float]:  # noqa: ANN401 -- see above
    """Return the levels shown black and white: the window that the file states, else what its bits hold."""
    if "WindowWidth" in dataset or "RescaleSlope" in dataset:
        return float(frame.min()), float(frame.max())
    return 0.0, float(2 ** int(dataset.BitsStored) - 1)


def _stated_px(dataset: Any) -> StatedPx | None:  # noqa: ANN401 -- see above
    """Return Pixel Spacing; that of the detector (0018,1164) says nothing of the skin and is not used."""
    spacing = dataset.get("PixelSpacing")
    if spacing is None or len(spacing) != 2:  # noqa: PLR2004 - between rows, between columns
        return None
    down, across = (float(one) * 1000 for one in spacing)
    kind = str(dataset.get("PixelSpacingCalibrationType", "") or "")
    how = f"DICOM Pixel Spacing of {across:.4g} um" + (f", calibrated by {kind.lower()}" if kind else "")
    if not (0 < across < np.inf and 0 < down < np.inf):
        return StatedPx(None, "dicom", f"{how}: not used, it is no size")
    if abs(across / down - 1) > _UNEVEN:
        return StatedPx(None, "dicom", f"{how} across and {down:.4g} down: not used, px are not square")
    return StatedPx((across + down) / 2, "dicom", how)
