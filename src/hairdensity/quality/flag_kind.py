"""One kind of quality flag: what is looked at, its limits, what is said and advised."""

from __future__ import annotations

from dataclasses import dataclass

from hairdensity.quality.model import Flag


@dataclass(frozen=True, slots=True)
class FlagKind:
    """One thing that is looked at.

    Attributes
    ----------
    code
        Name of the flag in results.
    quantity
        What the value is, with its unit.
    warns, refuses
        Limits beyond which the photo is only usable, or refused; None where there is no such limit.
    when_below
        Whether values below the limits are bad, rather than values above.
    message
        What is said; `{value}` and `{limit}` are filled in.
    advice
        What the user can do.
    """

    code: str
    quantity: str
    warns: float | None
    refuses: float | None
    message: str
    advice: str
    when_below: bool = False

    def raised(self, value: float) -> tuple[Flag, bool] | None:
        """Return the flag that `value` raises and whether it refuses the photo, or None.

        Examples
        --------
        >>> kind = FlagKind("size", "size, px", 20, 10, "{value} px, less than {limit}.", "Enlarge.", True)
        >>> flag, refuses = kind.raised(12.0)
        >>> flag.message, refuses
        ('12 px, less than 20.', False)
        """
        for limit, refuses in ((self.refuses, True), (self.warns, False)):
            if limit is not None and (value < limit if self.when_below else value > limit):
                message = self.message.format(value=f"{value:.3g}", limit=f"{limit:.3g}")
                return Flag(self.code, message, self.advice, value, limit), refuses
        return None
