"""A baseline: a readable JSON file with one entry a photo and the tolerances, read and written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hairdensity.errors import UsageError
from hairdensity.report.folder import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = "hairdensity.baseline/1"
STAGES = ("photo", "scale", "field", "hairs", "units", "quality", "measure")
"""The way of a photo: what drifts in one stage usually drifts in the later ones too."""
DEFAULT_TOLERANCES = {
    "scale.um_per_px": {"relative": 0.002},
    "scale.working_um_per_px": {"relative": 0.01},
    "field.share_of_photo": {"absolute": 0.01},
    "hairs.found": {"relative": 0.02},
    "hairs.counted": {"relative": 0.02},
    "hairs.roots_px": {"within_um": 30.0, "missed_fraction": 0.03},
    "units.found": {"relative": 0.03},
    "measure.*": {"relative": 0.02},
    "measure.terminal_fraction": {"absolute": 0.02},
    "measure.vellus_fraction": {"absolute": 0.02},
    "measure.diameter_diversity_fraction": {"absolute": 0.03},
    "measure.single_hair_unit_fraction": {"absolute": 0.03},
    "measure.terminal_threshold_um": {"absolute": 0.0},
}
"""What may move without being a drift, about one hair in fifty; whatever is not named must stay the same.

From OpenCV 4.10 to 5.0 the sample images move by no hair, and by at most 1 % in any measurement.
"""

Tolerance = dict[str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was found in each photo when the baseline was written.

    Attributes
    ----------
    photos
        Summaries by the photo's path; an entry may have its own `tolerances`.
    tolerances
        What may move, by stage and quantity.
    versions
        Of the program and its libraries.
    """

    photos: dict[str, dict[str, Any]]
    tolerances: dict[str, Tolerance] = field(default_factory=lambda: dict(DEFAULT_TOLERANCES))
    versions: dict[str, str] = field(default_factory=dict)

    def tolerance(self, photo: str, stage: str, quantity: str) -> Tolerance:
        """Return what a quantity of a photo may move by; empty when it must stay the same."""
        own: Mapping[str, Tolerance] = self.photos.get(photo, {}).get("tolerances", {})
        for held in (own, self.tolerances):
            for name in (f"{stage}.{quantity}", f"{stage}.*"):
                if name in held:
                    return held[name]
        return {}


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises
    ------
    UsageError
        When there is none, or it is no baseline of this version.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        message = f"{path}: there is no such baseline; write it with --update"
        raise UsageError(message) from error
    except (OSError, ValueError) as error:
        message = f"{path}: cannot be read as a baseline ({error}); write it anew with --update"
        raise UsageError(message) from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        message = f"{path}: is no baseline of schema {SCHEMA}; choose another file for --baseline"
        raise UsageError(message)
    tolerances = _checked(document.get("tolerances", {}), path)
    for entry in document["photos"].values():
        _checked(entry.get("tolerances", {}), path)
    return Baseline(document["photos"], tolerances, document.get("versions", {}))


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline, one line a stage, sorted by photo.

    Raises
    ------
    UsageError
        When it cannot be written.
    """
    head = {"schema": SCHEMA, "versions": baseline.versions}
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    lines += [' "tolerances": {', *_entries(baseline.tolerances, "  "), " },", ' "photos": {']
    photos = sorted(baseline.photos.items())
    for place, (name, summary) in enumerate(photos):
        comma = "" if place + 1 == len(photos) else ","
        lines += [f"  {json.dumps(name, ensure_ascii=False)}: {{", *_entries(summary, "   "), f"  }}{comma}"]
    write_atomically(path, "\n".join(["{", *lines, " }", "}", ""]).encode())


def _entries(held: Mapping[str, Any], indent: str) -> list[str]:
    written = [
        f"{indent}{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in held.items()
    ]
    return [f"{line}," for line in written[:-1]] + written[-1:]


def _checked(tolerances: Any, path: Path) -> dict[str, Tolerance]:  # noqa: ANN401 -- whatever JSON holds
    known = {"relative", "absolute", "within_um", "missed_fraction"}
    for name, tolerance in tolerances.items():
        wrong = [key for key, value in tolerance.items() if key not in known or not _is_size(value)]
        if name.partition(".")[0] not in STAGES or wrong:
            message = f"{path}: tolerance {name} is {json.dumps(tolerance)}; give stage.quantity and numbers"
            raise UsageError(message + f" for {', '.join(sorted(known))}")
    checked: dict[str, Tolerance] = tolerances
    return checked


def _is_size(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
