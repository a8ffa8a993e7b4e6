"""Hair-to-hair pairs, and the settings they are decided with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PairState = Literal["kept", "gained", "lost", "unsure"]


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """When two hairs are the same hair, and when a hair is gone; in physical units."""

    along_sd_um: float = 17.0
    """Roots of one hair are found so far apart along the shaft: measured on 2000 hairs of drawn pairs."""
    beside_sd_um: float = 9.0
    """The same beside the shaft."""
    turn_sd_deg: float = 8.0
    """The same of its direction, combing included."""
    diameter_log_sd: float = 0.25
    """The same of the logarithm of its diameter."""
    stretch_um: float = 2000.0
    """Skin stretches smoothly over such distances (standard deviation of the neighbourhood)."""
    still_hairs: float = 1.0
    """That it does not stretch counts as much as so many hairs."""
    max_stray: float = 2.0
    """A hair that is further off than so many standard deviations says no more of it."""
    unit_sd_um: float = 60.0
    """Standard deviation of the centre of its follicular unit, of which a hair may be missed."""
    max_turn_cost: float = 9.0
    max_diameter_cost: float = 4.0
    max_unit_cost: float = 2.0
    """Squared departures count up to these: a hair may be combed, or read from its other end."""
    max_cost: float = 25.0
    """Two hairs are one up to this sum of squared departures, each in its standard deviation."""
    reconciled_gap_um: float = 60.0
    """What was found before alone and what after alone, with roots this near and alike, is one hair."""
    reconciled_cost: float = 2.0
    """Alike are hairs up to this sum of squared departures, but for those of the root."""
    path_tolerance_um: float = 35.0
    """Roots this near to each other's hair path are of one hair, read from different ends."""
    claimed_um: float = 30.0
    """What lies this near to a hair found in both photos is explained by it."""
    claimed_root_um: float = 45.0
    """The same of root heat."""
    own_root_um: float = 30.0
    """The root of a hair is looked for this far around in the photo it was found in."""
    root_um: float = 60.0
    """The same in the other photo."""
    near_root_um: float = 80.0
    """The same, whatever it may belong to."""
    doubted_spread: float = 2.5
    """Doubted roots lie off by so many times the standard deviations above."""
    line_offset_um: float = 25.0
    """A hair's line may lie this far off in the other photo."""
    min_apart_fraction: float = 0.4
    """A hair of which less lies apart from a surer one, also found here alone, may be it, read twice..."""
    doubled_confidence: float = 0.7
    """... unless it is surer than that: on real frames four in five such finds are hairs of their own."""
    usual_share_hairs: float = 3.0
    """The usual share of changes among hairs found in one photo alone counts as much as so many hairs do."""
    gone_chance: float = 0.5
    """From this chance of a change on a hair found in one photo alone is called lost or gained."""
    kept_chance: float = 0.3
    """Up to this chance of a change it is called kept; between the two it is unsure."""
    no_hair_chance: float = 0.5
    """From this chance on that a kept hair is none it is unsure."""


@dataclass(frozen=True, slots=True)
class HairPair:
    """One hair of the shared field followed from before to after; ids refer to the two analyses' hairs.

    A kept hair has one id alone when the other photo shows it though it was not found there. `change_chance`
    is the chance 0-1 that the hair was lost or gained, `no_hair_chance` that it did not and is no hair;
    of a hair found in both photos they are 0.
    """

    before_id: int | None
    after_id: int | None
    state: PairState
    change_chance: float = field(default=0.0, compare=False)
    no_hair_chance: float = field(default=0.0, compare=False)
