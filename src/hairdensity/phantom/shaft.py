"""Draws hairs on skin: the shadow under the skin, the shaft with its shine, cut end, keratin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hairdensity.phantom.noise import ramp
from hairdensity.phantom.skin import fill_soft

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hairdensity.phantom.scene import DrawnHair, Scene

_KERATIN = np.array([226, 226, 230], np.float32)


@dataclass(frozen=True, slots=True)
class HairLook:
    """What the hairs of one scalp in one light have in common."""

    shine: float
    grain: float
    keratin: float
    halo: float
    cast: float
    cast_shift: tuple[float, float]
    shadow_tint: NDArray[np.float32]
    shadow_strength: float
    edge_px: float


@dataclass(frozen=True, slots=True, eq=False)
class _Strip:
    """Pixels near a path, each with its place along (`s`, px from the root) and across (`d`, px, signed)."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    s: NDArray[np.float32]
    d: NDArray[np.float32]
    length: float

    def blend(
        self, image: NDArray[np.float32], colour: NDArray[np.float32], alpha: NDArray[np.float32]
    ) -> None:
        pixels = image[self.rows, self.columns]
        image[self.rows, self.columns] = pixels + (colour - pixels) * alpha[:, None]


def sample_look(rng: np.random.Generator, scene: Scene, um_per_px: float) -> HairLook:
    """Return the looks that one light gives the hairs of `scene`."""
    blueness = rng.uniform(0, 1)
    tint = np.array([0.36, 0.42, 0.48]) * rng.uniform(0.6, 1.5) + np.array([-0.06, 0.0, 0.12]) * blueness
    return HairLook(
        shine=rng.uniform(0, 45) if rng.random() < 0.75 else rng.uniform(45, 170),
        grain=rng.uniform(0, 6),
        keratin=rng.uniform(0, 0.9),
        halo=rng.uniform(0, 0.8) if rng.random() < 0.5 else 0.0,
        cast=max(0.0, rng.uniform(-0.3, 0.45)),
        cast_shift=(rng.normal(0, 0.6), rng.normal(0, 0.6)),
        shadow_tint=np.clip(tint, 0.15, 0.85).astype(np.float32),
        shadow_strength=rng.uniform(0.6, 1.3) * (1 - 0.5 * scene.melanin),
        edge_px=rng.uniform(3.5, 11) / um_per_px,
    )


def draw_hairs(
    image: NDArray[np.float32], hairs: tuple[DrawnHair, ...], um_per_px: float, look: HairLook
) -> None:
    """Draw all `hairs` into `image` (float32 RGB), each after its own seed; changes `image`."""
    noise = np.random.default_rng(len(hairs)).standard_normal((256, 256), dtype=np.float32)
    noise = (cv2.GaussianBlur(noise, (0, 0), 1.2) * 3).astype(np.float32)
    for hair in hairs:
        if hair.shadow_um > 0:
            _draw_shadow(image, hair, um_per_px, look)
    for hair in sorted(hairs, key=lambda h: h.seed):
        rng = np.random.default_rng([hair.seed, 2])
        if look.cast:
            _cast_shadow(image, hair, um_per_px, look)
        if rng.random() < look.halo and not hair.is_fragment:
            _draw_halo(rng, image, hair, um_per_px)
        _draw_shaft(rng, image, hair, (um_per_px, look, noise))
        if rng.random() < look.keratin:
            _draw_keratin(rng, image, hair, um_per_px)


def _strip(path_px: NDArray[np.float64], half_px: float, shape: tuple[int, ...]) -> _Strip | None:
    """Return the pixels within `half_px` of the path, by the path's piece that each lies beside."""
    low = np.maximum(np.floor(path_px.min(axis=0) - half_px - 2).astype(int), 0)
    high = np.minimum(np.ceil(path_px.max(axis=0) + half_px + 3).astype(int), (shape[1], shape[0]))
    if (high - low < 2).any():
        return None
    label = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint16)
    points = np.round((path_px - low) * 8).astype(np.int32)
    for i in range(len(points) - 1):
        cv2.line(
            label, points[i].tolist(), points[i + 1].tolist(), i + 1, int(2 * half_px) + 1, cv2.LINE_8, 3
        )
    rows, columns = np.nonzero(label)
    if not len(rows):
        return None
    piece = label[rows, columns].astype(np.intp) - 1
    steps = np.diff(path_px, axis=0)
    lengths = np.hypot(*steps.T)
    tangents = steps / lengths[:, None]
    start = np.concatenate([[0.0], np.cumsum(lengths)])
    rel = np.stack([columns, rows], 1) + low - path_px[piece]
    t = tangents[piece]
    return _Strip(
        rows + low[1],
        columns + low[0],
        (start[piece] + (rel * t).sum(axis=1)).astype(np.float32),
        (rel[:, 1] * t[:, 0] - rel[:, 0] * t[:, 1]).astype(np.float32),
        float(start[-1]),
    )


