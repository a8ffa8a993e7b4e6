"""A printed card photographed by a pinhole camera whose tilt and distance are known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from hairdensity.photo import Photo
from hairdensity.scale.card import CardLayout, drawn
from hairdensity.scale.homography import area_true_px_per_mm

FIELD_OF_VIEW_DEG = 20.0
SIZE_PX = (1000, 800)


@dataclass(frozen=True)
class Shot:
    """How a card is photographed."""

    um_per_px: float
    tilt_deg: float = 0.0
    tilt_towards_deg: float = 0.0
    turn_deg: float = 0.0
    blur_px: float = 0.7
    shift_mm: tuple[float, float] = (0.0, 0.0)


def photographed(
    layout: CardLayout, shot: Shot, seed: int = 0, skin: Photo | None = None
) -> tuple[Photo, float]:
    """Return the photo, and the size of a px of the mean area that the card's plane has in one.

    Beside the card the photo shows `skin`, a photo of SIZE_PX, or plain grey.
    """
    matrix = _camera(shot) @ _to_middle(layout, shot)
    px_per_mm = min(max(2000 / shot.um_per_px, 20), 4000 / max(layout.size_mm))
    sheet = cv2.GaussianBlur(drawn(layout, px_per_mm, layout.square_mm).astype(np.float32), (0, 0), 0.7)
    to_mm = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, px_per_mm]]) / px_per_mm
    to_mm[:2, 2] -= layout.square_mm
    twice = np.array([[2, 0, 0.5], [0, 2, 0.5], [0, 0, 1.0]])
    size = (2 * SIZE_PX[0], 2 * SIZE_PX[1])
    card, cover = (
        cv2.resize(
            cv2.warpPerspective(one, twice @ matrix @ to_mm, size, flags=cv2.INTER_LINEAR, borderValue=(0,)),
            SIZE_PX,
            interpolation=cv2.INTER_AREA,
        )[..., None]
        for one in (sheet, np.ones_like(sheet))
    )
    ground = np.full((*SIZE_PX[::-1], 3), 150.0) if skin is None else skin.pixels.astype(np.float64)
    soft = cv2.GaussianBlur(card + ground * (1 - cover), (0, 0), shot.blur_px)
    noise = np.random.default_rng(seed).normal(0, 3, (*soft.shape[:2], 1))
    pixels = np.clip(15 + 0.8 * soft + noise, 0, 255).astype(np.uint8)
    return Photo(pixels, "card.jpg", ""), 1000 / area_true_px_per_mm(matrix, SIZE_PX)


def _camera(shot: Shot) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the homography from mm on the card, about the point in the middle of the photo, to px."""
    width, height = SIZE_PX
    focal_px = width / 2 / np.tan(np.radians(FIELD_OF_VIEW_DEG / 2))
    lens = np.array([[focal_px, 0, (width - 1) / 2], [0, focal_px, (height - 1) / 2], [0, 0, 1.0]])
    tilt = np.radians(shot.tilt_deg)
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    towards, turn = _turned(shot.tilt_towards_deg), _turned(shot.turn_deg)
    pose = towards @ lean @ towards.T @ turn
    away = np.array([0, 0, focal_px * shot.um_per_px / 1000])
    return np.asarray(lens @ np.column_stack([pose[:, 0], pose[:, 1], away]), np.float64)


def _turned(angle_deg: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    angle = np.radians(angle_deg)
    return np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])


def _to_middle(layout: CardLayout, shot: Shot) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    width, height = layout.size_mm
    x, y = width / 2 + shot.shift_mm[0], height / 2 + shot.shift_mm[1]
    return np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1.0]])
