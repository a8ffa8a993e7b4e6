"""Measures how well scales are read: drawn cards, bars, rulers; real photos where they are.

`python benchmarks/scale.py` prints the table of docs/scale_sources.md; `--write` puts it there.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.scale.carded import Shot, photographed  # noqa: E402
from tests.scale.test_label import LABELS, labelled, length_mm  # noqa: E402
from tests.scale.test_ruler import BY_HAND  # noqa: E402

from hairdensity.photo import read_photo  # noqa: E402 -- after the path is set
from hairdensity.scale import read_scale, see_scales  # noqa: E402
from hairdensity.scale.card import CARDS  # noqa: E402
from hairdensity.scale.card_seen import see_card  # noqa: E402

MOST_DEG, CLOSE = 20.0, 0.005
REAL = ROOT.parent / "shared" / "real"
PAGE = ROOT / "docs" / "scale_sources.md"
SIZES_UM = {"phone": (40.0, 60.0, 90.0), "microscope": (10.0, 14.0, 20.0), "fine": (5.0, 10.0, 16.0)}


def main() -> None:
    """Measure, print, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    asked = parser.parse_args()
    rows = [*cards(), labels()]
    if REAL.is_dir():
        rows += [*bars(), *rulers(), nothing()]
    table = "\n".join(["| what | photos | result |", "|---|---|---|", *rows])
    print(table)
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        head, _, rest = text.partition("beside the checkout.\n\n")
        tail = rest[rest.index("**Not measured**") :]
        PAGE.write_text(f"{head}beside the checkout.\n\n{table}\n\n{tail}", encoding="utf-8")


def cards() -> list[str]:
    """Draw cards at three magnifications, three blurs, tilted, turned and shifted."""
    errors, inside, refused, beyond = [], 0, 0, 0
    for layout in CARDS:
        for um_per_px in SIZES_UM[layout.name]:
            for at, tilt_deg in enumerate((0.0, 5.0, 10.0, 15.0, 20.0, 22.0, 25.0, 30.0)):
                shift = (
                    (-0.3 * layout.size_mm[0], 0.0) if um_per_px == min(SIZES_UM[layout.name]) else (0.0, 0.0)
                )
                shot = Shot(um_per_px, tilt_deg, 40.0 * at, 70.0 * at, (0.5, 1.5, 3.0)[at % 3], shift)
                photo, truth = photographed(layout, shot, at)
                seen = see_card(photo)
                if tilt_deg > MOST_DEG:
                    beyond, refused = beyond + 1, refused + (seen is None or seen.um_per_px is None)
                    continue
                size = seen.um_per_px if seen else None
                errors.append(abs(size.value / truth - 1) if size else 1.0)
                inside += bool(size and size.low <= truth <= size.high)
    most = 100 * max(errors)
    found = sum(error < 1 for error in errors)
    what = "drawn cards, tilt 0 to 20 degrees, blur 0.5 to 3 px, three magnifications of each"
    result = f"read {found}, largest error {most:.2f} %, inside the interval {inside}"
    return [
        f"| {what} | {len(errors)} | {result} |",
        f"| the same, tilt 22 to 30 degrees | {beyond} | refused {refused} |",
    ]


def labels() -> str:
    """Draw labels of ten lengths in three sizes over skin with hairs."""
    cases = [(t, n, h, d) for t, n in LABELS for h in (14, 18, 26) for d in (False, True)]
    read = [length_mm(labelled(t, h, d, box=not d, seed=at)) for at, (t, _, h, d) in enumerate(cases)]
    right = sum(one == case[1] for one, case in zip(read, cases, strict=True))
    wrong = len(cases) - right - read.count(None)
    what = "drawn bars of ten lengths on skin with hairs: label"
    return f"| {what} | {len(cases)} | read {right}, misread {wrong} |"


def bars() -> list[str]:
    """Read the bars of the real frames."""
    annotations = json.loads((REAL / "fdu" / "annotations.json").read_text())
    truth = annotations["um_per_px"]
    right, count, false, without, worst = 0, 0, 0, 0, 0.0
    for name, frame in sorted(annotations["frames"].items()):
        reading = read_scale(read_photo(REAL / "fdu" / "frames" / f"{name}.jpg"))
        if not frame["bar"]:
            without, false = without + 1, false + bool(reading.seen)
            continue
        count += 1
        error = 1.0 if reading.scale is None else abs(reading.scale.um_per_px.value / truth - 1)
        right += error < CLOSE
        worst = max(worst, error if error < 1 else 0)
    what = "real frames with a bar of 1.0 mm: found, label read, within 0.5 %"
    return [
        f"| {what} | {count} | {right}; largest error of those read {100 * worst:.2f} % |",
        f"| real frames without one: anything taken for a scale | {without} | {false} |",
    ]


def rulers() -> list[str]:
    """Read the real rulers."""
    rows = []
    for name, (first, last, count) in BY_HAND.items():
        by_hand = ((last[0] - first[0]) ** 2 + (last[1] - first[1]) ** 2) ** 0.5 / count
        seen = see_scales(read_photo(REAL / "before_after" / name))
        found = [one.length_px.value for one in seen if one.source == "ruler"]
        text = f"{found[0]:.2f} px, by hand {by_hand:.2f}" if found else "not found"
        rows.append(f"| real ruler, {name}: distance of half millimetres | 1 | {text} |")
    return rows


def nothing() -> str:
    """Look for what is not there."""
    photos = [*(REAL / "closeups").iterdir(), *(REAL / "refuse").iterdir()]
    found = sum(bool(see_scales(read_photo(path))) for path in photos)
    what = "real phone screens, close-ups, partings, a monitor, a grid: anything taken for a scale"
    return f"| {what} | {len(photos)} | {found} |"


if __name__ == "__main__":
    main()
