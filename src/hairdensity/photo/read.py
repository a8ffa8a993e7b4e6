"""A file becomes a Photo: upright 8-bit pixels, their hash, name, and stated size."""

from __future__ import annotations

import hashlib
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from hairdensity.errors import PhotoError
from hairdensity.photo.dicom import is_dicom, read_dicom
from hairdensity.photo.heic import is_heic, open_heic
from hairdensity.photo.model import Photo
from hairdensity.photo.tiff import stated_px

if TYPE_CHECKING:
    import os
    from os import PathLike

    from numpy.typing import NDArray

    from hairdensity.photo.model import StatedPx

MAX_MEGAPIXELS = 100
"""A photo with more is refused before it is decoded: as pixels alone it takes 300 MB."""

MAX_FILE_MEGABYTES = 1000
"""A larger file is not read: `MAX_MEGAPIXELS` of 16 bits and four channels take 800 MB uncompressed."""

# Pillow's `Image.open` checks a process-wide pixel limit; its readers taken singly leave that limit alone.
# Each is named with the bytes a file of its kind holds, and where.
_READERS: tuple[tuple[int, bytes, type[ImageFile.ImageFile]], ...] = (
    (0, b"\xff\xd8\xff", JpegImagePlugin.JpegImageFile),
    (0, b"\x89PNG\r\n\x1a\n", PngImagePlugin.PngImageFile),
    (0, b"II*\x00", TiffImagePlugin.TiffImageFile),
    (0, b"MM\x00*", TiffImagePlugin.TiffImageFile),
    (0, b"II+\x00", TiffImagePlugin.TiffImageFile),
    (0, b"MM\x00+", TiffImagePlugin.TiffImageFile),
    (0, b"BM", BmpImagePlugin.BmpImageFile),
    (8, b"WEBP", WebPImagePlugin.WebPImageFile),
    (4, b"ftypavif", AvifImagePlugin.AvifImageFile),
    (4, b"ftypavis", AvifImagePlugin.AvifImageFile),
)

# What Pillow's readers raise on damaged bytes.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, TypeError, LookupError)

_JPEG_MARKER = 0xFF
_JPEG_START_OF_SCAN = 0xDA
_JPEG_END = b"\xff\xd9"
_PNG_END = b"IEND\xaeB`\x82"


