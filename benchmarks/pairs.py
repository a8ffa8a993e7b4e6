"""Drawn pairs with a known change, analysed and aligned once and kept: what the studies of compare rest on.

Matching and measuring are quick and are done anew by each study, so that they can be tried with other
settings.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from hairdensity import StatedScale, analyze_photo
from hairdensity.align import AlignSettings, align
from hairdensity.align.homography import project
from hairdensity.phantom import STYLES, Motion, SiteChange, any_motion, encode, moved_pair
from hairdensity.photo import Photo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hairdensity.align import Alignment
    from hairdensity.phantom import Phantom, PhantomPair
    from hairdensity.pipeline import Analysis

Result = TypeVar("Result")
FIELD_MM = 7.04
WIDE_FIELD_MM = 10.24
"""A photo of 1280 px at 8 µm each is as wide."""
SIDES = 0.8
"""Height of a drawn photo over its width."""
CAREFUL_UM_PER_PX = 5.5
FIRST_SEED = 20_000
STYLE_NAMES = (
    *("clipped", "coarse", "medium", "clipped", "fair"),
    *("clipped", "dark-skin", "clipped", "grey", "coarse"),
)
MAX_LOOSE_PER_MM2 = 0.05
"""Sites are cleaned of cut hair before the photo, as docs/photographing.md asks."""
UNCHANGED_SHARE = 0.4
CHANGE_SHARE = 0.75
MAX_CHANGE = 0.25
THICKER_UM = 5.0
THIN_THICKER_UM = 12.0
THIN_FRACTION = (0.15, 0.42)
"""So many hairs are thin where thin ones alone thicken: there is something to treat."""
WIDE_KINDS = {
    "thicker": SiteChange(thicker_um=THICKER_UM),
    "thin": SiteChange(thin_thicker_um=THIN_THICKER_UM),
}
"""What changes where nothing else does."""
SAME_ROOT_UM = 110.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is drawn for one seed."""

    seed: int
    kind: str
    style: str
    change: SiteChange
    field_mm: float
    um_per_px: float
    motion: Motion


@dataclass(frozen=True, slots=True, eq=False)
class PreparedPair:
    """A drawn pair with its two analyses and their alignment, without pixels."""

    plan: Plan
    pair: PhantomPair
    analyses: tuple[Analysis, Analysis]
    alignment: Alignment | None


def plan_pair(number: int, kind: str) -> Plan:
    """Return what is drawn: `kind` "careful" is framed nearly alike, "far" with any turn, overlap and zoom.

    Two in five sites do not change; of the others up to a quarter of the hairs are lost, gained or both. One
    in four thickens by 5 µm. On a wider field, framed nearly alike, nothing changes but that all hairs
    thicken by 5 µm (`kind` "thicker") or the thin ones by 12 µm ("thin").
    """
    rng = np.random.default_rng([number, 77])
    lost, gained = rng.uniform(0, MAX_CHANGE, 2) * (rng.random(2) < CHANGE_SHARE)
    if rng.random() < UNCHANGED_SHARE:
        lost = gained = 0.0
    thicker_um = float(rng.choice([0.0, 0.0, 0.0, THICKER_UM]))
    change = SiteChange(float(lost), float(gained), thicker_um)
    if kind in WIDE_KINDS:
        change = WIDE_KINDS[kind]
    motion, um_per_px = _far_motion(rng) if kind == "far" else (_careful_motion(rng), CAREFUL_UM_PER_PX)
    return Plan(
        seed=FIRST_SEED + number,
        kind=kind,
        style=STYLE_NAMES[number % len(STYLE_NAMES)],
        change=change,
        field_mm=WIDE_FIELD_MM if kind in WIDE_KINDS else FIELD_MM,
        um_per_px=um_per_px,
        motion=motion,
    )


def prepare_pair(number: int, kind: str, work: Path) -> PreparedPair:
    """Return a pair from the work folder; drawn, analysed and aligned when it is not there yet."""
    kept = work / f"{kind}-{number}-{made_with()}.pickle"
    if kept.is_file():
        with kept.open("rb") as file:
            prepared: PreparedPair = pickle.load(file)  # noqa: S301 -- written by this program
        return prepared
    prepared = _made(plan_pair(number, kind))
    draft = kept.with_suffix(f".{os.getpid()}")
    draft.write_bytes(pickle.dumps(prepared))
    draft.replace(kept)
    return prepared


def over_pairs(
    look: Callable[[PreparedPair], Result], numbers: Sequence[int], kind: str, work: Path
) -> Iterator[Result]:
    """Yield in order what `look` says of each pair, all cores at work."""
    work.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        results = pool.map(partial(_look_at, look, kind, work), numbers)
        for done, result in enumerate(results, 1):
            if sys.stderr.isatty():
                print(f"\r{kind} pairs: {done} of {len(numbers)}", end="", file=sys.stderr)
            yield result


def _look_at(look: Callable[[PreparedPair], Result], kind: str, work: Path, number: int) -> Result:
    return look(prepare_pair(number, kind, work))


