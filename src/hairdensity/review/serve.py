"""The review page is served until the person is done, or nobody has asked for a long time."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import socket
from typing import TYPE_CHECKING

import uvicorn

from hairdensity.errors import UsageError
from hairdensity.review.server import ADDRESS, build_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hairdensity.review.session import Session

IDLE_S = 900.0
"""An open page asks every 20 s; after so long without one, nobody is reviewing."""
FIRST_PORT, PORT_COUNT = 49152, 16384


class _Watch:
    """Knows when somebody last asked, and whether the person is done."""

    def __init__(self) -> None:
        self._heard_at: float | None = None
        self._is_done = False

    def hear(self) -> None:
        """Note that somebody asked."""
        self._heard_at = asyncio.get_running_loop().time()

    def finish(self) -> None:
        """Note that the person is done."""
        self._is_done = True

    def is_over(self) -> bool:
        """Say whether to stop."""
        if self._heard_at is None:
            self.hear()
        now, heard_at = asyncio.get_running_loop().time(), self._heard_at
        return self._is_done or (heard_at is not None and now - heard_at > IDLE_S)


class _Server(uvicorn.Server):
    """Stops when the watch says so, after the answers that are under way."""

    def __init__(self, config: uvicorn.Config, watch: _Watch) -> None:
        super().__init__(config)
        self._watch = watch

    async def on_tick(self, counter: int) -> bool:
        """Say whether to stop."""
        return await super().on_tick(counter) or self._watch.is_over()


def serve(session: Session, port: int | None, opened: Callable[[str], None]) -> None:
    """Serve a review until it is done.

    Parameters
    ----------
    session
        The review.
    port
        Port on 127.0.0.1; when None, one that stays the same for the same file of corrections, so that a page
        whose server was stopped finds what it could not send, or else any free one.
    opened
        Called with the page's address once it can be asked for.

    Raises
    ------
    UsageError
        When the port is taken.
    """
    with _socket(port, session.result.journal) as listener:
        token = secrets.token_urlsafe(24)
        host = f"{ADDRESS}:{listener.getsockname()[1]}"
        watch = _Watch()
        app = build_app(session, token, host, watch.hear, watch.finish)
        config = uvicorn.Config(
            app, log_level="error", access_log=False, server_header=False, lifespan="off", ws="none"
        )
        opened(f"http://{host}/{token}/")
        _Server(config, watch).run(sockets=[listener])


def _socket(port: int | None, journal: Path) -> socket.socket:
    own = hashlib.sha256(str(journal.resolve()).encode("utf-8", "surrogateescape")).digest()
    usual = FIRST_PORT + int.from_bytes(own[:4], "big") % PORT_COUNT
    for candidate in (usual, 0) if port is None else (port,):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, candidate))
        except OSError:
            listener.close()
            continue
        listener.listen()
        return listener
    message = f"--port {port}: cannot be used on {ADDRESS}; give another, or none"
    raise UsageError(message)
