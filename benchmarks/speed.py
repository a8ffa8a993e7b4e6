"""Time and memory of one photo and of `--help`, on one thread: `python benchmarks/speed.py [--check]`."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2

from hairdensity import StatedScale, analyze_photo

PHOTO = Path(__file__).parents[1] / "sample_images" / "before.jpg"
ANALYZE_LIMIT_S = 1.0
HELP_LIMIT_S = 0.4
REPEATS = 7


def main() -> None:
    """Measure, print, and with `--check` fail when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=PHOTO)
    parser.add_argument("--um-per-px", type=float, default=5.5)
    parser.add_argument("--check", action="store_true", help="fail when a limit is passed")
    asked = parser.parse_args()
    help_s = min(_help_s() for _ in range(REPEATS))
    first_s, *later_s = _analyze_s(asked.photo, StatedScale(um_per_px=asked.um_per_px))
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"--help                   {help_s:6.2f} s (limit {HELP_LIMIT_S})")
    print(f"analyze_photo, first     {first_s:6.2f} s")
    print(f"analyze_photo, later     {min(later_s):6.2f} s (limit {ANALYZE_LIMIT_S}), best of {len(later_s)}")
    print(f"most memory              {memory_mb:6.0f} MB")
    if asked.check and (min(later_s) > ANALYZE_LIMIT_S or help_s > HELP_LIMIT_S):
        sys.exit("a time limit is passed")


def _analyze_s(photo: Path, scale: StatedScale) -> list[float]:
    cv2.setNumThreads(1)
    times = []
    for _ in range(1 + REPEATS):
        started = time.perf_counter()
        analyze_photo(photo, scale)
        times.append(time.perf_counter() - started)
    return times


def _help_s() -> float:
    started = time.perf_counter()
    code = "from hairdensity.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, "--help"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
