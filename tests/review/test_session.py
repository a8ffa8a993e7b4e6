"""Edits of a page become corrections: each action, and each reason why one is not made."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hairdensity.corrections import read_journal
from hairdensity.review.journal_file import JournalFile
from hairdensity.review.result import open_result
from hairdensity.review.session import EditError, EditRequest, Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


class Page:
    """Asks a session as the page does."""

    def __init__(self, session: Session) -> None:
        """Start at the session's state."""
        self.session = session
        self.number = 0

    def edit(
        self,
        what: str,
        *hairs: str,
        points: list[tuple[float, float]] | None = None,
        side: str = "single",
        by: str = "AB",
    ) -> dict[str, Any]:
        """Send one edit."""
        self.number += 1
        request = EditRequest(
            what=what, by=by, edit_id=str(self.number), side=side, hairs=hairs, points_px=tuple(points or ())
        )  # fmt: skip
        return self.session.edit(request)

    def hairs(self, at: int = 0) -> dict[str, dict[str, Any]]:
        """Return the hairs that are shown, by key."""
        return {hair["key"]: hair for hair in self.session.state()["photos"][at]["hairs"]}


@pytest.fixture
def page(one: Path) -> Iterator[Page]:
    result = open_result(one, ())
    with JournalFile(result.journal) as journal:
        yield Page(Session(result, journal, lambda: NOON))


def test_a_drawn_hair_is_measured_at_once(page: Page) -> None:
    known = page.hairs()["a10"]
    page.edit("delete", "a10")
    path = known["path"]
    come = page.edit("draw", points=[tuple(path[0]), tuple(path[len(path) // 2]), tuple(path[-1])])
    drawn = come["changed"][0]["come"][0]
    assert drawn["diameter_um"] == pytest.approx(known["diameter_um"], rel=0.1)
    assert drawn["counted"] is known["counted"]
    assert drawn["class"] == known["class"]
    assert drawn["path"][0] == pytest.approx(path[0], abs=0.11)


def test_each_action_and_the_way_back(page: Page, one: Path) -> None:
    start = page.hairs()
    long = max(start.values(), key=lambda hair: len(hair["path"]))
    middle = long["path"][len(long["path"]) // 2]
    parts = page.edit("split", long["key"], points=[tuple(middle)])["changed"][0]
    assert parts["gone"] == [long["key"]]
    first, second = parts["come"]
    assert first["path"][-1] == second["path"][0]
    joined = page.edit("join", first["key"], second["key"])["changed"][0]["come"][0]
    assert joined["path"][0] == pytest.approx(long["path"][0], abs=0.11)
    assert joined["path"][-1] == pytest.approx(long["path"][-1], abs=0.11)
    tip = joined["path"][-1]
    turned = page.edit("move-root", joined["key"], points=[tuple(tip)])["changed"][0]["come"][0]
    assert turned["path"][0] == tip
    assert page.edit("unsure", turned["key"])["changed"][0]["come"][0]["unsure"] is True
    page.edit("delete", turned["key"])
    assert len(page.hairs()) == len(start) - 1
    for _ in range(5):
        page.edit("undo")
    assert page.hairs() == start
    assert page.session.correction_count == 0
    page.edit("redo")
    assert {first["key"], second["key"]} <= set(page.hairs())
    written = read_journal(one / "corrections.jsonl").corrections
    assert [made.action for made in written] == [
        "split",
        "join",
        "move-root",
        "unsure",
        "delete",
        *["undo"] * 5,
        "redo",
    ]
    assert written[0].hairs[0].diameter_um == long["diameter_um"]
    assert written[0].hairs[0].confidence == long["confidence"]
    assert {made.when for made in written} == {NOON}


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (("draw", (), [(600, 500)]), "needs 2 points"),
        (("draw", (), [(600, 500), (601, 500)]), "too short"),
        (("draw", (), [(600, 500), (float("nan"), 500)]), "lies nowhere"),
        (("draw", ("a1",), [(600, 500), (660, 500)]), "needs 0 chosen hairs"),
        (("delete", (), []), "needs 1 chosen hairs"),
        (("delete", ("a9999",), []), "not there any more"),
        (("delete", ("c1.0",), []), "not there any more"),
        (("join", ("a1", "a1"), []), "not there any more"),
        (("join", ("a1",), []), "needs 2 chosen hairs"),
        (("split", ("a10",), [(0, 0)]), "split"),
        (("move-root", ("a10",), []), "needs 1 points"),
        (("erase", ("a1",), []), "nothing is called erase"),
        (("undo", (), []), "nothing to undo"),
        (("redo", (), []), "nothing to redo"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_leaves_no_line(
    page: Page, one: Path, wish: tuple[str, tuple[str, ...], list[tuple[float, float]]], why: str
) -> None:
    what, hairs, points = wish
    with pytest.raises(EditError, match=why):
        page.edit(what, *hairs, points=points)
    assert not (one / "corrections.jsonl").exists()


def test_only_what_changed_comes_and_goes(page: Page) -> None:
    page.edit("draw", points=[(600, 500), (660, 540)])
    second = page.edit("draw", points=[(500, 300), (540, 340)])["changed"]
    assert [hair["key"] for hair in second[0]["come"]] == ["c2.0"]
    assert second[0]["gone"] == []
    assert page.edit("undo")["changed"][0] == {"side": "single", "gone": ["c2.0"], "come": []}


def test_initials_are_needed(page: Page) -> None:
    for by in ("", "John Smith", "<script>"):
        with pytest.raises(EditError, match="initials"):
            page.edit("delete", "a1", by=by)


def test_an_edit_sent_twice_is_made_once(page: Page) -> None:
    request = EditRequest("delete", "AB", "same", 0, "single", ("a1",))
    page.session.edit(request)
    assert "photos" in page.session.edit(request)
    assert page.session.correction_count == 1


def test_an_edit_of_a_page_that_looked_earlier_is_refused(page: Page) -> None:
    page.edit("delete", "a1")
    with pytest.raises(EditError, match="look at it again"):
        page.session.edit(EditRequest("delete", "AB", "late", 0, "single", ("a2",)))


def test_both_photos_of_a_pair_have_their_own_corrections(pair: Path) -> None:
    result = open_result(pair, ())
    with JournalFile(result.journal) as journal:
        page = Page(Session(result, journal, lambda: NOON))
        counts = [len(page.hairs(at)) for at in (0, 1)]
        page.edit("delete", "a1", side="after")
        assert [len(page.hairs(at)) for at in (0, 1)] == [counts[0], counts[1] - 1]
        state = page.session.state()
    assert state["before_to_after"] is not None
    assert {hair["state"] for hair in state["photos"][0]["hairs"]} >= {"kept", "lost"}
    line = json.loads((pair / "corrections.jsonl").read_text())
    assert line["photo"]["side"] == "after"
    assert line["result"]["name"] == "after/analysis.json"
