"""Pairs of real frames whose answer is known: different skin, the same skin shot anew, hairs painted out.

`python benchmarks/real_pairs.py --write` prints the table and writes it to docs/alignment.md. Frames lie in a
folder that is no part of the project; nothing of them is written but numbers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import sys
import tempfile
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from hairdensity import StatedScale, analyze_photo
from hairdensity.align import AlignSettings, align
from hairdensity.align.homography import project
from hairdensity.annotation import read_truths
from hairdensity.compare import CompareSettings, compare_analyses, compare_photos
from hairdensity.phantom.camera import View, photograph, sample_camera
from hairdensity.photo import Photo, read_photo
from pairs import finder_version, made_with

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.compare import Change, Comparison
    from hairdensity.pipeline import Analysis

    Pixels = NDArray[np.uint8]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "alignment.md"
REAL = ROOT.parent / "shared" / "real"
DENSITY = "hair_density_per_cm2"
SAME_ROOT_UM = 150.0
SAME_LINE_UM = 50.0
WRONG_UM = 200.0
LOSSES = (0.10, 0.15, 0.20, 0.25)
ZOOM = (0.75, 1.6)
PAINT_MARGIN_UM = 30.0
DARK = 0.7
PAINT_BEYOND_ROOT_UM = 250.0
MOST_COVERED = 0.15
PAINT_REACH_PX = 20.0
CLEARING_PX = 60.0
LITTLE = 1e-3
HEAD = """# Alignment on real photos

Photos are laid on each other by features, then by the constellation of the roots. Where neither is proven,
the texture of the bare skin between the hairs is compared at every turn and place, and at every size where a
photo has no scale. A mapping is believed when that texture correlates more than it ever does on different
skin: by accident the correlation falls with the root of the compared area, so little skin must agree better.
What was found by the search must also rise far above the best places of all other turns and sizes. Else the
pair is refused.

Below are pairs of real frames whose answer is known. The frames are no part of this project; written by

```
{command}
```

- **Different skin**: frames of different scenes of one microscope; burnt-in graphics are left out as in every
  photo.
- **Shot anew**: one frame of a scene as it is, one photographed from it with another framing: any turn,
  {low:g} to {high:g} times as many µm a px, tilt, the largest frame that fits, other light, focus, noise and
  JPEG quality.
- **Painted out**: a frame as it is, and one shot anew (turns to 20°) after 10-25 % of its hairs were painted
  over with the skin around, hairs that were found and annotated; those that lie on each other went together.
  Error and bias are those of the reported change, of the count.
- **Epilated**: one body site before and after a session of laser epilation; exposure, tint and framing
  differ.

Finder {finder}.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a comparison said: reported and true change as fractions of the count; nan where not aligned."""

    name: str
    status: str
    reported: float
    known: float
    verdict: str


class Frames:
    """The real frames, their annotation and their analyses, made once and kept without pixels."""

    def __init__(self, real: Path, work: Path) -> None:
        self.folder = real / "fdu" / "frames"
        document = json.loads((real / "fdu" / "annotations.json").read_text(encoding="utf-8"))
        self.truths = read_truths(real / "fdu" / "annotations.json")
        self.groups = {name: str(frame["group"]) for name, frame in document["frames"].items()}
        self.same_scene: list[list[str]] = document["same_scene"]
        self.um_per_px = float(document["um_per_px"])
        self.work = work

    def photo(self, name: str) -> Photo:
        """Return a frame."""
        return read_photo(self.folder / f"{name}.jpg")

    def analysis(self, name: str, um_per_px: float | None) -> Analysis:
        """Return the analysis of a frame, with a stated scale or none."""
        kept = self.work / f"{name}-{um_per_px}-{made_with()}.pickle"
        if not kept.is_file():
            found = analyze_photo(self.photo(name), _scale(um_per_px))
            slim = replace(found, maps=None, photo=replace(found.photo, pixels=np.empty((0, 0, 3), np.uint8)))
            kept.write_bytes(pickle.dumps(slim))
        with kept.open("rb") as file:
            analysis: Analysis = pickle.load(file)  # noqa: S301 -- written by this program
        return replace(analysis, photo=self.photo(name))


def main() -> None:
    """Compare all pairs, print, and write the page when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--different", type=int, default=300, help="pairs of different skin, scales stated")
    parser.add_argument("--unscaled", type=int, default=60, help="the same without scales")
    parser.add_argument("--anew", type=int, default=2, help="shots of every ordered pair of one scene")
    parser.add_argument("--painted", type=int, default=60, help="frames with hairs painted out")
    parser.add_argument("--real", type=Path, default=REAL)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "hairdensity-real-pairs")
    parser.add_argument("--write", action="store_true", help="write docs/alignment.md")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    frames = Frames(asked.real, asked.work)
    told = [f"--{one} {getattr(asked, one)}" for one in ("different", "unscaled", "anew", "painted")]
    command = " ".join(["python benchmarks/real_pairs.py", *told, "--write"])
    lines = [
        *_different_lines(frames, asked.different, asked.unscaled),
        *(_anew_lines(frames, asked.anew) if asked.anew else ()),
        *(_painted_lines(frames, asked.painted) if asked.painted else ()),
        *_epilated_lines(asked.real / "before_after"),
    ]
    page = HEAD.format(command=command, low=ZOOM[0], high=ZOOM[1], finder=finder_version())
    page += "\n".join(["", "| pairs | measure | |", "|---|---|---|", *lines, ""])
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")


