"""Time and peak memory against the size of a photo, beside the plain scikit-image pipeline.

`python benchmarks/sizes.py --write` draws the photos, measures each in a process of its own on one thread,
and writes docs/speed.md. It needs Linux, and nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
FINE_UM_PER_PX, COARSE_UM_PER_PX = 2.75, 5.5
LARGEST_PX = (4000, 3000)
WIDTHS_PX = (1280, 2000, 2828, 4000)
SEED = 77
REPEATS = 3
LONG_S = 10.0
HEAD = """# Speed and memory

Seconds of a warm run (best of {repeats}; what takes longer than {long_s:.0f} s runs once) and the most
memory of the process, one thread. Written by

```
python benchmarks/sizes.py --write
```

The photos are drawn, of clipped hair: one site at growing resolution, and one of four times the area. The
plain pipeline is what a script would do with scikit-image: `sato` with its usual widths, `threshold_otsu`,
`skeletonize`, `label`; it counts pieces of lines, no hairs. {cpu}; Python {python}, OpenCV {opencv},
scikit-image {skimage}. Long, uncut hair costs more, as a root may lie wherever a shaft bends or
is crossed: a drawn photo of it (`hairdensity phantom --style long --size 4000 3000 --um-per-px 8`) takes
about 20 s and 750 MB.

