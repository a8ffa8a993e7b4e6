"""What in two photos suggests that hair was cut, dyed or has just regrown, or what they cannot show.

Such a change is seen in the numbers too and is no effect of a treatment; a reader must know of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from hairdensity.align.hair_mask import cover_hairs
from hairdensity.compare.readings import THIN_UM, is_guessed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.hairs.units import Hair
    from hairdensity.match import HairPair
    from hairdensity.pipeline import Analysis

HintCode = Literal["same-photo", "cut", "grown", "colour", "regrowth", "thin-hairs"]
MIN_HAIRS = 5
"""Fewer hairs do not tell."""
MAX_SHORTER_RATIO, MIN_LONGER_RATIO = 0.75, 1.33
MAX_STUBBLE_RATIO = 0.6
"""Gained hairs this much shorter than the kept ones have only just come out."""
MAX_TONE_STEP = 0.5
"""By light and blur alone the logarithm of the shafts' brightness over the skin's may differ this much."""
MAX_TINT_STEP = 0.25
"""The same of red against blue."""
FEWEST_THIN = 6
"""Where fewer could be measured in both photos, and thin hairs alone thicken, every other interval of the
terminal share misses it: `docs/coverage.md`."""
LEAST_THIN_SHARE = 0.1
"""Where thin hairs are a smaller part of all, what they do changes the numbers little."""
SAME_PHOTO = "both files are the same photo: what is found here says nothing of two visits"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something besides a treatment that the photos suggest, or an effect that they cannot show."""

    code: HintCode
    message: str


def find_hints(before: Analysis, after: Analysis, pairs: Sequence[HairPair]) -> tuple[Hint, ...]:
    """Return what the hairs found in both photos suggest, by their lengths, colour and diameters."""
    if before.photo.sha256 == after.photo.sha256:
        return (Hint("same-photo", SAME_PHOTO),)
    couples = [
        (before.hairs[pair.before_id], after.hairs[pair.after_id])
        for pair in pairs
        if pair.before_id is not None and pair.after_id is not None
    ]
    gained = [
        after.hairs[pair.after_id] for pair in pairs if pair.state == "gained" and pair.after_id is not None
    ]
    hints = [
        _length_hint(couples, before, after),
        _regrowth_hint(couples, gained),
        _colour_hint(couples, before, after),
        _thin_hint(couples, before, after),
    ]
    return tuple(hint for hint in hints if hint is not None)


def _length_hint(couples: Sequence[tuple[Hair, Hair]], before: Analysis, after: Analysis) -> Hint | None:
    size = after.working_um_per_px / before.working_um_per_px
    ratios = [
        later.visible_length_px * size / max(earlier.visible_length_px, 1e-6)
        for earlier, later in couples
        if not earlier.leaves_frame and not later.leaves_frame
    ]
    if len(ratios) < MIN_HAIRS:
        return None
    ratio = float(np.median(ratios))
    if ratio < MAX_SHORTER_RATIO:
        message = f"the same hairs are {1 - ratio:.0%} shorter in the after photo: cut or clipped in between"
        return Hint("cut", message)
    if ratio > MIN_LONGER_RATIO:
        message = f"the same hairs are {ratio - 1:.0%} longer in the after photo: grown out, or cut before"
        return Hint("grown", message)
    return None


def _regrowth_hint(couples: Sequence[tuple[Hair, Hair]], gained: Sequence[Hair]) -> Hint | None:
    """Hairs that have just come out of the skin: after shaving or plucking, or after a resting time."""
    kept = [later.visible_length_px for _, later in couples if not later.leaves_frame]
    new = [hair.visible_length_px for hair in gained if not hair.leaves_frame]
    if min(len(kept), len(new)) < MIN_HAIRS:
        return None
    ratio = float(np.median(new) / max(np.median(kept), 1e-6))
    if ratio >= MAX_STUBBLE_RATIO:
        return None
    message = f"the gained hairs are {1 - ratio:.0%} shorter than the kept ones: fresh regrowth, or season"
    return Hint("regrowth", message)


def _colour_hint(couples: Sequence[tuple[Hair, Hair]], before: Analysis, after: Analysis) -> Hint | None:
    if len(couples) < MIN_HAIRS or not before.photo.pixels.size or not after.photo.pixels.size:
        return None
    earlier = _shaft_tones([one for one, _ in couples], before)
    later = _shaft_tones([one for _, one in couples], after)
    step = np.median(later - earlier, axis=0)
    tone, tint = float(step.mean()), float(step[0] - step[2])
    if abs(tone) < MAX_TONE_STEP and abs(tint) < MAX_TINT_STEP:
        return None
    how = "lighter" if tone > 0 else "darker"
    if abs(tone) < MAX_TONE_STEP:
        how = "redder" if tint > 0 else "less red"
    message = f"the same hairs are {how} against the skin in the after photo: dye, bleach or light"
    return Hint("colour", message)


def _thin_hint(couples: Sequence[tuple[Hair, Hair]], before: Analysis, after: Analysis) -> Hint | None:
    """Thin hairs are what treatment thickens first, and the ones least often measured."""
    thin = [
        (earlier.diameter_px, later.diameter_px)
        for earlier, later in couples
        if earlier.diameter_px.value * before.working_um_per_px
        + later.diameter_px.value * after.working_um_per_px
        < 2 * THIN_UM
    ]
    measured = sum(not any(map(is_guessed, diameters)) for diameters in thin)
    if measured >= FEWEST_THIN or len(thin) < max(LEAST_THIN_SHARE * len(couples), 1):
        return None
    message = (
        f"of {len(thin)} thin hairs found in both photos {measured} could be measured in both:"
        " too few to show whether thin hairs alone have thickened"
    )
    return Hint("thin-hairs", message)


def _shaft_tones(hairs: Sequence[Hair], analysis: Analysis) -> NDArray[np.float64]:
    """Return log(shaft / skin) of each hair, shape (n, 3): red, green, blue, whatever the light."""
    pixels = analysis.photo.pixels
    margin_px = 30.0 / analysis.working_um_per_px
    covered = cover_hairs(analysis.hairs, pixels.shape[:2], np.eye(3), margin_px) > 0
    bare = pixels[analysis.field.mask & ~covered]
    skin = np.median(bare, axis=0) if len(bare) else np.full(3, 255.0)
    shafts = []
    for hair in hairs:
        middle = hair.path_px[
            len(hair.path_px) // 4 : max(len(hair.path_px) * 3 // 4, len(hair.path_px) // 4 + 1)
        ]
        x, y = middle[:, 0], middle[:, 1]
        read = cv2.remap(pixels, x[None], y[None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        shafts.append(np.median(read[0], axis=0))
    return np.log((np.array(shafts) + 1.0) / (skin + 1.0))
