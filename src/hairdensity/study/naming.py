"""A file's name becomes what is known of the photo, by a pattern such as `{subject}_{site}_{visit}.jpg`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hairdensity.errors import UsageError
from hairdensity.study.entry import LABELS, PhotoEntry

PLACE = re.compile(r"\{([^{}]*)\}|\*")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A pattern of file names, ready to read them.

    Attributes
    ----------
    text
        As the user wrote it: `{subject}`, `{site}`, `{visit}`, `{date}`, `{arm}`, `{side}` stand for what is
        to be read, `*` for anything; a pattern with `/` is held against the path below the folder.

    Examples
    --------
    >>> read = NamePattern("{subject}_{site}_{visit}.jpg").entry("trial/07_vertex_week12.jpg")
    >>> read.subject, read.site, read.visit
    ('07', 'vertex', 'week12')
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse a pattern that reads nothing, or names what does not exist."""
        names = [one.group(1) for one in PLACE.finditer(self.text) if one.group(1) is not None]
        unknown = [name for name in names if name not in LABELS]
        if unknown or not names or len(set(names)) != len(names):
            wrong = f"{{{unknown[0]}}} is not known" if unknown else "each place must be named once"
            known = ", ".join(f"{{{name}}}" for name in LABELS)
            message = f"--pattern {self.text}: {wrong}; use some of {known}, each once"
            raise UsageError(message)

    def entry(self, photo: str) -> PhotoEntry | None:
        """Return what the name of a photo says; None when the pattern does not fit.

        Raises
        ------
        UsageError
            When the name can be read in more than one way.
        """
        name = photo if "/" in self.text else photo.rpartition("/")[2]
        short, long = (re.fullmatch(self._expression(greed), name, re.IGNORECASE) for greed in ("?", ""))
        if short is None or long is None:
            return None
        if short.groupdict() != long.groupdict():
            message = (
                f"{photo}: fits --pattern {self.text} in two ways ({_said(short)}, or {_said(long)});"
                " give a manifest instead, or rename the file"
            )
            raise UsageError(message)
        return PhotoEntry.labelled(photo, short.groupdict())

    def _expression(self, greed: str) -> str:
        """Return the regular expression that takes as little (`?`) or as much as it can, place by place."""
        parts, end = [], 0
        for place in PLACE.finditer(self.text):
            name = place.group(1)
            parts += [re.escape(self.text[end : place.start()])]
            parts += [rf"[^/]*{greed}" if name is None else rf"(?P<{name}>[^/]+{greed})"]
            end = place.end()
        return "".join([*parts, re.escape(self.text[end:])])


def _said(match: re.Match[str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in match.groupdict().items())
