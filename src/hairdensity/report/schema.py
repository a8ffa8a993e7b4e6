"""The JSON Schemas (draft 2020-12) of the documents, shipped in the package."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Literal


def read_schema(name: Literal["analysis", "comparison"]) -> dict[str, Any]:
    """Return the JSON Schema of a document.

    Examples
    --------
    >>> read_schema("analysis")["title"]
    'hairdensity.analysis/1'
    """
    text = (resources.files("hairdensity.report") / "schemas" / f"{name}.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
