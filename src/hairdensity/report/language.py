"""A language code becomes a Language: the texts, numbers and notes of the report in that language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from hairdensity.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hairdensity.quality import Flag

LANGUAGES = ("en", "de")
"""A language is complete when its catalogue has every text of the first one; a test holds it to that."""
MINUS = "\N{MINUS SIGN}"
PLACEHOLDER = re.compile(r"\\{(\w+)\\}")
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language of the report.

    Attributes
    ----------
    code
        Two letters, as in the page's `lang`.
    texts
        Every text by its dotted key, such as "summary.rose"; `{names}` in it are filled in.
    notes
        What the library says in English, as (English, this language), with the same `{names}` in both.
    """

    code: str
    texts: Mapping[str, str]
    notes: tuple[tuple[str, str], ...]

    def say(self, key: str, **values: object) -> str:
        """Return a text with its names filled in.

        Raises
        ------
        KeyError
            When the catalogue has no such text, or a name in it is not given.

        Examples
        --------
        >>> read_language("de").say("verdict.increase")
        'Zunahme'
        """
        return self.texts[key].format(**values)

    def below(self, start: str) -> dict[str, str]:
        """Return the texts whose keys begin with `start` and a dot, by the rest of the key."""
        return {
            key.removeprefix(f"{start}."): text
            for key, text in self.texts.items()
            if key.startswith(f"{start}.")
        }

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number as it is written in this language.

        Examples
        --------
        >>> read_language("de").number(12.345, 1)
        '12,3'
        """
        text = f"{value:.{decimals}f}".replace("-", MINUS)
        return text.replace(".", self.texts["number.decimal"])

    def note(self, english: str) -> str:
        """Return what the library says in English in this language; as it is where the catalogue lacks it.

        Examples
        --------
        >>> read_language("de").note("no scale")
        'kein Maßstab'
        """
        for pattern, text in self.notes:
            found = _matcher(pattern).fullmatch(english)
            if found:
                return text.format(**{name: self._localised(one) for name, one in found.groupdict().items()})
        return english

    def flag_texts(self, flag: Flag) -> tuple[str, str]:
        """Return message and advice of a quality flag."""
        message, advice = f"flag.{flag.code}.message", f"flag.{flag.code}.advice"
        if message not in self.texts:
            return self.note(flag.message), self.note(flag.advice)
        numbers = {"value": f"{flag.value:.3g}", "limit": f"{flag.limit:.3g}"}
        seen = {name: self._localised(one) for name, one in numbers.items()}
        return self.say(message, **seen), self.say(advice)

    def _localised(self, text: str) -> str:
        """Return a text whose decimal points, between digits, are those of this language."""
        translated = self.note(text) if text in {english for english, _ in self.notes} else text
        is_number = DECIMAL_POINT.sub("", translated).strip("%-").isdigit()
        return DECIMAL_POINT.sub(self.texts["number.decimal"], translated) if is_number else translated


@cache
def read_language(code: str) -> Language:
    """Return a language of the report.

    Parameters
    ----------
    code
        One of `LANGUAGES`.

    Raises
    ------
    UsageError
        When there is no catalogue of that language.
    """
    if code not in LANGUAGES:
        message = f"--lang {code}: the report has no such language; choose {' or '.join(LANGUAGES)}"
        raise UsageError(message)
    text = (resources.files("hairdensity.report") / "texts" / f"{code}.toml").read_text("utf-8")
    catalogue = tomllib.loads(text)
    notes = tuple((one["en"], one["text"]) for one in catalogue.pop("notes", ()))
    return Language(code, dict(_flat(catalogue)), notes)


def _flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{path}.{name}" if path else name
        if isinstance(value, str):
            yield key, value
        else:
            yield from _flat(value, key)


@cache
def _matcher(pattern: str) -> re.Pattern[str]:
    return re.compile(PLACEHOLDER.sub(r"(?P<\1>.+?)", re.escape(pattern)), re.DOTALL)


ENGLISH = read_language(LANGUAGES[0])
