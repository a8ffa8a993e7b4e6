"""Annotation files become Truth: the hairs that are known to be in a photo.

Two kinds of file are read. Our own is the schema `hairdensity.analysis/1`, as `analyze` and `phantom` write
it: one file, or a folder of `<stem>.truth.json` or `<stem>.analysis.json`. The other is a vector annotation
of many photos in one file::

    {"um_per_px": 5.54, "seams_px": {"x": 640, "y": 512},
     "frames": {"<stem>": {"hairs": [{"cls": "single", "root": [x, y], "tip": [x, y]}]}}}

There the photos were annotated piece by piece along the seams, and the class `abnormal` stands for loose
fragments, neither a hit nor a false alarm. The other classes say what kind of hair it is: `single`, `premium`
(of a follicular unit with several hairs), `undersize` (thin or short).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from os import PathLike

Kind = Literal["lone", "several", "undersize"]
"""The only hair of its follicular unit; of a unit with several; too thin or short to be told apart so."""

ANALYSIS_SCHEMA_PREFIX = "hairdensity.analysis/"
TRUTH_ENDINGS = (".truth.json", ".analysis.json")
SEAM_BAND_UM = 250.0
"""Hairs rooted nearer than this to a seam or to the frame's edge are mostly not annotated piece by piece."""
LOOSE_FRAGMENT = "abnormal"
KINDS: dict[str, Kind] = {"single": "lone", "premium": "several", "undersize": "undersize"}
"""Kinds of hair by their class in a vector annotation."""


@dataclass(frozen=True, slots=True)
class TrueHair:
    """One annotated hair, (x, y) in px of the upright photo.

    `needed` is False for what is neither a hit nor a false alarm: loose fragments, hairs outside the field,
    and hairs whose roots are hidden (confidence 0). `kind` is None where the annotation does not tell.
    """

    root_px: tuple[float, float]
    tip_px: tuple[float, float]
    diameter_um: float | None
    needed: bool
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about one photo.

    Attributes
    ----------
    um_per_px
        Size of one px on the skin, None when the annotation does not say.
    hairs
        Every annotated hair.
    seams_px
        Lines x = … and lines y = … along which the photo was cut for annotation.
    band_um
        Roots nearer than this to a seam or to the frame's edge are left out.
    """

    um_per_px: float | None
    hairs: tuple[TrueHair, ...]
    seams_px: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    band_um: float = 0.0


def read_truths(path: str | PathLike[str]) -> dict[str, Truth]:
    """Read the annotation of one or many photos.

    Parameters
    ----------
    path
        A file of either kind, or a folder of `<stem>.truth.json` or `<stem>.analysis.json`.

    Returns
    -------
    dict
        Truth by the photo's name without its ending.

    Raises
    ------
    UsageError
        When there is no such file, or it is no annotation.
    """
    path = Path(path)
    if not path.is_dir():
        return _read_file(path)
    files = sorted(one for one in path.rglob("*.json") if one.name.endswith(TRUTH_ENDINGS))
    if not files:
        message = f"{path.name}: no annotation in this folder; give one with <photo>.truth.json files"
        raise UsageError(message)
    return {stem: truth for one in files for stem, truth in _read_file(one).items()}


def _read_file(path: Path) -> dict[str, Truth]:
    document = _load(path)
    try:
        if str(document.get("schema", "")).startswith(ANALYSIS_SCHEMA_PREFIX):
            return {Path(document["photo"]["name"]).stem: _from_analysis(document)}
        return _from_frames(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{path.name}: no annotation ({error!r}); give an analysis.json or a file with frames"
        raise UsageError(message) from error


def _load(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = (
            f"{path.name}: the annotation cannot be read ({error}); give a JSON file or a folder of them"
        )
        raise UsageError(message) from error
    if not isinstance(document, dict):
        message = f"{path.name}: a {type(document).__name__} is no annotation; give an analysis.json"
        raise UsageError(message)
    return document


def _from_analysis(document: dict[str, Any]) -> Truth:
    """Take over one photo's hairs; a unit has as many as are not hidden."""
    scale, hairs = document["scale"], document["hairs"]
    sizes = Counter(one.get("unit_id") for one in hairs if not _is_hidden(one))
    return Truth(
        None if scale is None else float(scale["um_per_px"]),
        tuple(_from_hair(one, sizes[one.get("unit_id")]) for one in hairs),
    )


def _from_hair(hair: dict[str, Any], unit_size: int) -> TrueHair:
    """Take over one hair; of one whose root is hidden only the root, whether it is found or not."""
    root_px, hidden = _point(hair["root_px"]), _is_hidden(hair)
    tip_px = root_px if hidden else _point(hair["tip_px"])
    kind: Kind | None = None if hair.get("unit_id") is None else "lone" if unit_size == 1 else "several"
    return TrueHair(root_px, tip_px, hair["diameter_um"], bool(hair["counted"]) and not hidden, kind)


def _is_hidden(hair: dict[str, Any]) -> bool:
    return hair.get("confidence") == 0


def _from_frames(document: dict[str, Any]) -> dict[str, Truth]:
    seams = document.get("seams_px", {})
    lines = tuple(tuple(float(seams[axis]) for _ in range(1) if axis in seams) for axis in "xy")
    return {
        stem: Truth(
            um_per_px=float(document["um_per_px"]),
            hairs=tuple(_from_vector(one) for one in frame["hairs"]),
            seams_px=(lines[0], lines[1]),
            band_um=SEAM_BAND_UM,
        )
        for stem, frame in document["frames"].items()
    }


def _from_vector(vector: dict[str, Any]) -> TrueHair:
    needed, kind = vector["cls"] != LOOSE_FRAGMENT, KINDS.get(vector["cls"])
    return TrueHair(_point(vector["root"]), _point(vector["tip"]), None, needed, kind)


def _point(numbers: list[float]) -> tuple[float, float]:
    x, y = numbers
    return float(x), float(y)
