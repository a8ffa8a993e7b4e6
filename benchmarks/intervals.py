"""How often the 95 % intervals of one photo hold the truth, on drawn photos and on the real frames.

`python benchmarks/intervals.py --count 40 --real ../shared/real/fdu --write` draws, analyses, prints the
table and writes it to docs/intervals.md.
"""

from __future__ import annotations

import argparse
import math
import os
import shlex
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import numpy as np

from hairdensity import StatedScale, analyze_photo
from hairdensity.annotation import SEAM_BAND_UM, read_truths
from hairdensity.estimate import Estimate
from hairdensity.evaluate.score import cuts_px
from hairdensity.hairs.trace import Strand
from hairdensity.hairs.units import group_hairs
from hairdensity.measure import Measurement, measure
from hairdensity.phantom import STYLES, encode, random_phantom, truth_of
from pairs import analysed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hairdensity.annotation import TrueHair, Truth
    from hairdensity.hairs.field import Field
    from hairdensity.hairs.units import Hair
    from hairdensity.pipeline import Analysis

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "intervals.md"
FIRST_SEED = 70_000
SIZE_PX = (1280, 1024)
UM_PER_PX = 5.5
CLIPPED = ("clipped", "coarse")
OTHERS = ("medium", "fair", "dark-skin", "grey")
COUNTED = (*("hair_density_per_cm2", "unit_density_per_cm2", "hairs_per_unit", "single_hair_unit_fraction"),)
"""What annotated roots tell; of the shafts nothing is annotated."""
HEAD = """# Intervals of one photo

How often the 95 % intervals of `hairdensity analyze` hold the truth. Written by

```sh
{command}
```

Drawn photos show 7.0 x 5.6 mm of skin at 5.5 µm a px, {count} a style; their truth counts every drawn
hair, also vellus hair that no one could see, each at its nominal diameter. The real frames are known by their
annotated roots, gathered into follicular units by the rule that gathers found ones; roots within 0.25 mm of a
seam or of the frame's edge are left out on both sides. *Bias* is the mean of found less known, for densities
and thickness as a part of the known. Where fewer than 90 of 100 intervals hold the truth, they are too narrow
for such photos: the doubt is larger than they say. What the intervals of shafts rest on was chosen on drawn
photos like these, those of counts and units on these real frames: there they hold a little more than on
others. Intervals of a *change*: [coverage.md](coverage.md).

"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one photo said of one quantity, and what was true."""

    quantity: str
    found: Estimate
    known: float

    @property
    def is_held(self) -> bool:
        """Whether the interval holds the truth."""
        return self.found.low <= self.known <= self.found.high

    @property
    def error(self) -> float:
        """Found less known; of quantities per cm², as a part of the known."""
        apart = self.found.value - self.known
        return apart / self.known if self.quantity.endswith("_per_cm2") else apart


