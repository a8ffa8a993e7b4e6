"""What stands on a patch of drawn skin, in µm: follicular units and their hairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.phantom.style import Style

TERMINAL_UM = 40.0
MAX_GAP_UM = 230.0
"""Neighbours of one follicular unit stand no farther apart across its lean."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnHair:
    """One hair on drawn skin.

    `path_um` is float64 of shape (n, 2), root to tip; `colour` is sRGB 0-255; `unit` is -1 for a loose cut
    fragment, which is no hair; `fade_um` is the length over which the shaft leaves the skin; `shadow_um` is
    the length seen through the skin behind the root; `seed` fixes everything else about its looks.
    """

    path_um: NDArray[np.float64]
    diameter_um: float
    colour: NDArray[np.float64]
    unit: int
    seed: int
    fade_um: float
    shadow_um: float

    @property
    def is_fragment(self) -> bool:
        """Whether this is cut-off hair lying on the skin."""
        return self.unit < 0


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A patch of skin with its hairs.

    `size_um` is (width, height); `seed` fixes the skin's permanent looks; `melanin` is 0-1. `skin_um_per_px`
    is the resolution its skin is laid at, the same in all views of it; None lays it at that of one view.
    """

    style: Style
    size_um: tuple[float, float]
    seed: int
    melanin: float
    glare: float
    hairs: tuple[DrawnHair, ...]
    skin_um_per_px: float | None = None


@dataclass(frozen=True, slots=True)
class _Habit:
    """What the hairs of one scalp have in common."""

    lean_rad: float
    spread_rad: float
    length_um: float
    length_spread: float
    diameter_um: float
    vellus_fraction: float
    grey_fraction: float
    bend: float
    spacing_um: float
    crossing: float
    unit_sizes: NDArray[np.float64]
    colour: NDArray[np.float64]
    shadow_um: float
    fade_um: tuple[float, float]


def sample_scene(seed: int, style: Style, size_um: tuple[float, float]) -> Scene:
    """Return a random scene of `style` on a patch of `size_um` (width, height)."""
    rng = np.random.default_rng([seed, 1])
    habit = _sample_habit(rng, style)
    centres = _place_units(rng, style, size_um, habit)
    hairs: list[DrawnHair] = []
    for unit, centre in enumerate(centres):
        hairs += _grow_unit(rng, habit, unit, centre)
    hairs += _drop_fragments(rng, style, habit, size_um)
    return Scene(
        style=style,
        size_um=size_um,
        seed=seed,
        melanin=float(rng.uniform(*style.melanin)),
        glare=float(rng.uniform(*style.glare)),
        hairs=tuple(hairs),
    )


def _sample_habit(rng: np.random.Generator, style: Style) -> _Habit:
    colour = np.array(style.hair_colours[rng.integers(len(style.hair_colours))], float)
    return _Habit(
        lean_rad=rng.uniform(0, 2 * np.pi),
        spread_rad=rng.uniform(0.04, 0.28),
        length_um=1000 * float(np.exp(rng.uniform(*np.log(style.length_mm)))),
        length_spread=rng.uniform(0.05, 0.3),
        diameter_um=rng.uniform(*style.terminal_diameter_um),
        vellus_fraction=rng.uniform(*style.vellus_fraction),
        grey_fraction=rng.uniform(*style.grey_fraction),
        bend=rng.uniform(*style.bend),
        spacing_um=rng.uniform(70, 200),
        crossing=rng.uniform(0.05, 0.3),
        unit_sizes=rng.dirichlet([4, 5, 2.2, 0.5]),
        colour=colour * rng.uniform(0.5, 1.15),
        shadow_um=rng.uniform(220, 900),
        fade_um=(rng.uniform(20, 50), rng.uniform(60, 170)),
    )


def _place_units(
    rng: np.random.Generator, style: Style, size_um: tuple[float, float], habit: _Habit
) -> list[NDArray[np.float64]]:
    """Scatter unit centres with a hard core, also beyond the patch where long hair reaches in from."""
    density_per_um2 = rng.uniform(*style.units_per_cm2) / 1e8
    margin_um = 500 + min(habit.length_um, 2500.0)
    low = np.array([-margin_um, -margin_um])
    high = np.array(size_um) + margin_um
    wanted = rng.poisson(density_per_um2 * float(np.prod(high - low)))
    nearest_um = 0.5 / np.sqrt(max(density_per_um2, 8e-8))
    placed: list[NDArray[np.float64]] = []
    for centre in rng.uniform(low, high, (wanted * 6, 2)):
        if len(placed) == wanted:
            break
        if not placed or np.hypot(*(np.array(placed) - centre).T).min() > nearest_um:
            placed.append(centre)
    return placed


def _grow_unit(
    rng: np.random.Generator, habit: _Habit, unit: int, centre: NDArray[np.float64]
) -> list[DrawnHair]:
    count = int(rng.choice(4, p=habit.unit_sizes)) + 1
    lean = habit.lean_rad + rng.normal(0, habit.spread_rad) + 0.2 * np.sin(centre[0] / 1650)
    along = np.array([np.cos(lean), np.sin(lean)])
    across = np.array([-along[1], along[0]])
    length_um = habit.length_um * np.exp(rng.normal(0, habit.length_spread))
    offsets = _offsets_um(rng, habit, count)
    fan = (offsets - offsets.mean()) / (np.abs(offsets - offsets.mean()).max() + 1e-9)
    turns = rng.normal(0, 0.05, count)
    kind = rng.random()
    if kind < habit.crossing:
        turns += -fan * rng.uniform(0.1, 0.35)
    elif kind < habit.crossing + 0.1:
        turns += fan * rng.uniform(0.05, 0.35)
    else:
        turns += -fan * rng.normal(0.075, 0.045)
    stagger_um = rng.uniform(15, 90)
    hairs = []
    for offset, turn in zip(offsets, turns, strict=True):
        root = centre + across * offset + along * rng.normal(0, stagger_um)
        hairs.append(_grow_hair(rng, habit, unit, (root, lean + turn, length_um)))
    return hairs


def _offsets_um(rng: np.random.Generator, habit: _Habit, count: int) -> NDArray[np.float64]:
    """Return where the hairs of a unit stand across its lean; shafts may touch, few overlap at the root."""
    gaps = habit.spacing_um * np.exp(rng.normal(0, 0.4, count - 1))
    overlapping = rng.random(count - 1) < 0.08
    gaps = np.maximum(gaps, np.where(overlapping, 0.2, 0.8) * habit.diameter_um)
    gaps[overlapping] = np.minimum(gaps[overlapping], 0.8 * habit.diameter_um)
    offsets = np.concatenate([[0.0], np.cumsum(np.minimum(gaps, MAX_GAP_UM))])
    return np.asarray(offsets - offsets.mean())


def _grow_hair(
    rng: np.random.Generator, habit: _Habit, unit: int, start: tuple[NDArray[np.float64], float, float]
) -> DrawnHair:
    root, angle, length_um = start
    vellus = bool(rng.random() < habit.vellus_fraction)
    length_um *= np.exp(rng.normal(0, 0.16)) * (rng.uniform(0.4, 1.1) if vellus else 1.0)
    diameter_um = (
        float(np.clip(rng.normal(27, 7), 13, TERMINAL_UM))
        if vellus
        else float(np.clip(rng.normal(habit.diameter_um, 0.16 * habit.diameter_um), TERMINAL_UM, 135))
    )
    colour = habit.colour * rng.uniform(0.8, 1.2) + rng.normal(0, 1.2, 3)
    if vellus:
        colour = 0.6 * colour + 0.4 * np.array([125, 105, 85])
    if rng.random() < habit.grey_fraction:
        colour = np.array([205, 204, 200]) * rng.uniform(0.8, 1.1)
    bend = rng.normal(0, habit.bend) * (1.6 if vellus else 1.0)
    return DrawnHair(
        path_um=_curve(rng, root, (angle + (_stray(rng) if vellus else 0), bend), max(length_um, 60)),
        diameter_um=diameter_um,
        colour=np.clip(colour, 3, 250),
        unit=unit,
        seed=int(rng.integers(2**31)),
        fade_um=float(rng.uniform(*habit.fade_um)) if rng.random() < 0.92 else 4.0,
        shadow_um=habit.shadow_um * rng.uniform(0.5, 1) * (0.6 if vellus else 1) * float(rng.random() < 0.94),
    )


def _stray(rng: np.random.Generator) -> float:
    """Return how far a vellus hair turns from its neighbours' lean, in rad."""
    return float(rng.normal(0, 0.25 if rng.random() < 0.6 else 1.2))


