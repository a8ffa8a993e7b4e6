"""Points on a plane and where they are seen become the mapping between them, with how sure it is.

A plane seen by a camera is mapped by a homography (R. Hartley, A. Zisserman, Multiple View Geometry in
Computer Vision, 2004, ch. 2). Its last two numbers, the perspective, stay 0 unless the points need them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.optimize import least_squares

from hairdensity.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_AFFINE, _PROJECTIVE = 6, 8
_MIN_IMPROVEMENT = 1.15
_LEAST_ERROR_PX = 0.05
_GRID = 9


@dataclass(frozen=True, slots=True, eq=False)
class PlaneMap:
    """Mapping from mm on a plane to px of a photo.

    Attributes
    ----------
    numbers
        Its six or eight free numbers, about `centre_mm` and in mm divided by `reach_mm`.
    covariance
        Of these numbers.
    centre_mm, reach_mm
        What mm are counted from, and divided by.
    error_px
        Root mean square distance between the points and where the mapping puts them.
    """

    numbers: NDArray[np.float64]
    covariance: NDArray[np.float64]
    centre_mm: NDArray[np.float64]
    reach_mm: float
    error_px: float

    def matrix(self, numbers: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the homography from mm to px, shape (3, 3)."""
        inner = _matrix(self.numbers if numbers is None else numbers)
        shift = np.array([[1, 0, -self.centre_mm[0]], [0, 1, -self.centre_mm[1]], [0, 0, self.reach_mm]])
        return np.asarray(inner @ (shift / self.reach_mm), np.float64)

    def px_per_mm(self, size_px: tuple[int, int]) -> Estimate:
        """Return the px a mm, so that px of a photo with `size_px`, counted, give the plane's area in it."""

        def side(numbers: NDArray[np.float64]) -> float:
            return area_true_px_per_mm(self.matrix(numbers), size_px)

        return Estimate.from_sd(side(self.numbers), self._sd(side))

    def tilt_deg(self, size_px: tuple[int, int]) -> float:
        """Return by how much the plane is turned out of the photo's, by its foreshortening in the middle."""
        middle = np.array([[(size_px[0] - 1) / 2, (size_px[1] - 1) / 2]])
        to_mm = _inverse(self.matrix())
        sizes = np.linalg.svd(_jacobians(to_mm, middle)[0], compute_uv=False)
        return float(np.degrees(np.arccos(sizes[1] / sizes[0])))

    def _sd(self, value: Callable[[NDArray[np.float64]], float]) -> float:
        steps = 1e-3 * np.sqrt(np.diag(self.covariance)) + 1e-12
        shifts = np.diag(steps)
        slope = np.array([(value(self.numbers + one) - value(self.numbers - one)) for one in shifts]) / (
            2 * steps
        )
        return float(np.sqrt(slope @ self.covariance @ slope))


def fit_plane(points_mm: NDArray[np.float64], points_px: NDArray[np.float64]) -> PlaneMap:
    """Fit the mapping from a plane to a photo; points that lie off by much count little.

    Parameters
    ----------
    points_mm, points_px
        float64, shape (n, 2), at least four points not in one line.
    """
    centre_mm = points_mm.mean(axis=0)
    reach_mm = float(np.abs(points_mm - centre_mm).max())
    inner = (points_mm - centre_mm) / reach_mm
    first, _ = cv2.estimateAffine2D(inner.astype(np.float32), points_px.astype(np.float32))
    affine = _fitted(np.asarray(first, np.float64).ravel(), inner, points_px)
    flat = PlaneMap(affine[0], affine[1], centre_mm, reach_mm, affine[2])
    if len(points_mm) < _PROJECTIVE // 2 + 2:
        return flat
    numbers, covariance, error_px = _fitted(np.pad(affine[0], (0, 2)), inner, points_px)
    projective = PlaneMap(numbers, covariance, centre_mm, reach_mm, error_px)
    return projective if flat.error_px > _MIN_IMPROVEMENT * error_px else flat


def area_true_px_per_mm(matrix: NDArray[np.float64], size_px: tuple[int, int]) -> float:
    """Return px a mm of a square px whose area is the mean area of a photo's px on the plane."""
    x, y = (np.linspace(0, side - 1, _GRID) for side in size_px)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    areas_mm2 = np.abs(np.linalg.det(_jacobians(_inverse(matrix), grid)))
    return float(1 / np.sqrt(areas_mm2.mean()))


def project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map points, shape (n, 2)."""
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _jacobians(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the derivative of the mapping at each point, shape (n, 2, 2)."""
    weights = points @ matrix[2, :2] + matrix[2, 2]
    mapped = project(matrix, points)
    above = matrix[None, :2, :2] - mapped[:, :, None] * matrix[None, 2:, :2]
    return np.asarray(above / weights[:, None, None], np.float64)


def _matrix(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    last = (*numbers[_AFFINE:], 1.0) if len(numbers) == _PROJECTIVE else (0.0, 0.0, 1.0)
    return np.array([numbers[:3], numbers[3:_AFFINE], last])


def _fitted(
    start: NDArray[np.float64], inner: NDArray[np.float64], points_px: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the numbers that fit best, their covariance, and the error of a point."""

    def misses(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(project(_matrix(numbers), inner) - points_px, np.float64).ravel()

    done = least_squares(misses, start, loss="soft_l1", f_scale=0.3, x_scale="jac")
    left, jacobian = misses(done.x), np.asarray(done.jac, np.float64)
    freedom = max(len(left) - len(start), 1)
    error_px = float(np.sqrt((left**2).sum() / freedom))
    spread_px = max(error_px, _LEAST_ERROR_PX)
    covariance = np.linalg.pinv(jacobian.T @ jacobian) * spread_px**2
    return np.asarray(done.x, np.float64), np.asarray(covariance, np.float64), error_px
