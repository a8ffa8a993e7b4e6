"""Harms photos step by step, finds where the count breaks and whether a flag tells it.

python benchmarks/quality_limits.py [--photos 5] [--held-out 5] [--real FOLDER] [--rows FILE] [--write]

`--write` puts that into docs/quality.md, with a curve of each harm. `--rows` keeps the rows as they come: a
run that was interrupted goes on there, and one that is whole is only judged anew, by the present limits.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np

from degrade import ALL_HARMS, COMBINED, HARMS, degraded
from hairdensity.annotation import TrueHair, Truth, read_truths
from hairdensity.estimate import Estimate
from hairdensity.evaluate import score_photo
from hairdensity.hairs.field import find_field
from hairdensity.hairs.segment import segment_hairs
from hairdensity.hairs.trace import trace_strands
from hairdensity.hairs.units import group_hairs
from hairdensity.measure import no_measurement
from hairdensity.phantom import STYLES, random_phantom, truth_of
from hairdensity.photo import Photo, read_photo
from hairdensity.pipeline import Analysis, Settings
from hairdensity.quality import judge_field, judge_hairs, judge_photo, together
from hairdensity.scale import Scale
from quality_page import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "real" / "fdu"
PHANTOM_STYLES = ("clipped", "coarse", "fair", "medium", "grey", "dark-skin", "sparse")
MOST_PHOTOS, MOST_HELD_OUT = 10, 6
FIRST_SEED, FIRST_HELD_OUT_SEED = 9000, 9500
FRAME_SIZE_UM = (7040, 5632)
"""What a phantom shows of the skin."""
SIZES_UM = (5.5, 8.0, 4.5)
"""Sizes of a px of the phantoms, in turn."""
MAIN_HARMS = ("blur", "motion", "noise", "compression", "magnification")
"""Those that every photo is given; the first photos by which limits are set are given all others too."""
ALL_HARMS_FOR = 4
HELD_OUT_HARMS = (*(kind for kind in MAIN_HARMS if kind != "motion"), *COMBINED)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A photo in which the hairs are known."""

    name: str
    pixels: NDArray[np.uint8]
    truth: Truth
    held_out: bool
    kinds: tuple[str, ...]


