"""A review as it goes on: requests of the page become corrections, and corrections what the page shows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hairdensity.corrections import (
    SAME_ROOT_UM,
    Correction,
    HairRef,
    corrections_of,
    in_force,
    redoable,
    replay,
    undoable,
)
from hairdensity.corrections.lines import INITIALS
from hairdensity.errors import HairDensityError
from hairdensity.review.making import made_paths
from hairdensity.review.shown import shown_hair, shown_photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from hairdensity.corrections import Replay, StandingHair
    from hairdensity.review.journal_file import JournalFile
    from hairdensity.review.result import ReviewedPhoto, ReviewedResult

MAX_POINTS = 2000


class EditError(HairDensityError):
    """An edit that cannot be made; its text tells the person at the page why."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class EditRequest:
    """What the page asks for.

    Attributes
    ----------
    what
        An action of `corrections.model.SHAPES`.
    by
        Initials.
    edit_id
        Chosen by the page.
    version
        How many lines the journal had when the page last looked; None when it does not matter.
    side
        Which photo.
    hairs
        Keys of the hairs it is about.
    points_px
        Where the person pointed, in px of the photo.
    """

    what: str
    by: str
    edit_id: str
    version: int | None = None
    side: str = ""
    hairs: tuple[str, ...] = ()
    points_px: tuple[tuple[float, float], ...] = ()


