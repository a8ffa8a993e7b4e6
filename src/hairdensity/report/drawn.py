"""Phantoms become files: the photo, its scale as a sidecar, its truth; for a pair what changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hairdensity.phantom import encode, pair_truth, truth_of
from hairdensity.report.analysis_document import analysis_document
from hairdensity.report.folder import write_atomically
from hairdensity.report.layout import json_text

if TYPE_CHECKING:
    from pathlib import Path

    from hairdensity.phantom import Phantom, PhantomPair

DRAWN_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands as `created_at` in every truth: a phantom is made by its seed, not at a time."""


def write_phantom(phantom: Phantom, folder: Path, name: str, sidecar: str | None = None) -> None:
    """Write the photo as `write_photo` does, and its truth `name`.truth.json (the schema of analysis.json).

    Raises
    ------
    UsageError
        When a file cannot be written.
    """
    file = write_photo(phantom, folder, name, sidecar)
    document = analysis_document(truth_of(phantom, f"{name}.jpg", file), DRAWN_AT)
    write_atomically(folder / f"{name}.truth.json", json_text(document).encode())


def write_photo(phantom: Phantom, folder: Path, name: str, sidecar: str | None = None) -> bytes:
    """Write `name`.jpg and its scale `name`.jpg.toml; return the photo's bytes.

    `sidecar` replaces the stated scale; an empty one writes no sidecar.

    Raises
    ------
    UsageError
        When a file cannot be written.
    """
    file = encode(phantom, ".jpg")
    write_atomically(folder / f"{name}.jpg", file)
    stated = f"um_per_px = {phantom.view.um_per_px:g}\n" if sidecar is None else sidecar
    if stated:
        write_atomically(folder / f"{name}.jpg.toml", stated.encode())
    return file


def write_pair_truth(pair: PhantomPair, folder: Path, name: str) -> None:
    """Write `name`.pair.json: the homography from before to after, and the fate of the shared hairs.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    truth = pair_truth(pair)
    document = {
        "before_to_after": (pair.before_to_after / pair.before_to_after[2, 2]).tolist(),
        "kept": truth.kept,
        "gained": truth.gained,
        "lost": truth.lost,
        "relative_change": truth.relative_change,
    }
    write_atomically(folder / f"{name}.pair.json", (json.dumps(document, indent=1) + "\n").encode())
