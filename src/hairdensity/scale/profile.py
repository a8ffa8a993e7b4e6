"""A device profile: the size of a px that one camera had at one setting, saved under a name to be used again.

The profile remembers the pixel size of the photo that it was made from, so that a photo which was resized
since is noticed. This and `stated` are the places of the scale stage that read files.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_path

from hairdensity.errors import ScaleError, UsageError
from hairdensity.estimate import Estimate
from hairdensity.scale.model import Scale

if TYPE_CHECKING:
    from hairdensity.photo import Photo

FOLDER_VARIABLE = "HAIRDENSITY_PROFILES"
"""Environment variable that names another folder for profiles, such as one shared by a clinic."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBERS = ("um_per_px", "um_per_px_low", "um_per_px_high", "photo_width_px", "photo_height_px")
_SAVE = "hairdensity calibrate save"


@dataclass(frozen=True, slots=True)
class DeviceProfile:
    """What is saved under a profile's name.

    Attributes
    ----------
    name
        Its name.
    um_per_px
        Size of one px on the skin with its interval.
    photo_size_px
        Width and height of the upright photo that it was made from.
    how
        In words, what the size follows from.
    """

    name: str
    um_per_px: Estimate
    photo_size_px: tuple[int, int]
    how: str

    def scale_of(self, photo: Photo) -> Scale:
        """Return the scale of a photo taken by the device.

        Raises
        ------
        ScaleError
            When the photo has other pixel dimensions, whichever way it is turned: it was resized or cropped.
        """
        size_px = (photo.width_px, photo.height_px)
        if sorted(size_px) != sorted(self.photo_size_px):
            message = (
                f"{photo.name}: has {size_px[0]} x {size_px[1]} px, but profile {self.name} was made from "
                f"{self.photo_size_px[0]} x {self.photo_size_px[1]} px: it was resized or cropped, or taken "
                "with another setting; use the photo as the camera saved it, or give --um-per-px"
            )
            raise ScaleError(message)
        return Scale(self.um_per_px, "profile", how=f"profile {self.name}: {self.how}")


def profile_folder() -> Path:
    """Return the folder in which profiles are kept; it need not exist."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else user_config_path("hairdensity", appauthor=False) / "profiles"


def profile_path(name: str) -> Path:
    """Return the file of a profile; it need not exist.

    Raises
    ------
    UsageError
        When the name is none that a profile can have.
    """
    if not _NAME.fullmatch(name):
        message = (
            f"{name!r} is no name for a profile; use up to 64 letters, digits, dots, dashes and underscores"
        )
        raise UsageError(message)
    return profile_folder() / f"{name}.toml"


def read_profile(name: str) -> DeviceProfile:
    """Read a saved profile.

    Raises
    ------
    UsageError
        When there is no profile of that name, or its file is not as it should be.
    """
    path = profile_path(name)
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in path.parent.glob("*.toml"))) or "none"
        message = f"there is no profile {name} (saved: {known}); make it with {_SAVE} {name}"
        raise UsageError(message)
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        return _profile(name, entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = (
            f"profile {name} is damaged ({' '.join(str(error).split())}); save it again with {_SAVE} {name}"
        )
        raise UsageError(message) from error


def profile_text(profile: DeviceProfile) -> str:
    """Return what a profile's file holds; `read_profile` reads it."""
    size, (width_px, height_px) = profile.um_per_px, profile.photo_size_px
    numbers = zip(_NUMBERS, (size.value, size.low, size.high, width_px, height_px), strict=True)
    how = profile.how.replace("\\", "/").replace('"', "'")
    return "".join(f"{key} = {number!r}\n" for key, number in numbers) + f'how = "{how}"\n'


def _profile(name: str, entries: dict[str, Any]) -> DeviceProfile:
    value, low, high, width_px, height_px = (float(entries[key]) for key in _NUMBERS)
    if not 0 < low <= value <= high < float("inf") or min(width_px, height_px) < 1:
        message = f"{value} um/px from {low} to {high}"
        raise ValueError(message)
    size_px = (int(width_px), int(height_px))
    return DeviceProfile(name, Estimate(value, low, high), size_px, str(entries.get("how", "saved")))
