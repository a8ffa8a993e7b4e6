"""Rows of harmed photos become the part of docs/quality.md that says how limits were set, with curves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from degrade import ALL_HARMS, HARMS
from hairdensity.quality import FLAGS

if TYPE_CHECKING:
    from pathlib import Path

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
OFF = 0.10
"""A density off by more than this share of that of the unharmed photo is wrong."""
CODES = {
    "blur": "out-of-focus",
    "motion": "motion",
    "noise": "noise",
    "compression": "blocks",
    "magnification": "narrow-hair",
    "darkness": "too-dark",
    "brightness": "too-bright",
    "glare": "glare",
    "screen": "screen-pattern",
}
"""The flag whose values are drawn for each harm."""
INTRODUCTION = """\
{count} photos ({phantoms} phantoms, {frames} real frames) were harmed step by step, each kind of harm by
itself, and their hairs found whatever the verdict. *Off* is a photo whose density differs by more than {off}
from that of the same photo unharmed, and whose hairs agree less with those known (F1): a hair or two more or
less that agree no worse are chance.
"""
HELD_OUT = """\
No limit was set by {count} more photos ({phantoms} phantoms, {frames} other real frames); that blocks of
coarse and of enlarged photos must be seen was learnt from them. Here *off* is every photo whose density
differs by more than {off}, also by chance.
"""
LONGEST_TITLE = 60
WIDTH, HEIGHT, MARGIN, GAP = 760, 300, 46, 60
HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    ' font-size="11" role="img"><rect width="100%" height="100%" fill="white"/>'
)
BLUE, ORANGE, GREY = "#1f5fa8", "#c4541a", "#777777"


@dataclass(frozen=True, slots=True)
class Step:
    """All photos at one step of one harm."""

    step: float
    f1: float
    off: tuple[float, ...]
    lost: tuple[bool, ...]
    values: tuple[float, ...]
    flagged: tuple[bool, ...]
    refused: tuple[bool, ...]


def write_page(rows: list[dict], folder: Path | None) -> str:
    """Return the measured part of the page; write it, and a curve of each harm, when a folder is given.

    Photos are judged here, by the present limits.
    """
    judged = [row | _verdict(row["measured"]) for row in rows]
    tuned = [row for row in judged if not row["held_out"]]
    harms = {kind: _steps(tuned, kind) for kind in HARMS}
    part = "\n".join([*_part(tuned, harms), *_held_out([row for row in judged if row["held_out"]])])
    if folder is not None:
        curves = folder / "quality"
        curves.mkdir(exist_ok=True)
        for kind, steps in harms.items():
            (curves / f"{kind}.svg").write_text(_curve(kind, steps), encoding="utf-8")
        page = folder / "quality.md"
        text = page.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        page.write_text(f"{before}{BEGIN}\n{part}\n{END}{after}", encoding="utf-8")
    return part


def _verdict(measured: dict[str, float]) -> dict:
    """Say which flags the values raise, and whether one of them refuses the photo."""
    raised = {code: FLAGS[code].raised(value) for code, value in measured.items()}
    flags = [code for code, one in raised.items() if one is not None]
    refused = any(one[1] for one in raised.values() if one is not None)
    return {"flags": flags, "verdict": "refused" if refused else "usable" if flags else "good"}


def _held_out(rows: list[dict]) -> list[str]:
    """Say how many of the photos that no limit was set by are off, and how many of these are flagged."""
    if not rows:
        return []
    unharmed = {row["photo"]: row for row in rows if row["step"] == 0}
    frames = sum(name.startswith("frame") for name in unharmed)
    flagged = sum(row["verdict"] != "good" for row in unharmed.values())
    kinds = [kind for kind in ALL_HARMS if any(row["kind"] == kind and row["step"] for row in rows)]
    head = "harm|photos off|of these flagged or refused"
    numbers = {kind: _off_and_flagged(rows, unharmed, {kind}) for kind in kinds}
    off, said, all_ = (sum(one[at] for one in numbers.values()) for at in range(3))
    return [
        "",
        HELD_OUT.format(
            count=len(unharmed), phantoms=len(unharmed) - frames, frames=frames, off=f"{OFF:.0%}"
        ),
        *(f"| {' | '.join(cells)} |" for cells in (head.split("|"), ["---"] * 3)),
        *(
            f"| {kind}, {ALL_HARMS[kind].unit} | {one[0]} of {one[2]} | {one[1]} |"
            for kind, one in numbers.items()
        ),
        f"| together | {off} of {all_} | {said} ({said / max(off, 1):.0%}) |",
        "",
        f"Unharmed photos flagged: {flagged} of {len(unharmed)}.",
    ]


def _off_and_flagged(rows: list[dict], unharmed: dict[str, dict], kinds: set[str]) -> tuple[int, int, int]:
    """Return how many harmed photos are off, how many of these are flagged, and how many there are."""
    harmed = [row for row in rows if row["kind"] in kinds and row["step"]]
    off = [
        row
        for row in harmed
        if abs(row["density_per_cm2"] / unharmed[row["photo"]]["density_per_cm2"] - 1) > OFF
    ]
    return len(off), sum(row["verdict"] != "good" for row in off), len(harmed)


def _steps(rows: list[dict], kind: str) -> list[Step]:
    unharmed = {row["photo"]: row for row in rows if row["step"] == 0}
    by_step = defaultdict(list)
    for row in rows:
        if row["kind"] == kind and row["step"]:
            by_step[row["step"]].append(row)
    by_step[0] = list(unharmed.values())
    return [_step(step, by_step[step], unharmed, kind) for step in sorted(by_step)]


def _step(step: float, rows: list[dict], unharmed: dict[str, dict], kind: str) -> Step:
    total = sum(row["found"] + row["known"] for row in rows)
    before = [unharmed[row["photo"]]["density_per_cm2"] for row in rows]
    return Step(
        step=step,
        f1=2 * sum(row["hits"] for row in rows) / max(total, 1),
        off=tuple(row["density_per_cm2"] / one - 1 for row, one in zip(rows, before, strict=True)),
        lost=tuple(_f1(row) < _f1(unharmed[row["photo"]]) for row in rows),
        values=tuple(row["measured"].get(CODES[kind], np.nan) for row in rows),
        flagged=tuple(row["verdict"] != "good" for row in rows),
        refused=tuple(row["verdict"] == "refused" for row in rows),
    )


def _f1(row: dict) -> float:
    return 2 * row["hits"] / max(row["found"] + row["known"], 1)


def _part(rows: list[dict], harms: dict[str, list[Step]]) -> list[str]:
    unharmed = [row for row in rows if row["step"] == 0]
    frames = sum(row["photo"].startswith("frame") for row in unharmed)
    flagged = [row for row in unharmed if row["verdict"] != "good"]
    codes = ", ".join(f"`{code}`" for code in sorted({code for row in flagged for code in row["flags"]}))
    head = "harm|F1 has lost 3 points at|10 points at|photos off|of these flagged or refused|of these refused"
    return [
        INTRODUCTION.format(
            count=len(unharmed), phantoms=len(unharmed) - frames, frames=frames, off=f"{OFF:.0%}"
        ),
        *(f"| {' | '.join(cells)} |" for cells in (head.split("|"), ["---"] * 6)),
        *(_harm_row(kind, steps) for kind, steps in harms.items()),
        "",
        f"Unharmed photos flagged: {len(flagged)} of {len(unharmed)}{f' ({codes})' if codes else ''}.",
        _all_text(harms),
        *(f"\n![{kind}: F1, density, value of the flag](quality/{kind}.svg)" for kind in harms),
    ]


def _all_text(harms: dict[str, list[Step]]) -> str:
    """Say how many photos are off whatever their F1, and how many of these are flagged."""
    flagged = [
        said
        for steps in harms.values()
        for one in steps[1:]
        for change, said in zip(one.off, one.flagged, strict=True)
        if abs(change) > OFF
    ]
    return (
        f"Of the {len(flagged)} harmed photos whose density differs by more than {OFF:.0%}, with those whose"
        f" hairs agree no worse, {sum(flagged)} are flagged or refused."
    )


def _harm_row(kind: str, steps: list[Step]) -> str:
    start = steps[0].f1
    marks = [
        next((f"{one.step:g}" for one in steps if one.f1 < start - loss), "none") for loss in (0.03, 0.1)
    ]
    off = [
        (flagged, refused)
        for one in steps[1:]
        for change, lost, flagged, refused in zip(one.off, one.lost, one.flagged, one.refused, strict=True)
        if abs(change) > OFF and lost
    ]
    said = sum(flagged for flagged, _ in off)
    share = f"{said} ({said / len(off):.0%})" if off else "none"
    looked_at = sum(len(one.off) for one in steps[1:])
    return (
        f"| {kind}, {HARMS[kind].unit} | {marks[0]} | {marks[1]} | {len(off)} of {looked_at} | {share}"
        f" | {sum(refused for _, refused in off)} |"
    )


def _curve(kind: str, steps: list[Step]) -> str:
    """Draw F1 and the densities at the left, and the values of the flag with its limits at the right."""
    flag, middle = FLAGS[CODES[kind]], (WIDTH - GAP) / 2
    left = _Panel(MARGIN, middle - 10, (0.0, 1.5), len(steps))
    right = _Panel(middle + GAP, WIDTH - 10, _span(kind, steps), len(steps))
    parts = [*left.frame(steps, "F1 (line), density / unharmed (dots)"), *right.frame(steps, flag.quantity)]
    parts.append(left.line([one.f1 for one in steps], BLUE))
    for at, one in enumerate(steps):
        parts += [left.dot(at, 1 + change, ORANGE) for change in one.off]
        parts += [right.dot(at, value, BLUE) for value in one.values if np.isfinite(value)]
    limits = ((flag.warns, "usable"), (flag.refuses, "refused"))
    parts += [right.level(limit, name) for limit, name in limits if limit is not None]
    parts.append(_text((WIDTH / 2, HEIGHT - 6), f"{kind}: {HARMS[kind].unit}", "middle"))
    return "\n".join([HEAD, *parts, "</svg>"]) + "\n"


def _text(place: tuple[float, float], words: str, anchor: str = "start") -> str:
    return f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _span(kind: str, steps: list[Step]) -> tuple[float, float]:
    flag = FLAGS[CODES[kind]]
    values = [value for one in steps for value in one.values if np.isfinite(value)]
    limits = [limit for limit in (flag.warns, flag.refuses) if limit is not None]
    return 0.0, 1.08 * max([*values, *limits])


@dataclass(frozen=True, slots=True)
class _Panel:
    """One half of a curve: where it lies, what its height stands for, and how many steps it has."""

    left: float
    right: float
    span: tuple[float, float]
    count: int

    def frame(self, steps: list[Step], title: str) -> list[str]:
        top, bottom = self._y(self.span[1]), self._y(self.span[0])
        short = title if len(title) < LONGEST_TITLE else f"{title[:LONGEST_TITLE]}..."
        axes = f"M{self.left:.1f} {top:.1f}V{bottom:.1f}H{self.right:.1f}"
        levels = np.linspace(*self.span, 4)
        return [
            f'<path d="{axes}" fill="none" stroke="{GREY}"/>',
            _text((self.left - 30, 16), short),
            *(_text((self.left - 5, self._y(one) + 4), f"{one:.3g}", "end") for one in levels),
            *(_text((self._x(at), bottom + 15), f"{one.step:g}", "middle") for at, one in enumerate(steps)),
        ]

    def line(self, values: list[float], colour: str) -> str:
        points = " ".join(f"{self._x(at):.1f},{self._y(value):.1f}" for at, value in enumerate(values))
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'

    def dot(self, at: int, value: float, colour: str) -> str:
        x, y = self._x(at), self._y(min(max(value, self.span[0]), self.span[1]))
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}" fill-opacity="0.6"/>'

    def level(self, value: float, name: str) -> str:
        y = self._y(value)
        line = (
            f'<path d="M{self.left:.1f} {y:.1f}H{self.right:.1f}" stroke="{ORANGE}" stroke-dasharray="4 3"/>'
        )
        return line + _text((self.right, y - 3), name, "end")

    def _x(self, at: int) -> float:
        return self.left + (at + 0.5) * (self.right - self.left) / self.count

    def _y(self, value: float) -> float:
        low, high = self.span
        return HEIGHT - 44 - (value - low) / (high - low) * (HEIGHT - 74)
