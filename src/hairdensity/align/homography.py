"""Plane mappings: homographies of shape (3, 3), float64, points (x, y)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def project(homography: NDArray[np.floating], points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Map points, shape (n, 2), by a homography.

    Examples
    --------
    >>> project(np.array([[2.0, 0, 1], [0, 2.0, 0], [0, 0, 1]]), np.array([[1.0, 3.0]])).tolist()
    [[3.0, 6.0]]
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    mapped = points @ homography[:, :2].T + homography[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:], dtype=np.float64)


def inverse(homography: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mapping back, its last element 1.

    Examples
    --------
    >>> inverse(np.diag([2.0, 4.0, 1.0])).diagonal().tolist()
    [0.5, 0.25, 1.0]
    """
    back = np.linalg.inv(np.asarray(homography, dtype=np.float64))
    return np.asarray(back / back[2, 2], dtype=np.float64)


def local_scale(homography: NDArray[np.floating], point: NDArray[np.floating]) -> float:
    """Return how many times longer short lines at `point`, shape (2,), become.

    Examples
    --------
    >>> local_scale(np.diag([2.0, 2.0, 1.0]), np.zeros(2))
    2.0
    """
    x, y = (float(one) for one in point)
    denominator = float(homography[2] @ (x, y, 1.0))
    # the Jacobian determinant of a homography is det(H) / w³
    return float(abs(np.linalg.det(homography) / denominator**3) ** 0.5)


def resampling(factor: float) -> NDArray[np.float64]:
    """Return the mapping of px centres when a photo is resized by `factor`.

    Examples
    --------
    >>> project(resampling(0.5), np.array([[0.5, 0.5]])).tolist()
    [[0.0, 0.0]]
    """
    offset = (factor - 1) / 2
    return np.array([[factor, 0.0, offset], [0.0, factor, offset], [0.0, 0.0, 1.0]])


def similarity(turn: complex, shift: complex) -> NDArray[np.float64]:
    """Return the mapping z -> turn * z + shift of points written as complex numbers x + iy."""
    return np.array(
        [[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag], [0.0, 0.0, 1.0]]
    )


def stretches(homography: NDArray[np.floating], point: NDArray[np.floating]) -> tuple[float, float]:
    """Return the smallest and largest stretch at `point`, shape (2,); (0, 0) where the mapping mirrors."""
    x, y = (float(one) for one in point)
    mapped = homography @ (x, y, 1.0)
    jacobian = (homography[:2, :2] - np.outer(mapped[:2] / mapped[2], homography[2, :2])) / mapped[2]
    if np.linalg.det(jacobian) <= 0:
        return 0.0, 0.0
    largest, smallest = np.linalg.svd(jacobian, compute_uv=False)
    return float(smallest), float(largest)