class Session:
    """One review of one result.

    Parameters
    ----------
    result
        What is reviewed.
    journal
        The file that corrections are added to.
    now
        The clock; times have a time zone.
    """

    def __init__(self, result: ReviewedResult, journal: JournalFile, now: Callable[[], datetime]) -> None:
        """Start with what is in the journal already."""
        self.result = result
        self._journal = journal
        self._now = now
        self._standing = {one.photo_ref.side: self._replayed(one) for one in result.photos}

    @property
    def journal_id(self) -> str:
        """Names this file of corrections to the browser without telling where it lies."""
        return hashlib.sha256(
            str(self.result.journal.resolve()).encode("utf-8", "surrogateescape")
        ).hexdigest()[:16]

    @property
    def correction_count(self) -> int:
        """Corrections in force."""
        return len(in_force(self._journal.corrections))

    def state(self) -> dict[str, Any]:
        """Return everything that the page shows."""
        matrix = self.result.before_to_after
        return {
            **self._progress(),
            "journal": self.result.journal.name,
            "journal_id": self.journal_id,
            "before_to_after": None if matrix is None else matrix.tolist(),
            "photos": [
                shown_photo(one, self._standing[one.photo_ref.side].hairs, self.result.states)
                for one in self.result.photos
            ],
        }

    def edit(self, request: EditRequest) -> dict[str, Any]:
        """Make one correction and return what it changes on the page.

        Raises
        ------
        EditError
            When it cannot be made.
        UsageError
            When it cannot be saved.
        """
        if any(one.edit_id == request.edit_id for one in self._journal.corrections):
            return self.state()
        if INITIALS.fullmatch(request.by) is None:
            message = "give your initials first: 1 to 8 letters or digits"
            raise EditError(message)
        if request.version is not None and request.version != len(self._journal.corrections):
            message = "another page has changed this result since; look at it again"
            raise EditError(message)
        self._journal.append(self._correction(request))
        return self._changes()

    def _correction(self, request: EditRequest) -> Correction:
        number = len(self._journal.corrections) + 1
        if request.what in {"undo", "redo"}:
            return self._step_back(request, number)
        reviewed = self._photo(request.side)
        standing = {one.key: one for one in self._standing[reviewed.photo_ref.side].hairs}
        hairs = [standing.get(key) for key in request.hairs]
        if None in hairs or len(set(request.hairs)) < len(hairs):
            message = "this hair is not there any more"
            raise EditError(message)
        chosen = [one for one in hairs if one is not None]
        try:
            paths, action = made_paths(request.what, reviewed, chosen, _points(request))
        except ValueError as error:
            raise EditError(str(error)) from error
        return Correction(
            number=number,
            when=self._now(),
            by=request.by,
            action=action,
            photo=reviewed.photo_ref,
            result=reviewed.result_ref,
            hairs=tuple(_reference(one, reviewed) for one in chosen),
            paths_px=paths,
            points_px=_points(request) if request.points_px else None,
            edit_id=request.edit_id,
        )

    def _step_back(self, request: EditRequest, number: int) -> Correction:
        known = self._journal.corrections
        target = undoable(known) if request.what == "undo" else redoable(known)
        if target is None:
            message = f"there is nothing to {request.what}"
            raise EditError(message)
        return Correction(
            number=number,
            when=self._now(),
            by=request.by,
            action="undo" if request.what == "undo" else "redo",
            photo=target.photo,
            result=target.result,
            undoes=target.number,
            edit_id=request.edit_id,
        )

    def _photo(self, side: str) -> ReviewedPhoto:
        for one in self.result.photos:
            if one.photo_ref.side == side:
                return one
        message = f"there is no photo {side}"
        raise EditError(message)

    def _changes(self) -> dict[str, Any]:
        """Replay, and return what came and went."""
        changed = []
        for one in self.result.photos:
            side = one.photo_ref.side
            before = {hair.key: hair for hair in self._standing[side].hairs}
            self._standing[side] = self._replayed(one)
            hairs = self._standing[side].hairs
            come = [hair for hair in hairs if not _is_same(before.get(hair.key), hair)]
            gone = sorted(set(before) - {hair.key for hair in hairs})
            changed.append(
                {
                    "side": side,
                    "gone": gone,
                    "come": [shown_hair(one, hair, hairs, self.result.states) for hair in come],
                }
            )
        return {**self._progress(), "changed": changed}

    def _replayed(self, one: ReviewedPhoto) -> Replay:
        same = len({photo.photo_ref.sha256 for photo in self.result.photos}) < len(self.result.photos)
        side = one.photo_ref.side if same else None
        own = corrections_of(one.photo, side, self._journal.corrections)
        known = {correction.result.hairs_sha256 for correction in own} <= {one.result_ref.hairs_sha256}
        return replay(one.paths_px, own, 0.0 if known else SAME_ROOT_UM / one.um_per_px)

    def _progress(self) -> dict[str, Any]:
        known = self._journal.corrections
        alive = {one.number for one in in_force(known)}
        undo, redo = undoable(known), redoable(known)
        return {
            "version": len(known),
            "count": len(alive),
            "undo": None if undo is None else undo.action,
            "redo": None if redo is None else redo.action,
            "unplaced": sum(one.unplaced_count for one in self._standing.values()),
            "log": [
                {
                    "number": one.number,
                    "when": one.when.isoformat(timespec="seconds"),
                    "by": one.by,
                    "what": one.action,
                    "side": one.photo.side,
                    "in_force": one.number in alive,
                }
                for one in known
                if one.action not in {"undo", "redo"}
            ],
        }


def _points(request: EditRequest) -> np.ndarray[Any, np.dtype[np.float32]]:
    points = np.array(request.points_px[:MAX_POINTS], np.float32).reshape(-1, 2)
    if not np.isfinite(points).all():
        message = "a point lies nowhere"
        raise EditError(message)
    return points


def _reference(hair: StandingHair, reviewed: ReviewedPhoto) -> HairRef:
    if hair.automatic_id is None:
        return HairRef(hair.key, hair.path_px)
    found = reviewed.document["hairs"][hair.automatic_id]
    return HairRef(hair.key, hair.path_px, found["diameter_um"], found["confidence"])


def _is_same(one: StandingHair | None, other: StandingHair) -> bool:
    """Say whether a hair is shown as before; its key tells its path."""
    return one is not None and one.unsure == other.unsure
