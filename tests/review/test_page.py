"""The page in a real browser: drawn, deleted, undone, by mouse and by keys; killed, closed, reopened."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from hairdensity.corrections import read_journal
from tests.report.browser import chromium_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.review.serving import Served

    Serve = Callable[..., Served]

SHAFT = [(600.0, 500.0), (690.0, 540.0)]
"""A line over bare skin."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Seen:
    """A page, and everything in it that should not be."""

    def __init__(self, browser: Browser, served: Served, **wish: Any) -> None:  # noqa: ANN401 -- options of playwright
        """Open the page of a review and wait until it shows hairs."""
        self.page: Page = browser.new_page(**wish)
        self.page.set_default_timeout(60_000)
        self.trouble: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self.trouble.append(said.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.open(served)

    def open(self, served: Served, by: str = "AB") -> None:
        """Open the page of a review."""
        self.page.goto(served.address + (f"#by={by}" if by else ""))
        self.page.locator("#panes canvas[data-transform]").last.wait_for()

    def screen(self, point: tuple[float, float], at: int = 0) -> tuple[float, float]:
        """Return where a place of a photo is on the screen."""
        canvas = self.page.locator("#panes canvas").nth(at)
        box = canvas.bounding_box()
        a, b, c, d, e, f = json.loads(canvas.get_attribute("data-transform") or "")
        assert box is not None
        x, y = point
        return box["x"] + 1 + a * x + c * y + e, box["y"] + 1 + b * x + d * y + f

    def drag(self, *points: tuple[float, float], at: int = 0) -> None:
        """Press at the first point, go over the others, let go."""
        self.page.mouse.move(*self.screen(points[0], at))
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.screen(point, at), steps=8)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self, count: int) -> None:
        """Wait until so many corrections are saved."""
        self.page.locator("#counts").get_by_text(re.compile(rf"^{count} corrections?,")).wait_for()

    @property
    def chosen(self) -> str:
        """What is said of the chosen hair."""
        return self.page.locator("#chosen").inner_text()


def actions(result: Path) -> list[str]:
    return [one.action for one in read_journal(result / "corrections.jsonl").corrections]


def test_drawn_deleted_and_undone_with_the_mouse(browser: Browser, serve: Serve, one: Path) -> None:
    served = serve(one)
    seen = Seen(browser, served, viewport={"width": 1280, "height": 900})
    page = seen.page
    page.get_by_role("button", name="Draw").click()
    seen.drag(*SHAFT)
    seen.saved(1)
    assert "made by hand" in seen.chosen
    page.mouse.click(*seen.screen((500.0, 300.0)))  # root and tip as two clicks
    page.mouse.click(*seen.screen((540.0, 340.0)))
    seen.saved(2)
    page.get_by_role("button", name="Delete").click()
    seen.saved(3)
    page.get_by_role("button", name="Undo").click()
    seen.saved(2)
    page.get_by_role("button", name="Redo").click()
    seen.saved(3)
    assert actions(one) == ["draw", "draw", "delete", "undo", "redo"]
    drawn = read_journal(one / "corrections.jsonl").corrections[0]
    assert drawn.paths_px[0][0] == pytest.approx(SHAFT[0], abs=2)
    assert drawn.paths_px[0][-1] == pytest.approx(SHAFT[1], abs=14)
    page.get_by_role("button", name="Choose").click()
    page.mouse.click(*seen.screen((645.0, 520.0)))
    assert "made by hand" in seen.chosen
    seen.drag(SHAFT[0], (605.0, 480.0))  # the root, pulled
    seen.saved(4)
    assert actions(one)[-1] == "move-root"
    page.get_by_role("button", name="Done").click()
    page.get_by_text("The review is closed").wait_for()
    assert served.wait()[0] == 0
    assert seen.trouble == []
    assert all(url.startswith(served.address) for url in seen.asked)


def test_killed_in_mid_edit_everything_is_there(browser: Browser, serve: Serve, one: Path) -> None:
    served = serve(one)
    seen = Seen(browser, served)
    seen.press("d")
    seen.drag(*SHAFT)
    seen.saved(1)
    served.kill()
    seen.drag((500.0, 300.0), (540.0, 340.0))  # drawn while nobody listens
    seen.page.get_by_text("1 not saved yet").wait_for()
    again = serve(one)
    assert again.host == served.host  # the browser keeps what is unsaved by host and port
    assert again.address != served.address
    seen.page.on("dialog", lambda dialog: dialog.accept())
    seen.open(again)
    seen.saved(2)
    seen.press("d")
    seen.drag((300.0, 300.0), (340.0, 340.0))
    seen.saved(3)
    seen.page.close()  # a closed tab
    reopened = Seen(browser, again)
    reopened.saved(3)
    assert actions(one) == ["draw"] * 3
    assert reopened.page.locator("#log li").count() == 3


