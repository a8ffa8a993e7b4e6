"""Automatic hairs and corrections become the hairs that stand."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.corrections.model import Correction, HairRef, Side
    from hairdensity.photo import Photo

    Path = NDArray[np.float32]

Origin = Literal["automatic", "changed", "drawn"]

SAME_ROOT_UM = 50.0
"""In another result, a hair whose root lies this near, pointing the same way, is the same hair."""
SAME_PLACE_PX = 1.0
"""The paths of a result are written to hundredths of a px; a hair further off is another."""
MIN_SAME_WAY = 0.7
"""Cosine between the directions of what may be one hair in two runs."""


@dataclass(frozen=True, slots=True, eq=False)
class StandingHair:
    """A hair after the corrections.

    Attributes
    ----------
    key
        How later corrections name it; see `HairRef`.
    path_px
        float32, shape (n, 2), root to tip, read-only.
    automatic_id
        The automatic hair it is, unchanged; None for one made by hand.
    origin
        Whether it was found, changed by hand or drawn by hand.
    unsure
        Whether a person marked it as unsure.
    """

    key: str
    path_px: Path
    automatic_id: int | None
    origin: Origin
    unsure: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What corrections leave; `unplaced_count` of them named a hair that this automatic result lacks."""

    hairs: tuple[StandingHair, ...]
    unplaced_count: int


def replay(automatic_px: Sequence[Path], corrections: Sequence[Correction], reach_px: float = 0.0) -> Replay:
    """Apply corrections, in their order, to the hairs of an automatic result.

    Parameters
    ----------
    automatic_px
        Path of every automatic hair, the index being its id.
    corrections
        Those in force, all about this photo.
    reach_px
        How far the root of a hair may lie from where it lay in the result that was corrected, when this
        result is another one (other version, other settings); 0 when it is the same.

    Returns
    -------
    Replay
        Automatic hairs in their order, then those made by hand.
    """
    places = _Places(automatic_px, reach_px)
    standing = {
        f"a{number}": StandingHair(f"a{number}", path, number, "automatic")
        for number, path in enumerate(automatic_px)
    }
    unplaced = 0
    for one in corrections:
        keys = [_present(hair, standing, places) for hair in one.hairs]
        unplaced += None in keys
        _apply(one, [key for key in keys if key is not None], standing)
        if one.action == "draw" and reach_px:
            _drop_found_since(one.paths_px[0], standing, places)
    return Replay(tuple(standing.values()), unplaced)


def in_force(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Return the corrections that are not undone, in their order."""
    undone = _undone(corrections)
    return tuple(
        one for one in corrections if one.action not in {"undo", "redo"} and one.number not in undone
    )


def undoable(corrections: Sequence[Correction]) -> Correction | None:
    """Return the correction that an undo would take back."""
    return next(iter(reversed(in_force(corrections))), None)


def redoable(corrections: Sequence[Correction]) -> Correction | None:
    """Return the correction that a redo would bring back: none once something else was done."""
    waiting: list[int] = []
    for one in corrections:
        if one.action == "undo" and one.undoes is not None:
            waiting.append(one.undoes)
        elif one.action == "redo":
            waiting = waiting[:-1]
        else:
            waiting = []
    return next((one for one in corrections if waiting and one.number == waiting[-1]), None)


def corrections_of(
    photo: Photo, side: Side | None, corrections: Sequence[Correction]
) -> tuple[Correction, ...]:
    """Return the corrections in force that are about a photo.

    The photo's hash decides. `side` is given only when both photos of a pair are the same file: then a
    correction made on one side is for that side.
    """
    return tuple(
        one
        for one in in_force(corrections)
        if one.photo.sha256 == photo.sha256 and (side is None or one.photo.side in {side, "single"})
    )


def fingerprint(automatic_px: Sequence[Path]) -> str:
    """Return a hash of the hairs of an automatic result, the same for the same hairs at the same places."""
    rounded = [(np.asarray(path, np.float64).round(2) + 0.0).tolist() for path in automatic_px]
    return hashlib.sha256(json.dumps(rounded).encode()).hexdigest()


def _undone(corrections: Sequence[Correction]) -> set[int]:
    undone: set[int] = set()
    for one in corrections:
        if one.action == "undo" and one.undoes is not None:
            undone.add(one.undoes)
        elif one.action == "redo" and one.undoes is not None:
            undone.discard(one.undoes)
    return undone


def _apply(one: Correction, keys: list[str], standing: dict[str, StandingHair]) -> None:
    """Change the standing hairs by one correction; `keys` are those of its hairs that are there."""
    if one.action in {"unsure", "sure"}:
        for key in keys:
            standing[key] = replace(standing[key], unsure=one.action == "unsure")
        return
    for key in keys:
        del standing[key]
    origin: Origin = "drawn" if one.action == "draw" else "changed"
    for part, path in enumerate(one.paths_px):
        key = f"c{one.number}.{part}"
        standing[key] = StandingHair(key, path, None, origin)


class _Places:
    """Where the hairs of an automatic result lie."""

    def __init__(self, automatic_px: Sequence[Path], reach_px: float) -> None:
        self._paths = automatic_px
        self._reach_px = reach_px
        self._ends = np.array([(path[0], path[-1]) for path in automatic_px], np.float64).reshape(-1, 2, 2)

    def key_of(self, hair: HairRef, standing: dict[str, StandingHair]) -> str | None:
        """Return the key that an automatic hair has in this result, or None."""
        number = int(hair.key[1:])
        if number < len(self._paths) and self._gap(number, hair.path_px) <= SAME_PLACE_PX:
            return f"a{number}"
        return self.nearest(hair.path_px, standing)

    def nearest(self, path_px: Path, standing: dict[str, StandingHair]) -> str | None:
        """Return the key of the standing automatic hair with this root and direction, or None."""
        near = [
            (self._gap(number, path_px), f"a{number}")
            for number in range(len(self._paths))
            if f"a{number}" in standing and self._same_way(number, path_px)
        ]
        gap, key = min(near, default=(np.inf, ""))
        return key if gap <= self._reach_px else None

    def _gap(self, number: int, path_px: Path) -> float:
        return float(np.linalg.norm(self._ends[number, 0] - path_px[0]))

    def _same_way(self, number: int, path_px: Path) -> bool:
        one, other = self._ends[number, 1] - self._ends[number, 0], path_px[-1] - path_px[0]
        lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
        return bool(one @ other >= MIN_SAME_WAY * lengths)


def _present(hair: HairRef, standing: dict[str, StandingHair], places: _Places) -> str | None:
    """Return the key under which a hair stands now, or None."""
    key = places.key_of(hair, standing) if hair.key.startswith("a") else hair.key
    return key if key in standing else None


def _drop_found_since(path_px: Path, standing: dict[str, StandingHair], places: _Places) -> None:
    """Take away the automatic hair that another run found where a person had drawn the missing one."""
    key = places.nearest(path_px, standing)
    if key is not None:
        del standing[key]
