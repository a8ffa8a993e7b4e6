"""What is known of a photo before it is analysed, and which two photos are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hairdensity.scale.model import SIZE_KEYS, StatedScale

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    size: StatedScale = field(default_factory=StatedScale)

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
SIZES = SIZE_KEYS
"""Columns of a manifest that state the scale of a photo as a number."""
