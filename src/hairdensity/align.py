"""Two analysed photos become an Alignment: the same skin found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hairdensity.hairs.field import Field
    from hairdensity.pipeline import Analysis


@dataclass(frozen=True, slots=True)
class AlignSettings:
    """How the same skin is looked for, and when it is believed to be found; in physical units."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """How px of the before photo map to px of the after photo, and the skin both show.

    `before_to_after` is float64 of shape (3, 3), read-only. With `status` "not-aligned" it is None, as are the shared
    fields; `reason` then says why in one line. `residual_px` is in px of the after photo, `shared_fraction` is the
    share of the smaller field that both photos show, `match_count` the number of roots that agree.
    """

    status: Literal["aligned", "not-aligned"]
    reason: str
    before_to_after: NDArray[np.float64] | None
    residual_px: float | None
    match_count: int
    shared_fraction: float
    before_shared_field: Field | None
    after_shared_field: Field | None


def align(before: Analysis, after: Analysis, settings: AlignSettings) -> Alignment:
    """Find the skin of one photo in the other."""
    raise NotImplementedError
