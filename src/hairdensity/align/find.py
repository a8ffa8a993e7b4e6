"""Two analysed photos become an Alignment: proposed by texture and roots, believed only with proof."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hairdensity.align.constellation import count_agreement, propose_by_roots, root_residual_px, root_score
from hairdensity.align.homography import resampling, stretches
from hairdensity.align.model import Alignment
from hairdensity.align.search import search_texture, searched_views
from hairdensity.align.shared import shared_fields, shared_fraction
from hairdensity.align.texture import (
    propose_by_texture,
    refine_by_texture,
    texture_correlation,
    texture_residual_px,
)
from hairdensity.align.view import view_skin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hairdensity.align.model import AlignSettings
    from hairdensity.align.view import SkinView
    from hairdensity.pipeline import Analysis

ROOT_PROPOSALS = 3
"""So many of the best mappings of the constellation are refined and judged."""
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a mapping: of the textures, and of the roots in the shared skin.

    `rise` is that of a sighting; None of a mapping that few places were tried for.
    """

    correlation: float
    compared_mm2: float
    has_texture: bool
    score: float
    match_count: int
    matched_fraction: float
    rise: float | None = None

    @property
    def strength(self) -> float:
        """Correlation over the size it has by accident, which falls with the root of the area."""
        return self.correlation * math.sqrt(self.compared_mm2)


def align(
    before: Analysis,
    after: Analysis,
    settings: AlignSettings,
    known: NDArray[np.float64] | None = None,
) -> Alignment:
    """Find the skin of one photo in the other.

    Parameters
    ----------
    before, after
        Two analysed photos with a field; hairs help but are not needed where the skin has texture.
    settings
        How to look, and what proof to ask for.
    known
        A mapping of photo to photo, shape (3, 3), that is tried before any other is looked for.

    Returns
    -------
    Alignment
        With status "not-aligned" and a reason when no mapping is proven.
    """
    um_per_px = max(settings.texture_um_per_px, before.working_um_per_px, after.working_um_per_px)
    views = view_skin(before, um_per_px, settings), view_skin(after, um_per_px, settings)
    strongest = Evidence(0.0, 0.0, has_texture=True, score=0.0, match_count=0, matched_fraction=0.0)
    for mapping, rise in _candidates((before, after), views, settings, known):
        evidence = replace(weigh(mapping, *views, settings), rise=rise)
        if is_proof(evidence, settings):
            return _aligned((before, after), views, mapping, settings)
        strongest = max(strongest, evidence, key=lambda one: (one.strength, one.score))
    return not_aligned(_different_skin(before, after, strongest, settings))


def not_aligned(reason: str) -> Alignment:
    """Return the alignment of photos whose common skin is not known, for `reason`."""
    return Alignment("not-aligned", reason, None, None, 0, 0.0, None, None)


def weigh(
    mapping: NDArray[np.float64], before: SkinView, after: SkinView, settings: AlignSettings
) -> Evidence:
    """Gather what speaks for a mapping of view to view."""
    correlation, compared_mm2 = texture_correlation(mapping, before, after)
    matched, before_count, after_count, _ = count_agreement(mapping, before, after, settings)
    return Evidence(
        correlation=correlation,
        compared_mm2=compared_mm2,
        has_texture=_has_texture(before, after, settings),
        score=root_score(mapping, before, after, settings),
        match_count=matched,
        matched_fraction=matched / max(min(before_count, after_count), 1),
    )


def is_proof(evidence: Evidence, settings: AlignSettings) -> bool:
    """Say whether the same skin is proven: by its texture, or strictly by roots where it has none."""
    if evidence.has_texture and evidence.compared_mm2 >= settings.min_compared_skin_mm2:
        return evidence.correlation >= needed_correlation(evidence, settings)
    return (
        evidence.score >= settings.min_root_score
        and evidence.matched_fraction >= settings.min_matched_fraction
    )


def needed_correlation(evidence: Evidence, settings: AlignSettings) -> float:
    """Return how well the textures must correlate, given the compared area and how the mapping was found."""
    root_area_mm = max(math.sqrt(evidence.compared_mm2), TINY)
    if evidence.rise is not None:
        return max(settings.min_sighting_correlation, settings.min_sighting_strength / root_area_mm)
    scores = (settings.min_backing_score, settings.full_backing_score)
    correlations = (settings.min_texture_correlation, settings.min_backed_correlation)
    strengths = (settings.min_texture_strength, settings.min_backed_strength)
    correlation, strength = (
        float(np.interp(evidence.score, scores, one)) for one in (correlations, strengths)
    )
    return max(correlation, strength / root_area_mm)


def _has_texture(before: SkinView, after: SkinView, settings: AlignSettings) -> bool:
    return min(before.texture_fraction, after.texture_fraction) >= settings.min_texture_fraction


def _candidates(
    analyses: tuple[Analysis, Analysis],
    views: tuple[SkinView, SkinView],
    settings: AlignSettings,
    known: NDArray[np.float64] | None,
) -> Iterator[tuple[NDArray[np.float64], float | None]]:
    """Yield refined, plausible mappings of view to view, the quickly found first, and a sighting's rise."""
    textured = _has_texture(*views, settings)
    for proposal in _proposals(*views, settings, known):
        if is_plausible(proposal, views[0], settings):
            yield _refined(proposal, views, settings) if textured else proposal, None
    if textured:
        yield from _sighted(analyses, views, settings)


