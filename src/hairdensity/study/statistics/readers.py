"""Values of other methods or readers for the photos of a batch, and how far they agree with it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hairdensity.errors import UsageError
from hairdensity.study.statistics.agreement import (
    MIN_PHOTOS,
    BlandAltman,
    Concordance,
    bland_altman,
    concordance,
    icc_2_1,
)
from hairdensity.study.statistics.inputs import RESULTS, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hairdensity.estimate import Estimate
    from hairdensity.study.statistics.inputs import Batch

OWN = "hairdensity"
REMEDY = "give another batch, or a CSV with the columns photo, {quantity} and, for several readers, reader"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two methods on the photos that both have: their values and how far they agree."""

    first: str
    second: str
    photos: tuple[str, ...]
    values: tuple[tuple[float, float], ...]
    limits: BlandAltman
    concordance: Concordance


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of all methods on the photos that every one has, and of each two of them."""

    quantity: str
    methods: tuple[str, ...]
    photos: int
    icc: Estimate
    pairs: tuple[Comparison, ...]


def read_readings(path: Path, name: str, quantity: str) -> dict[str, dict[str, float]]:
    """Read the values of other methods.

    Parameters
    ----------
    path
        The output folder of another batch, or a CSV with the columns photo and `quantity`; a column reader
        splits it into one method a reader.
    name
        What to call the method; empty for the name of the folder or file.
    quantity
        Which column to read.

    Returns
    -------
    dict
        Method -> photo -> value.

    Raises
    ------
    UsageError
        When the file cannot be read, a column is missing, a cell is no number, or a photo stands twice.
    """
    table = path / RESULTS if path.is_dir() else path
    called = name or (path.resolve().name if path.is_dir() else path.stem)
    found: dict[str, dict[str, float]] = {}
    for cells in read_table(table, ("photo", quantity), REMEDY.format(quantity=quantity)):
        photo, value = cells.text("photo"), cells.number(quantity)
        reader = cells.text("reader") or called
        of_reader = found.setdefault(reader, {})
        if photo in of_reader:
            message = f"{cells.place}: {photo} stands twice for {reader}; keep one row a photo and reader"
            raise UsageError(message)
        if value is not None and cells.text("exit_code") in {"", "0"}:
            of_reader[photo] = value
    return found


def agree_on_photos(batch: Batch, readings: Mapping[str, Mapping[str, float]], quantity: str) -> Agreement:
    """Return how far the batch and other methods agree.

    Raises
    ------
    UsageError
        When fewer than three photos have a value of every method, all values are alike, or a reader has the
        name of the batch itself.
    """
    if OWN in readings:
        message = f"a reader cannot be called {OWN}, which is the batch itself; give --against NAME=PATH"
        raise UsageError(message)
    own = {
        one.photo: one.values[quantity] for one in batch.photos if not one.error and quantity in one.values
    }
    methods: dict[str, Mapping[str, float]] = {OWN: own, **readings}
    shared = [photo for photo in own if all(photo in one for one in readings.values())]
    if len(shared) < MIN_PHOTOS:
        message = (
            f"agreement on {quantity} needs {MIN_PHOTOS} photos that every method has;"
            f" there are {len(shared)}: photos must be named as in results.csv"
        )
        raise UsageError(message)
    try:
        icc = icc_2_1([[one[photo] for one in methods.values()] for photo in shared])
        pairs = tuple(_compare(first, second, methods) for first, second in combinations(methods, 2))
    except ValueError as error:
        message = f"agreement on {quantity} cannot be told: {error}"
        raise UsageError(message) from error
    return Agreement(quantity, tuple(methods), len(shared), icc, pairs)


def _compare(first: str, second: str, methods: Mapping[str, Mapping[str, float]]) -> Comparison:
    photos = tuple(photo for photo in methods[first] if photo in methods[second])
    values = tuple((methods[first][photo], methods[second][photo]) for photo in photos)
    ours: Sequence[float] = [one for one, _ in values]
    theirs: Sequence[float] = [other for _, other in values]
    return Comparison(first, second, photos, values, bland_altman(ours, theirs), concordance(ours, theirs))
