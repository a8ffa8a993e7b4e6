"""What a person corrected becomes the `corrections` part of the documents and a sentence of the summary."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from hairdensity.report.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.compare import Comparison
    from hairdensity.corrections import Action, Correction
    from hairdensity.hairs.units import Hair
    from hairdensity.pipeline import Analysis
    from hairdensity.report.language import Language

NOT_CORRECTED = "no corrections were applied: this is the automatic result"
ACTIONS: tuple[Action, ...] = ("draw", "delete", "move-root", "split", "join", "unsure", "sure")


def corrections_of_analysis(analysis: Analysis, automatic: dict[str, Any] | None) -> dict[str, Any]:
    """Return the `corrections` part of one photo's document.

    Parameters
    ----------
    analysis
        Corrected or automatic.
    automatic
        The measurement before the corrections, as a block; None for an automatic analysis.
    """
    by_hand = analysis.by_hand
    return {
        **_counts(() if by_hand is None else by_hand.corrections),
        "unplaced_count": 0 if by_hand is None else by_hand.unplaced_count,
        "same_result": True if by_hand is None else by_hand.same_result,
        "automatic": automatic,
    }


def corrections_of_comparison(comparison: Comparison, automatic: dict[str, Any] | None) -> dict[str, Any]:
    """Return the `corrections` part of the document of two visits; `automatic` is what stood before them."""
    sides = [one.by_hand for one in (comparison.before, comparison.after) if one.by_hand is not None]
    return {
        **_counts([one for side in sides for one in side.corrections]),
        "unplaced_count": sum(side.unplaced_count for side in sides),
        "same_result": all(side.same_result for side in sides),
        "automatic": automatic,
    }


def automatic_reasons(reasons: Mapping[str, str] | None) -> dict[str, str]:
    """Return why something is None in `corrections.automatic`.

    Parameters
    ----------
    reasons
        Those of the automatic result; None when the result is the automatic one.
    """
    if reasons is None:
        return {"corrections.automatic": NOT_CORRECTED}
    return {f"corrections.automatic.{name}": why for name, why in reasons.items()}


def origin_block(hair: Hair, analysis: Analysis) -> dict[str, Any]:
    """Return how a hair came to be, and whether a person marked it as unsure."""
    if analysis.by_hand is None:
        return {"origin": "automatic", "unsure": False}
    one = analysis.by_hand.standing[hair.id]
    return {"origin": one.origin, "unsure": one.unsure}


def corrections_text(corrections: Sequence[Correction], language: Language = ENGLISH) -> str:
    """Say how many corrections were made, of which kind, and by whom.

    Examples
    --------
    >>> corrections_text(())
    'no corrections by hand'
    """
    if not corrections:
        return language.say("hand.none")
    counts = Counter(one.action for one in corrections)
    kinds = [language.say(f"hand.{one}", count=counts[one]) for one in ACTIONS if counts[one]]
    many = "one" if len(corrections) == 1 else "many"
    return language.say(
        f"hand.{many}", count=len(corrections), kinds=", ".join(kinds), by=", ".join(_initials(corrections))
    )


def _counts(corrections: Sequence[Correction]) -> dict[str, Any]:
    counts = Counter(one.action for one in corrections)
    return {
        "count": len(corrections),
        **{f"{action.replace('-', '_')}_count": counts[action] for action in ACTIONS},
        "by": _initials(corrections),
        "list": [_correction_block(one) for one in corrections],
    }


def _correction_block(one: Correction) -> dict[str, Any]:
    return {
        "number": one.number,
        "when": one.when.isoformat(timespec="milliseconds"),
        "by": one.by,
        "what": one.action,
        "photo": one.photo.name,
        "side": one.photo.side,
        "line_sha256": one.line_sha256,
    }


def _initials(corrections: Sequence[Correction]) -> list[str]:
    return sorted({one.by for one in corrections})