@cache
def made_with() -> str:
    """Return the start of a hash of all that draws, finds and aligns: pairs of other code are made anew."""
    made = hashlib.sha256()
    for part in ("phantom", "photo", "hairs", "align"):
        for file in sorted(resources.files("hairdensity").joinpath(part).iterdir(), key=lambda one: one.name):
            if file.name.endswith((".py", ".sha256")):
                made.update(file.read_bytes())
    return made.hexdigest()[:8]


def finder_version() -> str:
    """Return the start of a hash of all the finder's weights."""
    hashes = resources.files("hairdensity.hairs").joinpath("weights.sha256").read_bytes()
    return hashlib.sha256(hashes).hexdigest()[:8]


def misfit_um(prepared: PreparedPair) -> float:
    """Return the median distance by which the alignment misses the truth over the skin of both photos."""
    alignment, pair = prepared.alignment, prepared.pair
    if alignment is None or alignment.before_to_after is None:
        return float("nan")
    width, height = pair.before.view.size_px
    grid = np.array([(x, y) for x in np.linspace(0, width - 1, 9) for y in np.linspace(0, height - 1, 9)])
    known = project(pair.before_to_after, grid)
    shown = ((known >= 0) & (known < pair.after.view.size_px)).all(axis=1)
    gaps_px = np.linalg.norm(project(alignment.before_to_after, grid[shown]) - known[shown], axis=1)
    return float(np.median(gaps_px)) * pair.after.view.um_per_px


def true_hairs(prepared: PreparedPair) -> tuple[dict[int, int], dict[int, int]]:
    """Return, a photo each, the drawn hair (its seed) of each found hair's id; none for what is no hair."""
    phantoms = (prepared.pair.before, prepared.pair.after)
    before, after = (_named(one, shown) for one, shown in zip(prepared.analyses, phantoms, strict=True))
    return before, after


def _named(analysis: Analysis, phantom: Phantom) -> dict[int, int]:
    if not analysis.hairs or not phantom.hairs:
        return {}
    found = np.array([hair.root_px for hair in analysis.hairs])
    drawn = np.array([path[0] for path in phantom.paths_px])
    gaps_um = np.linalg.norm(found[:, None] - drawn[None], axis=2) * phantom.view.um_per_px
    rows, columns = linear_sum_assignment(np.minimum(gaps_um, SAME_ROOT_UM))
    return {
        analysis.hairs[row].id: phantom.hairs[column].seed
        for row, column in zip(rows, columns, strict=True)
        if gaps_um[row, column] < SAME_ROOT_UM
    }


def _careful_motion(rng: np.random.Generator) -> Motion:
    return Motion(
        overlap_fraction=float(rng.uniform(0.7, 1.0)),
        turn_deg=float(rng.uniform(-20, 20)),
        zoom=float(np.exp(rng.uniform(-0.1, 0.1))),
        heading_deg=float(rng.uniform(0, 360)),
        tilt=(float(rng.normal(0, 0.015)), float(rng.normal(0, 0.015))),
    )


def _far_motion(rng: np.random.Generator) -> tuple[Motion, float]:
    """Return any motion, and a size per px that leaves both photos between 5.5 and 16 µm per px."""
    motion = any_motion(rng)
    low, high = max(5.5, 5.5 / motion.zoom), min(16.0, 16.0 / motion.zoom)
    return motion, float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _made(plan: Plan) -> PreparedPair:
    width_px = round(plan.field_mm * 1000 / plan.um_per_px)
    style = replace(STYLES[plan.style], loose_per_mm2=(0.0, MAX_LOOSE_PER_MM2))
    if plan.kind == "thin":
        style = replace(style, vellus_fraction=THIN_FRACTION)
    first = ((width_px, round(width_px * SIDES)), plan.um_per_px)
    pair = moved_pair(plan.seed, style, plan.change, first, plan.motion)
    before, after = (analysed(shown) for shown in (pair.before, pair.after))
    refused = "refused" in {before.quality.verdict, after.quality.verdict}
    alignment = None if refused else align(before, after, AlignSettings())
    empty = np.empty((0, 0, 3), np.uint8)
    return PreparedPair(
        plan=plan,
        pair=replace(
            pair, before=replace(pair.before, pixels=empty), after=replace(pair.after, pixels=empty)
        ),
        analyses=(_slim(before), _slim(after)),
        alignment=alignment,
    )


def analysed(phantom: Phantom) -> Analysis:
    """Return the analysis of a drawn photo, stored as JPEG, its scale stated."""
    file = np.frombuffer(encode(phantom, ".jpg"), np.uint8)
    decoded = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)
    pixels: NDArray[np.uint8] = np.ascontiguousarray(decoded[..., ::-1], np.uint8)
    pixels.setflags(write=False)
    photo = Photo(pixels, "drawn.jpg", hashlib.sha256(file.tobytes()).hexdigest())
    return analyze_photo(photo, StatedScale(um_per_px=phantom.view.um_per_px))


def _slim(analysis: Analysis) -> Analysis:
    """Leave out what matching does not need."""
    maps = analysis.maps
    if maps is not None:
        none = np.empty((2, 0, 0), np.float32)
        maps = replace(maps, axis=none, to_root=none, to_tip=none, width=none[0])
    photo = replace(analysis.photo, pixels=np.empty((0, 0, 3), np.uint8))
    return replace(analysis, photo=photo, maps=maps)