def _different_lines(frames: Frames, scaled: int, unscaled: int) -> list[str]:
    lines = []
    for words, count, um_per_px in (("stated", scaled, frames.um_per_px), ("none", unscaled, None)):
        rng = np.random.default_rng([count, 11])
        names = sorted(frames.groups)
        wrong = []
        for number in range(count):
            before, after = (str(one) for one in rng.choice(names, 2, replace=False))
            while frames.groups[before] == frames.groups[after]:
                after = str(rng.choice(names))
            analyses = [frames.analysis(name, um_per_px) for name in (before, after)]
            alignment = align(analyses[0], analyses[1], AlignSettings())
            wrong += [(before, after)] if alignment.status == "aligned" else []
            _tell(f"different {number} {before} {after} {alignment.status} {alignment.reason[-70:]}")
        lines.append(f"| different skin, scales {words}: {count} | called aligned | {len(wrong)} |")
    return lines


def _anew_lines(frames: Frames, shots: int) -> list[str]:
    pairs = [pair for scene in frames.same_scene for pair in permutations(scene, 2)]
    outcomes, offs_um = [], []
    for number, (before, after) in enumerate(pairs * shots):
        rng = np.random.default_rng([number, 12])
        turn_deg = float(rng.uniform(-180, 180))
        comparison, off_um = _shot_anew(frames, (before, after), frames.photo(after).pixels, (turn_deg, rng))
        outcomes.append(_outcome(f"{before} {after} {turn_deg:.0f}", comparison, 0.0))
        offs_um.append(off_um)
        _tell(f"{outcomes[-1]} off {off_um:.0f} um")
    aligned = [one for one in outcomes if one.status == "aligned"]
    called = sum(one.verdict in {"increase", "decrease"} for one in aligned)
    head = f"| same scene shot anew: {len(outcomes)} |"
    wrong = sum(one > WRONG_UM for one in offs_um)
    return [
        f"{head} aligned | {len(aligned) / len(outcomes):.1%} |",
        f"{head} aligned, but off by more than {WRONG_UM:.0f} µm | {wrong} |",
        f"{head} change of the density called | {called} |",
        f"{head} reported change, mean of its size | {_mean_size(aligned):.1%} |",
        f"{head} reported change, mean | {np.mean([one.reported for one in aligned]):+.1%} |",
    ]


