"""Burns in what microscopes burn in: header text, scale bar, drawn circle and lines, strips, side bars."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INKS: Final = ((235, 40, 40), (20, 20, 20), (245, 245, 245), (60, 220, 60), (30, 60, 230))
_FONTS: Final = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)


def draw_scale_bar(
    image: NDArray[np.uint8], length_mm: float, um_per_px: float, *, l_shaped: bool = True
) -> None:
    """Draw a dark bar at the lower left, with a second arm upwards when `l_shaped`; changes `image`."""
    height = image.shape[0]
    length_px = round(length_mm * 1000 / um_per_px)
    x, y = 22, height - 52
    overlay = image.copy()
    cv2.line(overlay, (x, y), (x + length_px - 1, y), (24, 24, 24), 1)
    if l_shaped:
        cv2.line(overlay, (x, y), (x, y - length_px + 1), (24, 24, 24), 1)
    image[:] = cv2.addWeighted(overlay, 0.75, image, 0.25, 0)
    label = f"{length_mm:.1f} mm"
    cv2.rectangle(image, (x + length_px + 4, y - 9), (x + length_px + 66, y + 9), (70, 72, 74), -1)
    cv2.putText(image, label, (x + length_px + 8, y + 5), _FONTS[0], 0.42, (240, 240, 240), 1, cv2.LINE_AA)


def draw_header(image: NDArray[np.uint8], text: str) -> None:
    """Draw white `text` on a dark strip at the upper left; changes `image`."""
    (width, _), _ = cv2.getTextSize(text, _FONTS[0], 0.45, 1)
    cv2.rectangle(image, (0, 0), (width + 12, 20), (60, 62, 64), -1)
    cv2.putText(image, text, (6, 14), _FONTS[0], 0.45, (240, 240, 240), 1, cv2.LINE_AA)


def draw_measuring_circle(image: NDArray[np.uint8], centre_px: tuple[int, int], radius_px: int) -> None:
    """Draw the thin red circle and radius of a measuring program; changes `image`."""
    cv2.circle(image, centre_px, radius_px, (225, 40, 40), 1, cv2.LINE_AA)
    end = (centre_px[0] + int(radius_px * 0.98), centre_px[1] + int(radius_px * 0.2))
    cv2.line(image, centre_px, end, (225, 40, 40), 1, cv2.LINE_AA)


def scribble(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    """Draw random graphics of all kinds, as distractors; changes `image`."""
    for chance, draw in (
        (0.35, _circle),
        (0.3, _line),
        (0.35, _text_box),
        (0.3, _ell),
        (0.15, _strip),
    ):
        if rng.random() < chance:
            draw(rng, image)


def _ink(rng: np.random.Generator) -> tuple[int, int, int]:
    return _INKS[rng.integers(len(_INKS))]


def _place(rng: np.random.Generator, image: NDArray[np.uint8], beyond_px: int) -> tuple[int, int]:
    height, width = image.shape[:2]
    return int(rng.integers(-beyond_px, width + beyond_px)), int(rng.integers(-beyond_px, height + beyond_px))


def _circle(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    side = max(image.shape[:2])
    radius_px = int(rng.uniform(0.25, 1.4) * side)
    thickness = int(rng.integers(1, 3))
    cv2.circle(image, _place(rng, image, side // 2), radius_px, _ink(rng), thickness, cv2.LINE_AA)


def _line(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    side = max(image.shape[:2])
    thickness = int(rng.integers(1, 3))
    cv2.line(
        image, _place(rng, image, side // 3), _place(rng, image, side // 3), _ink(rng), thickness, cv2.LINE_AA
    )


def _text_box(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    x, y = _place(rng, image, 0)
    width, height = rng.integers(30, 140, 2)
    box = image[y : y + height, x : x + width]
    if not box.size:
        return
    shade = np.float32(rng.choice([40, 190, 250]))
    opacity = rng.uniform(0, 0.9)
    box[:] = (box * (1 - opacity) + shade * opacity).astype(np.uint8)
    letters = list(string.digits + ".=mCAr ^:xDG")
    ink = _ink(rng)
    for row in range(int(rng.integers(1, 5))):
        text = "".join(rng.choice(letters, rng.integers(3, 14)))
        font = _FONTS[rng.integers(len(_FONTS))]
        cv2.putText(
            image, text, (x + 3, y + 12 + 15 * row), font, rng.uniform(0.25, 0.55), ink, 1, cv2.LINE_AA
        )


def _ell(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    x, y = _place(rng, image, 0)
    length_px = int(rng.uniform(30, 160))
    shade = (20, 20, 20) if rng.random() < 0.7 else (245, 245, 245)
    overlay = image.copy()
    thickness = int(rng.integers(1, 3))
    cv2.line(overlay, (x, y), (x + length_px, y), shade, thickness)
    if rng.random() < 0.7:
        cv2.line(overlay, (x, y), (x, y - length_px), shade, thickness)
    opacity = rng.uniform(0.4, 1.0)
    image[:] = cv2.addWeighted(overlay, opacity, image, 1 - opacity, 0)
    cv2.putText(image, "1.0 mm", (x + length_px + 3, y), _FONTS[0], 0.35, shade, 1, cv2.LINE_AA)


def _strip(rng: np.random.Generator, image: NDArray[np.uint8]) -> None:
    thickness = int(rng.integers(5, 26))
    shade = int(rng.choice([20, 128, 240]))
    turned = np.rot90(image, int(rng.integers(4)))
    turned[:thickness] = shade
