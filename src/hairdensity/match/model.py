"""Hair-to-hair pairs, and the settings they are decided with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PairState = Literal["kept", "gained", "lost", "unsure"]


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """When two hairs are the same hair, and when a hair is gone; in physical units."""

    root_tolerance_um: float = 50.0
    """Roots of one hair lie within this distance of a perfect mapping, the costs below added."""
    beside_weight: float = 1.5
    """Roots are found this much more exactly beside the shaft than along it."""
    turn_cost_um: float = 100.0
    """A pair of opposite directions counts as this much further apart."""
    diameter_cost_um: float = 40.0
    """A pair whose diameters differ by a factor of e counts as this much further apart."""
    path_tolerance_um: float = 35.0
    """Roots this near to each other's hair path are of one hair, read from different ends."""
    reconciled_um: float = 120.0
    """What seems lost and what seems gained within this distance, costs added, is one hair after all."""
    max_line_um: float = 200.0
    """A hair is looked for along this much of its shaft from the root."""
    min_line_um: float = 100.0
    """A shorter hair is looked for as if it were this long."""
    line_turn_deg: float = 20.0
    """The hair may be turned this far."""
    line_offset_um: float = 20.0
    """The hair may lie this far beside the root of a perfect mapping."""
    line_blur_um: float = 8.0
    """Standard deviation of the blur before lines are looked for."""
    flank_um: float = 25.0
    """Skin beside the line is read this far outside the shaft."""
    edge_um: float = 12.0
    """The soft edge of a hair's body."""
    min_free_fraction: float = 0.5
    """A line of which less is free of other hairs proves nothing."""
    max_hidden_ratio: float = 0.6
    """A hair may hide where less of its place is free in the other photo, as a share of that in its own."""
    min_contrast: float = 0.06
    """A hair's line is darker (or brighter) than its flanks by at least this share of their brightness."""
    min_confidence: float = 0.85
    """A hair found in one photo alone with less confidence may never have been one: it is unsure."""
    lost_ratio: float = 0.40
    """Contrast in the other photo below this share of the own: the hair is not there."""
    kept_ratio: float = 0.50
    """Contrast in the other photo above this share of the own: the hair is there."""


@dataclass(frozen=True, slots=True)
class HairPair:
    """One hair of the shared field followed from before to after; ids refer to the two analyses' hairs.

    A kept hair has one id alone when the other photo's pixels show it though it was not found there.
    """

    before_id: int | None
    after_id: int | None
    state: PairState
