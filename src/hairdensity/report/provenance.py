"""What a result rests on: versions of the libraries, every setting, the scale that was stated."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib import metadata
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import PIL

if TYPE_CHECKING:
    from datetime import datetime

    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis


def provenance(schema: str, settings: dict[str, Any], created_at: datetime) -> dict[str, Any]:
    """Return the head that every JSON document starts with.

    Raises
    ------
    ValueError
        When `created_at` has no time zone.
    """
    if created_at.tzinfo is None:
        message = "created_at needs a time zone"
        raise ValueError(message)
    return {
        "schema": schema,
        "hairdensity_version": _own_version(),
        "versions": library_versions(),
        "settings": settings,
        "created_at": created_at.isoformat(timespec="seconds"),
    }


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that the numbers depend on."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "opencv": cv2.__version__,
        "scipy": metadata.version("scipy"),
        "scikit-image": metadata.version("scikit-image"),
        "pillow": PIL.__version__,
    }


def analysis_settings(analysis: Analysis) -> dict[str, Any]:
    """Return every setting of one analysis, and the size assumed where no scale was found."""
    return {
        **_shown(asdict(analysis.settings)),
        "scale_options": _scale_options(analysis),
        "assumed_working_um_per_px": assumed_um_per_px(analysis),
    }


def comparison_settings(comparison: Comparison) -> dict[str, Any]:
    """Return every setting of a comparison, and what differs between its two photos."""
    sides = {"before": comparison.before, "after": comparison.after}
    settings = asdict(comparison.settings)
    if comparison.settings.noise_floor is None:
        del settings["noise_floor"]
    return {
        **settings,
        "analysis": _shown(settings["analysis"]),
        "scale_options": {side: _scale_options(one) for side, one in sides.items()},
        "assumed_working_um_per_px": {side: assumed_um_per_px(one) for side, one in sides.items()},
    }


def assumed_um_per_px(analysis: Analysis) -> float | None:
    """Return the size the stages worked at when it is only assumed; None when a scale was found."""
    if analysis.scale is not None:
        return None
    return float(f"{analysis.working_um_per_px:.6g}")


def _scale_options(analysis: Analysis) -> dict[str, float]:
    if analysis.stated_scale is None:
        return {}
    stated: dict[str, float | None] = asdict(analysis.stated_scale)
    return {name: value for name, value in stated.items() if value is not None}


def _shown(settings: dict[str, Any]) -> dict[str, Any]:
    """Take the folder off the name of a mask file."""
    kind, colon, rest = settings["field"]["target"].partition(":")
    if kind == "mask":
        settings["field"]["target"] = f"{kind}{colon}{PurePath(rest).name}"
    return settings


def _own_version() -> str:
    try:
        return metadata.version("hairdensity")
    except metadata.PackageNotFoundError:
        return "0+unknown"
