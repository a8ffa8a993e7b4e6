"""Who is answered, and that what was answered is on the disk."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from hairdensity.corrections import read_journal
from hairdensity.review import serve as serve_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.review.serving import Served

    Serve = Callable[..., Served]

DRAW = {"what": "draw", "by": "AB", "side": "single", "points_px": [[600, 500], [660, 540]]}


@pytest.fixture
def served(serve: Serve, one: Path) -> Served:
    return serve(one)


def test_only_the_printed_address_is_answered(served: Served) -> None:
    """One running review, asked in every wrong way: a start takes longer than all of these."""
    path = served.path
    assert served.ask("GET", path)[0] == 200
    wrong_token = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"
    refused: list[tuple[str, str, bytes | None, dict[str, str]]] = [
        ("GET", "/", None, {}),
        ("GET", "/state", None, {}),
        ("GET", wrong_token, None, {}),
        ("GET", f"{wrong_token}state", None, {}),
        ("GET", f"//{path}", None, {}),
        ("GET", f"{path}state", None, {"host": "example.com"}),
        ("GET", f"{path}state", None, {"host": served.host.replace("127.0.0.1", "localhost")}),
        ("GET", f"{path}state", None, {"host": "127.0.0.1"}),
        ("GET", f"{path}state", None, {"origin": "http://example.com"}),
        ("POST", f"{path}edit", b"{}", {"origin": "null"}),
        ("POST", f"{path}edit", b"{}", {"content_type": "text/plain"}),
        ("POST", f"{path}done", b"", {"content_type": "application/x-www-form-urlencoded"}),
    ]
    for method, asked, body, headers in refused:
        status, content, _ = served.ask(method, asked, body, **headers)
        assert (status, b"before.jpg" in content) == (403, False), (method, asked, headers)
    assert served.process.poll() is None


def test_answers_let_nothing_in_or_out(served: Served) -> None:
    _, content, headers = served.ask("GET", served.path)
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert b"http://" not in content
    assert b"https://" not in content
    assert served.ask("GET", f"{served.path}photo/single.jpg")[2]["content-type"] == "image/jpeg"
    for path in ("photo/before.jpg", "..%2f..%2fserver.py", "server.py", "none.js", "photo/%2e%2e/x.jpg"):
        assert served.ask("GET", served.path + path)[0] == 404
    assert served.ask("GET", f"{served.path}edit")[0] in {404, 405}


def test_nothing_listens_on_another_address(served: Served) -> None:
    port = int(served.host.rpartition(":")[2])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_what_is_no_edit_is_refused_and_leaves_no_line(served: Served, one: Path) -> None:
    bodies: list[bytes] = [
        b"", b"[]", b"{", b'{"what": "draw"}', b"\xff", b"[" * 100_000, b" " * 300_000,
        json.dumps({**DRAW, "edit_id": "1", "points_px": [[1]]}).encode(),
        json.dumps({**DRAW, "edit_id": "1", "version": "x"}).encode(),
        json.dumps({**DRAW, "edit_id": "1", "version": 1e999}).encode(),
    ]  # fmt: skip
    for body in bodies:
        assert served.ask("POST", f"{served.path}edit", body)[0] == 400, body[:50]
    assert not (one / "corrections.jsonl").exists()


def test_an_answered_edit_survives_a_kill(served: Served, serve: Serve, one: Path) -> None:
    before = (one / "analysis.json").read_bytes()
    status, answer = served.edit(**DRAW, edit_id="1", version=0)
    assert status == 200
    assert answer["changed"][0]["come"][0]["key"] == "c1.0"
    served.kill()
    journal = one / "corrections.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"format": "hairdensity.corrections/1", "number": 2, "wh')  # killed in mid-write
    again = serve(one)
    shown = again.state()
    assert shown["version"] == 1
    assert "c1.0" in [hair["key"] for hair in shown["photos"][0]["hairs"]]
    assert again.edit(what="undo", by="CD", edit_id="2", version=1)[0] == 200
    assert [correction.by for correction in read_journal(journal).corrections] == ["AB", "CD"]
    assert (one / "analysis.json").read_bytes() == before


def test_one_review_at_a_time(served: Served, serve: Serve, one: Path) -> None:
    assert served.process.poll() is None
    with pytest.raises(RuntimeError, match="is open in another review"):
        serve(one)


def test_done_ends_it_and_tells_how_to_go_on(served: Served, one: Path) -> None:
    served.edit(**DRAW, edit_id="1", version=0)
    status, content, _ = served.ask("POST", f"{served.path}done", b"{}")
    told: dict[str, Any] = json.loads(content)
    assert (status, told["count"]) == (200, 1)
    assert told["rerun"].startswith("hairdensity analyze ")
    assert told["rerun"].endswith(f"--corrections {one / 'corrections.jsonl'}")
    code, out = served.wait()
    assert code == 0
    assert told["rerun"] in out


def test_a_review_that_nobody_looks_at_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> list[bool]:
        watch = serve_module._Watch()
        over = [watch.is_over()]
        monkeypatch.setattr(serve_module, "IDLE_S", -1.0)
        return [*over, watch.is_over()]

    assert asyncio.run(ask()) == [False, True]
