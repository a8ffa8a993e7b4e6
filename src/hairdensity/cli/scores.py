"""Scores of found hairs against annotation on the terminal: progress, a table, JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from hairdensity.annotation import read_truths
from hairdensity.cli.streams import write_text
from hairdensity.errors import UsageError
from hairdensity.evaluate import evaluate, score_photo
from hairdensity.pipeline import analyze_photo
from hairdensity.scale.model import StatedScale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hairdensity.annotation import Truth
    from hairdensity.evaluate import Evaluation, PhotoScore

PHOTO_ENDINGS = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"}
WORST_COUNT = 10
KIND_NAMES = {"lone": "lone", "several": "of several in a unit", "undersize": "thin or short"}


def score_folder(
    folder: Path, truth: Path, um_per_px: float | None
) -> tuple[Evaluation, tuple[PhotoScore, ...]]:
    """Analyse every annotated photo of a folder and score it.

    Raises
    ------
    UsageError
        When the annotation cannot be read, or no photo of the folder is annotated.
    """
    truths = read_truths(truth)
    photos = _annotated_photos(folder, truths)
    console = Console(stderr=True)
    progress = track(
        photos.items(), "Scoring", console=console, transient=True, disable=not console.is_terminal
    )
    scores = tuple(_score(photo, truths[stem], um_per_px) for stem, photo in progress)
    return evaluate(scores), scores


def show_scores(evaluation: Evaluation, scores: tuple[PhotoScore, ...], *, as_json: bool) -> None:
    """Print the scores, as tables or as JSON."""
    if as_json:
        document = asdict(evaluation) | {"by_photo": [_photo_row(score) for score in scores]}
        write_text(sys.stdout, json.dumps(_rounded(document), indent=1) + "\n")
        return
    console = Console(file=sys.stdout, highlight=False)
    with console.capture() as captured:
        tables = [_summary_table(evaluation), _strata_table(evaluation), _worst_table(scores)]
        if evaluation.by_kind:
            tables.insert(1, _kinds_table(evaluation))
        console.print(*tables, sep="\n")
    write_text(sys.stdout, captured.get())


def _annotated_photos(folder: Path, truths: Mapping[str, Truth]) -> dict[str, Path]:
    """Return the photos in the folder and below whose names the annotation has, sorted."""
    found = sorted(
        one for one in folder.rglob("*") if one.suffix.lower() in PHOTO_ENDINGS and one.stem in truths
    )
    if not found:
        message = (
            f"{folder}: none of the {len(truths)} annotated photos lies here; give the folder that holds them"
        )
        raise UsageError(message)
    return {one.stem: one for one in found}


def _score(photo: Path, truth: Truth, um_per_px: float | None) -> PhotoScore:
    stated = um_per_px or truth.um_per_px
    analysis = analyze_photo(photo, StatedScale(um_per_px=stated) if stated else None)
    return score_photo(analysis, truth)


def _photo_row(score: PhotoScore) -> dict[str, Any]:
    return {
        "photo": score.name,
        "f1": score.f1,
        "count_error": score.count_error,
        "hits": score.hit_count,
        "found": score.found_count,
        "known": score.known_count,
        "refused": score.refused,
    }


def _rounded(value: Any) -> Any:  # noqa: ANN401 -- whatever a JSON document holds
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value


def _summary_table(scores: Evaluation) -> Table:
    table = Table("", "Score", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_row("photos", f"{scores.photos} ({scores.refused} refused)")
    table.add_row("F1 (precision, recall)", f"{scores.f1:.3f} ({scores.precision:.3f}, {scores.recall:.3f})")
    table.add_row("count error a photo", f"{scores.count_error:.1%}")
    table.add_row("bias of the count", f"{scores.bias:+.1%}")
    table.add_row("median distance of roots", _number(scores.root_um_median, "µm"))
    table.add_row("median direction error", _number(scores.direction_deg_median, "deg"))
    table.add_row("mean diameter error", _number(scores.diameter_bias_um, "µm"))
    return table


def _kinds_table(scores: Evaluation) -> Table:
    head = ("Kind of hair", "Annotated", "Recall", "Unit agrees")
    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    for one in scores.by_kind:
        agreement = "not known" if one.unit_agreement is None else f"{one.unit_agreement:.3f}"
        table.add_row(KIND_NAMES[one.kind], str(one.known_count), f"{one.recall:.3f}", agreement)
    return table


def _strata_table(scores: Evaluation) -> Table:
    head = ("Hairs/cm² annotated", "Photos", "F1", "Count error", "Bias")
    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    for one in scores.by_density:
        density = f"{one.density_low_per_cm2:.0f}-{one.density_high_per_cm2:.0f}"
        numbers = (f"{one.f1:.3f}", f"{one.count_error:.1%}", f"{one.bias:+.1%}")
        table.add_row(density, str(one.photos), *numbers)
    return table


def _worst_table(scores: tuple[PhotoScore, ...]) -> Table:
    table = Table("Lowest F1", "F1", "Found", "Annotated", box=box.SIMPLE_HEAD, pad_edge=False)
    for one in sorted(scores, key=lambda score: score.f1)[:WORST_COUNT]:
        name = f"{one.name} (refused)" if one.refused else one.name
        table.add_row(name, f"{one.f1:.3f}", str(one.found_count), str(one.known_count))
    return table


def _number(value: float | None, unit: str) -> str:
    return "not known" if value is None else f"{value:.1f} {unit}"
