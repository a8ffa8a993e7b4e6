"""Draw the pictures of the README from the sample images: `python docs/draw_pictures.py`.

Needs Chromium, as the tests do.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import sync_playwright

from hairdensity import compare_photos
from hairdensity.report import write_comparison

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_images"
PICTURES = ROOT / "docs" / "pictures"
WINDOW_PX = (1180, 1010)
OVERLAY_WIDTH_PX = 900
QUALITY = 82


def main() -> None:
    """Compare the sample pair, and keep its report's first screen and one overlay."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        comparison = compare_photos(SAMPLES / "before.jpg", SAMPLES / "after.jpg")
        write_comparison(comparison, folder, datetime(2026, 1, 1, tzinfo=UTC))
        _keep(Image.open(BytesIO(_first_screen(Path(folder) / "report.html"))), "report")
        overlay = Image.open(Path(folder) / "after.png")
        height = round(overlay.height * OVERLAY_WIDTH_PX / overlay.width)
        _keep(overlay.resize((OVERLAY_WIDTH_PX, height), Image.Resampling.LANCZOS), "overlay")


def _first_screen(page: Path) -> bytes:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": WINDOW_PX[0], "height": WINDOW_PX[1]})
        tab.goto(page.as_uri())
        tab.wait_for_selector(".view[data-ready]", state="attached")
        tab.locator(".stage").press("n")
        tab.locator(".stage").press("0")
        tab.locator("input[type='range']").fill("52")
        tab.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        tab.wait_for_timeout(500)
        picture = tab.screenshot()
        browser.close()
    return picture


def _keep(picture: Image.Image, name: str) -> None:
    picture.convert("RGB").save(PICTURES / f"{name}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