| photo | skin | analyze | memory | plain pipeline | memory | times faster |
|---|---|---|---|---|---|---|
"""
COMPARED = """
| compare of two photos of 1280 x 1024 px | seconds |
|---|---|
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run takes: seconds, and the most memory of its process in MB."""

    seconds: float
    memory_mb: float


def main() -> None:
    """Draw, measure, print, and write when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write docs/speed.md")
    parser.add_argument("--run", choices=sorted(RUNS), help=argparse.SUPPRESS)
    parser.add_argument("photos", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        print(json.dumps(_cost(RUNS[asked.run], asked.photos)))
        return
    with tempfile.TemporaryDirectory() as folder:
        page = _head() + "".join(_size_lines(Path(folder))) + COMPARED + "".join(_compare_lines(Path(folder)))
    print(page, end="")
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")


def _head() -> str:
    import skimage  # noqa: PLC0415 -- the measured processes load what they use, no more

    return HEAD.format(
        repeats=REPEATS,
        long_s=LONG_S,
        cpu=_processor(),
        python=platform.python_version(),
        opencv=cv2.__version__,
        skimage=skimage.__version__,
    )


def _processor() -> str:
    """Return the processor's name as the system tells it."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _size_lines(folder: Path) -> list[str]:
    """Measure one site at growing resolution, and a site of four times the area."""
    site = _drawn(LARGEST_PX, FINE_UM_PER_PX)
    photos = []
    for width_px in WIDTHS_PX:
        size_px = (width_px, round(width_px * LARGEST_PX[1] / LARGEST_PX[0]))
        pixels = cv2.resize(site, size_px, interpolation=cv2.INTER_AREA)
        photos.append((pixels, FINE_UM_PER_PX * LARGEST_PX[0] / width_px))
    photos.append((_drawn(LARGEST_PX, COARSE_UM_PER_PX), COARSE_UM_PER_PX))
    lines = []
    for number, (pixels, um_per_px) in enumerate(photos):
        path = _written(folder / f"{number}.jpg", pixels)
        ours, plain = (_measured(run, [path, um_per_px]) for run in ("analyze", "plain"))
        height, width = pixels.shape[:2]
        skin_mm = f"{width * um_per_px / 1000:.1f} x {height * um_per_px / 1000:.1f} mm"
        lines.append(
            f"| {width} x {height}, {um_per_px:.2f} µm/px | {skin_mm} | {ours.seconds:.2f} s"
            f" | {ours.memory_mb:.0f} MB | {plain.seconds:.1f} s | {plain.memory_mb:.0f} MB"
            f" | {plain.seconds / ours.seconds:.1f} |\n"
        )
        print(lines[-1], end="", file=sys.stderr)
    return lines


def _compare_lines(folder: Path) -> list[str]:
    from hairdensity.phantom import STYLES, Motion, SiteChange, moved_pair  # noqa: PLC0415

    motion = Motion(overlap_fraction=0.9, turn_deg=8.0, zoom=1.05)
    change = SiteChange(lost_fraction=0.1, gained_fraction=0.05)
    pair = moved_pair(SEED, STYLES["clipped"], change, ((1280, 1024), COARSE_UM_PER_PX), motion)
    paths = [
        _written(folder / name, phantom.pixels)
        for name, phantom in (("before.jpg", pair.before), ("after.jpg", pair.after))
    ]
    scales = pair.before.view.um_per_px, pair.after.view.um_per_px
    rows = {"both have a scale": scales, "one has a scale": (scales[0], ""), "neither has one": ("", "")}
    return [
        f"| {words} | {_measured('compare', [*paths, *known]).seconds:.2f} s |\n"
        for words, known in rows.items()
    ]


def _drawn(size_px: tuple[int, int], um_per_px: float) -> np.ndarray:
    from hairdensity.phantom import STYLES  # noqa: PLC0415
    from hairdensity.phantom.camera import View, sample_camera  # noqa: PLC0415
    from hairdensity.phantom.draw import draw_phantom  # noqa: PLC0415
    from hairdensity.phantom.scene import sample_scene  # noqa: PLC0415

    size_um = size_px[0] * um_per_px * 1.02, size_px[1] * um_per_px * 1.02
    scene = sample_scene(SEED, STYLES["clipped"], size_um)
    view = View(size_px, um_per_px, (size_um[0] / 2, size_um[1] / 2))
    camera = replace(sample_camera(np.random.default_rng(SEED)), rim=0.0)
    return draw_phantom(scene, view, camera).pixels


def _written(path: Path, pixels: np.ndarray) -> str:
    cv2.imwrite(str(path), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    return str(path)


def _measured(run: str, arguments: list[object]) -> Cost:
    """Run in a process of its own, so that memory is what this run takes."""
    command = [sys.executable, __file__, "--run", run, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return Cost(**json.loads(done.stdout))


def _cost(run: Callable[[list[str]], Callable[[], object]], arguments: list[str]) -> dict[str, float]:
    """Return the least seconds of some warm runs, and the most memory."""
    cv2.setNumThreads(1)
    once = run(arguments)
    seconds = []
    for _ in range(1 + REPEATS):
        started = time.perf_counter()
        once()
        seconds.append(time.perf_counter() - started)
        if seconds[-1] > LONG_S:
            break
    return {"seconds": min(seconds[1:] or seconds), "memory_mb": _most_memory_mb()}


def _most_memory_mb() -> float:
    """Return the most memory of this process; `getrusage` would count that of the one which started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def _analyze(arguments: list[str]) -> Callable[[], object]:
    from hairdensity import StatedScale, analyze_photo  # noqa: PLC0415

    photo, um_per_px = arguments
    return lambda: analyze_photo(photo, StatedScale(um_per_px=float(um_per_px)))


def _compare(arguments: list[str]) -> Callable[[], object]:
    from hairdensity import StatedScale  # noqa: PLC0415
    from hairdensity.compare import compare_photos  # noqa: PLC0415

    before, after, *known = arguments
    scales = [StatedScale(um_per_px=float(one)) if one else None for one in known]
    return lambda: compare_photos(before, after, *scales)


def _plain(arguments: list[str]) -> Callable[[], object]:
    from skimage.color import rgb2gray  # noqa: PLC0415
    from skimage.filters import sato, threshold_otsu  # noqa: PLC0415
    from skimage.io import imread  # noqa: PLC0415
    from skimage.measure import label  # noqa: PLC0415
    from skimage.morphology import skeletonize  # noqa: PLC0415

    def once() -> int:
        ridges = sato(rgb2gray(imread(arguments[0])))
        return int(label(skeletonize(ridges > threshold_otsu(ridges))).max())

    return once


RUNS = {"analyze": _analyze, "compare": _compare, "plain": _plain}


if __name__ == "__main__":
    main()
