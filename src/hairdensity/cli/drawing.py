"""What `hairdensity phantom` does once its options are read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.progress import track

from hairdensity.cli.streams import write_line
from hairdensity.errors import UsageError
from hairdensity.phantom import STYLES, SiteChange, any_motion, moved_pair, random_pair, random_phantom
from hairdensity.phantom.samples import hard_sample_pair, refused_sample, sample_pair
from hairdensity.report import claim_folder
from hairdensity.report.drawn import write_pair_truth, write_phantom, write_photo

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.cli.phantom import DrawOptions


def draw_phantoms(output: Path, draw: DrawOptions) -> None:
    """Draw what the options ask for, one seed after the other.

    Raises
    ------
    UsageError
        When there is no such style, or the files cannot be written.
    """
    names = sorted(STYLES) if draw.style == "all" else [draw.style]
    if draw.style not in {"all", *STYLES}:
        message = (
            f"--style {draw.style}: there is no such style; choose all or one of {', '.join(sorted(STYLES))}"
        )
        raise UsageError(message)
    jobs = [(name, draw.seed + at) for name in names for at in range(draw.count)]
    console = Console(stderr=True)
    with claim_folder(output) as folder:
        for name, seed in track(
            jobs, "Drawing", console=console, disable=not console.is_terminal, transient=True
        ):
            _draw_one(folder, draw, name, seed)
    write_line(sys.stdout, f"{len(jobs)} drawn in {output}")


def draw_samples(output: Path) -> None:
    """Draw the sample images of the project.

    Raises
    ------
    UsageError
        When the files cannot be written.
    """
    with claim_folder(output) as folder:
        easy, hard = sample_pair(), hard_sample_pair()
        write_phantom(easy.before, folder, "before")
        write_phantom(easy.after, folder, "after")
        write_pair_truth(easy, folder, "before-after")
        write_phantom(hard.before, folder, "hard_before", "scale_bar_mm = 1.0\n")
        write_phantom(hard.after, folder, "hard_after", "")
        write_pair_truth(hard, folder, "hard_before-hard_after")
        write_photo(refused_sample(), folder, "refused")
    write_line(sys.stdout, f"sample images drawn in {output}")


def _draw_one(folder: Path, draw: DrawOptions, style: str, seed: int) -> None:
    name = f"{style}-{seed:04d}"
    if not draw.pair:
        write_phantom(random_phantom(seed, STYLES[style], draw.size, draw.um_per_px), folder, name)
        return
    change = SiteChange(draw.lost, draw.gained, draw.thicker_um)
    if draw.far:
        motion = any_motion(np.random.default_rng([seed, 10]))
        pair = moved_pair(seed, STYLES[style], change, (draw.size, draw.um_per_px), motion)
    else:
        pair = random_pair(seed, STYLES[style], change, draw.size, draw.um_per_px)
    write_phantom(pair.before, folder, f"{name}-before")
    write_phantom(pair.after, folder, f"{name}-after")
    write_pair_truth(pair, folder, name)
