"""What is stated and what is seen become the one scale of a photo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hairdensity.errors import ScaleError
from hairdensity.estimate import Estimate
from hairdensity.scale.bar import find_scale_bar
from hairdensity.scale.model import Scale, ScaleSettings, ScaleSource, StatedScale
from hairdensity.scale.stated import read_stated_scales

if TYPE_CHECKING:
    from os import PathLike

    from hairdensity.photo import Photo


def resolve_scale(
    photo: Photo,
    stated: StatedScale | None = None,
    path: str | PathLike[str] | None = None,
    settings: ScaleSettings | None = None,
) -> Scale | None:
    """Find the scale of a photo: an option wins over the sidecar file, this over the folder's file.

    Parameters
    ----------
    photo
        The photo.
    stated
        What the user states by options.
    path
        Where the photo was read from, so that its sidecar file and its folder's file can be found; None
        leaves them out.
    settings
        How far stated scales are trusted.

    Returns
    -------
    Scale or None
        None when no source states a scale. Of several values in one source that agree, the most precise one.

    Raises
    ------
    ScaleError
        When values of one source contradict each other, when the two files do and no option decides, or when
        the bar of a stated length is not found.
    UsageError
        When one of the two files is not as it should be.
    """
    settings = settings or ScaleSettings()
    sidecar, folder = (StatedScale(), StatedScale()) if path is None else read_stated_scales(path)
    option = _of_source(photo, stated or StatedScale(), "option", settings)
    if option is not None:
        others = (_if_seen(photo, sidecar, "sidecar", settings), _if_seen(photo, folder, "folder", settings))
        against = [other for other in others if other is not None and not option.agrees_with(other)]
        return replace(option, contradicted_by=against[0]) if against else option
    beside = _of_source(photo, sidecar, "sidecar", settings)
    if beside is None:
        return _of_source(photo, folder, "folder", settings)
    around = _if_seen(photo, folder, "folder", settings)
    if around is not None and not beside.agrees_with(around):
        raise _contradiction(photo, "the sidecar file", beside, "the folder's file", around)
    return beside


def _of_source(
    photo: Photo, stated: StatedScale, source: ScaleSource, settings: ScaleSettings
) -> Scale | None:
    """Return the scale that one source states, None when it states none."""
    found: dict[str, Scale] = {}
    if stated.um_per_px is not None:
        found["um_per_px"] = _stated(stated.um_per_px, source, settings)
    if stated.field_width_mm is not None:
        um_per_px = stated.field_width_mm * 1000 / photo.width_px
        found["field_width_mm"] = _stated(um_per_px, source, settings)
    if stated.scale_bar_mm is not None:
        found["scale_bar_mm"] = _by_bar(photo, stated.scale_bar_mm)
    names = list(found)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            if not found[first].agrees_with(found[second]):
                where = "" if source == "option" else f" of the {source} file"
                raise _contradiction(photo, first + where, found[first], second + where, found[second])
    return min(found.values(), key=lambda scale: round(scale.um_per_px.relative_sd, 9), default=None)


def _if_seen(photo: Photo, stated: StatedScale, source: ScaleSource, settings: ScaleSettings) -> Scale | None:
    """Return what a source that is only compared with states; a bar it promises may be missing."""
    bar_is_missing = stated.scale_bar_mm is not None and find_scale_bar(photo) is None
    return _of_source(
        photo, replace(stated, scale_bar_mm=None) if bar_is_missing else stated, source, settings
    )


def _stated(um_per_px: float, source: ScaleSource, settings: ScaleSettings) -> Scale:
    error = um_per_px * settings.stated_error_fraction
    return Scale(Estimate(um_per_px, um_per_px - error, um_per_px + error), source)


def _by_bar(photo: Photo, scale_bar_mm: float) -> Scale:
    bar = find_scale_bar(photo)
    if bar is None:
        message = (
            f"{photo.name}: no single scale bar of {scale_bar_mm:g} mm is seen; "
            "give --um-per-px or --field-width-mm instead"
        )
        raise ScaleError(message)
    length = bar.length_px
    bar_um = scale_bar_mm * 1000
    return Scale(Estimate(bar_um / length.value, bar_um / length.high, bar_um / length.low), "scale-bar")


def _contradiction(
    photo: Photo, first: str, first_scale: Scale, second: str, second_scale: Scale
) -> ScaleError:
    return ScaleError(
        f"{photo.name}: {first} says {first_scale.um_per_px.value:.4g} um/px and {second} says "
        f"{second_scale.um_per_px.value:.4g} um/px; correct one or leave it out"
    )
