"""A study becomes the files of its output folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.report.folder import write_atomically
from hairdensity.report.layout import json_text
from hairdensity.study.statistics.page import study_page
from hairdensity.study.statistics.tables import COLUMNS, csv_text, study_document, study_tables

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike

    from hairdensity.study.statistics.study import Study


def write_study(study: Study, folder: str | PathLike[str], created_at: datetime) -> None:
    """Write one CSV a table, report.html and, when these stand, study.json.

    Parameters
    ----------
    study
        What was found.
    folder
        Where to write; made when missing. Files of the same names are replaced.
    created_at
        When, with its time zone: the library has no clock of its own.

    Raises
    ------
    UsageError
        When a file cannot be written.
    ValueError
        When `created_at` has no time zone.
    """
    rows = study_tables(study)
    document = study_document(study, rows, created_at)
    contents = {f"{name}.csv": csv_text(columns, rows[name]) for name, columns in COLUMNS.items()}
    contents["report.html"] = study_page(study, document)
    contents["study.json"] = json_text(document)
    for name, content in contents.items():
        write_atomically(Path(folder) / name, content.encode())
