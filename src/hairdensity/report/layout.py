"""A document becomes JSON text that people and diffs can read: one line a hair, unit, pair or change."""

from __future__ import annotations

import json
from typing import Any

OPEN_DEPTH = 2
"""Objects are spread over several lines down to this depth."""


def json_text(document: dict[str, Any]) -> str:
    r"""Return a document as JSON, pure ASCII, the same bytes for the same document.

    Raises
    ------
    ValueError
        When a number is not finite: JSON has no such numbers.

    Examples
    --------
    >>> print(json_text({"schema": "x/1", "hairs": [{"id": 0, "root_px": [1.0, 2.0]}, {"id": 1}]}), end="")
    {
     "schema": "x/1",
     "hairs": [
      {"id": 0, "root_px": [1.0, 2.0]},
      {"id": 1}
     ]
    }
    """
    return _laid_out(document, 0) + "\n"


def _laid_out(value: object, depth: int) -> str:
    if isinstance(value, dict) and value and depth < OPEN_DEPTH:
        lines = [f"{json.dumps(name)}: {_laid_out(one, depth + 1)}" for name, one in value.items()]
        return _spread("{", lines, "}", depth)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _spread("[", [json.dumps(one, allow_nan=False) for one in value], "]", depth)
    return json.dumps(value, allow_nan=False)


def _spread(opening: str, lines: list[str], closing: str, depth: int) -> str:
    separator = ",\n" + " " * (depth + 1)
    return f"{opening}\n{' ' * (depth + 1)}{separator.join(lines)}\n{' ' * depth}{closing}"
