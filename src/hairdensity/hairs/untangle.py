"""Paths that run inside a stronger one are followed again, beside it: two hairs of a unit have two bodies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.spatial.distance import cdist

from hairdensity.hairs.paths import PathSettings, follow_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.roots import Roots
    from hairdensity.hairs.segment import HairMaps

    Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class UntangleSettings:
    """When paths share a body, and how strongly a body is hidden, in physical units."""

    body_um: float = 33.0
    """A path is inside another one where it is nearer to it than this."""
    max_shared_fraction: float = 0.5
    hidden_fraction: float = 0.6
    """How much of the stronger body's centre line is hidden while the weaker path is followed again."""


def untangle(
    maps: HairMaps,
    roots: Roots,
    paths: Sequence[Array],
    settings: tuple[UntangleSettings, PathSettings],
) -> tuple[Array, ...]:
    """Follow paths again that share a body with a stronger one.

    Parameters
    ----------
    maps
        Hair maps of the photo.
    roots
        The roots of the strands, strongest first.
    paths
        The path of each, in working px.
    settings
        Settings of this step and of the following of paths.

    Returns
    -------
    tuple of NDArray
        The paths; changed where a way beside the stronger path was found.
    """
    own, following = settings
    reach_px = own.body_um / maps.um_per_px
    partners = _partners(paths, reach_px, own) if paths else {}
    if not partners:
        return tuple(paths)
    weaker = np.array(sorted(partners))
    hidden = _hide(maps, (paths[k] for k in set(partners.values())), reach_px, own.hidden_fraction)
    again = follow_paths(hidden, roots.take(weaker), following)
    changed = list(paths)
    for k, path in zip(weaker.tolist(), again, strict=True):
        if _is_beside(maps, path, paths[partners[k]], (reach_px, own.max_shared_fraction)):
            changed[k] = path
    return tuple(changed)


def _partners(paths: Sequence[Array], reach_px: float, settings: UntangleSettings) -> dict[int, int]:
    """Return the first stronger path that a path shares too much with, for those that have one."""
    low, high = (np.array([bound(path, axis=0) for path in paths]) for bound in (np.min, np.max))
    partners: dict[int, int] = {}
    for weaker, path in enumerate(paths):
        near = ((low <= high[weaker] + reach_px) & (high >= low[weaker] - reach_px)).all(axis=1)
        for stronger in np.nonzero(near[:weaker])[0].tolist():
            if _shared(path, paths[stronger], reach_px).mean() > settings.max_shared_fraction:
                partners[weaker] = stronger
                break
    return partners


def _shared(path: Array, other: Array, reach_px: float) -> NDArray[np.bool_]:
    """Say which places of a path lie inside another one."""
    return np.asarray(cdist(path, other).min(axis=1) < reach_px)


def _hide(maps: HairMaps, paths: Iterable[Array], reach_px: float, fraction: float) -> HairMaps:
    """Return the maps with the centre lines of some paths weakened."""
    cover = np.zeros(maps.centre.shape, np.uint8)
    lines = [np.round((path - 0.5) / 2 * 16).astype(np.int32).reshape(-1, 1, 2) for path in paths]
    cv2.polylines(cover, lines, isClosed=False, color=1, thickness=max(1, round(reach_px)), shift=4)
    return replace(maps, centre=np.asarray(maps.centre * (1 - fraction * cover), np.float32))


def _is_beside(maps: HairMaps, path: Array, partner: Array, limits: tuple[float, float]) -> bool:
    """Say whether a path followed again runs beside its partner, on a shaft of its own."""
    reach_px, max_shared_fraction = limits
    shared = _shared(path, partner, reach_px)
    if shared.mean() > max_shared_fraction:
        return False
    centre = maps.sample(maps.centre, path)
    return bool(centre[~shared].mean() > centre.max() / 2)
