"""One job becomes rows: photos analysed, later visits compared with the baseline, files written if asked."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hairdensity.compare import compare_analyses
from hairdensity.errors import AlignmentError, HairDensityError, PhotoError, UsageError
from hairdensity.pipeline import analyze_photo
from hairdensity.report import analysis_document, comparison_document, write_analysis, write_comparison
from hairdensity.report.hair_table import analysis_table
from hairdensity.report.summary import refusal_text
from hairdensity.study.jobs import Outcome, PairResult, PhotoResult
from hairdensity.study.rows import pair_row, photo_row
from hairdensity.study.stores import UnreachableError, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis
    from hairdensity.study.entry import PhotoEntry
    from hairdensity.study.jobs import Asked, Job
    from hairdensity.study.stores import Store


@dataclass(frozen=True, slots=True)
class _Looked:
    """A photo as analysed, or why it could not be; a refused one has both."""

    photo: str
    analysis: Analysis | None
    exit_code: int = 0
    error: str = ""
    lasting: bool = True

    @property
    def sha256(self) -> str | None:
        return None if self.analysis is None else self.analysis.photo.sha256


def do_job(asked: Asked, job: Job) -> Outcome:
    """Analyse the photos of a job and compare its pairs.

    Parameters
    ----------
    asked
        What holds for the whole batch.
    job
        Which photos, and which rows are wanted of them.

    Returns
    -------
    Outcome
        One result for each row wanted, in the order of the photos. At most two photos are held at a time.
    """
    store = open_store(asked.source)
    photos: list[PhotoResult] = []
    pairs: list[PairResult] = []
    first: _Looked | None = None
    for entry in job.entries:
        looked = _look(store, entry, asked)
        try:
            if entry.photo in job.wanted:
                photos.append(_photo_result(looked, asked))
            if first is not None and entry.photo in job.compared:
                pairs.append(_pair_result(first, looked, asked))
        except UsageError as error:  # a result cannot be written: no other one can
            return Outcome(tuple(photos), tuple(pairs), str(error))
        first = first or looked
    return Outcome(tuple(photos), tuple(pairs))


def _look(store: Store, entry: PhotoEntry, asked: Asked) -> _Looked:
    try:
        with store.local(entry.photo) as path:
            analysis = analyze_photo(
                path, None if entry.size.is_empty else entry.size, asked.settings.analysis
            )
    except HairDensityError as error:
        lasting = not isinstance(error, UnreachableError)
        return _Looked(entry.photo, None, error.exit_code, str(error), lasting)
    if analysis.quality.verdict != "refused":
        return _Looked(entry.photo, analysis)
    advice = " ".join(flag.advice for flag in analysis.quality.flags)
    return _Looked(entry.photo, analysis, PhotoError.exit_code, f"{refusal_text(analysis)} {advice}")


def _photo_result(looked: _Looked, asked: Asked) -> PhotoResult:
    if looked.analysis is None:
        return PhotoResult(looked.photo, looked.exit_code, looked.error, {}, None, looked.lasting)
    document = analysis_document(looked.analysis, asked.created_at)
    if asked.reports is not None:
        with _folder(asked.reports, f"photos/{looked.photo}") as folder:
            write_analysis(looked.analysis, folder, asked.created_at)
    hairs = None
    if asked.hairs:
        table = analysis_table({**document, "photo": {"name": looked.photo}})
        hairs = zlib.compress(table.partition("\n")[2].encode())
    return PhotoResult(
        looked.photo, looked.exit_code, looked.error, photo_row(document), looked.sha256, hairs=hairs
    )


def _pair_result(before: _Looked, after: _Looked, asked: Asked) -> PairResult:
    exit_code, error, comparison = _compared(before, after, asked)
    if comparison is not None and asked.reports is not None:
        with _folder(asked.reports, f"pairs/{before.photo}--{after.photo.replace('/', '--')}") as folder:
            write_comparison(comparison, folder, asked.created_at)
    row = {} if comparison is None or error else pair_row(comparison_document(comparison, asked.created_at))
    lasting = before.lasting and after.lasting
    return PairResult(before.photo, after.photo, exit_code, error, row, before.sha256, after.sha256, lasting)


def _compared(before: _Looked, after: _Looked, asked: Asked) -> tuple[int, str, Comparison | None]:
    """Compare two photos; an error of one of them is an error of the pair."""
    failed = next((one for one in (before, after) if one.error), None)
    if before.analysis is None or after.analysis is None or failed is not None:
        return (failed.exit_code, failed.error, None) if failed else (PhotoError.exit_code, "", None)
    try:
        comparison = compare_analyses(before.analysis, after.analysis, asked.settings)
    except HairDensityError as error:
        return error.exit_code, str(error), None
    if comparison.alignment.status == "not-aligned":
        return AlignmentError.exit_code, f"not aligned: {comparison.alignment.reason}", comparison
    return 0, "", comparison


@contextmanager
def _folder(root: str, name: str) -> Iterator[Path]:
    """Give a folder to write a result to; on another file system what was written is then sent there."""
    below = "/".join("up" if part == ".." else part for part in name.split("/"))
    if "://" not in root:
        yield Path(root, below)
        return
    from hairdensity.study.remote import send_folder  # noqa: PLC0415 -- an extra

    with TemporaryDirectory() as folder:
        yield Path(folder)
        send_folder(Path(folder), f"{root}/{below}")
