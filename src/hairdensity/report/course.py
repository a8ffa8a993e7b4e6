"""A course of visits becomes course.json: a list of comparisons with the first visit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.report.comparison_document import comparison_document
from hairdensity.report.folder import write_atomically
from hairdensity.report.layout import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from os import PathLike

    from hairdensity.compare import Comparison


def write_course(
    comparisons: Sequence[Comparison], folder: str | PathLike[str], created_at: datetime
) -> Path:
    """Write course.json, one document of schema `hairdensity.comparison/1` a later visit; return its path.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    texts = [json_text(comparison_document(one, created_at)).rstrip() for one in comparisons]
    path = Path(folder) / "course.json"
    write_atomically(path, ("[\n" + ",\n".join(texts) + "\n]\n").encode())
    return path
