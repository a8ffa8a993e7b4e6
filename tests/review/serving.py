"""Starts `hairdensity review` in a process of its own, asks it, and kills it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SOURCES = Path(__file__).parents[2] / "src"
PROGRAM = (sys.executable, "-c", "from hairdensity.cli import main; main()", "review", "--no-browser")


class Served:
    """A running review."""

    def __init__(self, result: Path, folder: Path, *words: str) -> None:
        """Start it and wait for its address."""
        self.process = subprocess.Popen(
            [*PROGRAM, str(result), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().removeprefix("Review: ").strip()
        if not self.address:
            raise RuntimeError(self.process.communicate(timeout=60)[1])
        parts = urlsplit(self.address)
        self.host, self.path = parts.netloc, parts.path

    def kill(self) -> None:
        """Stop it at once, as kill -9 does."""
        self.process.kill()
        self.process.communicate(timeout=60)

    def wait(self) -> tuple[int, str]:
        """Wait until it ends by itself; return its exit code and what it printed since its address."""
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        """Return status, content and headers of an answer; `headers` replace the usual ones."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        usual = {"host": self.host, **({} if body is None else {"content-type": "application/json"})}
        for name, value in {**usual, **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content, {name.lower(): value for name, value in answer.getheaders()}

    def edit(self, **wish: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 -- whatever a page may send
        """Send an edit as the page does."""
        status, content, _ = self.ask("POST", f"{self.path}edit", json.dumps(wish).encode())
        return status, json.loads(content)

    def state(self) -> dict[str, Any]:
        """Return what the page shows."""
        status, content, _ = self.ask("GET", f"{self.path}state")
        assert status == 200
        shown: dict[str, Any] = json.loads(content)
        return shown
