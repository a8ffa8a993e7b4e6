"""The review page on 127.0.0.1: who may ask, and what is answered."""

from __future__ import annotations

import json
import secrets
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from hairdensity.errors import HairDensityError
from hairdensity.review.result import rerun_command
from hairdensity.review.session import EditRequest
from hairdensity.review.shown import photo_jpeg

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from hairdensity.review.session import Session

ADDRESS = "127.0.0.1"
MAX_BODY_BYTES = 200_000
KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard:
    """Lets through only requests that know the token and were addressed to this server by its own address.

    The Host header keeps out pages that point a name of theirs at 127.0.0.1; the token keeps out everybody
    who was not given the address; Origin and content type keep out forms of other pages.
    """

    def __init__(self, app: ASGIApp, *, token: str, host: str, heard: Callable[[], None]) -> None:
        """Take the token, the only Host header that is answered, and whom to tell of each request."""
        self._app = app
        self._token = token
        self._host = host
        self._heard = heard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to every other request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        if not self._allows(scope):
            refusal = PlainTextResponse("refused: open the address that hairdensity review printed\n", 403)
            await refusal(scope, receive, _with_headers(send))
            return
        self._heard()
        await self._app(scope, receive, _with_headers(send))

    def _allows(self, scope: Scope) -> bool:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        given = scope["path"].split("/")[1]
        return (
            hosts == [self._host.encode()]
            and secrets.compare_digest(given.encode(), self._token.encode())
            and headers.get(b"origin", b"http://" + self._host.encode()) == b"http://" + self._host.encode()
            and (scope["method"] == "GET" or headers.get(b"content-type", b"") == b"application/json")
        )


def build_app(
    session: Session, token: str, host: str, heard: Callable[[], None], done: Callable[[], None]
) -> ASGIApp:
    """Return the application.

    Parameters
    ----------
    session
        The review.
    token
        First part of every address.
    host
        The Host header that requests must have: address and port.
    heard, done
        Called with every request that is let through, and when the person is done.
    """

    async def state(request: Request) -> Response:
        del request
        return JSONResponse(session.state())

    async def photo(request: Request) -> Response:
        found = [one for one in session.result.photos if one.photo_ref.side == request.path_params["side"]]
        return Response(photo_jpeg(found[0]), media_type="image/jpeg") if found else _missing()

    async def edit(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return JSONResponse({"error": "this is no edit"}, 400)
        try:
            return JSONResponse(session.edit(body))
        except HairDensityError as error:
            return JSONResponse({"error": str(error)}, 409)

    async def alive(request: Request) -> Response:
        del request
        return JSONResponse({"count": session.correction_count})

    async def finish(request: Request) -> Response:
        del request
        done()
        return JSONResponse({"count": session.correction_count, "rerun": rerun_command(session.result)})

    routes = [
        Route("/state", state),
        Route("/photo/{side}.jpg", photo),
        Route("/edit", edit, methods=["POST"]),
        Route("/alive", alive, methods=["POST"]),
        Route("/done", finish, methods=["POST"]),
        Route("/", _page_file),
        Route("/{name}", _page_file),
    ]
    return Guard(Starlette(routes=[Mount(f"/{token}", routes=routes)]), token=token, host=host, heard=heard)


async def _page_file(request: Request) -> Response:
    name = request.path_params.get("name", "index.html")
    kind = KINDS.get(name.rpartition(".")[2])
    files = {one.name: one for one in (resources.files("hairdensity.review") / "page").iterdir()}
    if kind is None or name not in files:
        return _missing()
    return Response(files[name].read_bytes(), media_type=kind)


def _missing() -> Response:
    return PlainTextResponse("there is nothing here\n", 404)


async def _body(request: Request) -> EditRequest | None:
    """Return the edit that a request asks for; None when it is none."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > MAX_BODY_BYTES:
            return None
    try:
        body = json.loads(content)
        return _edit_request(body) if isinstance(body, dict) else None
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None


def _edit_request(body: dict[str, Any]) -> EditRequest:
    version = body.get("version")
    return EditRequest(
        what=str(body["what"]),
        by=str(body["by"]),
        edit_id=str(body["edit_id"])[:64],
        version=None if version is None else int(version),
        side=str(body.get("side", "")),
        hairs=tuple(str(key) for key in body.get("hairs", ())),
        points_px=tuple((float(x), float(y)) for x, y in body.get("points_px", ())),
    )


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", []), *own]}
        await send(message)

    return send_with_headers
