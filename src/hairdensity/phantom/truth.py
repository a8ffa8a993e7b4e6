"""What is true of a phantom, as an Analysis: hairs, units, field and measurement without error."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.estimate import Estimate
from hairdensity.hairs.field import Field
from hairdensity.hairs.units import Hair, Unit
from hairdensity.measure import measure
from hairdensity.phantom.camera import rim_weight
from hairdensity.photo import Photo
from hairdensity.pipeline import Analysis, Settings
from hairdensity.quality import Quality
from hairdensity.scale.model import Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.phantom.draw import Phantom


def encode(phantom: Phantom, suffix: str) -> bytes:
    """Return the photo's file for `suffix` (".jpg", with the camera's quality, or ".png")."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, phantom.camera.jpeg_quality or 95] if suffix == ".jpg" else []
    return bytes(cv2.imencode(suffix, phantom.pixels[..., ::-1], quality)[1])


def truth_of(phantom: Phantom, name: str, file: bytes) -> Analysis:
    """Return what an errorless analysis of the phantom, stored as `file` under `name`, would find.

    A hair whose root lies hidden under others has confidence 0.
    """
    settings = Settings()
    exact = replace(
        settings.measure,
        count_relative_sd=0.0,
        unit_count_relative_sd=0.0,
        unit_size_relative_sd=0.0,
        unit_share_dispersion=1.0,
        diameter_shared_sd_um=0.0,
        terminal_share_sd=0.0,
        diameter_diversity_sd=0.0,
        diameter_spread_relative_sd=0.0,
        visible_length_relative_sd=0.0,
    )
    um_per_px = phantom.view.um_per_px
    scale = Scale(Estimate(um_per_px, um_per_px, um_per_px), "option")
    field = _field(phantom)
    hairs, units = _hairs(phantom, field)
    return Analysis(
        photo=Photo(phantom.pixels, name, hashlib.sha256(file).hexdigest()),
        scale=scale,
        working_um_per_px=um_per_px,
        field=field,
        quality=Quality("good", ()),
        hairs=hairs,
        units=units,
        measurement=measure(hairs, units, field, scale, exact),
        settings=replace(settings, measure=exact),
    )


def reading_order(roots_px: NDArray[np.float64]) -> list[int]:
    """Return the order of `roots_px` (n, 2) from top to bottom, left to right within a px."""
    return [int(i) for i in np.lexsort((roots_px[:, 0], roots_px[:, 1]))] if len(roots_px) else []


def _field(phantom: Phantom) -> Field:
    width, height = phantom.view.size_px
    mask = np.ones((height, width), bool)
    outline = np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], np.float32)
    if phantom.camera.rim:
        mask = rim_weight(phantom.view.size_px, phantom.camera.rim) > 0.5
        parts, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        outline = max(parts, key=cv2.contourArea).reshape(-1, 2).astype(np.float32)
    mask.setflags(write=False)
    return Field(mask, outline, ())


def _hairs(phantom: Phantom, field: Field) -> tuple[tuple[Hair, ...], tuple[Unit, ...]]:
    if not phantom.hairs:
        return (), ()
    roots = np.array([path[0] for path in phantom.paths_px], np.float64)
    counted = field.contains(roots)
    order = reading_order(roots)
    unit_ids = {unit: i for i, unit in enumerate(dict.fromkeys(phantom.hairs[at].unit for at in order))}
    hairs = tuple(
        Hair(
            id=i,
            unit_id=unit_ids[phantom.hairs[at].unit],
            path_px=_read_only(phantom.paths_px[at]),
            diameter_px=_exactly(phantom.hairs[at].diameter_um / phantom.view.um_per_px),
            leaves_frame=phantom.leaves_frame[at],
            counted=bool(counted[at]),
            confidence=0.0 if phantom.hidden[at] else 1.0,
        )
        for i, at in enumerate(order)
    )
    return hairs, tuple(_unit(i, [h for h in hairs if h.unit_id == i]) for i in range(len(unit_ids)))


def _unit(number: int, hairs: list[Hair]) -> Unit:
    x, y = np.mean([hair.root_px for hair in hairs], axis=0)
    return Unit(number, (float(x), float(y)), tuple(hair.id for hair in hairs))


def _exactly(value: float) -> Estimate:
    return Estimate(value, value, value)


def _read_only(path: NDArray[np.float32]) -> NDArray[np.float32]:
    path.setflags(write=False)
    return path
