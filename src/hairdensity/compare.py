"""Two photos become a Comparison: both measured on the shared field, each change with its interval and verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from hairdensity.align import Alignment, AlignSettings
from hairdensity.match import HairPair, MatchSettings
from hairdensity.pipeline import Analysis, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from hairdensity.estimate import Estimate
    from hairdensity.measure import Measurement
    from hairdensity.photo import Photo
    from hairdensity.scale.model import StatedScale

ChangeVerdict = Literal["increase", "decrease", "not-resolved"]


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """Settings of a comparison and of the two analyses it rests on."""

    analysis: Settings = field(default_factory=Settings)
    align: AlignSettings = field(default_factory=AlignSettings)
    match: MatchSettings = field(default_factory=MatchSettings)


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one quantity over the shared field.

    `quantity` is a field name of `Measurement`; `relative` is a fraction of the before value (0.10 = +10 %);
    `minimal_detectable_change` is in the quantity's unit, or relative where only that is known. What cannot be known
    is None, with its reason in `Comparison.null_reasons` under "changes.<quantity>.<field>".
    """

    quantity: str
    before: Estimate | None
    after: Estimate | None
    difference: Estimate | None
    relative: Estimate | None
    minimal_detectable_change: float | None
    verdict: ChangeVerdict


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two visits of one site; shared measurements are None and `changes` empty when the photos are not aligned."""

    before: Analysis
    after: Analysis
    alignment: Alignment
    before_shared: Measurement | None
    after_shared: Measurement | None
    changes: tuple[Change, ...]
    pairs: tuple[HairPair, ...]
    null_reasons: Mapping[str, str]
    settings: CompareSettings


def compare_photos(
    before: Photo | str | PathLike[str],
    after: Photo | str | PathLike[str],
    before_scale: StatedScale | None = None,
    after_scale: StatedScale | None = None,
    settings: CompareSettings | None = None,
) -> Comparison:
    """Compare two photos of one scalp site."""
    raise NotImplementedError
