"""How far the size that is worked at without a scale lies from the true one, and what that does to the count.

python benchmarks/no_scale.py [--real ../shared/real/fdu] [--every 6] [--count 3]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import numpy as np

from accuracy import REAL, STRATA, draw_stratum
from hairdensity import StatedScale, analyze_photo
from hairdensity.annotation import read_truths
from hairdensity.photo import Photo, read_photo
from hairdensity.report.drawn import write_phantom
from hairdensity.scale import assumed_um_per_px, settled_um_per_px

FIRST_SEED = 8200
FEWEST_HAIRS = 5
"""A share of fewer hairs says nothing."""


def main() -> None:
    """Measure and print a line for real frames and one for drawn photos of all styles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", type=Path, default=REAL, help="folder with annotations.json")
    parser.add_argument("--every", type=int, default=6, help="every so many real frames")
    parser.add_argument("--count", type=int, default=3, help="drawn photos a style")
    asked = parser.parse_args()
    truths = read_truths(asked.real / "annotations.json")
    frames = sorted(one for one in asked.real.rglob("*.jpg") if one.stem in truths)[:: asked.every]
    drawn = [(style.name, seed) for style in STRATA if style.group == "Style" for seed in range(asked.count)]
    with ProcessPoolExecutor(initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        sizes = [truths[one.stem].um_per_px or 0.0 for one in frames]
        _say("real frames", list(pool.map(_of_frame, frames, sizes)))
        _say("drawn photos", list(pool.map(_of_drawn, *zip(*drawn, strict=True))))


def _of_frame(path: Path, um_per_px: float) -> tuple[float, float, float]:
    return _compared(read_photo(path), um_per_px)


def _of_drawn(name: str, number: int) -> tuple[float, float, float]:
    stratum = next(one for one in STRATA if one.name == name)
    with tempfile.TemporaryDirectory() as folder:
        write_phantom(draw_stratum(stratum, FIRST_SEED + number), Path(folder), "drawn")
        return _compared(read_photo(Path(folder, "drawn.jpg")), stratum.um_per_px)


def _compared(photo: Photo, um_per_px: float) -> tuple[float, float, float]:
    """Return first and settled size in multiples of the true one, and by what part the count is off."""
    first = assumed_um_per_px(photo)
    found = _hairs(photo, first)
    settled = settled_um_per_px(first, [hair.diameter_px for hair in found])
    count = len(found if settled == first else _hairs(photo, settled))
    known = len(_hairs(photo, um_per_px))
    off = count / known - 1 if known >= FEWEST_HAIRS else np.nan
    return first / um_per_px, settled / um_per_px, off


def _hairs(photo: Photo, um_per_px: float) -> tuple[object, ...]:
    return analyze_photo(photo, StatedScale(um_per_px=um_per_px)).hairs


def _say(what: str, rows: list[tuple[float, float, float]]) -> None:
    first, settled, off = np.array(rows).T
    tenths = [np.quantile(one, (0.1, 0.5, 0.9)) for one in (first, settled)]
    told = " | ".join(" ".join(f"{one:.2f}" for one in three) for three in tenths)
    print(
        f"{len(rows)} {what}: first and settled size in multiples of the true one, tenths 1, 5, 9: {told};"
        f" count off by {np.nanmean(np.abs(off)):.1%} on average, {np.nanmax(np.abs(off)):.0%} at most"
    )


if __name__ == "__main__":
    main()
