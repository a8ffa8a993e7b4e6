"""Two fields and the mapping between them become the shared field: the skin both photos show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.align.homography import inverse, project
from hairdensity.hairs.field import Exclusion, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hairdensity.align.model import Alignment


def shared_fields(
    before: Field, after: Field, before_to_after: NDArray[np.float64], margin_px: float
) -> tuple[Field, Field]:
    """Cut both fields down to the skin both photos show.

    Parameters
    ----------
    before, after
        The two photos' own fields.
    before_to_after
        float64, shape (3, 3): px of the before photo to px of the after photo.
    margin_px
        Kept clear inside the outline of the shared skin, in px of the before photo.

    Returns
    -------
    tuple
        The same skin as a field of the before photo and of the after photo; empty where they share none.
    """
    after_to_before = inverse(before_to_after)
    outlined = _filled(before) & _carried(_filled(after), after_to_before, before.mask.shape)
    inner = _largest_part(_shrunk(outlined, margin_px))
    before_mask = inner & before.mask & _carried(after.mask, after_to_before, before.mask.shape)
    after_inner = _carried(inner, before_to_after, after.mask.shape)
    after_mask = after.mask & _carried(before_mask, before_to_after, after.mask.shape)
    return (
        _field(before_mask, inner, (*before.exclusions, *_moved(after.exclusions, after_to_before))),
        _field(after_mask, after_inner, (*after.exclusions, *_moved(before.exclusions, before_to_after))),
    )


def shared_fraction(before: Field, after: Field, before_to_after: NDArray[np.float64]) -> float:
    """Return the share of the smaller field that both photos show, 0-1."""
    carried = _carried(after.mask, inverse(before_to_after), before.mask.shape)
    after_part = _carried(before.mask, before_to_after, after.mask.shape) & after.mask
    parts = (
        float((before.mask & carried).sum()) / max(before.area_px, 1),
        float(after_part.sum()) / max(after.area_px, 1),
    )
    return min(max(parts), 1.0)


def _carried(
    mask: NDArray[np.bool_], mapping: NDArray[np.float64], shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    carried = cv2.warpPerspective(mask.astype(np.uint8), mapping, shape[::-1], flags=cv2.INTER_NEAREST)
    return np.asarray(carried > 0, dtype=np.bool_)


def _shrunk(mask: NDArray[np.bool_], margin_px: float) -> NDArray[np.bool_]:
    framed = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.asarray(distance > margin_px, dtype=np.bool_)


def _largest_part(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the largest connected part: one outline describes it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    if not mask.any():
        return mask
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), dtype=np.bool_)


def _moved(exclusions: tuple[Exclusion, ...], mapping: NDArray[np.float64]) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(one.reason, _fixed(project(mapping, one.polygon_px).astype(np.float32)))
        for one in exclusions
    )


def _field(mask: NDArray[np.bool_], outlined: NDArray[np.bool_], exclusions: tuple[Exclusion, ...]) -> Field:
    outline = _outline(outlined)
    inside = tuple(one for one in exclusions if _touches(one, outline))
    mask.setflags(write=False)
    return Field(mask, _fixed(outline), inside)


def _filled(field: Field) -> NDArray[np.bool_]:
    """Return the field with everything inside its outline: what is taken out there splits no field."""
    filled = field.mask.astype(np.uint8)
    cv2.fillPoly(filled, [np.round(field.polygon_px).astype(np.int32)], 1)
    return np.asarray(filled > 0, dtype=np.bool_)


def _outline(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    parts, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not parts:
        return np.empty((0, 2), np.float32)
    largest = max(parts, key=cv2.contourArea)
    return np.asarray(cv2.approxPolyDP(largest, 1.0, closed=True), np.float32).reshape(-1, 2)


def _touches(exclusion: Exclusion, outline: NDArray[np.float32]) -> bool:
    """Say whether any corner of the exclusion lies inside the outline, or the other way round."""
    if not len(outline) or not len(exclusion.polygon_px):
        return False
    pairs = ((exclusion.polygon_px, outline), (outline, exclusion.polygon_px))
    return any(
        cv2.pointPolygonTest(np.ascontiguousarray(around), (float(x), float(y)), measureDist=False) >= 0
        for corners, around in pairs
        for x, y in corners
    )


def _fixed(points: NDArray[np.float32]) -> NDArray[np.float32]:
    points.setflags(write=False)
    return points


def narrowed(alignment: Alignment, mutual: Field, after: Field) -> Alignment:
    """Return the alignment with its shared field cut down to `mutual`, given in px of the before photo."""
    if alignment.before_to_after is None:
        return alignment
    mask = after.mask & _carried(mutual.mask, alignment.before_to_after, after.mask.shape)
    inner = _carried(_filled(mutual), alignment.before_to_after, after.mask.shape)
    moved = _moved(mutual.exclusions, alignment.before_to_after)
    return replace(
        alignment,
        before_shared_field=mutual,
        after_shared_field=_field(mask, inner, (*after.exclusions, *moved)),
    )


def mutual_field(fields: Sequence[Field]) -> Field:
    """Return the skin that all of these fields of one photo have in common; empty when there is none."""
    mask = np.logical_and.reduce([one.mask for one in fields])
    inner = _largest_part(np.logical_and.reduce([_filled(one) for one in fields]))
    exclusions = {id(one): one for field in fields for one in field.exclusions}
    return _field(mask & inner, inner, tuple(exclusions.values()))
