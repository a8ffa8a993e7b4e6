"""Root candidates become rivals: which of them may be one hair, and how they lie to each other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.roots import Roots
    from hairdensity.hairs.trails import Trails

    Array = NDArray[np.floating]
    Indices = NDArray[np.intp]

_PLACES_IN_BLOCK = 50_000
"""About so many places of paths are held against the others at a time, so that less memory is needed."""


def find_rivals(
    roots: Roots, trails: Trails, reaches_px: tuple[float, ...], um_per_px: float
) -> tuple[Indices, NDArray[np.float32]]:
    """Find for each root candidate those that may be the same hair, or hide it.

    Parameters
    ----------
    roots, trails
        Root candidates and their paths.
    reaches_px
        How near roots lie, how near a path passes a root, how near paths run in each other.
    um_per_px
        Size of a working px on the skin.

    Returns
    -------
    links
        Shape (m, 2): a candidate and its rival; each pair appears both ways.
    relations
        float32, shape (m, 15), for each link: the rival's root along and aside of the candidate, the
        candidate's of the rival, their distance, the cosine between them, the part of the path in the other's
        both ways, where each root lies on the other's path (aside, from its root, to its tip), and the ratio
        of the lengths.
    """
    rival_px, on_body_px, overlap_px = reaches_px
    links = _links(roots, trails, rival_px, on_body_px)
    me, other = links.T
    mine, theirs = roots.directions[me], roots.directions[other]
    offset_um = (roots.points[other] - roots.points[me]) * um_per_px
    columns = [
        *_from(offset_um, mine),
        *_from(-offset_um, theirs),
        np.linalg.norm(offset_um, axis=1).clip(0, 600) / 100,
        (mine * theirs).sum(axis=1),
        *_overlaps(trails, links, overlap_px),
        *_places_on_paths(roots.points[me], trails, other, um_per_px),
        *_places_on_paths(roots.points[other], trails, me, um_per_px),
        np.log(trails.lengths_um[other].clip(30) / trails.lengths_um[me].clip(30)).clip(-2, 2),
    ]
    return links, np.stack(columns, axis=1).astype(np.float32)


def _links(roots: Roots, trails: Trails, rival_px: float, on_body_px: float) -> Indices:
    tree = cKDTree(roots.points)
    near = tree.query_pairs(rival_px, output_type="ndarray")
    passing = cKDTree(trails.places).sparse_distance_matrix(tree, on_body_px, output_type="coo_matrix")
    over = np.stack([trails.owners[passing.row], passing.col], axis=1)
    both = np.concatenate([near, near[:, ::-1], over, over[:, ::-1]]).astype(np.int64)
    keys = np.unique(both[:, 0] * len(roots.scores) + both[:, 1])
    links = np.stack(np.divmod(keys, len(roots.scores)), axis=1)
    return np.asarray(links[links[:, 0] != links[:, 1]], np.intp)


def _from(offset_um: Array, direction: Array) -> tuple[Array, Array]:
    """Return how far ahead and aside of a root with a direction something lies."""
    along = (offset_um * direction).sum(axis=1)
    aside = np.abs(offset_um[:, 0] * direction[:, 1] - offset_um[:, 1] * direction[:, 0])
    return along.clip(-600, 600) / 200, aside.clip(0, 400) / 100


def _overlaps(trails: Trails, links: Indices, reach_px: float) -> tuple[Array, Array]:
    """Return for each link how much of the candidate's path runs in the rival's, and the other way round."""
    everything = cKDTree(trails.places)
    sizes = trails.counts()
    mine = np.empty(len(links))
    for first, last in _blocks(sizes):
        asked = slice(*np.searchsorted(links[:, 0], [first, last]))
        me, other = links[asked].T
        inside = _places_inside(trails, (first, last), everything, reach_px)
        mine[asked] = np.asarray(inside[me - first, other]).ravel() / sizes[me]
    return mine, mine[_mirrored(links, len(sizes))]


def _places_inside(
    trails: Trails, block: tuple[int, int], everything: cKDTree, reach_px: float
) -> csr_matrix:
    """Return how many places of each path of a block lie in each path, shape (paths in block, paths)."""
    bounds = np.append(trails.starts, len(trails.owners))[block[0] : block[1] + 1]
    begin, end = bounds[0], bounds[-1]
    near = cKDTree(trails.places[begin:end]).sparse_distance_matrix(
        everything, reach_px, output_type="coo_matrix"
    )
    shape = end - begin, len(trails.starts)
    lies_inside = csr_matrix((np.ones(near.nnz, np.int32), (near.row, trails.owners[near.col])), shape)
    lies_inside.data.fill(1)
    own_places = csr_matrix((np.ones(end - begin, np.int32), np.arange(end - begin), bounds - begin))
    return own_places @ lies_inside


def _blocks(sizes: Indices) -> list[tuple[int, int]]:
    """Return stretches, first and behind the last, of items whose sizes add up to a block or little more."""
    block = np.cumsum(sizes) // _PLACES_IN_BLOCK
    bounds = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), len(sizes)]
    return list(pairwise(bounds))


def _mirrored(links: Indices, count: int) -> Indices:
    """Return for each of the sorted links of so many candidates where the one the other way round stands."""
    me, other = links.T
    return np.asarray(np.searchsorted(me * count + other, other * count + me), np.intp)


def _places_on_paths(points: Array, trails: Trails, paths: Indices, um_per_px: float) -> tuple[Array, ...]:
    """Return where each point lies on a path of its own: aside, from the root on, and to the tip."""
    blocks = [
        _place_on_path(points[first:last], trails, paths[first:last], um_per_px)
        for first, last in _blocks(trails.counts()[paths])
    ]
    return tuple(np.concatenate(column) for column in zip(*blocks, strict=True))


def _place_on_path(points: Array, trails: Trails, paths: Indices, um_per_px: float) -> tuple[Array, ...]:
    counts = trails.counts()[paths]
    firsts = np.cumsum(counts) - counts
    asked = np.repeat(np.arange(len(paths)), counts)
    index = trails.starts[paths][asked] + np.arange(len(asked)) - firsts[asked]
    x, y = (trails.places[index] - points[asked]).T
    squared = x**2 + y**2
    lowest = np.minimum.reduceat(squared, firsts) if len(firsts) else squared
    at_lowest = np.nonzero(squared == lowest[asked])[0]
    nearest = at_lowest[np.unique(asked[at_lowest], return_index=True)[1]]
    along_um = trails.along_um[index[nearest]]
    left_um = trails.lengths_um[paths] - along_um
    aside_um = np.sqrt(lowest) * um_per_px
    return aside_um.clip(0, 300) / 66, np.log1p(along_um / 200), np.log1p(left_um / 200)
