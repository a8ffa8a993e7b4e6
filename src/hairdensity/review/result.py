"""A result folder, or its JSON, becomes what a review needs: the hairs, their photos, how two photos lie."""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hairdensity.corrections import JOURNAL_NAME, PhotoRef, ResultRef, fingerprint
from hairdensity.errors import PhotoError, UsageError
from hairdensity.photo import read_photo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from hairdensity.corrections import Side
    from hairdensity.photo import Photo

NAMES = ("comparison.json", "analysis.json")
REMEDY = "give the output folder of hairdensity analyze or compare"


@dataclass(frozen=True, slots=True, eq=False)
class ReviewedPhoto:
    """One photo of a result.

    Attributes
    ----------
    photo
        The photo itself, its hash that of the result.
    path
        Where it was found.
    document
        Its `hairdensity.analysis/1` document.
    paths_px
        Path of every automatic hair, the index being its id.
    um_per_px
        Size of a px that the stages worked at, known or assumed.
    photo_ref, result_ref
        What corrections name.
    """

    photo: Photo
    path: Path
    document: dict[str, Any]
    paths_px: tuple[NDArray[np.float32], ...]
    um_per_px: float
    photo_ref: PhotoRef
    result_ref: ResultRef


@dataclass(frozen=True, slots=True, eq=False)
class ReviewedResult:
    """What is reviewed: one photo, or two and how they lie on each other.

    `states` tells of each side the state of each hair that was followed, by its id; `journal` is where
    corrections are kept.
    """

    photos: tuple[ReviewedPhoto, ...]
    before_to_after: NDArray[np.float64] | None
    states: dict[str, dict[int, str]]
    journal: Path


def open_result(result: Path, given: Sequence[Path], journal: Path | None = None) -> ReviewedResult:
    """Read a result and find its photos.

    Parameters
    ----------
    result
        Output folder of analyze or compare, or the analysis.json or comparison.json in it.
    given
        Photos, or folders with photos, to look at first.
    journal
        Where corrections are kept; beside the result when None.

    Raises
    ------
    UsageError
        When this is no result, or one that is corrected already.
    PhotoError
        When a photo is not found, is another file, or was refused.
    """
    document = _document_path(result)
    content, digest = _read(document)
    journal = journal or document.parent / JOURNAL_NAME
    try:
        if str(content["schema"]).startswith("hairdensity.analysis/"):
            one = _photo("single", document, (content, digest), given)
            return ReviewedResult((one,), None, {}, journal)
        if str(content["schema"]).startswith("hairdensity.comparison/"):
            return _pair(content, document.parent, given, journal)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        message = f"{document}: is damaged ({error}); run the analysis again"
        raise UsageError(message) from error
    message = f"{document}: is a {content['schema']}, which has no hairs to review; {REMEDY}"
    raise UsageError(message)


def rerun_command(result: ReviewedResult) -> str:
    """Return the command that measures with the corrections, the scale stated as it was."""
    words = ["hairdensity", "analyze" if len(result.photos) == 1 else "compare"]
    words += [str(one.path) for one in result.photos]
    for one in result.photos:
        words += _scale_words(one)
    return shlex.join([*words, "--corrections", str(result.journal)])


def _scale_words(one: ReviewedPhoto) -> list[str]:
    side = one.photo_ref.side
    prefix = "" if side == "single" else f"{side}-"
    stated = one.document["settings"].get("scale_options", {})
    return [
        word
        for name, value in stated.items()
        for word in (f"--{prefix}{name.replace('_', '-')}", f"{value:g}")
    ]


def _document_path(result: Path) -> Path:
    if result.is_file():
        return result
    for name in NAMES:
        if (result / name).is_file():
            return result / name
    missing = "there is no such folder" if not result.exists() else f"holds neither {' nor '.join(NAMES)}"
    message = f"{result}: {missing}; {REMEDY}"
    raise UsageError(message)


