"""The alignment of two photos, and the settings it is looked for with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field


@dataclass(frozen=True, slots=True)
class AlignSettings:
    """How the same skin is looked for, and when it is believed to be found; in physical units.

    The limits of belief were measured on pairs of different skin and on warped, relit, combed and clipped
    copies of the same skin: root score <= 13.8 against 5.5 to 25; texture strength (correlation times the
    root of the area in mm²) <= 0.7 against >= 0.9; rise of a sighting <= 8.3 against >= 11. What comes of
    them on real photos is measured by benchmarks/real_pairs.py.
    """

    texture_um_per_px: float = 11.0
    """Resolution at which skin texture is compared; a coarser photo sets its own."""
    fine_texture_um: float = 22.0
    """Standard deviation of the blur that takes noise out of the texture."""
    coarse_texture_um: float = 132.0
    """Standard deviation of the blur that takes shading out of the texture."""
    contrast_window_um: float = 220.0
    """Standard deviation of the window over which texture contrast is made even."""
    min_texture_fraction: float = 0.004
    """Skin whose texture varies less than this share of its brightness is featureless."""
    skin_window_um: float = 1000.0
    """Skin has about the median brightness over this width."""
    max_skin_departure: float = 0.25
    """What departs from that brightness by more than this share of it is no skin."""
    field_margin_um: float = 60.0
    """Kept clear of everything that is not field: burnt-in graphics are alike in all photos of one device."""
    hair_margin_um: float = 45.0
    """Kept clear beside hair shafts where skin texture is compared."""
    feature_count: int = 1500
    """Strongest texture features taken from each photo."""
    feature_ratio: float = 0.85
    """A feature's best partner must be nearer than this share of its second best."""
    feature_tolerance_um: float = 28.0
    """Features that agree lie within this distance after mapping."""
    root_tolerance_um: float = 78.0
    """Roots that agree lie within this distance after mapping."""
    max_root_offset_um: float = 170.0
    """Roots may lie this far off while an alignment is only proposed by the constellation."""
    min_scale_ratio: float = 0.475
    max_scale_ratio: float = 2.1
    """Scale between the two photos beyond what their sizes per px explain: half to twice, and some."""
    max_anisotropy: float = 1.2
    """Largest stretch over smallest stretch of the mapping."""
    max_perspective_per_mm: float = 0.02
    """Change of the mapping's denominator per mm of skin: that of a lens 20 mm away, tilted by 22°."""
    min_texture_correlation: float = 0.25
    """Texture of the same skin correlates at least this much, hairs left out."""
    min_texture_strength: float = 0.8
    """Correlation times the root of the compared skin in mm²: what is by accident falls with the area."""
    min_backing_score: float = 8.0
    """-log10 of the chance that so many roots agree by accident; above it, less is asked of the texture."""
    full_backing_score: float = 13.3
    min_backed_correlation: float = 0.16
    min_backed_strength: float = 0.4
    """As `min_texture_correlation` and `min_texture_strength`, from this score on; in between, linear."""
    min_compared_skin_mm2: float = 0.6
    """Less bare skin than this cannot prove an alignment."""
    min_root_score: float = 16.0
    """On featureless skin: -log10 of the chance that so many roots agree by accident."""
    min_matched_fraction: float = 0.7
    """On featureless skin: share of the roots of the shared skin that must agree."""
    search_um_per_px: float = 35.0
    """Resolution of the search over all turns and places, at the least."""
    search_texture_px: float = 0.86
    """Standard deviation of the fine blur in px of the search."""
    search_turn_deg: float = 3.0
    search_scale_step: float = 0.05
    """Steps of the search, the second in the logarithm of the size."""
    search_scale_reach: float = 0.05
    """Scales known, sizes differ by no more than this in the logarithm: errors of both, stretched skin."""
    sighting_count: int = 2
    """So many of the best places of the search are refined and judged."""
    min_sighting_rise: float = 10.0
    """The same skin rises this far above the best places that other turns and sizes have by accident."""
    min_sighting_correlation: float = 0.15
    min_sighting_strength: float = 0.9
    """As `min_texture_correlation` and `min_texture_strength`, after a search of very many places."""
    min_shared_fraction: float = 0.3
    """Less of the smaller field in common is too little to compare."""
    shared_margin_um: float = 200.0
    """Kept clear inside the shared field's edge, where one photo may cut off a hair."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """How px of the before photo map to px of the after photo, and the skin both show.

    Attributes
    ----------
    status
        Whether the same skin was found.
    reason
        With "not-aligned", why, in one line; else empty.
    before_to_after
        float64 of shape (3, 3): (x, y, 1) in px of the before photo to px of the after photo, read-only.
    residual_px
        Typical distance, in px of the after photo, by which the mapping misses the same skin.
    match_count
        Number of roots that agree.
    shared_fraction
        Share of the smaller field that both photos show.
    before_shared_field, after_shared_field
        The skin both photos show, in each photo's px.
    """

    status: Literal["aligned", "not-aligned"]
    reason: str
    before_to_after: NDArray[np.float64] | None
    residual_px: float | None
    match_count: int
    shared_fraction: float
    before_shared_field: Field | None
    after_shared_field: Field | None
