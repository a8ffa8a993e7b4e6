"""Photos made worse step by step, each kind of harm by itself and in physical units.

Every function takes RGB pixels and the size of a px in µm, and returns both; the same seed gives the same px.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Worse = Callable[["Seen", float], Pixels]

MESSENGER = 75
"""100 less the quality of a JPEG that was sent through a messenger app."""

SENSOR_NOISE = 1.5
"""Noise, in grey levels, that every camera adds after too short an exposure has been brightened or not."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A photo before harm: its px, their size, and the chance that the harm takes its course by."""

    pixels: Pixels
    um_per_px: float
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class Harm:
    """One kind of harm: its steps from none to ruin, and in what they are measured."""

    unit: str
    steps: tuple[float, ...]
    apply: Worse


def degraded(pixels: Pixels, um_per_px: float, kind: str, step: float, seed: int = 0) -> tuple[Pixels, float]:
    """Return a photo harmed by one step of one kind, and the size of its px."""
    rng = np.random.default_rng([seed, list(ALL_HARMS).index(kind)])
    worse = ALL_HARMS[kind].apply(Seen(pixels, um_per_px, rng), step)
    return worse, um_per_px * pixels.shape[1] / worse.shape[1]


def _eight_bit(values: NDArray[np.generic]) -> Pixels:
    return np.ascontiguousarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def _defocus(seen: Seen, step: float) -> Pixels:
    """Blur by a Gaussian of `step` µm."""
    return (
        np.asarray(cv2.GaussianBlur(seen.pixels, (0, 0), step / seen.um_per_px), dtype=np.uint8)
        if step
        else seen.pixels
    )


def _motion(seen: Seen, step: float) -> Pixels:
    """Smear along a straight line of `step` µm in a random direction."""
    if not step:
        return seen.pixels
    angle, half = seen.rng.uniform(0, np.pi), step / seen.um_per_px / 2
    reach = int(np.ceil(half)) + 1
    line = np.zeros((16 * (2 * reach + 1),) * 2, np.uint8)
    middle, arm = line.shape[0] / 2, 16 * half * np.array([np.cos(angle), np.sin(angle)])
    ends = [tuple(int(one) for one in np.rint(middle + sign * arm)) for sign in (-1, 1)]
    cv2.line(line, ends[0], ends[1], 255, 16, cv2.LINE_AA)
    kernel = cv2.resize(line, (2 * reach + 1,) * 2, interpolation=cv2.INTER_AREA).astype(np.float64)
    return np.asarray(cv2.filter2D(seen.pixels, -1, kernel / kernel.sum()), dtype=np.uint8)


def _noise(seen: Seen, step: float) -> Pixels:
    """Add noise of `step` grey levels, each px and colour by itself."""
    return _eight_bit(seen.pixels + seen.rng.normal(0, step, seen.pixels.shape)) if step else seen.pixels


def _compression(seen: Seen, step: float) -> Pixels:
    """Save as JPEG of quality 100 - `step`."""
    if not step:
        return seen.pixels
    _, file = cv2.imencode(".jpg", seen.pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(100 - step)])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1])


