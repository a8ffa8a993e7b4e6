"""Pairs of real frames whose answer is known: different skin, the same skin shot anew, hairs painted out.

`python benchmarks/real_pairs.py --write` prints the table and writes it to docs/alignment.md. Frames lie in a
folder that is no part of the project; nothing of them is written but numbers.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import numpy as np

from frames import Frames, stated
from hairdensity import analyze_photo
from hairdensity.align import AlignSettings, align
from hairdensity.align.homography import project
from hairdensity.compare import CompareSettings, compare_analyses, compare_photos
from hairdensity.phantom.camera import View, photograph, sample_camera
from hairdensity.photo import Photo
from painted import Present, cleared, drawn_lots, painted_out, present_hairs
from pairs import finder_version

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.compare import Change, Comparison

    Pixels = NDArray[np.uint8]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "alignment.md"
REAL = ROOT.parent / "shared" / "real"
DENSITY = "hair_density_per_cm2"
WRONG_UM = 200.0
LOSSES = (0.10, 0.15, 0.20, 0.25)
ZOOM = (0.75, 1.6)
CLEARING_UM = 330.0
HEAD = """# Alignment on real photos

Photos are laid on each other by features, then by the constellation of the roots. Where neither is proven,
the texture of the bare skin between the hairs is compared at every turn and place, and at every size where a
photo has no scale. A mapping is believed when that texture correlates more than it ever does on different
skin: by accident the correlation falls with the root of the compared area, so little skin must agree better.
Where more of the roots agree than chance explains, less is asked of the texture, by degrees.
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


def _shot_anew(
    frames: Frames, names: tuple[str, str], pixels: Pixels, how: tuple[float, np.random.Generator]
) -> tuple[Comparison, float]:
    """Photograph `pixels`, of the second frame, and compare the first with it; also return the misfit, µm."""
    turn_deg, rng = how
    graphics = ~frames.analysis(names[1], frames.um_per_px).field.mask
    view = _framing(pixels.shape, turn_deg, rng)
    to_photo = view.skin_to_photo()
    camera = sample_camera(rng)
    clean = cleared(pixels, graphics, CLEARING_UM / frames.um_per_px)
    shown = photograph(rng, clean, to_photo, view, camera)
    _, file = cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, camera.jpeg_quality])
    decoded = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    photo = Photo(np.ascontiguousarray(decoded), f"{names[1]}-anew.jpg", hashlib.sha256(file).hexdigest())
    um_per_px = frames.um_per_px
    before = analyze_photo(frames.photo(names[0]), stated(um_per_px))
    after = analyze_photo(photo, stated(um_per_px * view.um_per_px))
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


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
