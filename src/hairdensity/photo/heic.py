"""An HEIC file, as iPhones save it, becomes an image; with the extra `heic`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PIL import Image

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def is_heic(content: bytes) -> bool:
    """Say whether a file's first bytes are those of HEIC (ISO/IEC 23008-12)."""
    return content[4:8] == b"ftyp" and content[8:12] in _BRANDS


def open_heic(content: bytes, name: str) -> Image.Image:
    """Decode the main picture of an HEIC file; it comes upright.

    Raises
    ------
    UsageError
        When the extra is missing.
    OSError
        When the file is damaged.
    """
    library = _library(name)
    try:
        file = library.open_heif(content, convert_hdr_to_8bit=True)
        image = Image.frombytes(file.mode, file.size, bytes(file.data), "raw", file.mode, file.stride)
    except (ValueError, EOFError, RuntimeError, IndexError) as error:
        raise OSError(*error.args) from error
    profile = file.info.get("icc_profile")
    if profile:
        image.info["icc_profile"] = profile
    return image


def _library(name: str) -> ModuleType:
    try:
        return import_module("pi_heif")
    except ImportError as error:
        message = f"{name}: is an HEIC file; run pip install 'hairdensity[heic]', or save it as JPEG"
        raise UsageError(message) from error
