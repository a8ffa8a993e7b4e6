"""What a reader must know before a change is taken for an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hairdensity.compare.floor import freedom_text
from hairdensity.report.language import ENGLISH

if TYPE_CHECKING:
    from hairdensity.compare import Comparison
    from hairdensity.report.language import Language

UNCONTROLLED = (
    "One uncontrolled pair shows a change, not its cause: in a controlled trial saline alone gained 15.7"
    " hairs per cm². Season, cut, dye and fresh regrowth change the numbers too."
)


def caveats(comparison: Comparison) -> list[dict[str, str]]:
    """Return code and message of each caveat: the general one, what the photos suggest, whose noise is used.

    The trial is Shapiro 2020: 151 to 166.7 hairs/cm² with saline, 151 to 171 with platelet-rich plasma.
    """
    if comparison.alignment.status == "not-aligned":
        return []
    found = [{"code": "uncontrolled", "message": UNCONTROLLED}]
    found += [{"code": hint.code, "message": hint.message} for hint in comparison.hints]
    floor = comparison.settings.noise_floor
    if floor is not None:
        freedom = freedom_text(floor.difference_count)
        message = f"intervals rest on the noise floor in {floor.name} ({freedom})"
        found.append({"code": "noise-floor", "message": message})
    return found


def caveat_sentences(comparison: Comparison, language: Language = ENGLISH) -> list[str]:
    """Return each caveat as a sentence for people."""
    told = [language.note(caveat["message"]) for caveat in caveats(comparison)]
    return [f"{text[0].upper()}{text[1:].rstrip('.')}." for text in told]
