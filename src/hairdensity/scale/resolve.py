"""What is stated and what is seen become the one scale of a photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from hairdensity.errors import ScaleError
from hairdensity.estimate import Estimate
from hairdensity.scale.model import (
    UM_PER_MM,
    Scale,
    ScaleSettings,
    ScaleSource,
    SeenScale,
    StatedScale,
    StatedScales,
)
from hairdensity.scale.profile import read_profile
from hairdensity.scale.see import see_scales
from hairdensity.scale.stated import read_stated_scales

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from hairdensity.photo import Photo

_OF_STATED_LENGTH = {
    "scale_bar_mm": "scale-bar",
    "ruler_mm": "ruler",
    "circle_mm": "circle",
    "grid_mm": "grid",
}
"""Key that states the length of something seen -> what is seen."""

_REMEDY = "give --um-per-px or --field-width-mm instead"


@dataclass(frozen=True, slots=True)
class ScaleReading:
    """The scale of a photo, None when none is known, and everything seen in it that tells one."""

    scale: Scale | None
    seen: tuple[SeenScale, ...]


def read_scale(
    photo: Photo,
    stated: StatedScale | None = None,
    path: str | PathLike[str] | None = None,
    settings: ScaleSettings | None = None,
) -> ScaleReading:
    """Find the scale of a photo: an option wins over the sidecar file, this over the folder's file.

    Then come what the photo's file states of its px, and what is seen in the photo.

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
    ScaleReading
        With a scale of None when no source states one. Of several values in one source that agree, the most
        precise one is taken.

    Raises
    ------
    ScaleError
        When two sources contradict each other and no option decides, when two options do, or when something
        of a stated length is not seen.
    UsageError
        When one of the files is not as it should be.
    """
    sources = stated_scales(stated, path)
    seen = see_scales(photo, sources)
    return ScaleReading(resolve_scale(photo, sources, seen, settings), seen)


def stated_scales(stated: StatedScale | None, path: str | PathLike[str] | None) -> StatedScales:
    """Read what the files beside a photo state, and put the options beside it."""
    files = (StatedScale(), StatedScale()) if path is None else read_stated_scales(path)
    return StatedScales(stated or StatedScale(), *files)


def resolve_scale(
    photo: Photo, stated: StatedScales, seen: Sequence[SeenScale], settings: ScaleSettings | None = None
) -> Scale | None:
    """Decide between what is stated and what is seen; see `read_scale`."""
    sources = _Sources(photo, seen, settings or ScaleSettings())
    option = sources.decided(stated.option, "option", must_be_seen=True)
    others = sources.found_beside(stated, decided=option is not None)
    if option is not None:
        against = [other for _, other in others if not option.agrees_with(other)]
        return replace(option, contradicted_by=against[0]) if against else option
    for (first, first_scale), (second, second_scale) in combinations(others, 2):
        if not first_scale.agrees_with(second_scale):
            raise _contradiction(photo, (first, first_scale), (second, second_scale))
    refusals = [one.refusal for one in seen if one.refusal]
    if refusals and not others:
        raise _refusal(photo, refusals[0])
    return others[0][1] if others else None


@dataclass(frozen=True, slots=True)
class _Sources:
    """Everything that the scale of one photo may follow from."""

    photo: Photo
    seen: Sequence[SeenScale]
    settings: ScaleSettings

    def found_beside(self, stated: StatedScales, *, decided: bool) -> list[tuple[str, Scale]]:
        """Return the scales found without the options, each with its name, in the order of belief."""
        named: tuple[tuple[str, StatedScale, ScaleSource], ...] = (
            ("the sidecar file", stated.sidecar, "sidecar"),
            ("the folder's file", stated.folder, "folder"),
        )
        found: list[tuple[str, Scale]] = []
        for name, one, source in named:
            scale = self.decided(one, source, must_be_seen=not decided and not found)
            if scale is not None:
                found.append((name, scale))
        used = {scale.source for _, scale in found}
        return [
            *found,
            *self._in_the_file(),
            *(one for one in self._in_the_photo() if one[1].source not in used),
        ]

    def _in_the_file(self) -> list[tuple[str, Scale]]:
        """Return what the photo's own file states of its px."""
        px = self.photo.stated_px
        if px is None or px.um_per_px is None:
            return []
        return [(f"the {px.source.upper()} file", self._by_size(px.um_per_px, px.source, px.how))]

    def _in_the_photo(self) -> list[tuple[str, Scale]]:
        """Return what is seen in the photo and whose length is known."""
        return [
            (f"the {one.source.replace('-', ' ')} in the photo", Scale(um_per_px, one.source, how=one.how))
            for one in self.seen
            if (um_per_px := one.um_per_px) is not None
        ]

    def decided(self, stated: StatedScale, source: ScaleSource, *, must_be_seen: bool) -> Scale | None:
        """Return the scale that one source states, None when it states none."""
        found = self._each(stated, source, must_be_seen=must_be_seen)
        where = "" if source == "option" else f" of the {source} file"
        for (first, first_scale), (second, second_scale) in combinations(found.items(), 2):
            if not first_scale.agrees_with(second_scale):
                raise _contradiction(self.photo, (first + where, first_scale), (second + where, second_scale))
        return min(found.values(), key=lambda scale: round(scale.um_per_px.relative_sd, 9), default=None)

    def _each(self, stated: StatedScale, source: ScaleSource, *, must_be_seen: bool) -> dict[str, Scale]:
        found: dict[str, Scale] = {}
        if stated.um_per_px is not None:
            found["um_per_px"] = self._by_size(
                stated.um_per_px, source, f"stated as {stated.um_per_px:g} um/px"
            )
        if stated.field_width_mm is not None:
            um_per_px = stated.field_width_mm * UM_PER_MM / self.photo.width_px
            how = f"field width stated as {stated.field_width_mm:g} mm"
            found["field_width_mm"] = self._by_size(um_per_px, source, how)
        if stated.profile is not None:
            found["profile"] = read_profile(stated.profile).scale_of(self.photo)
        for key, what in _OF_STATED_LENGTH.items():
            scale = self._by_stated_length(getattr(stated, key), what, must_be_seen=must_be_seen)
            if scale is not None:
                found[key] = scale
        return found

    def _by_size(self, um_per_px: float, source: ScaleSource, how: str) -> Scale:
        error = um_per_px * self.settings.stated_error_fraction
        return Scale(Estimate(um_per_px, um_per_px - error, um_per_px + error), source, how=how)

    def _by_stated_length(self, length_mm: float | None, what: str, *, must_be_seen: bool) -> Scale | None:
        """Return the scale by something seen whose length is stated; None where it is missing and may be."""
        if length_mm is None:
            return None
        for one in self.seen:
            if one.source == what:
                exact = Estimate(length_mm, length_mm, length_mm)
                um_per_px = replace(one, length_mm=exact).um_per_px
                if um_per_px is not None:
                    return Scale(um_per_px, one.source, how=f"{one.how}, stated as {length_mm:g} mm")
        if not must_be_seen:
            return None
        refusals = [one.refusal for one in self.seen if one.source == what and one.refusal]
        if refusals:
            raise _refusal(self.photo, refusals[0])
        words = what.replace("-", " ")
        message = f"{self.photo.name}: no single {words} of {length_mm:g} mm is seen; {_REMEDY}"
        raise ScaleError(message)


def _refusal(photo: Photo, why: str) -> ScaleError:
    return ScaleError(f"{photo.name}: {why}; hold the camera straight above the skin, or give --um-per-px")


def _contradiction(photo: Photo, first: tuple[str, Scale], second: tuple[str, Scale]) -> ScaleError:
    return ScaleError(
        f"{photo.name}: {first[0]} says {first[1].um_per_px.value:.4g} um/px and {second[0]} says "
        f"{second[1].um_per_px.value:.4g} um/px; correct one or leave it out"
    )
