"""`hairdensity calibrate card|read|save`."""

from __future__ import annotations

from pathlib import Path

import click

from hairdensity.cli.options import PATH, ScaleOptions, scale_options


@click.group("calibrate")
def command() -> None:
    """Print a scale card, see which scale a photo has, or save it for a device."""


@command.command("card")
@click.option(
    "-o", "--output", type=PATH, default=Path("card.pdf"), show_default=True, metavar="FILE", help="Where to."
)
def card(output: Path) -> None:
    """Write the scale cards to print, as PDF.

    One for phones, two for microscopes, and a line that tells whether the printer kept the size.
    """
    from hairdensity.cli.calibration import write_card  # noqa: PLC0415 -- heavy, not for --help

    write_card(output)


@command.command("read")
@click.argument("photo", type=PATH)
@scale_options
@click.option("-o", "--output", type=PATH, metavar="DIR", help="Folder for scale.png.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
def read(photo: Path, scale: ScaleOptions, output: Path | None, *, as_json: bool) -> None:
    """Show the scale of a photo, and everything in it that tells one.

    Writes scale.png, the photo with what was found drawn into it, by default to hairdensity-out/NAME/.
    """
    from hairdensity.cli.calibration import read_photo_scale  # noqa: PLC0415 -- heavy, not for --help

    read_photo_scale(photo, scale, output, as_json=as_json)


@command.command("save")
@click.argument("name")
@click.argument("photo", type=PATH)
@scale_options
def save(name: str, photo: Path, scale: ScaleOptions) -> None:
    """Save the scale of PHOTO as device profile NAME, to be used with --profile.

    The scale is that of an option, or of a scale card, ruler or bar in the photo. The profile holds for
    photos of the same size in px, taken with the same device at the same setting.
    """
    from hairdensity.cli.calibration import save_profile  # noqa: PLC0415 -- heavy, not for --help

    save_profile(name, photo, scale)