def _draw_shadow(image: NDArray[np.float32], hair: DrawnHair, um_per_px: float, look: HairLook) -> None:
    """Draw the hair as seen through the skin behind its root: bluish, fading and widening with depth."""
    rng = np.random.default_rng([hair.seed, 3])
    root = hair.path_um[0] / um_per_px
    back = hair.path_um[0] - hair.path_um[1]
    back = back / np.hypot(*back)
    width_px = hair.diameter_um / um_per_px
    side = rng.normal(0, 0.12)
    deep = np.array([back[0] - back[1] * side, back[1] + back[0] * side])
    opacity = look.shadow_strength * rng.uniform(0.6, 1.0) * min(1.0, hair.diameter_um / 50)
    for reach, spread, share in (
        (1.0, rng.uniform(0.6, 1.6), 0.7),
        (rng.uniform(0.15, 0.5), rng.uniform(0.0, 0.5), rng.uniform(0.3, 1.1)),
    ):
        length_px = hair.shadow_um * reach / um_per_px
        ahead = root - back * width_px * 1.2
        strip = _strip(np.stack([ahead, root + deep * length_px]), width_px * (1 + 1.6 * spread), image.shape)
        if strip is None:
            continue
        depth = np.clip((strip.s - 1.2 * width_px) / length_px, 0, 1)
        sigma = width_px * (0.3 + spread * (0.25 + 0.5 * depth))
        alpha = np.exp(-0.5 * np.square(strip.d / sigma)) * (1 - depth) ** rng.uniform(0.6, 1.2)
        alpha *= ramp(strip.s, 0.0, 1.6 * width_px) * np.float32(min(0.95, opacity * share))
        pixels = image[strip.rows, strip.columns]
        darkest = 0.45 * hair.colour.astype(np.float32) + 0.55 * pixels * look.shadow_tint
        target = pixels * look.shadow_tint if reach == 1.0 else darkest
        strip.blend(image, np.minimum(target, pixels), alpha.astype(np.float32))


def _draw_halo(
    rng: np.random.Generator, image: NDArray[np.float32], hair: DrawnHair, um_per_px: float
) -> None:
    """Draw the bright or brownish ring of skin around an opening."""
    radius_px = hair.diameter_um * rng.uniform(0.6, 2.0) / um_per_px
    centre = hair.path_um[0] / um_per_px + rng.normal(0, 0.4 * radius_px, 2)
    low = np.maximum((centre - 3 * radius_px).astype(int), 0)
    high = np.minimum((centre + 3 * radius_px).astype(int) + 1, image.shape[1::-1])
    if (high - low < 3).any():
        return
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]].astype(np.float32)
    bump = np.exp(-(np.square(x - centre[0]) + np.square(y - centre[1])) / (2 * (0.7 * radius_px) ** 2))
    tint = np.array([30, 32, 38] if rng.random() < 0.6 else [-14, -22, -34], np.float32)
    flecks = np.clip(
        0.6 + 0.6 * cv2.resize(rng.standard_normal((5, 5), dtype=np.float32), bump.shape[::-1]), 0, 2
    )
    image[low[1] : high[1], low[0] : high[0]] += (bump * flecks * rng.uniform(0.2, 1.4))[..., None] * tint


def _draw_shaft(
    rng: np.random.Generator,
    image: NDArray[np.float32],
    hair: DrawnHair,
    drawing: tuple[float, HairLook, NDArray[np.float32]],
) -> None:
    um_per_px, look, noise = drawing
    width_px = hair.diameter_um / um_per_px
    strip = _strip(hair.path_um / um_per_px, 0.62 * width_px + 3 * look.edge_px + 1, image.shape)
    if strip is None:
        return
    roughness = rng.uniform(0, 0.08) if rng.random() < 0.65 else 0.0
    place = (strip.s * (um_per_px / rng.uniform(8, 20))).astype(np.int32) % 256
    side = np.where(strip.d > 0, rng.integers(256), rng.integers(256))
    ragged = np.asarray(noise[side, place] * roughness, np.float32)
    narrowing = _taper(rng, hair, strip)
    half = 0.5 * width_px * narrowing * (1 + ragged)
    inside = ramp(half - np.abs(strip.d), -look.edge_px, look.edge_px)
    thin = np.minimum(1.0, width_px * narrowing / (2 * look.edge_px))
    skew = rng.normal(0, 0.35) * (width_px > 4)
    end = ramp(strip.length - strip.s + skew * strip.d, -look.edge_px, look.edge_px)
    lead_px = min(0.5 * width_px, 0.6 * hair.fade_um / um_per_px) * rng.uniform(0.5, 1)
    rounding_px = rng.uniform(0, 0.5) * np.square(strip.d / half.clip(0.5)) * half
    start_skew = rng.normal(0, 0.3)
    start = ramp(strip.s + lead_px - rounding_px + start_skew * strip.d, -look.edge_px, look.edge_px)
    alpha = inside * thin * end * start * _emergence(rng, hair, strip.s * um_per_px)
    texture = noise[strip.rows % 256, strip.columns % 256]
    colour = _shaft_colour(rng, hair, strip.d / np.maximum(half, 0.5), look)
    colour += (texture * look.grain)[:, None]
    strip.blend(image, colour, alpha.astype(np.float32))


