"""What `hairdensity repeatability` does once its options are read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.cli.settings_file import run_settings
from hairdensity.cli.terminal import Terminal
from hairdensity.cli.work import stated_scale
from hairdensity.compare.floor import freedom_text
from hairdensity.errors import PhotoError
from hairdensity.pipeline import analyze_photo
from hairdensity.repeatability import measure_repeatability
from hairdensity.report import claim_folder
from hairdensity.report.noise_floor import write_noise_floor
from hairdensity.report.summary import refusal_text
from hairdensity.report.words import QUANTITIES, label_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.cli.options import RunOptions, ScaleOptions
    from hairdensity.pipeline import Analysis
    from hairdensity.repeatability import Repeatability

RESULTS = Path("hairdensity-out") / "repeatability"


def repeat(photos: Sequence[Path], scale: ScaleOptions, run: RunOptions) -> None:
    """Measure the noise floor of re-shoots, write it, and say what it is.

    Raises
    ------
    HairDensityError
        With the exit code of what went wrong.
    """
    terminal, settings = Terminal(run), run_settings(run)
    stated = stated_scale(scale)
    with claim_folder(run.output or RESULTS) as folder:
        sites: dict[Path, list[Analysis]] = {}
        with terminal.working("Finding the hairs of all photos and matching them"):
            for photo in photos:
                analysis = analyze_photo(photo, stated, settings.analysis)
                if analysis.quality.verdict == "refused":
                    raise PhotoError(refusal_text(analysis))
                sites.setdefault(photo.resolve().parent, []).append(analysis)
            result = measure_repeatability(list(sites.values()), settings)
        path = write_noise_floor(result, [photo.name for photo in photos], folder, datetime.now(UTC))
    _show(result, terminal)
    terminal.hand_over(path)
    terminal.point_to(path)


def _show(result: Repeatability, terminal: Terminal) -> None:
    terminal.say(
        f"{result.photo_count} photos of {result.site_count} site{'s' if result.site_count > 1 else ''}:"
        f" {freedom_text(result.degrees_of_freedom)}."
    )
    for warning in result.warnings:
        terminal.say(f"Note: {warning}.")
    rows = []
    for quantity in QUANTITIES:
        one = result.quantities.get(quantity.name)
        if one is not None:
            cv = "" if one.cv_fraction is None else f"{one.cv_fraction:.1%}"
            icc = "" if one.icc is None else f"{one.icc:.2f}"
            spread, least = f"{one.within_sd:.3g}", f"{one.minimal_detectable_change:.3g}"
            rows.append((label_text(quantity), f"{one.mean:.4g}", spread, cv, icc, least))
    terminal.table(("", "Mean", "SD in a site", "CV", "ICC", "Minimal detectable change"), rows)
