"""Scores drawn photos by what makes them hard, and the real frames where they are; writes docs/accuracy.md.

python benchmarks/accuracy.py [--count 8] [--real ../shared/real/fdu] [--write]
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import numpy as np

from failures import draw_failures
from hairdensity.annotation import read_truths
from hairdensity.cli.scores import KIND_NAMES
from hairdensity.evaluate import evaluate, score_photo
from hairdensity.phantom import STYLES
from hairdensity.phantom.camera import View, sample_camera
from hairdensity.phantom.draw import draw_phantom
from hairdensity.phantom.scene import sample_scene
from hairdensity.pipeline import analyze_photo
from hairdensity.report.drawn import write_phantom
from hairdensity.scale import StatedScale

if TYPE_CHECKING:
    from hairdensity.evaluate import Evaluation, PhotoScore

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
PICTURE = ROOT / "docs" / "pictures" / "failures.jpg"
WEAKNESSES = Path(__file__).parent / "accuracy_weak.md"
REAL = ROOT.parent / "shared" / "real" / "fdu"
FIRST_SEED = 5000
FIELD_UM = (5280.0, 4224.0)


@dataclass(frozen=True)
class Stratum:
    """Drawn photos that have one thing in common."""

    group: str
    name: str
    style: str = "clipped"
    um_per_px: float = 5.5
    style_change: dict[str, Any] = field(default_factory=dict)
    camera_change: dict[str, Any] = field(default_factory=dict)


STRATA = (
    *(Stratum("Style", name, name) for name in sorted(STYLES)),
    *(
        Stratum("Hair length", f"{low:g}-{high:g} mm", "medium", style_change={"length_mm": (low, high)})
        for low, high in ((0.2, 0.5), (0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 8.0), (8.0, 12.0))
    ),
    *(Stratum("Magnification", f"{size:g} µm/px", um_per_px=size) for size in (3, 5.5, 8, 11, 15, 20)),
    *(
        Stratum("Blur", f"{blur:g} px", camera_change={"blur_px": blur, "uneven_focus_px": 0.0})
        for blur in (0, 1, 2, 3, 5)
    ),
    *(
        Stratum("Noise", f"{noise} grey levels", camera_change={"noise": float(noise)})
        for noise in (0, 5, 10, 20)
    ),
    *(
        Stratum("JPEG quality", str(quality), camera_change={"jpeg_quality": quality})
        for quality in (95, 70, 40, 20)
    ),
)
"""Fixed before the finder is tuned; every stratum draws the same seeds."""

HEAD = """# Accuracy

How well the hairs are found, on photos in which they are known. This page is written by

```sh
{command}
```

A found hair is a hit when its root lies within 0.15 mm of a known root, one to one. *Count error* is the mean
over photos of |found - known| / known, *bias* the sum of found over the sum of known, less one. Where photos
were annotated piece by piece, roots within 0.25 mm of a seam or of the frame's edge are left out on both
sides, and an unmatched hair that touches one of these lines is ignored. Loose fragments in real photos, and
drawn roots that lie hidden under other hairs, are neither hit nor false alarm.

"""

REAL_HEAD = """
## Real photos

{photos} photos of clipped scalp from a handheld microscope at 5.54 µm a px, annotated by people who have
nothing to do with this project; the photos are not part of it and nothing was trained on them. Diameters are
not annotated there.

"""

KINDS_HEAD = """
By kind of hair. *Unit agrees* is the share of the hairs found that are the only one of their follicular
unit, or one of several, as annotated; thin, short and loose hairs do not count as others of a unit.

"""

SECOND_READER = "a second human reader of the same scenes||0.959|||3.5 %|+1.2 %|20 µm||"
DRAWN_HEAD = """
## Drawn photos

{count} photos a row, each {width:.1f} x {height:.1f} mm of skin (`hairdensity phantom` draws the like). What
is not said is as in the style *clipped* at 5.5 µm/px.
"""
FAILURES = """
## What goes wrong

Missed hairs (upper half) and false alarms (lower half) in the drawn photos above, each without and with
marks: known hairs in green, found ones in orange, false ones in red.

![Typical failures on drawn photos](pictures/failures.jpg)

"""


def main() -> None:
    """Score, print, and write the page when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=8, help="drawn photos a row")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--real", type=Path, default=REAL, help="folder with annotations.json")
    parser.add_argument("--write", action="store_true", help="write docs/accuracy.md and its picture")
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.workers) as pool:
        drawn = list(pool.map(_drawn_scores, STRATA, [asked.count] * len(STRATA)))
        real = _real_scores(asked.real, pool) if (asked.real / "annotations.json").is_file() else []
    page = "".join([*_page(asked, drawn, real), WEAKNESSES.read_text(encoding="utf-8")])
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")
        PICTURE.parent.mkdir(exist_ok=True)
        draw_failures([draw_stratum(STRATA[k], FIRST_SEED + n) for k in range(8) for n in range(2)], PICTURE)


