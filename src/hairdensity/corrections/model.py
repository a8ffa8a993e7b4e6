"""One correction by hand: who, when, what, on which photo, from which automatic value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    Path = NDArray[np.float32]

Action = Literal["draw", "delete", "move-root", "split", "join", "unsure", "sure", "undo", "redo"]
Side = Literal["single", "before", "after"]

SHAPES: dict[Action, tuple[int, int]] = {
    "draw": (0, 1),
    "delete": (1, 0),
    "move-root": (1, 1),
    "split": (1, 2),
    "join": (2, 1),
    "unsure": (1, 0),
    "sure": (1, 0),
    "undo": (0, 0),
    "redo": (0, 0),
}
"""Of each action, how many hairs it is about and how many paths it makes."""


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """The photo that a correction is about: its hash decides, its side only between two equal photos."""

    name: str
    sha256: str
    side: Side


@dataclass(frozen=True, slots=True)
class ResultRef:
    """The automatic result that was corrected.

    `sha256` is that of the file; `hairs_sha256` that of its hairs alone, which a repeated run gives again.
    """

    name: str
    sha256: str
    hairs_sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class HairRef:
    """A hair as it stood before a correction.

    Attributes
    ----------
    key
        "a12" for hair 12 of the automatic result, "c3.1" for the second hair that correction 3 made.
    path_px
        float32, shape (n, 2): where it lay, root to tip.
    diameter_um, confidence
        What the automatic result said of it; None for a hair made by hand (or without a scale).
    """

    key: str
    path_px: Path
    diameter_um: float | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """One step of a review.

    Attributes
    ----------
    number
        Its place in the journal, from 1.
    when
        With its time zone.
    by
        Chosen initials.
    action
        What was done.
    photo, result
        What it was done to.
    hairs
        The hairs it is about, as they stood.
    paths_px
        The paths it made, root to tip, as they count.
    points_px
        What the person pointed at, shape (n, 2): the drawn line, the new root, the place of the split.
    undoes
        With "undo" and "redo", the number of the correction that is undone or done again.
    edit_id
        Chosen by the page, so that an edit sent twice is made once.
    line_sha256
        Hash of its line in the journal; empty until it is written.
    """

    number: int
    when: datetime
    by: str
    action: Action
    photo: PhotoRef
    result: ResultRef
    hairs: tuple[HairRef, ...] = ()
    paths_px: tuple[Path, ...] = ()
    points_px: Path | None = None
    undoes: int | None = None
    edit_id: str = ""
    line_sha256: str = ""
