"""The verdict on a photo and the flags behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Verdict = Literal["good", "usable", "refused"]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about the photo that a reader of its numbers must know.

    `value` is what was seen and `limit` what it passed, both in the unit that the registry names for `code`.
    """

    code: str
    message: str
    advice: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Quality:
    """The verdict on a photo and the flags behind it; a refused photo names only why it is refused.

    `measured` holds every value that was looked at, by the code of its flag, raised or not.
    """

    verdict: Verdict
    flags: tuple[Flag, ...]
    measured: Mapping[str, float] = field(default_factory=dict, compare=False)
