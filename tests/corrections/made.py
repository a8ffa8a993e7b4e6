"""Corrections built by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.corrections import Correction, HairRef, PhotoRef, ResultRef, fingerprint, line_of
from hairdensity.corrections.lines import line_sha256

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.corrections import Action, Side
    from hairdensity.pipeline import Analysis

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def path(*points: tuple[float, float]) -> NDArray[np.float32]:
    """Return a path of these points."""
    return np.array(points, np.float32)


class Writer:
    """Writes corrections of one photo one after the other, as a review does."""

    def __init__(
        self, automatic: Sequence[NDArray[np.float32]], sha256: str = "0" * 64, side: Side = "single"
    ) -> None:
        """Take the automatic hairs and the photo's hash."""
        self.automatic = automatic
        self.photo = PhotoRef("before.jpg", sha256, side)
        self.result = ResultRef("analysis.json", "f" * 64, fingerprint(automatic))
        self.made: list[Correction] = []

    @classmethod
    def of(cls, analysis: Analysis, side: Side = "single") -> Writer:
        """Return a writer for the hairs of an analysis."""
        return cls([hair.path_px for hair in analysis.hairs], analysis.photo.sha256, side)

    def add(
        self,
        action: Action,
        hairs: Sequence[tuple[str, NDArray[np.float32]]] = (),
        paths: Sequence[NDArray[np.float32]] = (),
        *,
        undoes: int | None = None,
        by: str = "AB",
    ) -> Correction:
        """Add one correction."""
        one = Correction(
            number=len(self.made) + 1,
            when=NOON,
            by=by,
            action=action,
            photo=self.photo,
            result=self.result,
            hairs=tuple(HairRef(key, place) for key, place in hairs),
            paths_px=tuple(paths),
            undoes=undoes,
        )
        self.made.append(one)
        return one

    def automatic_hair(self, number: int) -> tuple[str, NDArray[np.float32]]:
        """Return key and path of an automatic hair."""
        return f"a{number}", self.automatic[number]

    def lines(self) -> bytes:
        """Return the journal's bytes."""
        content, previous = b"", ""
        for one in self.made:
            line = line_of(one, previous)
            previous = line_sha256(line)
            content += line
        return content