def main() -> None:
    """Draw, analyse, print, and write the page when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=40, help="drawn photos a style")
    parser.add_argument("--real", type=Path, help="folder of the real frames with their annotation")
    parser.add_argument("--write", action="store_true", help="write docs/intervals.md")
    asked = parser.parse_args()
    groups = {}
    with ProcessPoolExecutor(initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        for name, styles in (("drawn, clipped and coarse", CLIPPED), (f"drawn, {', '.join(OTHERS)}", OTHERS)):
            seeds = range(FIRST_SEED, FIRST_SEED + asked.count)
            groups[name] = _gathered(pool.map(_drawn, *zip(*product(styles, seeds), strict=True)))
        if asked.real:
            photos = sorted((asked.real / "frames").glob("*.jpg"))
            truths = read_truths(asked.real / "annotations.json")
            known = [one for one in photos if one.stem in truths]
            groups["real frames"] = _gathered(pool.map(_real, known, [truths[one.stem] for one in known]))
    options = ["--count", f"{asked.count}", *(["--real", "../shared/real/fdu"] if asked.real else [])]
    command = shlex.join(["python", "benchmarks/intervals.py", *options, "--write"])
    page = HEAD.format(command=command, count=asked.count) + "".join(_table(groups))
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")


def _gathered(photos: Iterable[Sequence[Outcome]]) -> list[Outcome]:
    return [one for photo in photos for one in photo]


def _drawn(style: str, seed: int) -> list[Outcome]:
    phantom = random_phantom(seed, STYLES[style], SIZE_PX, UM_PER_PX)
    known = truth_of(phantom, "drawn.jpg", encode(phantom, ".jpg"))
    return _outcomes(analysed(phantom).measurement, known.measurement)


def _real(photo: Path, truth: Truth) -> list[Outcome]:
    found = analyze_photo(photo, StatedScale(um_per_px=truth.um_per_px))
    zone = _judged_zone(found, truth)
    annotated = [_annotated_strand(hair) for hair in truth.hairs if hair.needed]
    sides = [_measured(found, zone, strands) for strands in (map(_found_strand, found.hairs), annotated)]
    return [one for one in _outcomes(*sides) if one.quantity in COUNTED]


def _judged_zone(found: Analysis, truth: Truth) -> Field:
    """Return the part of the field off the seams and edges along which frames were annotated."""
    mask = found.field.mask.copy()
    band_px = math.ceil(SEAM_BAND_UM / found.working_um_per_px)
    for across, cuts in zip((mask.T, mask), cuts_px(found, truth), strict=True):
        for cut in cuts:
            across[max(int(cut) - band_px, 0) : int(cut) + band_px + 1] = False
    return replace(found.field, mask=mask)


def _found_strand(hair: Hair) -> Strand:
    return Strand(hair.path_px, hair.diameter_px, hair.leaves_frame, hair.confidence)


def _annotated_strand(hair: TrueHair) -> Strand:
    path_px = np.array([hair.root_px, hair.tip_px], np.float32)
    return Strand(path_px, Estimate(1.0, 1.0, 1.0), leaves_frame=False, confidence=1.0)


def _measured(found: Analysis, zone: Field, strands: Iterable[Strand]) -> Measurement:
    """Measure the strands rooted in the zone, gathered into units by themselves."""
    rooted = [one for one in strands if zone.contains(one.path_px[:1].astype(float))[0]]
    hairs, units = group_hairs(rooted, zone, found.working_um_per_px, found.settings.units)
    return measure(hairs, units, zone, found.scale, found.settings.measure)


def _outcomes(found: Measurement, known: Measurement) -> list[Outcome]:
    both = ((one.name, getattr(found, one.name), getattr(known, one.name)) for one in fields(Measurement))
    return [
        Outcome(name, ours, theirs.value)
        for name, ours, theirs in both
        if isinstance(ours, Estimate) and isinstance(theirs, Estimate)
    ]


def _table(groups: dict[str, list[Outcome]]) -> list[str]:
    lines = ["| photos | quantity | number | bias | half-width, median | intervals that hold the truth |\n"]
    lines.append("|---|---|---|---|---|---|\n")
    for name, outcomes in groups.items():
        quantities = dict.fromkeys(one.quantity for one in outcomes)
        lines += [
            _row(name, [one for one in outcomes if one.quantity == quantity]) for quantity in quantities
        ]
    return lines


def _row(name: str, some: Sequence[Outcome]) -> str:
    quantity = some[0].quantity
    is_relative = quantity.endswith("_per_cm2")
    widths = [
        (one.found.high - one.found.low) / 2 / (one.found.value or 1.0 if is_relative else 1.0)
        for one in some
    ]
    bias, width = np.mean([one.error for one in some]), np.median(widths)
    told = f"{bias:+.1%} | {width:.1%}" if is_relative else f"{bias:+.3g} | {width:.3g}"
    held = np.mean([one.is_held for one in some])
    return f"| {name} | {quantity} | {len(some)} | {told} | {held:.1%} |\n"


if __name__ == "__main__":
    main()
