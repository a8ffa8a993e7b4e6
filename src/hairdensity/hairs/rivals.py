"""Root candidates become rivals: which of them may be one hair, and how they lie to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.roots import Roots
    from hairdensity.hairs.trails import Trails

    Array = NDArray[np.floating]
    Indices = NDArray[np.intp]


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
        *_place_on_path(roots.points[me], trails, other, um_per_px),
        *_place_on_path(roots.points[other], trails, me, um_per_px),
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
    count = len(trails.starts)
    first, second = cKDTree(trails.places).query_pairs(reach_px, output_type="ndarray").T.astype(np.int64)
    inside = np.unique(
        np.concatenate([first * count + trails.owners[second], second * count + trails.owners[first]])
    )
    place, owner = np.divmod(inside, count)
    pairs, hits = np.unique(trails.owners[place] * count + owner, return_counts=True)
    sizes = np.bincount(trails.owners, minlength=count)
    wanted = (links[:, 0] * count + links[:, 1], links[:, 1] * count + links[:, 0])
    mine, theirs = (_look_up(keys, pairs, hits) for keys in wanted)
    return mine / sizes[links[:, 0]], theirs / sizes[links[:, 1]]


def _look_up(wanted: Indices, keys: NDArray[np.int64], values: Indices) -> NDArray[np.float64]:
    """Return the values of the wanted keys, 0 where there is none; `keys` are sorted."""
    at = np.searchsorted(keys, wanted)
    padded_keys, padded = np.append(keys, -1), np.append(values, 0)
    return np.where(padded_keys[at] == wanted, padded[at], 0).astype(np.float64)


def _place_on_path(
    points: Array, trails: Trails, paths: Indices, um_per_px: float
) -> tuple[Array, Array, Array]:
    """Return where each point lies on a path of its own: aside, from the root on, and to the tip."""
    counts = trails.counts()[paths]
    firsts = np.cumsum(counts) - counts
    asked = np.repeat(np.arange(len(paths)), counts)
    index = trails.starts[paths][asked] + np.arange(len(asked)) - firsts[asked]
    squared = ((trails.places[index] - points[asked]) ** 2).sum(axis=1)
    lowest = np.minimum.reduceat(squared, firsts) if len(firsts) else squared
    at_lowest = np.nonzero(squared == lowest[asked])[0]
    nearest = at_lowest[np.unique(asked[at_lowest], return_index=True)[1]]
    along_um = trails.along_um[index[nearest]]
    left_um = trails.lengths_um[paths] - along_um
    aside_um = np.sqrt(lowest) * um_per_px
    return aside_um.clip(0, 300) / 66, np.log1p(along_um / 200), np.log1p(left_um / 200)
