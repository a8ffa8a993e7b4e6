"""--lang, --label and --pdf on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Outcome

    Run = Callable[..., Outcome]
    Found = dict[str, Any]


def test_the_report_speaks_the_language_asked_for(
    run: Run, found: Found, photo: Path, tmp_path: Path
) -> None:
    done = run("compare", photo, photo, "--lang", "de", "--label", "Stelle A", "-o", tmp_path / "out")
    page = (tmp_path / "out/report.html").read_text()
    assert (done.exit_code, done.err) == (0, "")
    assert "Die Haardichte stieg von 100 auf 120" in page
    assert "<title>Stelle A</title>" in page
    assert "before.jpg" not in page
    assert not (tmp_path / "out/report.pdf").exists()
    del found


def test_an_unknown_language_is_refused_with_those_there_are(run: Run, photo: Path) -> None:
    done = run("analyze", photo, "--lang", "xx")
    assert done.exit_code == 2
    assert "'en', 'de'" in done.err


def test_pdf_without_its_library_stops_before_any_work(
    run: Run, found: Found, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hairdensity.report.pdf.find_spec", lambda _: None)
    done = run("analyze", photo, "--pdf", "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert done.err.strip().count("\n") == 0
    assert "pip install 'hairdensity[pdf]'" in done.err
    assert "asked" not in found
    assert not (tmp_path / "out").exists()
