"""A Repeatability becomes the file noise-floor.json, and the file a NoiseFloor again."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hairdensity.compare import NoiseFloor
from hairdensity.errors import UsageError
from hairdensity.report.folder import write_atomically
from hairdensity.report.layout import json_text
from hairdensity.report.numbers import significant
from hairdensity.report.provenance import provenance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from os import PathLike

    from hairdensity.repeatability import Repeatability, Repeated

FLOOR_SCHEMA = "hairdensity.noise-floor/1"
FLOOR_FILE = "noise-floor.json"
REMEDY = "give a file written by hairdensity repeatability"


def write_noise_floor(
    result: Repeatability, photo_names: Sequence[str], folder: str | PathLike[str], created_at: datetime
) -> Path:
    """Write noise-floor.json and return its path.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    document = {
        **provenance(FLOOR_SCHEMA, {}, created_at),
        "photos": list(photo_names),
        "site_count": result.site_count,
        "degrees_of_freedom": result.degrees_of_freedom,
        "warnings": list(result.warnings),
        "quantities": {name: _block(one) for name, one in result.quantities.items()},
    }
    path = Path(folder) / FLOOR_FILE
    write_atomically(path, json_text(document).encode())
    return path


def read_noise_floor(path: str | PathLike[str]) -> NoiseFloor:
    """Read the noise floor that `hairdensity repeatability` wrote.

    Raises
    ------
    UsageError
        When the file cannot be read or holds no noise floor.
    """
    path = Path(path)
    try:
        document = json.loads(path.read_text("utf-8"))
        quantities = document["quantities"]
        count = int(document["degrees_of_freedom"])
        spreads = {name: _number(one["within_sd"]) for name, one in quantities.items()}
        means = {name: _number(one["mean"]) for name, one in quantities.items()}
    except OSError as error:
        message = f"{path}: the noise floor cannot be read ({error.strerror}); {REMEDY}"
        raise UsageError(message) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path.name}: no noise floor ({type(error).__name__}: {error}); {REMEDY}"
        raise UsageError(message) from error
    if document.get("schema") != FLOOR_SCHEMA or count < 1:
        message = f"{path.name}: no noise floor (schema {document.get('schema')}); {REMEDY}"
        raise UsageError(message)
    return NoiseFloor(path.name, count, spreads, means)


def _number(value: object) -> float:
    number = float(str(value))
    if not math.isfinite(number) or number < 0:
        message = f"{value} is no size"
        raise ValueError(message)
    return number


def _block(one: Repeated) -> dict[str, Any]:
    return {
        "mean": significant(one.mean),
        "within_sd": significant(one.within_sd),
        "cv_fraction": None if one.cv_fraction is None else significant(one.cv_fraction),
        "icc": None if one.icc is None else significant(one.icc),
        "minimal_detectable_change": significant(one.minimal_detectable_change),
    }
