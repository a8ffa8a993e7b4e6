"""What a person points at becomes new paths: root moved, hair split, two hairs joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Line = NDArray[np.float64]


def move_root(path_px: NDArray[np.floating], root_px: NDArray[np.floating]) -> Line:
    """Return a hair's path from another root.

    What lies on the root's side of the new root gives way, and as much of the path as the new root lies
    beside it; a root set at the tip turns the hair round.

    Examples
    --------
    >>> path = np.array([[0.0, 0.0], [4.0, 0.0], [8.0, 0.0]])
    >>> move_root(path, np.array([3.0, 0.5])).tolist()
    [[3.0, 0.5], [4.0, 0.0], [8.0, 0.0]]
    >>> move_root(path, np.array([9.0, 0.0])).tolist()
    [[9.0, 0.0], [4.0, 0.0], [0.0, 0.0]]
    """
    path, root = np.asarray(path_px, np.float64), np.asarray(root_px, np.float64)
    way, gap = _nearest_way(path, root)
    walked = _walked(path)
    if way > walked[-1] / 2:
        path, walked = path[::-1], walked[-1] - walked[::-1]
        way = walked[-1] - way
    rest = path[walked > way + gap]
    return np.vstack([root, rest if len(rest) else path[-1:]])


def split(path_px: NDArray[np.floating], place_px: NDArray[np.floating]) -> tuple[Line, Line]:
    """Return the two hairs that a hair becomes at the point of its path nearest to `place_px`.

    The first goes from the root to the place, the second from the place to the tip.

    Examples
    --------
    >>> one, other = split(np.array([[0.0, 0.0], [8.0, 0.0]]), np.array([3.0, 5.0]))
    >>> one.tolist(), other.tolist()
    ([[0.0, 0.0], [3.0, 0.0]], [[3.0, 0.0], [8.0, 0.0]])

    Raises
    ------
    ValueError
        When the place is an end of the hair.
    """
    path = np.asarray(path_px, np.float64)
    walked = _walked(path)
    way, _ = _nearest_way(path, np.asarray(place_px, np.float64))
    if not 0 < way < walked[-1]:
        message = "the place is an end of the hair; point at where it is to be parted"
        raise ValueError(message)
    place = [np.interp(way, walked, path[:, axis]) for axis in (0, 1)]
    return np.vstack([path[walked < way], place]), np.vstack([place, path[walked > way]])


def join(first_px: NDArray[np.floating], second_px: NDArray[np.floating]) -> Line:
    """Return one path from the root of the first hair over the whole second one.

    Examples
    --------
    >>> one, other = np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([[9.0, 0.0], [5.0, 0.0], [3.0, 0.0]])
    >>> join(one, other).tolist()
    [[0.0, 0.0], [4.0, 0.0], [5.0, 0.0], [9.0, 0.0]]
    """
    first, second = np.asarray(first_px, np.float64), np.asarray(second_px, np.float64)
    tip = first[-1]
    if np.linalg.norm(second[-1] - tip) < np.linalg.norm(second[0] - tip):
        second = second[::-1]
    heading = second[-1] - first[0]
    ahead = (second - tip) @ heading > 0
    return np.vstack([first, second[ahead]])


def _walked(path: Line) -> Line:
    return np.concatenate([[0.0], np.linalg.norm(np.diff(path, axis=0), axis=1).cumsum()])


def _nearest_way(path: Line, place: Line) -> tuple[float, float]:
    """Return how far along the path its point nearest to a place lies, and how far that is off."""
    starts, steps = path[:-1], np.diff(path, axis=0)
    lengths = np.linalg.norm(steps, axis=1).clip(1e-9)
    parts = (((place - starts) * steps).sum(axis=1) / lengths**2).clip(0, 1)
    gaps = np.linalg.norm(starts + parts[:, None] * steps - place, axis=1)
    best = int(gaps.argmin())
    return float(_walked(path)[best] + parts[best] * lengths[best]), float(gaps[best])
