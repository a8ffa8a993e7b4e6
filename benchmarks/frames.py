"""The real frames: photos, annotation, and their analyses, made once and kept."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity import StatedScale, analyze_photo
from hairdensity.annotation import read_truths
from hairdensity.photo import Photo, read_photo
from pairs import made_with

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.pipeline import Analysis


class Frames:
    """The real frames, their annotation and their analyses, made once and kept without pixels."""

    def __init__(self, real: Path, work: Path) -> None:
        self.folder = real / "fdu" / "frames"
        document = json.loads((real / "fdu" / "annotations.json").read_text(encoding="utf-8"))
        self.truths = read_truths(real / "fdu" / "annotations.json")
        self.groups = {name: str(frame["group"]) for name, frame in document["frames"].items()}
        self.same_scene: list[list[str]] = document["same_scene"]
        self.um_per_px = float(document["um_per_px"])
        self.work = work

    def photo(self, name: str) -> Photo:
        """Return a frame."""
        return read_photo(self.folder / f"{name}.jpg")

    def analysis(self, name: str, um_per_px: float | None) -> Analysis:
        """Return the analysis of a frame, with a stated scale or none."""
        kept = self.work / f"{name}-{um_per_px}-{made_with()}.pickle"
        if not kept.is_file():
            found = analyze_photo(self.photo(name), stated(um_per_px))
            slim = replace(found, maps=None, photo=replace(found.photo, pixels=np.empty((0, 0, 3), np.uint8)))
            kept.write_bytes(pickle.dumps(slim))
        with kept.open("rb") as file:
            analysis: Analysis = pickle.load(file)  # noqa: S301 -- written by this program
        return replace(analysis, photo=self.photo(name))


def stated(um_per_px: float | None) -> StatedScale | None:
    """Return the scale as a person states it, or none."""
    return None if um_per_px is None else StatedScale(um_per_px=um_per_px)
