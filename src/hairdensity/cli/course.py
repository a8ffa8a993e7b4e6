"""What `hairdensity compare` does with three visits or more, once its options are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hairdensity.cli.results import show_comparison, show_course
from hairdensity.cli.settings_file import run_settings
from hairdensity.cli.terminal import Terminal
from hairdensity.cli.work import (
    RESULTS,
    now,
    page_options,
    refuse,
    require_alignment,
    require_scale,
    spare,
    stated_scale,
)
from hairdensity.compare import compare_course
from hairdensity.report import claim_folder, write_comparison
from hairdensity.report.course import write_course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.cli.options import ReportOptions, RunOptions
    from hairdensity.cli.work import Visit


def compare_all(visits: Sequence[Visit], run: RunOptions, report: ReportOptions) -> None:
    """Compare each later visit with the first on the skin that all show, write the files, and say it.

    Raises
    ------
    HairDensityError
        With the exit code of what went wrong; of a refused photo and of different skin only after the
        files of all visits are written.
    """
    terminal, settings, page = Terminal(run), run_settings(run), page_options(report)
    name = f"{visits[0].photo.stem}--{visits[-1].photo.stem}-course"
    with claim_folder(run.output or RESULTS / name) as folder:
        spare([one.photo for one in visits], folder, [])
        with terminal.working("Finding the hairs of all photos and matching them"):
            comparisons = compare_course(
                [one.photo for one in visits], [stated_scale(one.scale) for one in visits], settings
            )
        require_scale(run, [comparisons[0].before, *(one.after for one in comparisons)])
        with terminal.working("Writing the reports"):
            for number, comparison in enumerate(comparisons, start=2):
                write_comparison(comparison, folder / f"visit{number}", now(), page)
            path = write_course(comparisons, folder, now())
    for comparison in comparisons:
        terminal.say(f"{comparison.before.photo.name} -> {comparison.after.photo.name}")
        show_comparison(comparison, terminal, everything=run.verbose)
    show_course(comparisons, terminal)
    terminal.hand_over(path)
    for number in range(2, len(visits) + 1):
        terminal.point_to(folder / f"visit{number}" / "report.html")
    terminal.point_to(path)
    refuse([comparisons[0].before, *(one.after for one in comparisons)])
    for comparison in comparisons:
        require_alignment(comparison)
