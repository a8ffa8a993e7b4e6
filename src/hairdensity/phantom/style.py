"""Styles of phantom: which skin, hair, light and camera a drawn photo shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Style:
    """Ranges that a phantom is drawn from; pairs are (low, high) of a uniform draw.

    Lengths, densities and diameters are of hairs on real scalps (terminal 40-135 µm, vellus below; 65-85
    units/cm², thinned down to 25); `melanin` runs from 0 (very light skin) to 1 (very dark); `hair_colours`
    are sRGB; `loose_per_mm2` are cut fragments lying on the skin.
    """

    name: str
    hair_colours: tuple[tuple[int, int, int], ...]
    length_mm: tuple[float, float] = (0.22, 0.8)
    units_per_cm2: tuple[float, float] = (30.0, 105.0)
    terminal_diameter_um: tuple[float, float] = (52.0, 110.0)
    vellus_fraction: tuple[float, float] = (0.03, 0.42)
    melanin: tuple[float, float] = (0.0, 0.3)
    grey_fraction: tuple[float, float] = (0.0, 0.0)
    bend: tuple[float, float] = (0.0, 0.22)
    glare: tuple[float, float] = (0.0, 1.0)
    loose_per_mm2: tuple[float, float] = (0.0, 0.35)


DARK: Final = ((38, 33, 30), (30, 28, 28), (48, 38, 32), (25, 24, 27), (58, 46, 38))
BROWN: Final = ((92, 66, 46), (78, 58, 44), (105, 76, 52))
FAIR: Final = ((158, 128, 92), (178, 150, 112), (140, 104, 70), (165, 108, 66))

STYLES: Final = {
    style.name: style
    for style in (
        Style("clipped", DARK * 3 + BROWN[:2]),
        Style("medium", DARK + BROWN, length_mm=(0.7, 2.2), bend=(0.05, 0.6)),
        Style("long", DARK + BROWN, length_mm=(2.5, 9.0), bend=(0.1, 0.9), units_per_cm2=(25.0, 80.0)),
        Style(
            "sparse",
            DARK + BROWN,
            length_mm=(0.2, 2.5),
            units_per_cm2=(0.0, 28.0),
            vellus_fraction=(0.2, 0.7),
        ),
        Style("fair", FAIR, length_mm=(0.3, 1.5), melanin=(0.0, 0.12)),
        Style("grey", DARK + BROWN, length_mm=(0.3, 1.8), grey_fraction=(0.2, 0.8)),
        Style("dark-skin", DARK, length_mm=(0.3, 1.2), melanin=(0.45, 0.95)),
        Style(
            "coarse",
            DARK,
            length_mm=(0.15, 0.6),
            units_per_cm2=(40.0, 130.0),
            terminal_diameter_um=(70.0, 110.0),
        ),
    )
}
"""The styles by name."""