def _painted_lines(frames: Frames, count: int) -> list[str]:
    outcomes: dict[float, list[Outcome]] = {loss: [] for loss in LOSSES}
    names = np.random.default_rng(13).permutation(sorted(frames.groups))
    for number in range(count):
        name, loss = str(names[number % len(names)]), LOSSES[number % len(LOSSES)]
        rng = np.random.default_rng([number, 14])
        present = present_hairs(frames, name)
        gone = drawn_lots(present, loss, frames.um_per_px, rng)
        pixels = painted_out(frames, name, present, gone)
        comparison, _ = _shot_anew(frames, (name, name), pixels, (float(rng.uniform(-20, 20)), rng))
        known = _known_change(comparison, present, gone)
        outcomes[loss].append(_outcome(f"{name} {loss:.0%}", comparison, known))
        _tell(str(outcomes[loss][-1]))
    every = [one for some in outcomes.values() for one in some if one.status == "aligned"]
    decreases = [one.verdict == "decrease" for one in outcomes[LOSSES[-1]]]
    head = f"| hairs painted out: {count} |"
    by_loss = ", ".join(f"{loss:.0%}: {_mean_size(some):.1%}" for loss, some in outcomes.items() if some)
    return [
        f"{head} aligned | {len(every) / count:.1%} |",
        f"{head} error of the change, mean of its size | {_mean_size(every):.1%} ({by_loss}) |",
        f"{head} bias of the change | {np.mean([one.reported - one.known for one in every]):+.1%} |",
        f"{head} called a decrease at {LOSSES[-1]:.0%} | {np.mean(decreases):.0%} of {len(decreases)} |",
    ]


def _epilated_lines(folder: Path) -> list[str]:
    comparison = compare_photos(folder / "ruler_before.jpg", folder / "ruler_after.jpg")
    head = "| before and after epilation |"
    if comparison.alignment.status != "aligned":
        return [f"{head} aligned | no |"]
    change = _density(comparison)
    reported = "" if change.relative is None else f", {change.relative.value:+.0%}"
    shared = comparison.alignment.shared_fraction
    return [f"{head} aligned | yes, {shared:.0%} shared |", f"{head} density | {change.verdict}{reported} |"]


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """A hair that a frame shows: path from root to tip, width in px, and whether found and annotated."""

    path_px: NDArray[np.float64]
    width_px: float
    is_sure: bool


def present_hairs(frames: Frames, name: str) -> list[Present]:
    """Return all hairs of a frame: those found, and those annotated that were not."""
    found = frames.analysis(name, frames.um_per_px).hairs
    known = [hair for hair in frames.truths[name].hairs if hair.needed]
    roots, known_roots = (np.array([hair.root_px for hair in some]).reshape(-1, 2) for some in (found, known))
    gaps_um = np.linalg.norm(roots[:, None] - known_roots[None], axis=2) * frames.um_per_px
    rows, columns = linear_sum_assignment(np.minimum(gaps_um, SAME_ROOT_UM))
    sure = {
        int(row) for row, column in zip(rows, columns, strict=True) if gaps_um[row, column] < SAME_ROOT_UM
    }
    hairs = [
        Present(np.asarray(hair.path_px, np.float64), hair.diameter_px.value, number in sure)
        for number, hair in enumerate(found)
    ]
    usual_px = float(np.median([hair.width_px for hair in hairs]))
    lines = [np.linspace(hair.root_px, hair.tip_px, 9) for hair in known]
    missed = [
        line for line in lines if not any(_is_same(line, one.path_px, frames.um_per_px) for one in hairs)
    ]
    return hairs + [Present(line, usual_px, is_sure=False) for line in missed]


def _is_same(line: NDArray[np.float64], path: NDArray[np.float64], um_per_px: float) -> bool:
    """Say whether an annotated line is a found hair: roots at one place, or the line lies along the hair."""
    gaps_um = np.linalg.norm(line[:, None] - path[None], axis=2).min(axis=1) * um_per_px
    root_gap_um = float(np.linalg.norm(line[0] - path[0])) * um_per_px
    return root_gap_um < SAME_ROOT_UM or float(np.median(gaps_um)) < SAME_LINE_UM


