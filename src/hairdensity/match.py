"""Hairs of two photos and their alignment become hair-to-hair pairs: kept, gained, lost, unsure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hairdensity.align import Alignment
    from hairdensity.pipeline import Analysis

PairState = Literal["kept", "gained", "lost", "unsure"]


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """When two hairs are the same hair, in physical units."""


@dataclass(frozen=True, slots=True)
class HairPair:
    """One hair of the shared field followed from before to after; ids refer to the two analyses' hairs."""

    before_id: int | None
    after_id: int | None
    state: PairState


def match_hairs(
    before: Analysis, after: Analysis, alignment: Alignment, settings: MatchSettings
) -> tuple[HairPair, ...]:
    """Match the hairs whose roots lie in the shared field, one to one."""
    raise NotImplementedError