def main() -> None:
    """Harm, count, judge; print, and write the page when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--photos",
        type=int,
        default=5,
        choices=range(MOST_PHOTOS + 1),
        help="phantoms, and as many real frames",
    )
    parser.add_argument(
        "--held-out",
        type=int,
        default=5,
        choices=range(MOST_HELD_OUT + 1),
        help="the same for the last table",
    )
    parser.add_argument("--real", type=Path, default=REAL, help="folder with annotations.json")
    parser.add_argument("--rows", type=Path, default=Path("quality-rows.jsonl"), help="what was measured")
    parser.add_argument("--write", action="store_true", help="write docs/quality.md and its curves")
    asked = parser.parse_args()
    rows = _rows_so_far(asked.rows)
    done = {(row["photo"], row["kind"], row["step"]) for row in rows}
    for case in _cases(asked.photos, asked.held_out, asked.real):
        for row in _harmed(case, done):
            rows.append(row)
            with asked.rows.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            print(row["photo"], row["kind"], row["step"], file=sys.stderr)
    print(write_page(rows, ROOT / "docs" if asked.write else None))


def _rows_so_far(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def _cases(count: int, held_out: int, real: Path) -> Iterator[Case]:
    """Yield phantoms and real frames in turn, those held out last."""
    truths = read_truths(real / "annotations.json") if (real / "annotations.json").is_file() else {}
    names = _frames(real) if truths else ((), ())
    for at in range(count + held_out):
        is_held_out = at >= count
        kinds = HELD_OUT_HARMS if is_held_out else tuple(HARMS) if at < ALL_HARMS_FOR else MAIN_HARMS
        yield Case(*_drawn(at - count if is_held_out else at, is_held_out=is_held_out), is_held_out, kinds)
        if names[is_held_out]:
            name = names[is_held_out][at - count if is_held_out else at]
            pixels = read_photo(real / "frames" / f"{name}.jpg").pixels
            yield Case(f"frame {name}", pixels, truths[name], is_held_out, kinds)


def _frames(real: Path) -> tuple[list[str], list[str]]:
    """Return frames of as many scenes, spread over the number of hairs; those held out lie between."""
    frames = json.loads((real / "annotations.json").read_text(encoding="utf-8"))["frames"]
    of_scene = {frame["group"]: name for name, frame in sorted(frames.items())}
    names = sorted(of_scene.values(), key=lambda name: (len(frames[name]["hairs"]), name))
    places = np.linspace(0, len(names) - 1, MOST_PHOTOS + MOST_HELD_OUT).round().astype(int)
    share = MOST_HELD_OUT / places.size
    is_between = np.diff(np.floor(np.arange(places.size + 1) * share + 1e-9)) > 0
    return [names[at] for at in places[~is_between]], [names[at] for at in places[is_between]]


def _drawn(at: int, *, is_held_out: bool) -> tuple[str, NDArray[np.uint8], Truth]:
    """Draw a phantom; those held out have styles and sizes of a px in another order."""
    seed = (FIRST_HELD_OUT_SEED if is_held_out else FIRST_SEED) + at
    style = PHANTOM_STYLES[(3 * at + 2 if is_held_out else at) % len(PHANTOM_STYLES)]
    um_per_px = SIZES_UM[at % len(SIZES_UM)]
    size_px = (round(FRAME_SIZE_UM[0] / um_per_px), round(FRAME_SIZE_UM[1] / um_per_px))
    phantom = random_phantom(seed, STYLES[style], size_px, um_per_px)
    known = truth_of(phantom, f"{style}-{seed}.jpg", b"").hairs
    hairs = tuple(
        TrueHair(one.root_px, one.tip_px, one.diameter_px.value * um_per_px, one.counted) for one in known
    )
    return f"phantom {style} {seed}", np.asarray(phantom.pixels), Truth(um_per_px, hairs)


def _harmed(case: Case, done: set[tuple[str, str, float]]) -> Iterator[dict]:
    um_per_px = case.truth.um_per_px
    steps = [(kind, step) for kind in case.kinds for step in ALL_HARMS[kind].steps if step]
    for kind, step in [("blur", 0), *steps]:
        if (case.name, kind, step) not in done:
            pixels, worse_um = degraded(case.pixels, um_per_px, kind, step)
            truth = _resized(case.truth, um_per_px / worse_um, worse_um)
            row = {"photo": case.name, "held_out": case.held_out, "kind": kind, "step": step}
            yield row | _looked_at(pixels, worse_um, truth)


def _looked_at(pixels: NDArray[np.uint8], um_per_px: float, truth: Truth) -> dict:
    """Go through all stages whatever the verdict; return what was found and what was said of the photo."""
    settings, photo = Settings(), Photo(pixels, "harmed", "")
    scale = Scale(Estimate(um_per_px, um_per_px, um_per_px), "option")
    field = find_field(photo, um_per_px, settings.field)
    maps = segment_hairs(photo, um_per_px, settings.segment)
    strands = trace_strands(photo, maps, settings.trace).strands
    hairs, units = group_hairs(strands, field, um_per_px, settings.units)
    quality = together(
        judge_photo(photo),
        judge_field(photo, field, scale, um_per_px),
        judge_hairs(hairs, field, maps, scale),
    )
    unjudged = replace(quality, verdict="good")
    nothing = no_measurement("not asked", settings.measure)
    score = score_photo(
        Analysis(photo, scale, um_per_px, field, unjudged, hairs, units, nothing, settings), truth
    )
    area_cm2 = field.area_px * (um_per_px * 1e-4) ** 2
    return {
        "density_per_cm2": sum(hair.counted for hair in hairs) / area_cm2 if area_cm2 else 0.0,
        "hits": score.hit_count,
        "found": score.found_count,
        "known": score.known_count,
        "measured": {code: round(float(value), 4) for code, value in quality.measured.items()},
    }


def _resized(truth: Truth, factor: float, um_per_px: float) -> Truth:
    """Return the annotation of a photo that was made larger by a factor."""

    def moved(place_px: tuple[float, float]) -> tuple[float, float]:
        return (place_px[0] + 0.5) * factor - 0.5, (place_px[1] + 0.5) * factor - 0.5

    hairs = tuple(replace(one, root_px=moved(one.root_px), tip_px=moved(one.tip_px)) for one in truth.hairs)
    down, across = (tuple(one * factor for one in lines) for lines in truth.seams_px)
    return replace(truth, um_per_px=um_per_px, hairs=hairs, seams_px=(down, across))


if __name__ == "__main__":
    main()
