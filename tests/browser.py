"""Drives chromium through playwright; where they are missing, tests are skipped, or fail if none may be."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- not on every machine that tests
    except ImportError:
        _miss("playwright is not installed (pip install playwright)")
    program = shutil.which("chromium")
    if program is None:
        _miss("there is no chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def _miss(what: str) -> None:
    if os.environ.get("HAIRDENSITY_NO_SKIP"):
        pytest.fail(what)
    pytest.skip(what)
