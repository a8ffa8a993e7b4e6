"""A photo's sidecar file and its folder's file become the scales that they state.

This is the one place of the scale stage that reads files; everything else in it works on a `Photo`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hairdensity.errors import UsageError
from hairdensity.scale.model import SIZE_KEYS, StatedScale

if TYPE_CHECKING:
    from os import PathLike

FOLDER_FILE = "hairdensity.toml"
"""Name of the file that states the scale of all photos of its folder."""

SIDECAR_SUFFIX = ".toml"
"""What a photo's name ends in to give the name of its sidecar file: `photo.jpg.toml`."""


def read_stated_scales(photo_path: str | PathLike[str]) -> tuple[StatedScale, StatedScale]:
    """Read what a photo's sidecar file and its folder's file state; empty where there is no such file.

    Parameters
    ----------
    photo_path
        Where the photo is; it need not exist.

    Returns
    -------
    sidecar, folder
        The scale stated by `photo.jpg.toml` beside the photo, and by `hairdensity.toml` in its folder.

    Raises
    ------
    UsageError
        When a file cannot be read, is no TOML, holds an unknown key, or a value that is no number above 0.
    """
    path = Path(photo_path)
    return _stated_in(path.with_name(path.name + SIDECAR_SUFFIX)), _stated_in(path.with_name(FOLDER_FILE))


def _stated_in(path: Path) -> StatedScale:
    if not path.exists():
        return StatedScale()
    if not path.is_file():
        message = f"{path.name}: is not a file; remove it, or put a text file with a scale in its place"
        raise UsageError(message)
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())
        message = f"{path.name}: cannot be read as TOML ({reason}); write it as `um_per_px = 5.5`"
        raise UsageError(message) from error
    return _stated_by(path.name, entries)


def _stated_by(file_name: str, entries: dict[str, Any]) -> StatedScale:
    profile = entries.pop("profile", None)
    if profile is not None and not (isinstance(profile, str) and profile):
        message = (
            f'{file_name}: profile is {profile!r}; give the name of a saved profile, as in profile = "scope"'
        )
        raise UsageError(message)
    sizes: dict[str, Any] = {key: _size(file_name, key, value) for key, value in entries.items()}
    return StatedScale(**sizes, profile=profile)


def _size(file_name: str, key: str, value: Any) -> float:  # noqa: ANN401 - a TOML file can hold anything
    if key not in SIZE_KEYS:
        message = (
            f"{file_name}: {key} is no key of this file; use one of {', '.join((*SIZE_KEYS, 'profile'))}"
        )
        raise UsageError(message)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < float("inf"):
        message = f"{file_name}: {key} is {value!r}; give a number above 0"
        raise UsageError(message)
    return float(value)