def _taper(rng: np.random.Generator, hair: DrawnHair, strip: _Strip) -> NDArray[np.float32]:
    """Return the width along the shaft as a fraction: terminal hair is cut blunt, vellus runs to a point."""
    tip = rng.uniform(0.2, 0.8) if hair.diameter_um < 40 else rng.uniform(0.8, 1.02)
    base = rng.uniform(0.8, 1.0)
    t = np.clip(strip.s / strip.length, 0, 1)
    return np.asarray(np.minimum(base + (1 - base) * 4 * t, 1 - (1 - tip) * t**2), np.float32)


def _emergence(rng: np.random.Generator, hair: DrawnHair, s_um: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the opacity along the shaft: it fades in where it comes out of the skin."""
    opacity = rng.uniform(0.86, 1.0) if hair.diameter_um >= 40 else rng.uniform(0.4, 0.95)
    if hair.fade_um <= 0:
        return np.full_like(s_um, opacity)
    emerged = np.clip(0.25 + 0.75 * (s_um + 0.6 * hair.fade_um) / hair.fade_um, 0, 1)
    return np.asarray(emerged * opacity, np.float32)


def _shaft_colour(
    rng: np.random.Generator, hair: DrawnHair, u: NDArray[np.float32], look: HairLook
) -> NDArray[np.float32]:
    """Return RGB across the shaft (`u` from -1 to 1): darker edges where light passes, a line of shine."""
    base = hair.colour.astype(np.float32)
    lightness = float(base.mean()) / 255
    body = 1 + lightness * rng.uniform(0, 1.2) * (0.5 - np.square(np.clip(u, -1, 1)))
    place, breadth = rng.uniform(-0.35, 0.35), rng.uniform(0.1, 0.4)
    line = np.exp(-np.square((u - place) / breadth)) * look.shine * rng.uniform(0.2, 1.2)
    return np.asarray(base * body[:, None] + line[:, None] * np.array([0.97, 0.98, 1.0]), np.float32)


def _cast_shadow(image: NDArray[np.float32], hair: DrawnHair, um_per_px: float, look: HairLook) -> None:
    """Darken the skin beside the shaft, away from the light; changes `image`."""
    width_px = hair.diameter_um / um_per_px
    shift_px = np.array(look.cast_shift) * width_px
    strip = _strip(hair.path_um / um_per_px + shift_px, 1.5 * width_px, image.shape)
    if strip is None:
        return
    ends = ramp(strip.s, 0.0, 1.5 * width_px) * ramp(strip.length - strip.s, -0.5 * width_px, 0.8 * width_px)
    weight = np.exp(-0.5 * np.square(strip.d / (0.55 * width_px))) * ends * np.float32(look.cast)
    image[strip.rows, strip.columns] *= (1 - weight)[:, None]


def _draw_keratin(
    rng: np.random.Generator, image: NDArray[np.float32], hair: DrawnHair, um_per_px: float
) -> None:
    """Stick white scales to the shaft, most of them near the opening."""
    width_px = hair.diameter_um / um_per_px
    reach = 0.35 if rng.random() < 0.7 else 1.0
    for _ in range(rng.integers(1, 9)):
        at = hair.path_um[int(rng.integers(0, max(1, int(len(hair.path_um) * reach))))] / um_per_px
        corners = (
            at + rng.normal(0, 0.5 * width_px, 2) + rng.normal(0, rng.uniform(6, 25) / um_per_px, (5, 2))
        )
        fill_soft(
            image,
            corners,
            _KERATIN * np.float32(rng.uniform(0.8, 1.05)),
            (rng.uniform(0.15, 0.8), rng.uniform(4, 11) / um_per_px),
        )