def _read(document: Path) -> tuple[dict[str, Any], str]:
    try:
        raw = document.read_bytes()
        content = json.loads(raw)
    except OSError as error:
        message = f"{document}: cannot be read ({error.strerror}); check its permissions"
        raise UsageError(message) from error
    except ValueError as error:
        message = f"{document}: is not JSON; {REMEDY}"
        raise UsageError(message) from error
    if not isinstance(content, dict) or "schema" not in content:
        message = f"{document}: is no result; {REMEDY}"
        raise UsageError(message)
    _refuse_corrected(content, document)
    return content, hashlib.sha256(raw).hexdigest()


def _refuse_corrected(content: dict[str, Any], document: Path) -> None:
    corrections = content.get("corrections")
    if isinstance(corrections, dict) and corrections.get("automatic") is not None:
        message = (
            f"{document}: is corrected already; review the automatic result, beside which {JOURNAL_NAME} lies"
        )
        raise UsageError(message)


def _pair(content: dict[str, Any], folder: Path, given: Sequence[Path], journal: Path) -> ReviewedResult:
    photos = []
    sides: tuple[Side, Side] = ("before", "after")
    for side in sides:
        document = folder / side / NAMES[1]
        photos.append(_photo(side, document, _read(document), given))
    matrix = content["alignment"]["before_to_after"]
    states: dict[str, dict[int, str]] = {
        side: {
            pair[f"{side}_id"]: pair["state"]
            for pair in content["hairs"]["pairs"]
            if pair[f"{side}_id"] is not None
        }
        for side in sides
    }
    return ReviewedResult(
        tuple(photos), None if matrix is None else np.array(matrix, np.float64), states, journal
    )


def _photo(
    side: Side, document: Path, read: tuple[dict[str, Any], str], given: Sequence[Path]
) -> ReviewedPhoto:
    content, digest = read
    name, sha256 = str(content["photo"]["name"]), str(content["photo"]["sha256"])
    if content["quality"]["verdict"] == "refused":
        message = f"{name}: was refused, so there are no hairs to review; take a better photo"
        raise PhotoError(message)
    path = _find_photo(name, sha256, [*given, *_usual_places(document.parent)])
    paths = tuple(np.array(hair["path_px"], np.float32).reshape(-1, 2) for hair in content["hairs"])
    scale, assumed = content["scale"], content["settings"]["assumed_working_um_per_px"]
    if isinstance(assumed, dict):
        assumed = assumed[side]
    shown = f"{side}/{document.name}" if side != "single" else document.name
    return ReviewedPhoto(
        photo=read_photo(path),
        path=path,
        document=content,
        paths_px=paths,
        um_per_px=float(assumed if scale is None else scale["um_per_px"]),
        photo_ref=PhotoRef(name, sha256, side),
        result_ref=ResultRef(shown, digest, fingerprint(paths)),
    )


def _usual_places(folder: Path) -> list[Path]:
    """Return where a photo may lie: beside the result, in the folders above it, and here."""
    above = folder.resolve()
    return [above, *list(above.parents)[:4], Path.cwd()]


def _find_photo(name: str, sha256: str, places: Iterable[Path]) -> Path:
    """Return the first file whose content is that of the analysed photo."""
    others: list[tuple[Path, str]] = []
    for place in places:
        path = place / Path(name).name if place.is_dir() else place
        if not path.is_file():
            continue
        digest = _file_sha256(path)
        if digest == sha256:
            return path
        if path.name == name:
            others.append((path, digest))
    if others:
        path, digest = others[0]
        message = (
            f"{name}: {path} is not the photo of this result (sha256 {digest[:12]}, the result is of"
            f" {sha256[:12]}); name the photo that was analysed: hairdensity review RESULT PHOTO"
        )
        raise PhotoError(message)
    message = f"{name}: the photo of this result was not found; name it: hairdensity review RESULT PHOTO"
    raise PhotoError(message)


def _file_sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
