"""What is known of a photo before it is analysed, and which two photos are compared."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class StatedSize:
    """The scale of one photo as its row of a manifest, or an option for all photos, states it."""

    um_per_px: float | None = None
    field_width_mm: float | None = None
    scale_bar_mm: float | None = None
    ruler_mm: float | None = None
    circle_mm: float | None = None
    grid_mm: float | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class PhotoEntry:
    """A photo and whom, where and when it shows.

    Attributes
    ----------
    photo
        POSIX path relative to the folder of the photos, or to that of the manifest.
    subject, site, visit, date, arm, side
        As the manifest or the file's name has them; empty where not known. A date is YYYY-MM-DD.
    size
        What is stated of its scale.
    """

    photo: str
    subject: str = ""
    site: str = ""
    visit: str = ""
    date: str = ""
    arm: str = ""
    side: str = ""
    size: StatedSize = StatedSize()

    @classmethod
    def labelled(cls, photo: str, labels: Mapping[str, str]) -> PhotoEntry:
        """Return an entry with labels by their column; those not given are empty."""
        subject, site, visit, date, arm, side = (labels.get(name, "") for name in LABELS)
        return cls(photo, subject, site, visit, date, arm, side)

    @property
    def labels(self) -> dict[str, str]:
        """The words known of the photo, by column."""
        return {name: getattr(self, name) for name in LABELS}


LABELS = ("subject", "site", "visit", "date", "arm", "side")
"""What a manifest or a file's name may say of a photo."""

PROFILE = "profile"
SIZES = tuple(one.name for one in fields(StatedSize) if one.name != PROFILE)
"""Columns of a manifest that state the scale of a photo as a number."""
