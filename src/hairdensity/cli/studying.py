"""What `hairdensity study` does once its options are read."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich import box
from rich.console import Console
from rich.table import Table

from hairdensity.cli.streams import write_bytes, write_line, write_text
from hairdensity.errors import UsageError
from hairdensity.report import claim_folder
from hairdensity.report.words import QUANTITIES
from hairdensity.study.statistics import (
    StudySettings,
    agree_on_photos,
    read_batch,
    read_readings,
    read_sessions,
    run_study,
)
from hairdensity.study.statistics.page_tables import arms_table, changes_table
from hairdensity.study.statistics.wording import caution_text, summary_texts
from hairdensity.study.statistics.write import write_study

if TYPE_CHECKING:
    from hairdensity.cli.study import StudyOptions
    from hairdensity.study.statistics.design import ChangeFrom, CompareBy
    from hairdensity.study.statistics.inputs import Batch
    from hairdensity.study.statistics.page_tables import PageTable
    from hairdensity.study.statistics.readers import Agreement
    from hairdensity.study.statistics.study import Study

RESULTS = Path("hairdensity-out")
SHOWN_COLUMNS = 3
"""So many columns of a table go to the terminal; the page has all."""


@dataclass(frozen=True, slots=True)
class Says:
    """How much is said, and where: with `as_json` standard output holds the JSON alone."""

    as_json: bool
    quiet: bool


def study(results: Path, options: StudyOptions, output: Path | None, says: Says) -> None:
    """Analyse a batch, write the files, and say what was found.

    Raises
    ------
    UsageError
        When the files cannot be read, hold nothing to analyse, or lack what an option asks for.
    """
    settings = _settings(options)
    batch = read_batch(results)
    sessions = read_sessions(options.treatments) if options.treatments else ()
    agreement = _agreement(batch, options) if options.against else None
    with claim_folder(output or RESULTS / f"{batch.name}-study") as folder:
        found = run_study(batch, sessions, settings, agreement)
        write_study(found, folder, datetime.now(UTC))
    if not says.quiet:
        _show(found, folder, says)
    if says.as_json:
        write_bytes(sys.stdout, (folder / "study.json").read_bytes())


def _settings(options: StudyOptions) -> StudySettings:
    known = [one.name for one in QUANTITIES]
    if options.quantity not in known:
        message = (
            f"--quantity {options.quantity}: there is no such quantity; choose one of {', '.join(known)}"
        )
        raise UsageError(message)
    threshold, relative = options.responder
    return StudySettings(
        quantity=options.quantity,
        compare_by=cast("CompareBy", options.compare_by),
        control=options.control,
        change_from=cast("ChangeFrom", options.change_from),
        relative=options.relative,
        responder=threshold,
        responder_relative=relative,
        baseline=options.baseline,
        site=options.site,
        with_models=not options.without_models,
    )


def _agreement(batch: Batch, options: StudyOptions) -> Agreement:
    readings: dict[str, dict[str, float]] = {}
    for name, path in options.against:
        for reader, values in read_readings(path, name, options.quantity).items():
            if reader in readings:
                message = f"{path.name}: {reader} is named twice; tell readers apart with --against NAME=PATH"
                raise UsageError(message)
            readings[reader] = values
    return agree_on_photos(batch, readings, options.quantity)


def _show(found: Study, folder: Path, says: Says) -> None:
    words = sys.stderr if says.as_json else sys.stdout
    console = Console(file=words, highlight=False)
    with console.capture() as captured:
        for sentence in summary_texts(found):
            console.print(sentence, markup=False)
        console.print(caution_text(found), markup=False)
        for shown in (changes_table(found), arms_table(found)):
            if shown.rows:
                console.print(_table(shown))
        if found.agreement is not None:
            icc = found.agreement.icc
            console.print(
                f"Agreement, ICC(2,1): {icc.value:.3f} ({icc.low:.3f} to {icc.high:.3f})"
                f" on {found.agreement.photos} photos",
                markup=False,
            )
    write_text(words, captured.get())
    left_out = len(found.course.left_out)
    if left_out:
        count = "1 photo or pair was" if left_out == 1 else f"{left_out} photos or pairs were"
        write_line(sys.stderr, f"Note: {count} left out; left_out.csv tells why")
    for note in found.course.notes:
        write_line(sys.stderr, f"Note: {note}")
    write_line(words, f"Report: {folder / 'report.html'}")


def _table(shown: PageTable) -> Table:
    """Return the columns of a table that a terminal has room for."""
    kept = shown.head[: SHOWN_COLUMNS + 1]
    table = Table(*kept, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in shown.rows:
        table.add_row(*row[: SHOWN_COLUMNS + 1])
    return table