def _page(asked: argparse.Namespace, drawn: list[list[PhotoScore]], real: list[PhotoScore]) -> list[str]:
    parts = [HEAD.format(command=shlex.join(["python", "benchmarks/accuracy.py", *_options(asked)]))]
    if real:
        whole = evaluate(real)
        parts += [REAL_HEAD.format(photos=len(real)), _table(_scores_row("all", whole), SECOND_READER)]
        parts += ["\nBy density, thirds of the photos each:\n\n", *_density(whole)]
        parts += [KINDS_HEAD, *_kinds(whole)]
    parts.append(DRAWN_HEAD.format(count=asked.count, width=FIELD_UM[0] / 1000, height=FIELD_UM[1] / 1000))
    for group in dict.fromkeys(one.group for one in STRATA):
        rows = [
            _scores_row(one.name, evaluate(scores))
            for one, scores in zip(STRATA, drawn, strict=True)
            if one.group == group
        ]
        parts += [f"\n### {group}\n\n", _table(*rows)]
    return [*parts, FAILURES]


def _options(asked: argparse.Namespace) -> list[str]:
    return ["--count", str(asked.count), "--write"]


def _drawn_scores(stratum: Stratum, count: int) -> list[PhotoScore]:
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(FIRST_SEED, FIRST_SEED + count):
            write_phantom(draw_stratum(stratum, seed), folder, str(seed))
        truths = read_truths(folder)
        return [_score(photo, truths[photo.stem]) for photo in sorted(folder.glob("*.jpg"))]


def draw_stratum(stratum: Stratum, seed: int) -> Any:  # noqa: ANN401 - a Phantom
    """Return the drawn photo of a stratum and a seed."""
    um_per_px = stratum.um_per_px
    size_px = round(FIELD_UM[0] / um_per_px), round(FIELD_UM[1] / um_per_px)
    size_um = FIELD_UM[0] * 1.03, FIELD_UM[1] * 1.03
    scene = sample_scene(seed, replace(STYLES[stratum.style], **stratum.style_change), size_um)
    camera = replace(sample_camera(np.random.default_rng([seed, 7])), **stratum.camera_change)
    return draw_phantom(scene, View(size_px, um_per_px, (size_um[0] / 2, size_um[1] / 2)), camera)


def _real_scores(folder: Path, pool: ProcessPoolExecutor) -> list[PhotoScore]:
    truths = read_truths(folder / "annotations.json")
    photos = sorted(one for one in folder.rglob("*.jpg") if one.stem in truths)
    scores = []
    for score in pool.map(_score, photos, [truths[one.stem] for one in photos]):
        scores.append(score)
        if sys.stderr.isatty():
            print(f"\rreal photos: {len(scores)} of {len(photos)}", end="", file=sys.stderr)
    return scores


def _score(photo: Path, truth: Any) -> PhotoScore:  # noqa: ANN401 - a Truth
    cv2.setNumThreads(1)
    return score_photo(analyze_photo(photo, StatedScale(um_per_px=truth.um_per_px)), truth)


def _table(*rows: str) -> str:
    head = "photos|number (refused)|F1|precision|recall|count error|bias|root, median|diameter error, mean"
    heads = [*head.split("|"), "direction, median"]
    return "".join(
        f"| {' | '.join(row)} |\n" for row in (heads, ["---"] * 10, *(one.split("|") for one in rows))
    )


def _scores_row(name: str, one: Evaluation) -> str:
    return "|".join(
        [
            name,
            f"{one.photos} ({one.refused})",
            *(f"{share:.3f}" for share in (one.f1, one.precision, one.recall)),
            f"{one.count_error:.1%}",
            f"{one.bias:+.1%}",
            _number(one.root_um_median, "µm"),
            _number(one.diameter_bias_um, "µm", sign="+"),
            _number(one.direction_deg_median, "°"),
        ]
    )


def _density(evaluation: Evaluation) -> list[str]:
    lines = ["| hairs/cm² known | F1 | count error | bias |\n", "|---|---|---|---|\n"]
    return lines + [
        f"| {one.density_low_per_cm2:.0f}-{one.density_high_per_cm2:.0f} | {one.f1:.3f}"
        f" | {one.count_error:.1%} | {one.bias:+.1%} |\n"
        for one in evaluation.by_density
    ]


def _kinds(evaluation: Evaluation) -> list[str]:
    lines = ["| kind | known | recall | unit agrees |\n", "|---|---|---|---|\n"]
    return lines + [
        f"| {KIND_NAMES[one.kind]} | {one.known_count} | {one.recall:.3f}"
        f" | {'' if one.unit_agreement is None else f'{one.unit_agreement:.3f}'} |\n"
        for one in evaluation.by_kind
    ]


def _number(value: float | None, unit: str, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign}.1f} {unit}"


if __name__ == "__main__":
    main()
