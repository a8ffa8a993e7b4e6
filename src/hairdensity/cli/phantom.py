"""`hairdensity phantom`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from hairdensity.cli.options import PATH, positive_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FRACTION = click.FloatRange(0.0, 0.5)


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """What is drawn."""

    style: str
    count: int
    seed: int
    size: tuple[int, int]
    um_per_px: float
    pair: bool
    lost: float
    gained: float
    thicker_um: float
    far: bool


def _draw_options(command: Callable[..., None]) -> Callable[..., None]:
    def bundled(**values: Any) -> None:  # noqa: ANN401 -- click hands over whatever options were declared
        own = {name: values.pop(name) for name in DrawOptions.__slots__}
        command(draw=DrawOptions(**own), **values)

    bundled.__doc__ = command.__doc__
    for option in reversed(
        (
            click.option("--style", default="clipped", show_default=True, help="Kind of hair, or 'all'."),
            click.option("--count", type=click.IntRange(1), default=1, show_default=True, help="How many."),
            click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="First seed."),
            click.option(
                "--size", type=click.IntRange(64, 6000), nargs=2, default=(1280, 1024), show_default=True,
                metavar="WIDTH HEIGHT", help="Size in px.",
            ),
            click.option(
                "--um-per-px", type=positive_number, default=5.5, show_default=True, metavar="X",
                help="Size of one px on the skin, in µm.",
            ),
            click.option("--pair", is_flag=True, help="Draw before and after."),
            click.option("--lost", type=FRACTION, default=0.0, help="Share of hairs lost."),
            click.option("--gained", type=FRACTION, default=0.0, help="Share gained."),
            click.option("--thicker-um", type=float, default=0.0, help="Growth of every diameter, in µm."),
            click.option(
                "--far", is_flag=True,
                help="Pairs with any turn, 40-100 % overlap and a zoom of 0.5-2.",
            ),
        )
    ):  # fmt: skip
        bundled = option(bundled)
    return bundled


@click.command("phantom")
@click.option("-o", "--output", type=PATH, required=True, metavar="DIR", help="Folder for the drawings.")
@click.option("--samples", is_flag=True, help="Draw the project's sample images instead.")
@_draw_options
def command(output: Path, draw: DrawOptions, *, samples: bool) -> None:
    """Draw scalp photos with known hairs.

    Writes NAME.jpg, its scale as NAME.jpg.toml and the truth as NAME.truth.json (the format of
    analysis.json); for a pair also NAME.pair.json with the motion and the change.
    """
    from hairdensity.cli.drawing import draw_phantoms, draw_samples  # noqa: PLC0415

    if samples:
        draw_samples(output)
    else:
        draw_phantoms(output, draw)