def _refined(
    proposal: NDArray[np.float64], views: tuple[SkinView, SkinView], settings: AlignSettings
) -> NDArray[np.float64]:
    refined = refine_by_texture(proposal, *views)
    return refined if is_plausible(refined, views[0], settings) else proposal


def _sighted(
    analyses: tuple[Analysis, Analysis], views: tuple[SkinView, SkinView], settings: AlignSettings
) -> Iterator[tuple[NDArray[np.float64], float]]:
    """Yield what the search over all places finds, refined at its own resolution and at that of the views."""
    searched = searched_views(*analyses, settings)
    to_views = resampling(searched[0].um_per_px / views[0].um_per_px)
    for sighting in search_texture(analyses, searched, settings):
        if sighting.rise < settings.min_sighting_rise:
            return
        if not is_plausible(sighting.mapping, searched[0], settings):
            continue
        rough = _refined(sighting.mapping, searched, settings)
        yield _refined(to_views @ rough @ np.linalg.inv(to_views), views, settings), sighting.rise


def _proposals(
    before: SkinView, after: SkinView, settings: AlignSettings, known: NDArray[np.float64] | None
) -> Iterator[NDArray[np.float64]]:
    if known is not None:
        yield after.from_photo @ known @ np.linalg.inv(before.from_photo)
    by_texture = propose_by_texture(before, after, settings)
    if by_texture is not None:
        yield by_texture
    yield from propose_by_roots(before, after, settings)[:ROOT_PROPOSALS]


def is_plausible(mapping: NDArray[np.float64], before: SkinView, settings: AlignSettings) -> bool:
    """Say whether two photos of a scalp can differ like this: no mirror, mild stretch, mild tilt."""
    if not np.isfinite(mapping).all() or abs(mapping[2, 2]) < TINY:
        return False
    height, width = before.grey.shape
    smallest, largest = stretches(mapping, np.array([width / 2, height / 2]))
    tilt_per_mm = np.abs(mapping[2, :2] / mapping[2, 2]).max() / (before.um_per_px * 1e-3)
    return bool(
        settings.min_scale_ratio < smallest
        and largest < settings.max_scale_ratio
        and largest < settings.max_anisotropy * smallest
        and tilt_per_mm < settings.max_perspective_per_mm
    )


def _aligned(
    analyses: tuple[Analysis, Analysis],
    views: tuple[SkinView, SkinView],
    mapping: NDArray[np.float64],
    settings: AlignSettings,
) -> Alignment:
    """Carry a proven mapping of view to view over to the photos."""
    before, after = analyses
    before_to_after = np.linalg.inv(views[1].from_photo) @ mapping @ views[0].from_photo
    before_to_after = np.asarray(before_to_after / before_to_after[2, 2], dtype=np.float64)
    before_to_after.setflags(write=False)
    fraction = shared_fraction(before.field, after.field, before_to_after)
    if fraction < settings.min_shared_fraction:
        return not_aligned(
            f"{before.photo.name} and {after.photo.name} share only {fraction:.0%} of the smaller field, "
            f"{settings.min_shared_fraction:.0%} is needed; photograph the same site again"
        )
    margin_px = settings.shared_margin_um / before.working_um_per_px
    shared = shared_fields(before.field, after.field, before_to_after, margin_px)
    residual_px = _residual_px(mapping, views, settings)
    match_count = count_agreement(mapping, *views, settings)[0]
    return Alignment(
        status="aligned",
        reason="",
        before_to_after=before_to_after,
        residual_px=residual_px / float(views[1].from_photo[0, 0]),
        match_count=match_count,
        shared_fraction=fraction,
        before_shared_field=shared[0],
        after_shared_field=shared[1],
    )


def _residual_px(
    mapping: NDArray[np.float64], views: tuple[SkinView, SkinView], settings: AlignSettings
) -> float:
    """Return by how much the mapping misses, in px of the view: by the texture, else by the roots."""
    by_texture = texture_residual_px(mapping, *views) if _has_texture(*views, settings) else None
    return root_residual_px(mapping, *views, settings) if by_texture is None else by_texture


def _different_skin(before: Analysis, after: Analysis, strongest: Evidence, settings: AlignSettings) -> str:
    if strongest.compared_mm2 < settings.min_compared_skin_mm2:
        return (
            f"{after.photo.name} cannot be laid on {before.photo.name}: they share no bare skin whose "
            "texture could be compared; photograph the same site again, large enough and in focus"
        )
    seen = math.floor(100 * max(strongest.correlation, 0.0)) / 100
    needed = math.ceil(100 * needed_correlation(strongest, settings)) / 100
    return (
        f"{after.photo.name} does not show the skin of {before.photo.name}, or too little of it: "
        f"the texture of {strongest.compared_mm2:.1f} mm² of bare skin correlates {seen:.2f} at best "
        f"({needed:.2f} needed); photograph the same site again"
    )
