"""A photo becomes the field: the skin that may be counted."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as own
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.hairs.focus import FocusSettings, out_of_focus
from hairdensity.hairs.hidden import HiddenSettings, hidden_skin
from hairdensity.hairs.overprint import OverprintSettings, overprint_masks
from hairdensity.hairs.surround import SurroundSettings, surround_masks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.target import TargetArea
    from hairdensity.photo import Photo
    from hairdensity.scale.model import Polygon, SeenScale

_OUTLINE_ERROR_PX = 1.0
_SURROUND = ("side-bar", "strip", "rim")
_COVERS = ("strip", "side-bar", "text", "drawn-mark", "scale-bar", "ruler", "card", "circle", "grid")


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """How the field is found.

    Attributes
    ----------
    surround, overprint
        What surrounds the skin (in um) and what is drawn over it (in px).
    focus, hidden
        Where a part is out of focus, and where hair hides the skin.
    target
        Words for the area asked for, as `parse_target` reads them; empty for all skin.
    """

    surround: SurroundSettings = own(default_factory=SurroundSettings)
    overprint: OverprintSettings = own(default_factory=OverprintSettings)
    focus: FocusSettings = own(default_factory=FocusSettings)
    hidden: HiddenSettings = own(default_factory=HiddenSettings)
    target: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A part taken out of the field.

    Attributes
    ----------
    reason
        One of "rim", "text", "drawn-mark", "scale-bar", "ruler", "card", "circle", "grid", "strip",
        "side-bar", "glare", "out-of-focus", "hidden-skin".
    polygon_px
        float32, shape (n, 2), (x, y) of its outline in px of the upright photo, read-only. Where it has
        holes, the outline runs on around them, to be filled by the even-odd rule.
    """

    reason: str
    polygon_px: NDArray[np.float32]

    @property
    def area_px(self) -> int:
        """Area taken out, in px."""
        if not len(self.polygon_px):
            return 0
        places = np.rint(self.polygon_px - self.polygon_px.min(axis=0)).astype(np.int32)
        box = np.zeros(places.max(axis=0)[::-1] + 1, np.uint8)
        return int(cv2.fillPoly(box, [places], 1).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The skin that may be counted.

    Attributes
    ----------
    mask
        bool, shape of the photo (height, width), True where a root counts; read-only.
    polygon_px
        float32, shape (n, 2): outline of the field in px of the upright photo, read-only.
    exclusions
        What was taken out, and why.
    asked_px
        Area of the target area in px, with what lies outside the photo; None where all skin was asked for.
    """

    mask: NDArray[np.bool_]
    polygon_px: NDArray[np.float32]
    exclusions: tuple[Exclusion, ...]
    asked_px: float | None = None

    @property
    def area_px(self) -> int:
        """Counted area in px."""
        return int(self.mask.sum())

    def part_px(self, reason: str) -> int:
        """Return the area in px taken out for a reason."""
        return sum(one.area_px for one in self.exclusions if one.reason == reason)

    def with_parts(self, *reasons: str) -> NDArray[np.bool_]:
        """Return the mask together with what was taken out for some reasons; bool, shape of the photo."""
        filled = self.mask.astype(np.uint8)
        for one in self.exclusions:
            if one.reason in reasons:
                cv2.fillPoly(filled, [np.rint(one.polygon_px).astype(np.int32)], 1)
        return filled.astype(bool)

    def contains(self, points_px: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Say for each point (x, y), shape (n, 2) in px, whether it lies inside; shape (n,)."""
        return _holds_at(self.mask, points_px)

    def covered_fractions(self, paths_px: Sequence[NDArray[np.floating]]) -> NDArray[np.float64]:
        """Return what share of the places of each path, shape (n, 2), lies under what covers the skin."""
        covered = self.with_parts(*_COVERS) & ~self.mask
        return np.array([_holds_at(covered, path_px).mean() for path_px in paths_px])


def find_field(
    photo: Photo,
    um_per_px: float,
    settings: FieldSettings,
    target: TargetArea | None = None,
    seen: Sequence[SeenScale] = (),
) -> Field:
    """Find the skin that may be counted.

    Left out are plain strips and bars at the sides of the photo, a dark rim, drawn text, scale bars, rulers,
    cards, drawn lines and blocks, wide glare, parts out of focus, and hair so dense that it hides the skin.
    Skin in shadow, ink on the skin and other hair stay in.

    Parameters
    ----------
    photo
        Any photo.
    um_per_px
        Size of one px, known or assumed.
    settings
        How the field is found.
    target
        The part of the photo asked for; all of it by default.
    seen
        What is seen in the photo that tells its scale: bars, rulers, cards.

    Returns
    -------
    Field
        The skin; with an empty mask and outline where there is none.
    """
    found = surround_masks(photo.pixels, um_per_px, settings.surround)
    found |= overprint_masks(photo, settings.overprint)
    for one in seen:
        found[one.source] = _filled(one.outlines_px, found.get(one.source), photo)
    clear = ~_any_of(found.values())
    found["out-of-focus"] = out_of_focus(photo, clear, um_per_px, settings.focus)
    found["hidden-skin"] = hidden_skin(photo.pixels, clear, um_per_px, settings.hidden)
    inner, outline_px = _largest_piece(~_any_of(found[reason] for reason in _SURROUND))
    mask = inner & ~_any_of(found.values())
    if target is not None:
        outline_px = _largest_piece(inner & target.mask)[1]
        mask &= target.mask
        found = {reason: one if reason in _COVERS else one & target.mask for reason, one in found.items()}
    mask.flags.writeable = False
    return Field(mask, outline_px, _exclusions(found), None if target is None else target.asked_px)


def _holds_at(mask: NDArray[np.bool_], points_px: NDArray[np.floating]) -> NDArray[np.bool_]:
    columns, rows = points_px.round().astype(int).reshape(-1, 2).T
    height, width = mask.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return np.asarray(inside & mask[rows.clip(0, height - 1), columns.clip(0, width - 1)])


def _any_of(masks: Iterable[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Return where at least one of the masks holds, without stacking them."""
    first, *others = masks
    result = first.copy()
    for one in others:
        result |= one
    return result


def _filled(
    outlines_px: Iterable[Polygon], more: NDArray[np.bool_] | None, photo: Photo
) -> NDArray[np.bool_]:
    """Fill outlines, and add what else is taken out for the same reason."""
    filled = np.zeros((photo.height_px, photo.width_px), np.uint8) if more is None else more.astype(np.uint8)
    for outline_px in outlines_px:
        cv2.fillPoly(filled, [np.rint(np.array(outline_px)).astype(np.int32)], 1)
    return filled.astype(bool)


def _largest_piece(mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Return the largest connected piece and its outline, empty when there is none."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    if count == 1:
        return mask, _read_only(np.zeros((0, 2), np.float32))
    piece = labels == 1 + int(np.argmax(statistics[1:, cv2.CC_STAT_AREA]))
    return piece, _outlines(piece, with_holes=False)[0]


def _exclusions(found: Mapping[str, NDArray[np.bool_]]) -> tuple[Exclusion, ...]:
    """Return the pieces of each reason; what has two reasons keeps the first."""
    exclusions = []
    taken = np.zeros_like(next(iter(found.values())))
    for reason in sorted(found, key=lambda reason: reason not in _SURROUND):
        outlines = _outlines(found[reason] & ~taken, with_holes=True)
        exclusions += [Exclusion(reason, outline_px) for outline_px in outlines]
        taken |= found[reason]
    return tuple(exclusions)


def _outlines(mask: NDArray[np.bool_], *, with_holes: bool) -> list[NDArray[np.float32]]:
    """Return the outline of each connected piece, and on around its holes where these are wanted."""
    found, tree = cv2.findContours(mask.view(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not found:
        return []
    paths = [cv2.approxPolyDP(path, _OUTLINE_ERROR_PX, closed=True).reshape(-1, 2) for path in found]
    parents = np.asarray(tree).reshape(-1, 4)[:, 3]
    outlines = []
    for place in np.flatnonzero(parents < 0):
        parts = [paths[place]]
        for hole in np.flatnonzero(parents == place) if with_holes else ():
            parts += [paths[place][:1], paths[hole], paths[hole][:1]]
        outlines.append(_read_only(np.concatenate(parts).astype(np.float32)))
    return outlines


def _read_only(array: NDArray[np.float32]) -> NDArray[np.float32]:
    array.flags.writeable = False
    return array