def _curve(
    rng: np.random.Generator, root: NDArray[np.float64], heading: tuple[float, float], length_um: float
) -> NDArray[np.float64]:
    """Walk from the root with a heading (angle, bend) and, for long hair, a slow wave."""
    count = max(8, int(length_um / 60))
    t = np.linspace(0, 1, count)
    millimetres = max(1.0, length_um / 1000)
    wave = rng.normal(0, 0.12 * abs(heading[1]) + 0.02) * np.sin(
        2 * np.pi * (t * millimetres / 3 + rng.random())
    )
    angles = heading[0] + heading[1] * np.sqrt(millimetres) * (t - 0.2) + wave * (millimetres > 1.5)
    steps = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (length_um / (count - 1))
    return np.asarray(root + np.vstack([[0.0, 0.0], np.cumsum(steps[:-1], axis=0)]))


def _drop_fragments(
    rng: np.random.Generator, style: Style, habit: _Habit, size_um: tuple[float, float]
) -> list[DrawnHair]:
    area_mm2 = size_um[0] * size_um[1] / 1e6
    count = int(rng.poisson(rng.uniform(*style.loose_per_mm2) * area_mm2))
    return [
        DrawnHair(
            path_um=_curve(
                rng,
                rng.uniform((0, 0), size_um),
                (rng.uniform(0, 2 * np.pi), rng.normal(0, 0.1)),
                rng.uniform(60, 340),
            ),
            diameter_um=float(rng.uniform(25, 95)),
            colour=np.clip(habit.colour + rng.uniform(0, 50), 3, 250),
            unit=-1,
            seed=int(rng.integers(2**31)),
            fade_um=0.0,
            shadow_um=0.0,
        )
        for _ in range(count)
    ]
