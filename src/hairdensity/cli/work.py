"""What the commands do once their options are read: one library call, its files, its words, its exit code."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.cli.corrected import (
    corrections_for,
    folder_name,
    keep_automatic,
    note_corrections,
    read_journals,
)
from hairdensity.cli.results import show_analysis, show_comparison
from hairdensity.cli.settings_file import read_settings, run_settings
from hairdensity.cli.terminal import Terminal
from hairdensity.compare import compare_photos, correct_comparison
from hairdensity.errors import AlignmentError, PhotoError, ScaleError, UsageError
from hairdensity.pipeline import analyze_photo, correct_analysis
from hairdensity.report import PageOptions, claim_folder, write_analysis, write_comparison
from hairdensity.report.pdf import require_pdf
from hairdensity.report.summary import refusal_text
from hairdensity.scale.model import StatedScale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.cli.options import ReportOptions, RunOptions, ScaleOptions
    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis

RESULTS = Path("hairdensity-out")
NO_SCALE_ADVICE = "no scale found; give --um-per-px, --field-width-mm or --scale-bar-mm"


@dataclass(frozen=True, slots=True)
class Visit:
    """A photo and its scale as given on the command line."""

    photo: Path
    scale: ScaleOptions


def analyze(
    photo: Path,
    scale: ScaleOptions,
    run: RunOptions,
    report: ReportOptions,
    corrections: Sequence[Path] = (),
) -> None:
    """Analyse one photo, apply corrections by hand, write its files, and say what was found.

    Raises
    ------
    HairDensityError
        With the exit code of what went wrong; of a refused photo only after its files are written.
    """
    terminal, settings = Terminal(run), read_settings(run.settings, run.field).analysis
    journals, page = read_journals(corrections), page_options(report)
    with claim_folder(run.output or RESULTS / folder_name(photo.stem, journals)) as folder:
        spare([photo], folder, ["overlay.png"])
        keep_automatic(folder / "analysis.json", journals)
        with terminal.working("Finding the hairs"):
            analysis = analyze_photo(photo, stated_scale(scale), settings)
            if journals and analysis.quality.verdict != "refused":
                analysis = correct_analysis(analysis, corrections_for([analysis.photo], journals))
        require_scale(run, [analysis])
        with terminal.working("Writing the report"):
            write_analysis(analysis, folder, now(), page)
    note_corrections([analysis], terminal)
    show_analysis(analysis, terminal, everything=run.verbose)
    terminal.hand_over(folder / "analysis.json")
    terminal.point_to(folder / "report.html")
    refuse([analysis])


def compare(
    before: Visit, after: Visit, run: RunOptions, report: ReportOptions, corrections: Sequence[Path] = ()
) -> None:
    """Compare two photos, apply corrections by hand, write the files, and say what changed.

    Raises
    ------
    HairDensityError
        With the exit code of what went wrong; of a refused photo and of different skin only after the files
        are written.
    """
    terminal, settings = Terminal(run), run_settings(run)
    journals, page = read_journals(corrections), page_options(report)
    name = folder_name(f"{before.photo.stem}--{after.photo.stem}", journals)
    with claim_folder(run.output or RESULTS / name) as folder:
        keep_automatic(folder / "comparison.json", journals)
        spare([before.photo, after.photo], folder, ["before.png", "after.png"])
        with terminal.working("Finding the hairs of both photos and matching them"):
            comparison = compare_photos(
                before.photo, after.photo, stated_scale(before.scale), stated_scale(after.scale), settings
            )
            analyses = [comparison.before, comparison.after]
            if journals and not any(one.quality.verdict == "refused" for one in analyses):
                photos = [one.photo for one in analyses]
                comparison = correct_comparison(comparison, corrections_for(photos, journals))
        require_scale(run, [comparison.before, comparison.after])
        with terminal.working("Writing the report"):
            write_comparison(comparison, folder, now(), page)
    note_corrections([comparison.before, comparison.after], terminal)
    show_comparison(comparison, terminal, everything=run.verbose)
    terminal.hand_over(folder / "comparison.json")
    terminal.point_to(folder / "report.html")
    refuse([comparison.before, comparison.after])
    require_alignment(comparison)


def page_options(report: ReportOptions) -> PageOptions:
    """Return the options of the page, once all that it needs is known to be there."""
    if report.pdf:
        require_pdf()
    return PageOptions(report.lang, report.label, report.pdf)


def now() -> datetime:
    """Return the time, of which the library has none."""
    return datetime.now(UTC)


def stated_scale(scale: ScaleOptions) -> StatedScale | None:
    """Return what the options state of a scale; None for nothing."""
    stated = StatedScale(**asdict(scale))
    return None if stated.is_empty else stated


def spare(photos: Sequence[Path], folder: Path, pictures: Sequence[str]) -> None:
    """Refuse an output folder in which a result would replace a photo that was given."""
    for photo in photos:
        for picture in pictures:
            target = folder / picture
            if target.exists() and photo.exists() and target.samefile(photo):
                message = (
                    f"{photo.name}: the result {picture} would replace this photo; choose another --output"
                )
                raise UsageError(message)


def require_scale(run: RunOptions, analyses: Sequence[Analysis]) -> None:
    """Refuse photos without a scale where one is required."""
    lacking = [one for one in analyses if one.scale is None and one.quality.verdict != "refused"]
    if run.require_scale and lacking:
        message = f"{lacking[0].photo.name}: {NO_SCALE_ADVICE}"
        raise ScaleError(message)


def refuse(analyses: Sequence[Analysis]) -> None:
    """End with the error of the first refused photo."""
    for one in analyses:
        if one.quality.verdict == "refused":
            advice = " ".join(flag.advice for flag in one.quality.flags)
            message = f"{refusal_text(one)} {advice}"
            raise PhotoError(message)


def require_alignment(comparison: Comparison) -> None:
    """End with the error of photos that are not aligned."""
    if comparison.alignment.status == "not-aligned":
        message = f"not aligned: {comparison.alignment.reason}"
        raise AlignmentError(message)
