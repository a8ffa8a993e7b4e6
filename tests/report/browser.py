"""Opens pages in Debian's Chromium, and hears all that they complain of or ask for."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, ViewportSize

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
MISSING = "these tests need a browser: apt-get install chromium"
PATIENCE_MS = 30_000


def chromium_path() -> str:
    """Return where Chromium is; its absence fails the test instead of skipping it."""
    found = shutil.which("chromium")
    assert found, MISSING
    return found


@contextmanager
def opened(
    browser: Browser, page: Path, size: ViewportSize = DESK, scheme: str = "light", *, touch: bool = False
) -> Iterator[Page]:
    """Open a page from disk; at the end it must have complained of nothing and asked for nothing."""
    context = browser.new_context(
        viewport=size, color_scheme="dark" if scheme == "dark" else "light", has_touch=touch
    )
    heard: list[str] = []
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.on("console", lambda one: heard.append(f"{one.type}: {one.text}"))
    tab.on("pageerror", lambda one: heard.append(f"error: {one}"))
    tab.on("request", lambda one: heard.append(f"asked for {one.url[:80]}") if _is_outside(one.url) else None)
    tab.goto(page.as_uri())
    for view in tab.locator(".view").all():
        expect(view).to_have_attribute("data-ready", "yes", timeout=PATIENCE_MS)
        expect(view).not_to_have_attribute("data-problem", re.compile("."))
    yield tab
    assert heard == []
    context.close()


def _is_outside(address: str) -> bool:
    return not address.startswith(("file:", "data:", "blob:"))
