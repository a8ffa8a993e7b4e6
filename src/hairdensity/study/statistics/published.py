"""Published effects of treatments: context with its source, never a norm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = {
    "micro-needling": re.compile(r"needling|dermaroller|microneedl"),
    "platelet-rich plasma": re.compile(r"\bprp\b|platelet"),
    "minoxidil": re.compile(r"minoxidil"),
    "sham": re.compile(r"sham|saline|placebo|vehicle"),
}
"""Words by which a treatment is recognized in the names of arms and sessions."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published effect: of what, in whom, how large, and where it stands."""

    kinds: frozenset[str]
    quantity: str
    treatment: str
    effect: str
    conditions: str
    source: str


EFFECTS = (
    Published(
        frozenset({"micro-needling"}), "hair_density_per_cm2", "micro-needling", "+10.8 hairs/cm²",
        "30 men, split head", "Aggarwal 2020 (abstract)",
    ),
    Published(
        frozenset({"micro-needling", "platelet-rich plasma"}), "hair_density_per_cm2",
        "micro-needling with platelet-rich plasma", "+14.6 hairs/cm²", "30 men, split head",
        "Aggarwal 2020 (abstract)",
    ),
    Published(
        frozenset({"platelet-rich plasma"}), "hair_density_per_cm2", "platelet-rich plasma",
        "+25.8 (15.5 to 36.2) hairs/cm²", "meta-analysis, men", "Gupta 2020 (abstract)",
    ),
    Published(
        frozenset({"platelet-rich plasma"}), "hair_density_per_cm2", "platelet-rich plasma",
        "151 to 171 hairs/cm², no difference from saline", "against saline injections",
        "Shapiro 2020 (abstract)",
    ),
    Published(
        frozenset({"sham"}), "hair_density_per_cm2", "saline injections", "151 to 166.7 hairs/cm²",
        "the control arm of a trial of platelet-rich plasma", "Shapiro 2020 (abstract)",
    ),
    Published(
        frozenset({"minoxidil"}), "cumulative_thickness_mm_per_cm2", "minoxidil", "14.8 to 18.0 mm/cm²",
        "6 months", "TrichoScan paper (abstract)",
    ),
)  # fmt: skip


def published_effects(names: Iterable[str], quantity: str) -> tuple[Published, ...]:
    """Return what was published on the treatments that some names of arms or sessions speak of.

    An effect of two treatments together is given where one name holds both.

    Examples
    --------
    >>> [one.treatment for one in published_effects(["Microneedling"], "hair_density_per_cm2")]
    ['micro-needling']
    """
    spoken_of = [
        frozenset(kind for kind, words in KINDS.items() if words.search(name.casefold())) for name in names
    ]
    return tuple(one for one in EFFECTS if one.quantity == quantity and one.kinds in spoken_of)