def _magnification(seen: Seen, step: float) -> Pixels:
    """Shrink until a px is `step` µm."""
    if step <= seen.um_per_px:
        return seen.pixels
    size = [round(side * seen.um_per_px / step) for side in seen.pixels.shape[1::-1]]
    return np.asarray(cv2.resize(seen.pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _darkness(seen: Seen, step: float) -> Pixels:
    """Expose `step` stops too short; the camera's noise stays."""
    linear = (seen.pixels / 255.0) ** 2.2 * 2.0**-step
    return _eight_bit(255 * linear ** (1 / 2.2) + seen.rng.normal(0, SENSOR_NOISE, seen.pixels.shape))


def _brightness(seen: Seen, step: float) -> Pixels:
    """Expose `step` stops too long."""
    return _eight_bit(255 * ((seen.pixels / 255.0) ** 2.2 * 2.0**step) ** (1 / 2.2))


def _glare(seen: Seen, step: float) -> Pixels:
    """Lay soft white spots over the photo until `step` % of it is white."""
    height, width = seen.pixels.shape[:2]
    light = np.zeros((height, width), np.float32)
    goal = step / 100 * height * width
    while step and (light >= 1).sum() < goal:
        size_px = seen.rng.uniform(100, 500) / seen.um_per_px
        spot = np.zeros((height, width), np.float32)
        centre = (int(seen.rng.uniform(0, width)), int(seen.rng.uniform(0, height)))
        axes = (max(1, int(size_px)), max(1, int(size_px * seen.rng.uniform(0.3, 1))))
        cv2.ellipse(spot, centre, axes, seen.rng.uniform(0, 180), 0, 360, 1.3, -1)
        light = np.maximum(light, cv2.GaussianBlur(spot, (0, 0), 40 / seen.um_per_px))
    return _eight_bit(seen.pixels + (255.0 - seen.pixels) * np.minimum(light, 1)[..., None])


def _screen(seen: Seen, step: float) -> Pixels:
    """Show the photo on a screen and photograph that: beats between both grids, `step` % of the light."""
    height, width = seen.pixels.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    worse = seen.pixels.astype(np.float32)
    for channel in range(3):
        angle, period_px = np.radians(seen.rng.uniform(2, 12)), seen.rng.uniform(4, 11)
        for turn in (angle, angle + np.pi / 2):
            phase = (columns * np.cos(turn) + rows * np.sin(turn)) / period_px + seen.rng.uniform(0, 1)
            worse[..., channel] *= 1 + step / 100 * np.cos(2 * np.pi * phase)
    return _eight_bit(worse)


def _blur_and_noise(seen: Seen, step: float) -> Pixels:
    """Blur by `step` µm, then add noise of as many grey levels."""
    return _noise(_now(seen, _defocus(seen, step)), step)


def _shrunk_and_compressed(seen: Seen, step: float) -> Pixels:
    """Shrink until a px is `step` µm, then save as JPEG of quality 25."""
    return _compression(_now(seen, _magnification(seen, step)), MESSENGER)


def _enlarged_again(seen: Seen, step: float) -> Pixels:
    """Shrink until a px is `step` µm, then enlarge to the size before: the magnification is feigned."""
    return _enlarged(_magnification(seen, step), seen)


def _sent_and_enlarged(seen: Seen, step: float) -> Pixels:
    """Shrink, save as JPEG of quality 25, and enlarge to the size before."""
    return _enlarged(_shrunk_and_compressed(seen, step), seen)


def _now(seen: Seen, pixels: Pixels) -> Seen:
    return replace(seen, pixels=pixels, um_per_px=seen.um_per_px * seen.pixels.shape[1] / pixels.shape[1])


def _enlarged(small: Pixels, seen: Seen) -> Pixels:
    size = seen.pixels.shape[1::-1]
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


HARMS = {
    "blur": Harm("standard deviation, µm", (0, 8, 12, 16, 20, 26, 34, 45), _defocus),
    "motion": Harm("length, µm", (0, 30, 50, 70, 95, 130, 180), _motion),
    "noise": Harm("standard deviation, grey levels", (0, 8, 15, 25, 40, 60, 90), _noise),
    "compression": Harm("100 less the JPEG quality", (0, 60, 80, 88, 93, 96, 98), _compression),
    "magnification": Harm("size of a px, µm", (0, 11, 16, 22, 30, 40, 55), _magnification),
    "darkness": Harm("stops", (0, 2, 3.5, 5, 6, 7, 8), _darkness),
    "brightness": Harm("stops", (0, 0.5, 1, 1.5, 2, 2.5, 3), _brightness),
    "glare": Harm("% of the photo", (0, 3, 7, 13, 22, 35), _glare),
    "screen": Harm("% of the light", (0, 4, 8, 15, 25, 40), _screen),
}
"""Every kind of harm by its name; the first step is none."""

COMBINED = {
    "blur and noise": Harm("µm and grey levels", (8, 12, 16, 22, 30), _blur_and_noise),
    "shrunk, compressed": Harm("size of a px, µm; JPEG quality 25", (11, 16, 22, 30), _shrunk_and_compressed),
    "shrunk, enlarged": Harm("size of a px between, µm", (16, 22, 30, 40, 55), _enlarged_again),
    "shrunk, compressed, enlarged": Harm(
        "size of a px between, µm; JPEG quality 25", (11, 16, 22, 30, 40), _sent_and_enlarged
    ),
}
"""Harms that come together; no limit was set by them."""

ALL_HARMS = HARMS | COMBINED
