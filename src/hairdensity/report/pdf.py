"""The page for paper becomes report.pdf: two sheets, the pair side by side on the first."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = 2
SIZES_PT = (9.5, 8.5, 7.5, 6.5)
"""Text sizes to try until a page with many notes fits on two sheets."""
MISSING = "--pdf needs the extra library weasyprint; run pip install 'hairdensity[pdf]'"
NO_PANGO = (
    "--pdf needs the system library Pango ({reason});"
    " run apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)


def require_pdf() -> None:
    """Make sure that a PDF can be written, before any long work.

    Raises
    ------
    UsageError
        When weasyprint, or the system library it needs, is not there.
    """
    _weasyprint()


def page_pdf(page: str) -> bytes:
    """Return a page made for paper as PDF, in the largest of `SIZES_PT` that fits on two sheets.

    Raises
    ------
    UsageError
        When weasyprint, or the system library it needs, is not there.
    """
    sheets = next((one for one in _tried(page) if len(one.pages) <= PAGES), None)
    if sheets is None:
        sheets = list(_tried(page))[-1]
    content: bytes = sheets.write_pdf()
    return content


def _tried(page: str) -> Iterator[Any]:
    """Yield the laid out page, smaller each time; nothing is fetched from outside."""
    weasyprint = _weasyprint()
    inside = weasyprint.urls.URLFetcher(allowed_protocols={"data"})
    for size_pt in SIZES_PT:
        style = weasyprint.CSS(string=f":root {{ --size: {size_pt}pt }}")
        yield weasyprint.HTML(string=page, url_fetcher=inside).render(stylesheets=[style])


def _weasyprint() -> Any:  # noqa: ANN401 -- an optional library
    if find_spec("weasyprint") is None:
        raise UsageError(MISSING)
    try:
        return import_module("weasyprint")
    except OSError as error:
        reason = str(error).partition("\n")[0].partition(":")[0]
        raise UsageError(NO_PANGO.format(reason=reason)) from error
