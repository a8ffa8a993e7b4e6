"""What `hairdensity calibrate` does once its options are read."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hairdensity.cli.streams import write_line, write_text
from hairdensity.errors import ScaleError, UsageError
from hairdensity.photo import read_photo
from hairdensity.report import claim_folder
from hairdensity.report.card_sheet import card_sheet
from hairdensity.report.folder import write_atomically
from hairdensity.report.layout import json_text
from hairdensity.report.scale_picture import scale_document, scale_lines, write_scale_picture
from hairdensity.scale import ScaleReading, StatedScale, resolve_scale, see_scales, stated_scales
from hairdensity.scale.profile import DeviceProfile, profile_path, profile_text

if TYPE_CHECKING:
    from hairdensity.cli.options import ScaleOptions

RESULTS = Path("hairdensity-out")
REMEDY = "give --um-per-px or --field-width-mm, or photograph a scale card (`calibrate card`) at this setting"


def write_card(output: Path) -> None:
    """Write the scale cards.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    if output.is_dir():
        message = f"{output}: is a folder; name a file with --output, such as card.pdf"
        raise UsageError(message)
    write_atomically(output, card_sheet())
    write_line(sys.stdout, f"{output}: print it at 100 %, and measure its control line: 100 mm")


def read_photo_scale(path: Path, scale: ScaleOptions, output: Path | None, *, as_json: bool) -> None:
    """Show the scale of a photo; of one without scale, or with a contradictory one, after what was found.

    Raises
    ------
    HairDensityError
        With the exit code of what went wrong.
    """
    photo = read_photo(path)
    stated = stated_scales(StatedScale(**asdict(scale)), path)
    seen = see_scales(photo, stated)
    known, trouble = None, None
    try:
        known = resolve_scale(photo, stated, seen)
    except ScaleError as error:
        trouble = error
    reading = ScaleReading(known, seen)
    with claim_folder(output or RESULTS / path.stem) as folder:
        write_scale_picture(photo, reading, folder / "scale.png")
    if as_json:
        write_text(sys.stdout, json_text(scale_document(photo, reading)))
    words = sys.stderr if as_json else sys.stdout
    for line in scale_lines(photo, reading):
        write_line(words, line)
    write_line(words, f"Picture: {folder / 'scale.png'}")
    if trouble is None and known is None:
        trouble = ScaleError(f"{photo.name}: no scale found; {REMEDY}")
    if trouble is not None:
        raise trouble


def save_profile(name: str, path: Path, scale: ScaleOptions) -> None:
    """Save the scale of a photo as a device profile.

    Raises
    ------
    HairDensityError
        With the exit code of what went wrong.
    """
    target = profile_path(name)
    photo = read_photo(path)
    stated = stated_scales(StatedScale(**asdict(scale)), path)
    known = resolve_scale(photo, stated, see_scales(photo, stated))
    if known is None:
        message = f"{photo.name}: no scale found to save; {REMEDY}"
        raise ScaleError(message)
    profile = DeviceProfile(name, known.um_per_px, (photo.width_px, photo.height_px), known.how)
    write_atomically(target, profile_text(profile).encode())
    size = known.um_per_px
    write_line(
        sys.stdout,
        f"profile {name}: {size.value:.4g} um per px ({size.low:.4g} to {size.high:.4g}, {known.how}), "
        f"for photos of {photo.width_px} x {photo.height_px} px; use it with --profile {name}",
    )
