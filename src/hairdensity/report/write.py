"""An Analysis or a Comparison becomes the files of its output folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2

from hairdensity.report.analysis_document import analysis_document
from hairdensity.report.comparison_document import comparison_document
from hairdensity.report.folder import write_atomically
from hairdensity.report.hair_table import analysis_table, comparison_table
from hairdensity.report.language import read_language
from hairdensity.report.layout import json_text
from hairdensity.report.overlay import draw_analysis, draw_comparison
from hairdensity.report.page import PageOptions, analysis_page, comparison_page
from hairdensity.report.pdf import page_pdf

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from os import PathLike

    from numpy.typing import NDArray

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language


def write_analysis(
    analysis: Analysis,
    folder: str | PathLike[str],
    created_at: datetime,
    options: PageOptions | None = None,
) -> None:
    """Write hairs.csv, overlay.png, report.html and, when these stand, analysis.json.

    Parameters
    ----------
    analysis
        What was found in one photo; of a refused photo the files say why it is refused.
    folder
        Where to write; made when missing. Files of the same names are replaced.
    created_at
        When, with its time zone: the library has no clock of its own.
    options
        Language and label of the page, and whether it is written as report.pdf too.

    Raises
    ------
    UsageError
        When a file cannot be written.
    ValueError
        When `created_at` has no time zone.
    """
    document = analysis_document(analysis, created_at)
    overlay = draw_analysis(analysis, _language(options))
    _write(
        Path(folder),
        {
            "hairs.csv": analysis_table(document).encode(),
            "overlay.png": _png(overlay),
            "report.html": analysis_page(analysis, document, options).encode(),
            **_pdf(options, lambda: analysis_page(analysis, document, options, paper=True)),
            "analysis.json": json_text(document).encode(),
        },
    )


def write_comparison(
    comparison: Comparison,
    folder: str | PathLike[str],
    created_at: datetime,
    options: PageOptions | None = None,
) -> None:
    """Write both analysis.json, hairs.csv, both overlays, report.html and, when these stand, comparison.json.

    Parameters
    ----------
    comparison
        Two visits of one site; of photos that are not aligned the files say so.
    folder
        Where to write; made when missing. Files of the same names are replaced.
    created_at
        When, with its time zone: the library has no clock of its own.
    options
        Language and label of the page, and whether it is written as report.pdf too.

    Raises
    ------
    UsageError
        When a file cannot be written.
    ValueError
        When `created_at` has no time zone.
    """
    document = comparison_document(comparison, created_at)
    before = analysis_document(comparison.before, created_at)
    after = analysis_document(comparison.after, created_at)
    overlays = draw_comparison(comparison, _language(options))
    _write(
        Path(folder),
        {
            "before/analysis.json": json_text(before).encode(),
            "after/analysis.json": json_text(after).encode(),
            "hairs.csv": comparison_table(document, before, after).encode(),
            "before.png": _png(overlays[0]),
            "after.png": _png(overlays[1]),
            "report.html": comparison_page(comparison, document, options).encode(),
            **_pdf(options, lambda: comparison_page(comparison, document, options, paper=True)),
            "comparison.json": json_text(document).encode(),
        },
    )


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        write_atomically(folder / name, content)


def _language(options: PageOptions | None) -> Language:
    return read_language((options or PageOptions()).language)


def _pdf(options: PageOptions | None, page: Callable[[], str]) -> dict[str, bytes]:
    return {"report.pdf": page_pdf(page())} if options is not None and options.pdf else {}


def _png(pixels: NDArray[Any]) -> bytes:
    _, buffer = cv2.imencode(".png", pixels[:, :, ::-1])
    return buffer.tobytes()
