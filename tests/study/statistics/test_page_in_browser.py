"""The report of a study in a browser: wide and narrow, light and dark, for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from hairdensity.study.statistics import StudySettings, read_batch, read_sessions, run_study
from hairdensity.study.statistics.write import write_study
from tests.report.browser import chromium_path
from tests.study.statistics.made import split_head, write_sessions
from tests.study.statistics.test_page import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def page_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    batch = read_batch(
        split_head({"micro-needling": 5.0, "micro-needling + PRP": 15.0}).write(folder / "out")
    )
    rows = [(f"S{at:02d}", "2026-01-12", "micro-needling", "left") for at in range(1, 15)]
    sessions = read_sessions(write_sessions(folder / "sessions.csv", rows))
    write_study(run_study(batch, sessions, StudySettings()), folder, NOW)
    return folder / "report.html"


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
)
def test_everyone_can_read_it_at_any_width(
    browser: Browser, page_path: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # the checker itself is a script, which the page forbids
    )
    tab = context.new_page()
    heard: list[str] = []
    tab.on("console", lambda one: heard.append(one.text))
    tab.goto(page_path.as_uri())
    tab.locator("details").first.evaluate("one => { one.open = true }")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.locator("svg[role=img]").count() >= 14
    assert [one["id"] for one in Axe().run(tab).response["violations"]] == []
    assert heard == []
    context.close()
