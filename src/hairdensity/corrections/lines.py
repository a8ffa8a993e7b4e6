"""Corrections become lines of a journal (JSON lines), and such a file corrections again.

Every line holds the hash of the line before it, so a line that was changed or taken out shows. The last line
may be half-written: whoever wrote it was stopped before it counted.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from hairdensity.corrections.model import SHAPES, Correction, HairRef, PhotoRef, ResultRef
from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = "hairdensity.corrections/1"
JOURNAL_NAME = "corrections.jsonl"
INITIALS = re.compile(r"[^\W_][\w.\-]{0,7}")
"""Initials: letters and digits of any script, point or hyphen within, at most 8."""
SIDES = ("single", "before", "after")
RESTORE = "take the file from a copy, or correct the result anew"
_PLACE_DECIMALS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Journal:
    """A file of corrections as read.

    Attributes
    ----------
    name, sha256
        Of the file.
    corrections
        All whole lines in their order.
    whole_bytes
        How many bytes at the start of the file are whole lines; what follows was never finished.
    last_sha256
        Hash of the last whole line; empty when there is none.
    """

    name: str
    sha256: str
    corrections: tuple[Correction, ...]
    whole_bytes: int
    last_sha256: str


def line_of(correction: Correction, previous_sha256: str) -> bytes:
    """Return one line of the journal, its line break included; `previous_sha256` is of the line before."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "number": correction.number,
        "when": correction.when.isoformat(timespec="milliseconds"),
        "by": correction.by,
        "what": correction.action,
        "photo": asdict(correction.photo),
        "result": asdict(correction.result),
        "hairs": [_hair_block(hair) for hair in correction.hairs],
        "paths_px": [_places(path) for path in correction.paths_px],
        "points_px": None if correction.points_px is None else _places(correction.points_px),
        "undoes": correction.undoes,
        "edit_id": correction.edit_id,
        "previous_sha256": previous_sha256,
    }
    return json.dumps(content, allow_nan=False).encode("ascii") + b"\n"


def read_journal(path: Path) -> Journal:
    """Read a file of corrections.

    Parameters
    ----------
    path
        A file that `hairdensity review` wrote.

    Returns
    -------
    Journal
        Its corrections; a half-written last line is left out.

    Raises
    ------
    UsageError
        When the file cannot be read, or a line is no correction, was changed, or is missing.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path.name}: corrections cannot be read ({error.strerror}); check the path"
        raise UsageError(message) from error
    return parse_journal(content, path.name)


def parse_journal(content: bytes, name: str) -> Journal:
    """Return the corrections of a journal's bytes; see `read_journal`."""
    lines, whole_bytes = _whole_lines(content)
    corrections, previous = [], ""
    for number, line in enumerate(lines, 1):
        try:
            correction = _correction(json.loads(line), number, previous)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            reason = f"no {error}" if isinstance(error, KeyError) else " ".join(str(error).split())
            message = f"{name}: line {number} is no correction as written by review ({reason}); {RESTORE}"
            raise UsageError(message) from error
        previous = line_sha256(line)
        corrections.append(replace(correction, line_sha256=previous))
    digest = hashlib.sha256(content[:whole_bytes]).hexdigest()
    return Journal(name, digest, tuple(corrections), whole_bytes, previous)


def line_sha256(line: bytes) -> str:
    """Return the hash of one line without its line break."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def _whole_lines(content: bytes) -> tuple[list[bytes], int]:
    """Split into lines; what follows the last line break was never finished, unless it is whole JSON."""
    *lines, rest = content.split(b"\n")
    try:
        json.loads(rest)
    except ValueError:
        return lines, len(content) - len(rest)
    return [*lines, rest], len(content)


def _correction(content: dict[str, Any], number: int, previous_sha256: str) -> Correction:
    _require(content["format"] == FORMAT, f"its format is not {FORMAT}")
    _require(content["number"] == number, f"its number is {content['number']}, not {number}")
    _require(content["previous_sha256"] == previous_sha256, "it, or a line before it, was changed or removed")
    when = datetime.fromisoformat(content["when"])
    _require(when.tzinfo is not None, "its time has no time zone")
    _require(INITIALS.fullmatch(content["by"]) is not None, "its initials are none")
    points = content["points_px"]
    correction = Correction(
        number=number,
        when=when,
        by=content["by"],
        action=content["what"],
        photo=PhotoRef(**content["photo"]),
        result=ResultRef(**content["result"]),
        hairs=tuple(_hair(hair) for hair in content["hairs"]),
        paths_px=tuple(_path(path) for path in content["paths_px"]),
        points_px=None if points is None else _path(points, least=1),
        undoes=content["undoes"],
        edit_id=str(content["edit_id"]),
    )
    _check_shape(correction)
    return correction


def _check_shape(correction: Correction) -> None:
    _require(correction.action in SHAPES, f"nothing is called {correction.action}")
    _require(correction.photo.side in SIDES, f"no side is called {correction.photo.side}")
    hairs, paths = SHAPES[correction.action]
    _require(
        (len(correction.hairs), len(correction.paths_px)) == (hairs, paths),
        f"{correction.action} is about {hairs} hairs and makes {paths}",
    )
    steps_back = correction.action in {"undo", "redo"}
    _require(steps_back == isinstance(correction.undoes, int), "it must say what it undoes")


def _require(holds: bool, reason: str) -> None:  # noqa: FBT001 -- a statement that must be true
    if not holds:
        raise ValueError(reason)


def _hair_block(hair: HairRef) -> dict[str, Any]:
    return {
        "key": hair.key,
        "path_px": _places(hair.path_px),
        "diameter_um": hair.diameter_um,
        "confidence": hair.confidence,
    }


def _hair(content: dict[str, Any]) -> HairRef:
    _require(re.fullmatch(r"a\d+|c\d+\.\d+", content["key"]) is not None, "a hair has no key")
    return HairRef(content["key"], _path(content["path_px"]), content["diameter_um"], content["confidence"])


def _path(points: Sequence[Sequence[float]], least: int = 2) -> NDArray[np.float32]:
    path = np.array(points, dtype=np.float32)
    _require(path.ndim == 2 and path.shape[1] == 2 and len(path) >= least, "a path has too few points")  # noqa: PLR2004 -- (x, y)
    _require(math.isfinite(float(np.abs(path).max())), "a point is not finite")
    path.flags.writeable = False
    return path


def _places(path_px: NDArray[np.float32]) -> list[list[float]]:
    rounded = np.asarray(path_px, dtype=np.float64).round(_PLACE_DECIMALS) + 0.0
    return [[float(x), float(y)] for x, y in rounded]
