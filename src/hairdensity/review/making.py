"""An action, the hairs it is about and where the person pointed become the paths it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hairdensity.corrections.model import SHAPES
from hairdensity.corrections.settle import SettleSettings, even_path, settle, within
from hairdensity.review.edits import join, move_root, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.corrections import Action, StandingHair
    from hairdensity.review.result import ReviewedPhoto

    Path = NDArray[np.float32]

MIN_LENGTH_UM = 40.0
"""A shorter line is a slip of the hand."""
MAX_ASIDE_UM = 400.0
"""A place further from a hair than this does not point at it."""
LEAST_POINTS = {"draw": 2, "move-root": 1, "split": 1}


def made_paths(
    what: str, reviewed: ReviewedPhoto, hairs: Sequence[StandingHair], points_px: Path
) -> tuple[tuple[Path, ...], Action]:
    """Return the paths that an edit makes, and its action.

    Raises
    ------
    ValueError
        When it cannot be made; the text tells why.
    """
    action = _known(what)
    if len(hairs) != SHAPES[action][0]:
        message = f"{what} needs {SHAPES[action][0]} chosen hairs, not {len(hairs)}"
        raise ValueError(message)
    if len(points_px) < LEAST_POINTS.get(action, 0):
        message = f"{what} needs {LEAST_POINTS[action]} points"
        raise ValueError(message)
    paths = tuple(_finished(line, reviewed) for line in _lines(action, reviewed, hairs, points_px))
    for path in paths:
        _refuse_short(path, reviewed.um_per_px)
    return paths, action


def _known(what: str) -> Action:
    for action in SHAPES:
        if action == what:
            return action
    message = f"nothing is called {what}"
    raise ValueError(message)


def _lines(
    action: Action, reviewed: ReviewedPhoto, hairs: Sequence[StandingHair], points_px: Path
) -> Sequence[NDArray[np.floating]]:
    if action == "draw":
        _refuse_short(points_px, reviewed.um_per_px)
        return [settle(reviewed.photo, points_px, reviewed.um_per_px, SettleSettings())]
    if action == "move-root":
        return [move_root(hairs[0].path_px, points_px[0])]
    if action == "split":
        _refuse_far(hairs[0].path_px, points_px[0], reviewed.um_per_px)
        return split(hairs[0].path_px, points_px[0])
    if action == "join":
        return [join(hairs[0].path_px, hairs[1].path_px)]
    return []


def _finished(line: NDArray[np.floating], reviewed: ReviewedPhoto) -> Path:
    """Return a line evenly spread, within the photo."""
    return within(even_path(line, SettleSettings().step_um / reviewed.um_per_px), reviewed.photo)


def _refuse_short(path: NDArray[np.floating], um_per_px: float) -> None:
    length_um = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum()) * um_per_px
    if length_um < MIN_LENGTH_UM:
        message = f"too short ({length_um:.0f} of at least {MIN_LENGTH_UM:.0f} µm); go from root to tip"
        raise ValueError(message)


def _refuse_far(path: Path, place: Path, um_per_px: float) -> None:
    gap_um = float(np.linalg.norm(path - place, axis=1).min()) * um_per_px
    if gap_um > MAX_ASIDE_UM:
        message = "point at the place of the hair where it is to be split"
        raise ValueError(message)
