"""Re-shoots of unchanged sites become a noise floor: what this camera cannot tell from no change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.compare import NoiseFloor, compare_visits
from hairdensity.compare.floor import detectable_difference, freedom_text
from hairdensity.errors import AlignmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hairdensity.compare import Change, CompareSettings, Comparison
    from hairdensity.pipeline import Analysis

MIN_PHOTOS = 2
COUNTED = {
    "hair_count": "hair_count",
    "hair_density_per_cm2": "hair_count",
    "unit_count": "unit_count",
    "unit_density_per_cm2": "unit_count",
}
"""Quantities that move in steps of one, and the count that tells how large a step is."""
SHARES = {
    "terminal_fraction": "hair_count",
    "vellus_fraction": "hair_count",
    "diameter_diversity_fraction": "hair_count",
    "single_hair_unit_fraction": "unit_count",
    "hairs_per_unit": "unit_count",
}
"""Quantities that move by one over a count."""
MIN_STEP_SD = 0.35
"""Counts that never differed may still do so by half a step: the floor is no lower than this."""
FEW_FREEDOM = 5
"""With fewer degrees of freedom a noise floor is hardly known itself."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """How well one quantity repeats.

    Attributes
    ----------
    mean
        Over all photos, in the quantity's unit.
    within_sd
        Standard deviation of one photo about its site.
    cv_fraction
        `within_sd` over `mean`; None for a mean of 0.
    icc
        Intraclass correlation, one-way random effects, one photo (Shrout & Fleiss 1979): the share
        of the variance that is between sites; None for a single site.
    minimal_detectable_change
        Student's t times the square root of 2 times `within_sd` (Weir 2005), as a comparison takes it.
    """

    mean: float
    within_sd: float
    cv_fraction: float | None
    icc: float | None
    minimal_detectable_change: float


@dataclass(frozen=True, slots=True)
class Repeatability:
    """The noise floor of a set of re-shoots; `degrees_of_freedom` are photos less sites."""

    photo_count: int
    site_count: int
    degrees_of_freedom: int
    quantities: Mapping[str, Repeated]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know before relying on it."""
        if self.degrees_of_freedom >= FEW_FREEDOM:
            return ()
        message = (
            f"{freedom_text(self.degrees_of_freedom)} only, so this floor is wide and hardly known itself;"
            f" take more re-shoots, for {FEW_FREEDOM} or more"
        )
        return (message,)

    def floor(self, name: str) -> NoiseFloor:
        """Return what a comparison needs of it, under the name of its file."""
        return NoiseFloor(
            name=name,
            difference_count=self.degrees_of_freedom,
            within_sd={quantity: one.within_sd for quantity, one in self.quantities.items()},
            mean={quantity: one.mean for quantity, one in self.quantities.items()},
        )


def measure_repeatability(sites: Sequence[Sequence[Analysis]], settings: CompareSettings) -> Repeatability:
    """Measure how well re-shoots of unchanged sites agree.

    Parameters
    ----------
    sites
        The analysed photos of each site, at least two of one site; hairs are followed from photo to photo as
        in a comparison, on the skin that all photos of a site show.
    settings
        Settings of a comparison.

    Raises
    ------
    UsageError
        When no site has two photos, or two of the photos are copies of one file.
    AlignmentError
        When a photo does not show the skin of the first of its site.
    """
    _require_different_files([photo for site in sites for photo in site])
    repeated = [site for site in sites if len(site) >= MIN_PHOTOS]
    if not repeated:
        message = (
            "no site has two photos; give two re-shoots or more of one site (photos of a folder are one site)"
        )
        raise UsageError(message)
    courses = [compare_visits(site, settings) for site in repeated]
    for comparison in (one for course in courses for one in course):
        _require_alignment(comparison)
    names = [change.quantity for change in courses[0][0].changes]
    values = {name: [_values(course, name) for course in courses] for name in names}
    known = {name: [site for site in ones if site is not None] for name, ones in values.items()}
    return Repeatability(
        photo_count=sum(len(site) for site in repeated),
        site_count=len(repeated),
        degrees_of_freedom=sum(len(site) - 1 for site in repeated),
        quantities={
            name: _repeated(ones, _least_sd(name, known))
            for name, ones in known.items()
            if len(ones) == len(courses)
        },
    )


def _require_different_files(analyses: Sequence[Analysis]) -> None:
    """Refuse copies: a file agrees with itself whatever the camera and the hands do."""
    seen: dict[str, str] = {}
    for photo in (analysis.photo for analysis in analyses):
        if photo.sha256 in seen:
            message = (
                f"{seen[photo.sha256]} and {photo.name} are the same file twice, and that shows no noise;"
                " lift the camera and take each photo anew"
            )
            raise UsageError(message)
        seen[photo.sha256] = photo.name


def _require_alignment(comparison: Comparison) -> None:
    if comparison.alignment.before_to_after is None:
        message = f"{comparison.alignment.reason}; photos of one folder must be re-shoots of one site"
        raise AlignmentError(message)


def _values(course: Sequence[Comparison], quantity: str) -> list[float] | None:
    """Return the value of each photo of a site, the first's plus each difference from it; None: unknown."""
    changes = [_change(one, quantity) for one in course]
    if any(change.before is None or change.difference is None for change in changes):
        return None
    first = float(np.mean([change.before.value for change in changes if change.before is not None]))
    return [first, *(first + change.difference.value for change in changes if change.difference is not None)]


def _change(comparison: Comparison, quantity: str) -> Change:
    return next(one for one in comparison.changes if one.quantity == quantity)


def _least_sd(quantity: str, known: Mapping[str, Sequence[Sequence[float]]]) -> float:
    """Return the standard deviation of a third of a step of the count; 0 where there are no steps."""
    counted = COUNTED.get(quantity) or SHARES.get(quantity)
    if counted is None or not known.get(counted):
        return 0.0
    count = float(np.mean([np.mean(site) for site in known[counted]]))
    step = 1.0 if quantity in SHARES else float(np.mean([np.mean(site) for site in known[quantity]]))
    return MIN_STEP_SD * step / count if count > 0 else 0.0


def _repeated(sites: Sequence[Sequence[float]], least_sd: float) -> Repeated:
    """Analyse the variance of photos within sites and of sites."""
    sizes = np.array([len(site) for site in sites])
    means = np.array([np.mean(site) for site in sites])
    freedom = int((sizes - 1).sum())
    within = float(sum(((np.array(site) - mean) ** 2).sum() for site, mean in zip(sites, means, strict=True)))
    within_sd = max(float(np.sqrt(within / freedom)), least_sd)
    mean = float((means * sizes).sum() / sizes.sum())
    return Repeated(
        mean=mean,
        within_sd=within_sd,
        cv_fraction=within_sd / abs(mean) if mean else None,
        icc=_icc(sizes, means, within_sd**2),
        minimal_detectable_change=detectable_difference(within_sd, freedom),
    )


def _icc(sizes: np.ndarray, means: np.ndarray, within: float) -> float | None:
    """Return ICC(1,1) of sites of unequal size, at least 0; None for a single site or no variance."""
    sites = len(sizes)
    if sites < MIN_PHOTOS:
        return None
    total = float(sizes.sum())
    mean = float((sizes * means).sum() / total)
    between = float((sizes * (means - mean) ** 2).sum()) / (sites - 1)
    size = (total - float((sizes**2).sum()) / total) / (sites - 1)
    variance = between + (size - 1) * within
    return max((between - within) / variance, 0.0) if variance > 0 else None
