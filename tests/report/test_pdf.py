"""report.pdf: two sheets whatever stands in them, the pair side by side, nothing fetched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from hairdensity.errors import UsageError
from hairdensity.quality import FLAGS, Flag, Quality
from hairdensity.report import PageOptions, comparison_document, write_analysis, write_comparison
from hairdensity.report.page import comparison_page
from hairdensity.report.pdf import page_pdf, require_pdf
from hairdensity.report.words import QUANTITIES
from tests.report.fakes import make_change

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis

EVERY_FLAG = Quality(
    "usable", tuple(Flag(one.code, one.message, one.advice, 1.0, 2.0) for one in list(FLAGS.values())[:9])
)


def full(comparison: Comparison) -> Comparison:
    """Return a comparison with as much on its page as there can be."""
    return replace(
        comparison,
        before=replace(comparison.before, quality=EVERY_FLAG),
        after=replace(comparison.after, quality=EVERY_FLAG),
        changes=tuple(make_change(one.name) for one in QUANTITIES),
    )


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_full_page_fits_on_two_sheets_side_by_side(
    comparison: Comparison, noon: datetime, language: str
) -> None:
    crowded = full(comparison)
    document = comparison_document(crowded, noon)
    page = comparison_page(crowded, document, PageOptions(language=language), paper=True)
    sheets = pypdfium2.PdfDocument(page_pdf(page))
    assert len(sheets) == 2
    pictures = [one for one in sheets[0].get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    assert len(pictures) == 2
    (left, low, right, high), (next_left, next_low, _, next_high) = (one.get_bounds() for one in pictures)
    assert next_left >= right > left
    assert (next_low, next_high) == pytest.approx((low, high), abs=2)
    words = sheets[0].get_textpage().get_text_range() + sheets[1].get_textpage().get_text_range()
    for told in (comparison.before.photo.sha256, "+20", "opencv", "before.jpg"):
        assert told in words.replace("\r\n", ""), told


def test_the_pdf_is_written_when_asked_for(
    analysis: Analysis, comparison: Comparison, noon: datetime, tmp_path: Path
) -> None:
    write_analysis(analysis, tmp_path / "one", noon, PageOptions(pdf=True))
    write_comparison(comparison, tmp_path / "two", noon, PageOptions(pdf=True, label="Site A"))
    write_analysis(analysis, tmp_path / "none", noon)
    sheets = [len(pypdfium2.PdfDocument(tmp_path / name / "report.pdf")) for name in ("one", "two")]
    assert sheets == [2, 2]
    assert not (tmp_path / "none" / "report.pdf").exists()


def test_without_the_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hairdensity.report.pdf.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"--pdf needs .*pip install 'hairdensity\[pdf\]'"):
        require_pdf()


def test_without_pango_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        message = f"cannot load library 'libpango-1.0-0': {name}\nmany more lines"
        raise OSError(message)

    monkeypatch.setattr("hairdensity.report.pdf.import_module", broken)
    with pytest.raises(UsageError, match=r"apt-get install libpango-1\.0-0") as told:
        require_pdf()
    assert "\n" not in str(told.value)