def drawn_lots(
    hairs: list[Present], loss: float, um_per_px: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Draw which hairs go; those that lie on each other go together: nothing can be painted between them."""
    size = tuple(
        int(one) for one in np.ceil(np.max([hair.path_px.max(axis=0) for hair in hairs], axis=0)) + 9
    )
    margins_px = 2 * PAINT_MARGIN_UM / um_per_px
    bodies = [_body(hair, size[::-1], hair.width_px + margins_px, 0.0) > 0 for hair in hairs]
    small = np.array([body[::2, ::2].ravel() for body in bodies], np.float32)
    shared = small @ small.T
    areas = np.maximum(np.diag(shared), 1.0)
    touching = shared > MOST_COVERED * np.minimum(areas[:, None], areas[None])
    _, group = connected_components(csr_matrix(touching))
    gone = np.zeros(len(hairs), np.bool_)
    for one in rng.permutation(group.max() + 1):
        is_sure = all(hair.is_sure for hair, at in zip(hairs, group, strict=True) if at == one)
        if is_sure and (gone | (group == one)).sum() <= round(loss * len(hairs)):
            gone |= group == one
    return gone


def painted_out(frames: Frames, name: str, hairs: list[Present], gone: NDArray[np.bool_]) -> Pixels:
    """Return a frame with some of its hairs painted over with skin; what crosses them stays.

    The paint is taken from bare skin alone: from beside a hair that stays it would drag a shaft along.
    """
    pixels = frames.photo(name).pixels
    away, there, beside = (np.zeros(pixels.shape[:2], np.uint8) for _ in range(3))
    margin_px, beyond_px = PAINT_MARGIN_UM / frames.um_per_px, PAINT_BEYOND_ROOT_UM / frames.um_per_px
    for hair, is_gone in zip(hairs, gone, strict=True):
        if is_gone:
            away |= _body(hair, away.shape, hair.width_px + 2 * margin_px, beyond_px)
        else:
            there |= _body(hair, there.shape, hair.width_px, 0.0)
            beside |= _body(hair, there.shape, hair.width_px + 2 * margin_px, 0.0)
    dark = _dark(pixels, frames.um_per_px)
    away = _with_ends(away, there, dark, frames.um_per_px)
    skin = _cleared(pixels, (away | beside | dark) > 0, PAINT_REACH_PX)
    return np.asarray(np.where((away & ~there & 1)[..., None] > 0, skin, pixels), np.uint8)


def _dark(pixels: Pixels, um_per_px: float) -> NDArray[np.uint8]:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.asarray(grey < DARK * cv2.medianBlur(grey, 2 * round(500 / um_per_px) + 1), np.uint8)


def _with_ends(
    away: NDArray[np.uint8], there: NDArray[np.uint8], dark: NDArray[np.uint8], um_per_px: float
) -> NDArray[np.uint8]:
    """Add what is dark beyond the traced ends of hairs that go: a stub is a hair."""
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(200 / um_per_px) + 1,) * 2)
    near = cv2.dilate(away, reach) & ((dark & ~there) | away) & 1
    _, labels = cv2.connectedComponents(near)
    ends = np.isin(labels, np.unique(labels[away > 0])) & (near > 0)
    wider = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(PAINT_MARGIN_UM / um_per_px) + 1,) * 2)
    return np.asarray(away | cv2.dilate(ends.astype(np.uint8), wider), np.uint8)


def _body(hair: Present, shape: tuple[int, ...], width_px: float, beyond_px: float) -> NDArray[np.uint8]:
    """Mark a hair `width_px` wide, from `beyond_px` before its root on: 1 there, 0 elsewhere."""
    path = hair.path_px
    back = path[0] - path[min(len(path) - 1, 4)]
    back = back / max(float(np.linalg.norm(back)), LITTLE) * beyond_px
    corners = [np.round(np.vstack([path[:1] + back, path])).astype(np.int32)]
    body = np.zeros(shape, np.uint8)
    cv2.polylines(body, corners, isClosed=False, color=1, thickness=max(1, round(width_px)))
    return body


def _shot_anew(
    frames: Frames, names: tuple[str, str], pixels: Pixels, how: tuple[float, np.random.Generator]
) -> tuple[Comparison, float]:
    """Photograph `pixels`, of the second frame, and compare the first with it; also return the misfit, µm."""
    turn_deg, rng = how
    graphics = ~frames.analysis(names[1], frames.um_per_px).field.mask
    view = _framing(pixels.shape, turn_deg, rng)
    to_photo = view.skin_to_photo()
    camera = sample_camera(rng)
    shown = photograph(rng, _cleared(pixels, graphics, CLEARING_PX), to_photo, view, camera)
    _, file = cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, camera.jpeg_quality])
    decoded = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    photo = Photo(np.ascontiguousarray(decoded), f"{names[1]}-anew.jpg", hashlib.sha256(file).hexdigest())
    um_per_px = frames.um_per_px
    before = analyze_photo(frames.photo(names[0]), _scale(um_per_px))
    after = analyze_photo(photo, _scale(um_per_px * view.um_per_px))
    comparison = compare_analyses(before, after, CompareSettings())
    mapping = comparison.alignment.before_to_after
    if mapping is None:
        return comparison, float("nan")
    width, height = view.size_px
    corners = np.array([(x, y) for x in (0.2, 0.5, 0.8) for y in (0.2, 0.5, 0.8)]) * (width, height)
    gaps_px = project(mapping, project(np.linalg.inv(to_photo), corners)) - corners
    return comparison, float(np.median(np.linalg.norm(gaps_px, axis=1))) * um_per_px * view.um_per_px


def _framing(shape: tuple[int, ...], turn_deg: float, rng: np.random.Generator) -> View:
    """Return the largest view of the frame's proportions that fits in at this turn; lengths in its px."""
    height, width = shape[:2]
    tilt = (float(rng.normal(0, 0.015)), float(rng.normal(0, 0.015)))
    cosine, sine = abs(np.cos(np.radians(turn_deg))), abs(np.sin(np.radians(turn_deg)))
    part = 0.97 * min(
        width / (width * cosine + height * sine), height / (width * sine + height * cosine), 1.0
    )
    zoom = float(np.exp(rng.uniform(*np.log(ZOOM))))
    size_px = round(width * part / zoom), round(height * part / zoom)
    slack_px = [
        max(0.0, 0.97 * width - part * (width * cosine + height * sine)) / 2,
        max(0.0, 0.97 * height - part * (width * sine + height * cosine)) / 2,
    ]
    centre = np.array([width / 2, height / 2]) + rng.uniform(-1, 1, 2) * slack_px
    return View(size_px, zoom, (float(centre[0]), float(centre[1])), turn_deg, tilt)


def _cleared(pixels: Pixels, covered: NDArray[np.bool_], reach_px: float) -> NDArray[np.float32]:
    """Return the frame with the mean of what lies around (1 sd) where anything covers the skin."""
    weight = (~covered).astype(np.float32)[..., None]
    mean = cv2.GaussianBlur(pixels * weight, (0, 0), reach_px)
    share = cv2.GaussianBlur(weight, (0, 0), reach_px)[..., None]
    filled = np.where(share > LITTLE, mean / np.maximum(share, LITTLE), pixels[~covered].mean(axis=0))
    return np.asarray(np.where(covered[..., None], filled, pixels), np.float32)


def _known_change(comparison: Comparison, present: list[Present], gone: NDArray[np.bool_]) -> float:
    """Return the share of the hairs with roots in the shared field that were painted out, negative."""
    shared = comparison.alignment.before_shared_field
    if shared is None:
        return float("nan")
    inside = shared.contains(np.array([hair.path_px[0] for hair in present]))
    return -float((gone & inside).sum()) / max(int(inside.sum()), 1)


def _outcome(name: str, comparison: Comparison, known: float) -> Outcome:
    if comparison.alignment.status != "aligned":
        return Outcome(name, comparison.alignment.status, float("nan"), known, "none")
    change = _density(comparison)
    reported = float("nan") if change.relative is None else change.relative.value
    return Outcome(name, "aligned", reported, known, change.verdict)


def _density(comparison: Comparison) -> Change:
    return next(one for one in comparison.changes if one.quantity == DENSITY)


def _mean_size(outcomes: list[Outcome]) -> float:
    return float(np.nanmean([abs(one.reported - one.known) for one in outcomes]))


def _scale(um_per_px: float | None) -> StatedScale | None:
    return None if um_per_px is None else StatedScale(um_per_px=um_per_px)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