def read_photo(path: str | PathLike[str]) -> Photo:
    """Read a JPEG, PNG, TIFF, BMP, WebP or AVIF file; with their extras also HEIC and DICOM.

    Colour, grey, palette and CMYK photos of 8 or 16 bits a channel are read; an embedded colour profile is
    converted to sRGB; what is transparent shows white. Of several pages or frames the first is taken.

    Parameters
    ----------
    path
        Where the file is.

    Returns
    -------
    Photo
        Upright pixels, the file's name and its hash.

    Raises
    ------
    PhotoError
        When the file is missing, is a folder or a device, is no such picture, is cut off or damaged, has more
        than `MAX_MEGAPIXELS`, or holds pixels of 32 bits.

    Examples
    --------
    >>> read_photo("no_such_file.jpg")
    Traceback (most recent call last):
    ...
    hairdensity.errors.PhotoError: no_such_file.jpg: there is no such file; check the path
    """
    path = Path(path)
    name = "".join(char if char.isprintable() else "?" for char in path.name) or str(path)
    content = _file_content(path, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of damaged metadata, which a photo does not need
        pixels, px = _upright_pixels(content, name)
    pixels.flags.writeable = False
    return Photo(pixels, name, hashlib.sha256(content).hexdigest(), px)


def _file_content(path: Path, name: str) -> bytes:
    try:
        status = path.stat()
        _check_is_small_file(status, name)
        return path.read_bytes()
    except FileNotFoundError as error:
        message = f"{name}: there is no such file; check the path"
        raise PhotoError(message) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"{name}: cannot be read ({reason}); check the path and its permissions"
        raise PhotoError(message) from error


def _check_is_small_file(status: os.stat_result, name: str) -> None:
    if S_ISDIR(status.st_mode):
        message = f"{name}: is a folder, not a photo; name a photo in it"
        raise PhotoError(message)
    if not S_ISREG(status.st_mode):
        message = f"{name}: is a pipe or device, not a file; save the photo to a file first"
        raise PhotoError(message)
    megabytes = status.st_size / 1e6
    if megabytes > MAX_FILE_MEGABYTES:
        message = f"{name}: has {megabytes:.0f} MB, over the limit of {MAX_FILE_MEGABYTES}; save it as JPEG"
        raise PhotoError(message)


def _upright_pixels(content: bytes, name: str) -> tuple[NDArray[np.uint8], StatedPx | None]:
    try:
        if is_dicom(content):
            return read_dicom(content, name, MAX_MEGAPIXELS)
        image = _opened(content, name)
        _check_pixel_count(image, name)
        _check_has_end(image, content)
        # Libraries that draw pages let Pillow fill up cut-off files, in the whole process.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        image.load()
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        upright = _turn_upright(_eight_bit_rgb(image, name), orientation)
        return upright, stated_px(image) if image.format == "TIFF" else None
    except _DAMAGE as error:
        message = f"{name}: is cut off or damaged ({len(content)} bytes); copy it again from the camera"
        raise PhotoError(message) from error


def _opened(content: bytes, name: str) -> Image.Image:
    """Open a file by the bytes it holds, whatever its name says."""
    if is_heic(content):
        return open_heic(content, name)
    readers = [reader for place, magic, reader in _READERS if content.startswith(magic, place)]
    if not readers:
        message = (
            f"{name}: is not a photo ({len(content)} bytes); "
            "save it as JPEG, PNG, TIFF, BMP, WebP, AVIF, HEIC or DICOM"
        )
        raise PhotoError(message)
    return readers[0](BytesIO(content))


def _check_pixel_count(image: Image.Image, name: str) -> None:
    megapixels = image.width * image.height / 1e6
    if megapixels > MAX_MEGAPIXELS:
        message = (
            f"{name}: has {megapixels:.0f} megapixels, over the limit of {MAX_MEGAPIXELS}; crop or shrink it"
        )
        raise PhotoError(message)


def _check_has_end(image: Image.Image, content: bytes) -> None:
    """Refuse a JPEG or PNG without end marker.

    The decoders themselves take a file whose tail was lost and filled with zeros for a whole one.
    """
    if image.format == "JPEG":
        has_end = _jpeg_has_end(content)
    else:
        has_end = image.format != "PNG" or _PNG_END in content
    if not has_end:
        raise EOFError


def _jpeg_has_end(content: bytes) -> bool:
    """Look for the end after the start of the first scan: the metadata may hold a small JPEG with its own."""
    place = 2
    while place + 4 <= len(content) and content[place] == _JPEG_MARKER:
        if content[place + 1] == _JPEG_START_OF_SCAN:
            break
        is_filler = content[place + 1] == _JPEG_MARKER
        place += 1 if is_filler else 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return _JPEG_END in content[place:]


def _turn_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo the turn and mirroring that EXIF orientations 2 to 8 stand for."""
    if orientation in {5, 6, 7, 8}:
        pixels = pixels.swapaxes(0, 1)
    if orientation in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    if orientation in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _eight_bit_rgb(image: Image.Image, name: str) -> NDArray[np.uint8]:
    if image.mode == "F" or (image.mode == "I" and image.format == "TIFF"):
        message = f"{name}: has pixels of 32 bits; save it with 8 or 16 bits a channel"
        raise PhotoError(message)
    if image.mode.startswith("I"):
        grey = (np.asarray(image).astype(np.uint32) * 255 + 32767) // 65535
        return np.repeat(grey.astype(np.uint8)[..., np.newaxis], 3, axis=2)
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return np.array(_to_srgb(image, profile), dtype=np.uint8)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the embedded profile; one that is damaged or does not fit the pixels is left out."""
    if image.mode not in {"RGB", "CMYK", "L"}:
        image = image.convert("RGB")
    if profile is None:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image.convert("RGB")
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")
    return image.convert("RGB") if converted is None else converted
