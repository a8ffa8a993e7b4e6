"""One photo becomes a summary of what each stage found in it: the entry of a baseline."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hairdensity.errors import HairDensityError
from hairdensity.estimate import Estimate
from hairdensity.pipeline import analyze_photo
from hairdensity.report.numbers import places, significant
from hairdensity.study.jobs import Outcome, PhotoResult
from hairdensity.study.stores import open_store

if TYPE_CHECKING:
    from hairdensity.pipeline import Analysis
    from hairdensity.study.jobs import Asked, Job

Summary = dict[str, dict[str, Any]]
"""What each stage found, by the name of the stage."""


def summarise_job(asked: Asked, job: Job) -> Outcome:
    """Return the summaries of the photos of a job as their rows."""
    store = open_store(asked.source)
    results = []
    for entry in job.entries:
        try:
            with store.local(entry.photo) as path:
                given = None if entry.size.is_empty else entry.size
                analysis = analyze_photo(path, given, asked.settings.analysis)
            results.append(PhotoResult(entry.photo, 0, "", dict(summarise(analysis))))
        except HairDensityError as error:
            row = {"photo": {"error": str(error)}}
            results.append(PhotoResult(entry.photo, error.exit_code, str(error), dict(row)))
    return Outcome(tuple(results))


def summarise(analysis: Analysis) -> Summary:
    """Return what each stage found in a photo, rounded as in the result files.

    Parameters
    ----------
    analysis
        The photo as analysed.

    Returns
    -------
    dict
        By stage: photo, scale, field, hairs, units, quality, measure. A refused photo has no hairs, units
        and measurement.
    """
    photo, scale = analysis.photo, analysis.scale
    summary: Summary = {
        "photo": {"sha256": photo.sha256, "width_px": photo.width_px, "height_px": photo.height_px},
        "scale": {
            "um_per_px": None if scale is None else significant(scale.um_per_px.value),
            "source": None if scale is None else scale.source,
            "working_um_per_px": significant(analysis.working_um_per_px),
        },
        "field": {"share_of_photo": _field_share(analysis)},
    }
    quality = analysis.quality
    judged = {"verdict": quality.verdict, "flags": sorted(flag.code for flag in quality.flags)}
    if quality.verdict == "refused":
        return summary | {"quality": judged}
    return summary | {
        "hairs": {
            "found": len(analysis.hairs),
            "counted": sum(hair.counted for hair in analysis.hairs),
            "roots_px": [places(hair.path_px[:1])[0] for hair in analysis.hairs],
        },
        "units": {"found": len(analysis.units)},
        "quality": judged,
        "measure": _measured(analysis),
    }


def _field_share(analysis: Analysis) -> float:
    return significant(analysis.field.area_px / (analysis.photo.width_px * analysis.photo.height_px), 4)


def _measured(analysis: Analysis) -> dict[str, float]:
    values = asdict(analysis.measurement)
    found = {name: getattr(analysis.measurement, name) for name in values if name != "null_reasons"}
    numbers = {name: one.value if isinstance(one, Estimate) else one for name, one in found.items()}
    return {name: significant(one) for name, one in numbers.items() if one is not None}
