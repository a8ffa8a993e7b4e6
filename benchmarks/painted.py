"""Hairs of a real frame are painted out: a change whose size is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from frames import Frames

    Pixels = NDArray[np.uint8]

SAME_ROOT_UM = 150.0
SAME_LINE_UM = 50.0
PAINT_MARGIN_UM = 30.0
DARK = 0.7
PAINT_BEYOND_ROOT_UM = 250.0
MOST_COVERED = 0.15
PAINT_REACH_UM = 110.0
LITTLE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """A hair that a frame shows: path from root to tip, width in px, and whether found and annotated."""

    path_px: NDArray[np.float64]
    width_px: float
    is_sure: bool


def present_hairs(frames: Frames, name: str) -> list[Present]:
    """Return all hairs of a frame: those found, and those annotated that were not."""
    found = frames.analysis(name, frames.um_per_px).hairs
    known = [hair for hair in frames.truths[name].hairs if hair.needed]
    roots, known_roots = (np.array([hair.root_px for hair in some]).reshape(-1, 2) for some in (found, known))
    gaps_um = np.linalg.norm(roots[:, None] - known_roots[None], axis=2) * frames.um_per_px
    rows, columns = linear_sum_assignment(np.minimum(gaps_um, SAME_ROOT_UM))
    sure = {
        int(row) for row, column in zip(rows, columns, strict=True) if gaps_um[row, column] < SAME_ROOT_UM
    }
    hairs = [
        Present(np.asarray(hair.path_px, np.float64), hair.diameter_px.value, number in sure)
        for number, hair in enumerate(found)
    ]
    usual_px = float(np.median([hair.width_px for hair in hairs]))
    lines = [np.linspace(hair.root_px, hair.tip_px, 9) for hair in known]
    missed = [
        line for line in lines if not any(_is_same(line, one.path_px, frames.um_per_px) for one in hairs)
    ]
    return hairs + [Present(line, usual_px, is_sure=False) for line in missed]


def _is_same(line: NDArray[np.float64], path: NDArray[np.float64], um_per_px: float) -> bool:
    """Say whether an annotated line is a found hair: roots at one place, or the line lies along the hair."""
    gaps_um = np.linalg.norm(line[:, None] - path[None], axis=2).min(axis=1) * um_per_px
    root_gap_um = float(np.linalg.norm(line[0] - path[0])) * um_per_px
    return root_gap_um < SAME_ROOT_UM or float(np.median(gaps_um)) < SAME_LINE_UM


def drawn_lots(
    hairs: list[Present], loss: float, um_per_px: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Draw which hairs go; those that lie on each other go together: nothing can be painted between them."""
    size = tuple(
        int(one) for one in np.ceil(np.max([hair.path_px.max(axis=0) for hair in hairs], axis=0)) + 9
    )
    margins_px = 2 * PAINT_MARGIN_UM / um_per_px
    bodies = [_body(hair, size[::-1], hair.width_px + margins_px, 0.0) > 0 for hair in hairs]
    small = np.array([body[::2, ::2].ravel() for body in bodies], np.float32)
    shared = small @ small.T
    areas = np.maximum(np.diag(shared), 1.0)
    touching = shared > MOST_COVERED * np.minimum(areas[:, None], areas[None])
    _, group = connected_components(csr_matrix(touching))
    gone = np.zeros(len(hairs), np.bool_)
    for one in rng.permutation(group.max() + 1):
        is_sure = all(hair.is_sure for hair, at in zip(hairs, group, strict=True) if at == one)
        if is_sure and (gone | (group == one)).sum() <= round(loss * len(hairs)):
            gone |= group == one
    return gone


def painted_out(frames: Frames, name: str, hairs: list[Present], gone: NDArray[np.bool_]) -> Pixels:
    """Return a frame with some of its hairs painted over with skin; what crosses them stays.

    The paint is taken from bare skin alone: from beside a hair that stays it would drag a shaft along.
    """
    pixels = frames.photo(name).pixels
    away, there, beside = (np.zeros(pixels.shape[:2], np.uint8) for _ in range(3))
    margin_px, beyond_px = PAINT_MARGIN_UM / frames.um_per_px, PAINT_BEYOND_ROOT_UM / frames.um_per_px
    for hair, is_gone in zip(hairs, gone, strict=True):
        if is_gone:
            away |= _body(hair, away.shape, hair.width_px + 2 * margin_px, beyond_px)
        else:
            there |= _body(hair, there.shape, hair.width_px, 0.0)
            beside |= _body(hair, there.shape, hair.width_px + 2 * margin_px, 0.0)
    dark = _dark(pixels, frames.um_per_px)
    away = _with_ends(away, there, dark, frames.um_per_px)
    skin = cleared(pixels, (away | beside | dark) > 0, PAINT_REACH_UM / frames.um_per_px)
    return np.asarray(np.where((away & ~there & 1)[..., None] > 0, skin, pixels), np.uint8)


def _dark(pixels: Pixels, um_per_px: float) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.asarray(grey < DARK * cv2.medianBlur(grey, 2 * round(500 / um_per_px) + 1), np.uint8)


def _with_ends(
    away: NDArray[np.uint8], there: NDArray[np.uint8], dark: NDArray[np.uint8], um_per_px: float
) -> NDArray[np.uint8]:
    """Add what is dark beyond the traced ends of hairs that go: a stub is a hair."""
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(200 / um_per_px) + 1,) * 2)
    near = cv2.dilate(away, reach) & ((dark & ~there) | away) & 1
    _, labels = cv2.connectedComponents(near)
    ends = np.isin(labels, np.unique(labels[away > 0])) & (near > 0)
    wider = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(PAINT_MARGIN_UM / um_per_px) + 1,) * 2)
    return np.asarray(away | cv2.dilate(ends.astype(np.uint8), wider), np.uint8)


def _body(hair: Present, shape: tuple[int, ...], width_px: float, beyond_px: float) -> NDArray[np.uint8]:
    """Mark a hair `width_px` wide, from `beyond_px` before its root on: 1 there, 0 elsewhere."""
    path = hair.path_px
    back = path[0] - path[min(len(path) - 1, 4)]
    back = back / max(float(np.linalg.norm(back)), LITTLE) * beyond_px
    corners = [np.round(np.vstack([path[:1] + back, path])).astype(np.int32)]
    body = np.zeros(shape, np.uint8)
    cv2.polylines(body, corners, isClosed=False, color=1, thickness=max(1, round(width_px)))
    return body


def cleared(pixels: Pixels, covered: NDArray[np.bool_], reach_px: float) -> NDArray[np.float32]:
    """Return the frame with the mean of what lies around (1 sd) where anything covers the skin."""
    weight = (~covered).astype(np.float32)[..., None]
    mean = cv2.GaussianBlur(pixels * weight, (0, 0), reach_px)
    share = cv2.GaussianBlur(weight, (0, 0), reach_px)[..., None]
    filled = np.where(share > LITTLE, mean / np.maximum(share, LITTLE), pixels[~covered].mean(axis=0))
    return np.asarray(np.where(covered[..., None], filled, pixels), np.float32)
