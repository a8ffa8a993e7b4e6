"""Draws one site at two visits, with a known change, motion and light."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.phantom.draw import Phantom, canvas_resolution, draw_phantom
from hairdensity.phantom.scene import DrawnHair, sample_scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.phantom.camera import Camera, View
    from hairdensity.phantom.style import Style

HALF = 0.5
THIN_UM = 40.0
"""Miniaturised hair, which treatment thickens first, is thinner."""


@dataclass(frozen=True, slots=True)
class SiteChange:
    """What happens to the hairs of a site between two visits.

    `lost_fraction` and `gained_fraction` are of the hairs of both visits together; `thicker_um` is added to
    every diameter, `thin_thicker_um` besides to those under `THIN_UM`; `combed_deg` and `regrown` are
    standard deviations of each hair's turn about its root and of the logarithm of its length.
    """

    lost_fraction: float = 0.0
    gained_fraction: float = 0.0
    thicker_um: float = 0.0
    thin_thicker_um: float = 0.0
    combed_deg: float = 4.0
    regrown: float = 0.12


@dataclass(frozen=True, slots=True)
class Shot:
    """How the camera of one visit stands and renders."""

    view: View
    camera: Camera


@dataclass(frozen=True, slots=True, eq=False)
class PhantomPair:
    """Two visits of one drawn site.

    `before_to_after` is float64 of shape (3, 3), px to px; hairs of the two phantoms with the same `seed` are
    the same hair.
    """

    before: Phantom
    after: Phantom
    before_to_after: NDArray[np.float64]


def draw_pair(seed: int, style: Style, change: SiteChange, shots: tuple[Shot, Shot]) -> PhantomPair:
    """Draw one site before and after `change`, on a patch as large as the two `shots` need.

    Cut fragments that lie on the skin lie there at one visit or at the other.
    """
    first, second = shots
    skin_um_per_px = min(canvas_resolution(shot.view) for shot in shots)
    scene = replace(sample_scene(seed, style, _patch_um(shots)), skin_um_per_px=skin_um_per_px)
    rng = np.random.default_rng([seed, 6])
    fate = rng.random(len(scene.hairs))
    first_visit_debris = rng.random(len(scene.hairs)) < HALF
    lost, gained = fate < change.lost_fraction, fate > 1 - change.gained_fraction
    before = [
        hair
        for hair, new, debris in zip(scene.hairs, gained, first_visit_debris, strict=True)
        if (debris if hair.is_fragment else not new)
    ]
    after = [
        hair if hair.is_fragment else _aged(rng, hair, change)
        for hair, gone, debris in zip(scene.hairs, lost, first_visit_debris, strict=True)
        if (not debris if hair.is_fragment else not gone)
    ]
    return PhantomPair(
        draw_phantom(replace(scene, hairs=tuple(before)), first.view, first.camera, visit=0),
        draw_phantom(replace(scene, hairs=tuple(after)), second.view, second.camera, visit=1),
        second.view.skin_to_photo() @ np.linalg.inv(first.view.skin_to_photo()),
    )


def site_centre_um(
    shots_px: tuple[tuple[int, int], ...], um_per_px: tuple[float, ...]
) -> tuple[float, float]:
    """Return a centre that keeps photos of these sizes and scales on the patch at any turn."""
    reach = max(np.hypot(*size) * um / 2 for size, um in zip(shots_px, um_per_px, strict=True))
    return float(reach * 1.1), float(reach * 1.1)


def _patch_um(shots: tuple[Shot, Shot]) -> tuple[float, float]:
    far = [
        np.array(shot.view.centre_um) + np.hypot(*shot.view.size_px) * shot.view.um_per_px * 0.55
        for shot in shots
    ]
    width, height = np.max(far, axis=0)
    return float(width), float(height)


def _aged(rng: np.random.Generator, hair: DrawnHair, change: SiteChange) -> DrawnHair:
    angle = np.radians(rng.normal(0, change.combed_deg))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    growth = float(np.exp(rng.normal(0, change.regrown)))
    thicker_um = change.thicker_um + (change.thin_thicker_um if hair.diameter_um < THIN_UM else 0.0)
    root = hair.path_um[0]
    return replace(
        hair,
        path_um=root + (hair.path_um - root) @ turn.T * growth,
        diameter_um=max(10.0, hair.diameter_um + thicker_um),
    )


@dataclass(frozen=True, slots=True)
class PairTruth:
    """How many hairs with a root on the skin that both photos show were kept, gained and lost."""

    kept: int
    gained: int
    lost: int

    @property
    def relative_change(self) -> float:
        """Change of the count as a fraction of the count before."""
        return (self.gained - self.lost) / (self.kept + self.lost)


def pair_truth(pair: PhantomPair, field: Field | None = None) -> PairTruth:
    """Count the hairs on the shared skin by their fate; on the part of it in `field`, of the before photo."""
    back = np.asarray(np.linalg.inv(pair.before_to_after))
    before = _shown_in(pair.before, pair.after, pair.before_to_after)
    after = _shown_in(pair.after, pair.before, back)
    if field is not None:
        places = {**_roots_px(pair.after, back), **_roots_px(pair.before, np.eye(3))}
        inside = {seed for seed, place in places.items() if field.contains(place[None])[0]}
        before, after = before & inside, after & inside
    return PairTruth(len(before & after), len(after - before), len(before - after))


def _shown_in(phantom: Phantom, other: Phantom, to_other: NDArray[np.float64]) -> set[int]:
    """Return the seeds of the hairs of `phantom` whose root the `other` photo shows too."""
    low, high = -0.5, np.array(other.view.size_px) - 0.5
    places = _roots_px(phantom, to_other)
    return {seed for seed, place in places.items() if (place > low).all() and (place < high).all()}


def _roots_px(phantom: Phantom, mapping: NDArray[np.float64]) -> dict[int, NDArray[np.float64]]:
    """Return where each hair's root lies after the mapping, by the hair's seed."""
    roots = np.array([[*path[0], 1.0] for path in phantom.paths_px], float).reshape(-1, 3) @ mapping.T
    places = roots[:, :2] / roots[:, 2:]
    return {hair.seed: place for hair, place in zip(phantom.hairs, places, strict=True)}
