"""Names and labels become text that can do no more than be read."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hairdensity.compare import Comparison
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language

JOINERS = "\u200c\u200d"
"""Words of some languages need these; they hide and turn nothing."""


def visible_text(text: str) -> str:
    """Return a text whose control characters are seen instead of obeyed.

    Line breaks, bells and the marks that turn the reading direction, which can make a name read as another
    one, become their number.

    Examples
    --------
    >>> visible_text("a" + chr(0x202E) + "b.jpg")
    'a⟨U+202E⟩b.jpg'
    """
    return "".join(
        f"⟨U+{ord(one):04X}⟩"
        if unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"} and one not in JOINERS
        else one
        for one in text
    )


def named(analysis: Analysis, side: str, label: str, language: Language) -> Analysis:
    """Return an analysis whose photo has the name it gets on the page: by its side where a label is given."""
    name = language.say(f"side.{side}_name") if label else visible_text(analysis.photo.name)
    return replace(analysis, photo=replace(analysis.photo, name=name))


def both_named(comparison: Comparison, label: str, language: Language) -> Comparison:
    """Return a comparison whose photos have the names they get on the page, also where it tells of them."""
    before = named(comparison.before, "before", label, language)
    after = named(comparison.after, "after", label, language)
    reason = comparison.alignment.reason
    for old, new in ((comparison.before, before), (comparison.after, after)):
        reason = reason.replace(old.photo.name, new.photo.name)
    alignment = replace(comparison.alignment, reason=reason)
    return replace(comparison, before=before, after=after, alignment=alignment)
