"""A file becomes a Photo: upright 8-bit pixels, their hash, name, and what the file states of their size."""

from hairdensity.photo.model import Photo, StatedPx
from hairdensity.photo.read import MAX_FILE_MEGABYTES, MAX_MEGAPIXELS, read_photo

__all__ = ["MAX_FILE_MEGABYTES", "MAX_MEGAPIXELS", "Photo", "StatedPx", "read_photo"]
