"""What `hairdensity check` does once its options are read."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from hairdensity.cli.settings_file import read_settings
from hairdensity.cli.streams import write_line, write_text
from hairdensity.errors import DriftError, UsageError
from hairdensity.report.folder import write_atomically
from hairdensity.scale.model import StatedScale
from hairdensity.study.check.baseline import Baseline, read_baseline, write_baseline
from hairdensity.study.check.drift import find_drifts
from hairdensity.study.check.junit import junit_xml
from hairdensity.study.jobs import Asked, Job
from hairdensity.study.plan import versions
from hairdensity.study.processes import core_count, processes
from hairdensity.study.sources import open_source
from hairdensity.study.worker import do_check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hairdensity.cli.check import CheckOptions
    from hairdensity.study.check.drift import Drift

LEAST_WIDTH = 110
"""A table of drifts is not folded below this width, so that logs of CI systems can be read."""


def check_folder(folder: str, check: CheckOptions) -> None:
    """Compare the photos of a folder with a baseline, or write it.

    Raises
    ------
    HairDensityError
        `DriftError` when something drifted; `UsageError` when there is no photo or no baseline.
    """
    exists = check.baseline.exists()
    held = read_baseline(check.baseline) if exists or not check.update else Baseline({})
    found = _summaries(folder, check)
    if check.update:
        _update(check, held, found)
        return
    drifts = find_drifts(held, found)
    if check.junit is not None:
        write_atomically(check.junit, junit_xml(found, drifts))
    _show(check, found, drifts)
    if drifts:
        _note_versions(held)
        photos = {drift.photo for drift in drifts}
        message = (
            f"{len(photos)} of {len({*held.photos, *found})} photos drifted from {check.baseline.name};"
            " if that is meant to be, run again with --update"
        )
        raise DriftError(message)


def _summaries(folder: str, check: CheckOptions) -> dict[str, dict[str, Any]]:
    """Return what is found now in each photo."""
    source = open_source(folder, None, StatedScale())
    entries = [entry for entry, _ in source.photos()]
    if not entries:
        message = f"{folder}: no photo lies here; give a folder of JPEG, PNG or TIFF files"
        raise UsageError(message)
    asked = Asked(source.root, None, False, read_settings(check.settings), datetime.now(UTC))  # noqa: FBT003 -- no hairs
    jobs = [Job((entry,), frozenset({entry.photo}), frozenset()) for entry in entries]
    console = Console(stderr=True)
    hidden = check.quiet or not console.is_terminal
    with processes(asked, min(check.workers or core_count(), len(jobs)), do_check) as executor:
        finished = track(
            executor.run(jobs), "Checking", len(jobs), console=console, disable=hidden, transient=True
        )
        results = {one.job.entries[0].photo: one for one in finished}
    return {
        name: one.outcome.photos[0].row if one.outcome else {"photo": {"error": one.failure}}
        for name, one in sorted(results.items())
    }


def _update(check: CheckOptions, held: Baseline, found: dict[str, dict[str, Any]]) -> None:
    """Write the baseline; tolerances stay as they are in the file."""
    own = {name: one["tolerances"] for name, one in held.photos.items() if "tolerances" in one}
    photos = {name: one | ({"tolerances": own[name]} if name in own else {}) for name, one in found.items()}
    moved = {drift.photo for drift in find_drifts(held, found)}
    write_baseline(check.baseline, replace(held, photos=photos, versions=versions()))
    if not check.quiet:
        write_line(sys.stdout, f"{check.baseline}: {len(photos)} photos, {len(moved)} new, gone or drifted")


def _show(check: CheckOptions, found: dict[str, dict[str, Any]], drifts: Sequence[Drift]) -> None:
    if check.as_json:
        document = {"photos": len(found), "drifts": [asdict(drift) for drift in drifts]}
        write_text(sys.stdout, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    elif drifts:
        console = Console(file=sys.stdout, highlight=False)
        console.width = max(console.width, LEAST_WIDTH)
        with console.capture() as captured:
            console.print(_table(drifts))
        write_text(sys.stdout, captured.get())
    elif not check.quiet:
        write_line(sys.stdout, f"{len(found)} photos: all as in {check.baseline.name}")


def _table(drifts: Sequence[Drift]) -> Table:
    head = ("Photo", "Stage", "What", "Baseline", "Now", "Moved", "Tolerated")
    table = Table(*head, box=box.SIMPLE_HEAD, pad_edge=False)
    last = ""
    for drift in drifts:
        photo = "" if drift.photo == last else drift.photo
        last = drift.photo
        cells = (photo, drift.stage, drift.quantity, drift.before, drift.now, drift.moved, drift.tolerated)
        table.add_row(*cells)
    return table


def _note_versions(held: Baseline) -> None:
    """Say which libraries differ from those of the baseline: they may be why."""
    now = versions()
    other = [
        f"{name} {old} then, {now.get(name)} now"
        for name, old in held.versions.items()
        if now.get(name) != old
    ]
    if other:
        write_line(sys.stderr, f"Note: the baseline was written with other versions: {'; '.join(other)}")