def test_with_keys_alone(browser: Browser, serve: Serve, one: Path) -> None:
    served = serve(one)
    seen = Seen(browser, served)
    page = seen.page
    page.locator("#by").fill("")
    page.locator("#panes canvas").focus()
    seen.press("n", "n", "n", "u")
    page.keyboard.type("KB")
    seen.press("Enter")
    seen.saved(1)
    assert "marked unsure" in seen.chosen
    seen.press(
        "0", "d", "Enter", *["Shift+ArrowRight"] * 2, "Space", *["Shift+ArrowDown"] * 2, "Enter", "Escape"
    )
    seen.saved(2)
    seen.press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "s")
    seen.saved(3)
    seen.press("j", "n", "j")
    seen.saved(4)
    seen.press("Shift+ArrowLeft", "r")
    seen.saved(5)
    seen.press("Delete")
    seen.saved(6)
    seen.press("z", "z", "Control+z")
    seen.saved(3)
    seen.press("y", "Shift+Z")
    seen.saved(5)
    seen.press("?")
    page.locator("#help").get_by_role("button").press("Enter")
    page.locator("#done").focus()
    seen.press("Enter")
    page.get_by_text("The review is closed").wait_for()
    done = ["unsure", "draw", "split", "join", "move-root", "delete", *["undo"] * 3, *["redo"] * 2]
    assert actions(one) == done
    assert {made.by for made in read_journal(one / "corrections.jsonl").corrections} == {"KB"}
    assert seen.trouble == []


def test_two_photos_move_together_and_are_corrected_each(browser: Browser, serve: Serve, pair: Path) -> None:
    seen = Seen(browser, serve(pair))
    page = seen.page
    matrix = np.array(json.loads((pair / "comparison.json").read_text())["alignment"]["before_to_after"])

    def apart_px() -> float:
        """How far the same skin lies apart in the two panes, in their middle."""
        boxes = [page.locator("#panes canvas").nth(at).bounding_box() for at in (0, 1)]
        assert boxes[0] is not None
        assert boxes[1] is not None
        a, b, c, d, e, f = json.loads(
            page.locator("#panes canvas").first.get_attribute("data-transform") or ""
        )
        half = np.array([boxes[0]["width"] / 2 - 1 - e, boxes[0]["height"] / 2 - 1 - f])
        x, y = np.linalg.solve([[a, c], [b, d]], half)
        u, v, w = matrix @ (x, y, 1)
        one, other = seen.screen((x, y)), seen.screen((u / w, v / w), 1)
        across = (one[0] - boxes[0]["x"]) - (other[0] - boxes[1]["x"])
        down = (one[1] - boxes[0]["y"]) - (other[1] - boxes[1]["y"])
        return float(np.hypot(across, down))

    views = []
    for wheel, pull in ((-400, 80), (-600, -120), (300, 60)):
        page.mouse.move(*seen.screen((640.0, 500.0), 1))
        page.mouse.wheel(0, wheel)
        x, y = seen.screen((640.0, 500.0), 1)
        page.mouse.down()
        page.mouse.move(x + pull, y - pull, steps=4)
        page.mouse.up()
        page.wait_for_timeout(50)
        views.append(page.locator("#panes canvas").first.get_attribute("data-transform"))
        assert apart_px() < 1.5
    assert len(set(views)) == 3
    page.locator("#walk").select_option("changed")
    page.locator("#panes canvas").first.focus()
    seen.press("n")
    assert any(state in seen.chosen for state in ("gained", "lost", "unsure"))
    seen.press("0", "b", "d")
    seen.drag((600.0, 500.0), (660.0, 560.0), at=1)
    seen.saved(1)
    assert read_journal(pair / "corrections.jsonl").corrections[0].photo.side == "after"
    assert seen.trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_screen_and_everybody(
    browser: Browser, serve: Serve, pair: Path, scheme: str
) -> None:
    wish = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme, "bypass_csp": True}
    seen = Seen(browser, serve(pair), **wish)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.page.locator("#panes canvas").count() == 2
    for dialog in ("", "?"):
        seen.press(*dialog)
        found = Axe().run(seen.page).response["violations"]
        assert [(one["id"], one["impact"]) for one in found] == []
    assert seen.trouble == []


def test_names_and_initials_are_text(browser: Browser, serve: Serve, one: Path) -> None:
    document = json.loads((one / "analysis.json").read_text())
    document["photo"]["name"] = name = "<img src=x onerror=alert(1)>\u202egpj.jpg"
    (one / "analysis.json").write_text(json.dumps(document))
    photo = str((one.parent / "before.jpg").rename(one.parent / "photo.jpg"))
    seen = Seen(browser, serve(one, photo))
    assert seen.page.locator("figcaption strong").inner_text() == f"Photo: {name}"
    assert seen.page.locator("figcaption img").count() == 0
    seen.page.locator("#by").fill("<b>")
    seen.page.locator("#panes canvas").focus()
    seen.press("n", "u")
    seen.page.get_by_text("Not done: give your initials first").first.wait_for()
    assert not (one / "corrections.jsonl").exists()
