"""`hairdensity review RESULT`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hairdensity.cli.options import PATH

if TYPE_CHECKING:
    from pathlib import Path


@click.command("review")
@click.argument("result", type=PATH)
@click.argument("photos", type=PATH, nargs=-1, metavar="[PHOTO]...")
@click.option("--by", metavar="INITIALS", help="Your initials; the page asks for them otherwise.")
@click.option(
    "--corrections", type=PATH, metavar="FILE", help="Where to keep corrections instead of beside the result."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1.")
@click.option("--no-browser", is_flag=True, help="Print the address only; open no browser.")
def command(
    result: Path, photos: tuple[Path, ...], corrections: Path | None, port: int | None, **said: str | bool
) -> None:
    """Check and correct the hairs of a result by hand, in the browser.

    RESULT is the output folder of analyze or compare. The photos are looked for beside it, in the folders
    above it and here; name them, or their folder, when they lie elsewhere. Corrections go to
    corrections.jsonl beside the result, each as soon as it is made; the result itself stays as it is. Run
    analyze or compare again with --corrections to measure with them. Needs pip install 'hairdensity[review]'.
    """
    from hairdensity.cli.reviewing import Wish, review  # noqa: PLC0415 -- heavy libraries, not needed for --help

    by, no_browser = said["by"], said["no_browser"]
    review(result, photos, Wish(corrections, port, str(by or ""), not no_browser))
