"""Photo, scale, field and hairs become Quality: flags with value, message and advice, and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "usable", "refused"]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about the photo that a reader of its numbers must know."""

    code: str
    message: str
    advice: str
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Quality:
    """The verdict on a photo and the flags behind it."""

    verdict: Verdict
    flags: tuple[Flag, ...]
