"""Paths laid end to end as one array of places, for work on all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float32]


class Trails(NamedTuple):
    """Places of all paths, one path after the other.

    `places` has shape (points, 2), in working px; `owners` says which path each is on and `along_um` how far
    from its root; path k begins at `starts[k]` and is `lengths_um[k]` long.
    """

    places: NDArray[np.float32]
    owners: NDArray[np.intp]
    along_um: NDArray[np.float32]
    starts: NDArray[np.intp]
    lengths_um: NDArray[np.float32]

    def counts(self) -> NDArray[np.intp]:
        """Return how many places each path has."""
        return np.diff(np.append(self.starts, len(self.owners)))

    def quantile(self, values: NDArray[np.floating], fraction: float) -> NDArray[np.floating]:
        """Return for each path the value, of one a place, below which `fraction` of its values lie."""
        ranked = values[np.lexsort((values, self.owners))]
        ranks = np.round(fraction * (self.counts() - 1)).astype(np.intp)
        return np.asarray(ranked[self.starts + ranks])

    def mean(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return for each path the mean of its values, one a place."""
        return np.asarray(np.add.reduceat(values, self.starts) / self.counts())


def lay_trails(paths: Sequence[Array], um_per_px: float) -> Trails:
    """Lay paths, float32 of shape (m, 2) each, end to end."""
    counts = np.array([len(path) for path in paths], np.intp)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
    places = np.concatenate(paths)
    steps = np.linalg.norm(np.diff(places, axis=0, prepend=places[:1]), axis=1) * um_per_px
    steps[starts] = 0
    total = np.cumsum(steps)
    owners = np.repeat(np.arange(len(paths)), counts)
    along_um = (total - total[starts][owners]).astype(np.float32)
    return Trails(places, owners, along_um, starts, along_um[starts + counts - 1])
