"""Time of a bare loop, of one worker and of two: `python benchmarks/batch.py [--photos 200]`.

The clock tells something only on an idle machine; processor time holds on a busy one too.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

PHOTO = Path(__file__).parents[1] / "sample_images" / "before.jpg"
LOOP = """
import sys, cv2
from pathlib import Path
from hairdensity import StatedScale, analyze_photo
cv2.setNumThreads(1)
for photo in sorted(Path(sys.argv[1]).glob("*.jpg")):
    analyze_photo(photo, StatedScale(um_per_px=5.5))
"""
PROGRAM = "from hairdensity.cli import main; main()"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=PHOTO)
    parser.add_argument("--photos", type=int, default=200)
    asked = parser.parse_args()
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    with TemporaryDirectory() as top:
        folder = Path(top, "photos")
        folder.mkdir()
        content = asked.photo.read_bytes()
        for number in range(asked.photos):
            (folder / f"{number:05}.jpg").write_bytes(content)
        _measure("bare loop", [sys.executable, "-c", LOOP, str(folder)])
        for workers in ("1", "2"):
            words = ["batch", str(folder), "-o", f"{top}/{workers}", "--um-per-px", "5.5", "-q"]
            _measure(f"{workers} worker(s)", [sys.executable, "-c", PROGRAM, *words, "--workers", workers])


def _measure(name: str, command: list[str]) -> None:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True)  # noqa: S603 -- our own command line
    elapsed_s = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{name:12} {elapsed_s:8.1f} s on the clock {processor_s:8.1f} s of processor time")


if __name__ == "__main__":
    main()
