"""The hair network: a small U-Net, RGB at 11 µm/px in, hair maps at half that resolution out."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

CHANNELS = {
    "root_heat": slice(0, 4),
    "centre_line": slice(4, 5),
    "body": slice(5, 6),
    "axis": slice(6, 8),
    "to_root": slice(8, 10),
    "to_tip": slice(10, 12),
    "log_width": slice(12, 13),
}
"""Output channels: root heat, a 2x2 block a px, and covers as logits; axis as (cos 2θ, sin 2θ); offsets in
32 output px; width as log(width / 6 input px)."""

OUTPUTS = 13


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class _Residual(nn.Module):
    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, dilation, dilation, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, 1, 1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(x + self.body(x))


class HairNet(nn.Module):
    """U-Net of about 0.9 M parameters: (n, 3, h, w) in 0-1, h and w multiples of 16, to (n, 13, h/2, w/2)."""

    def __init__(self, widths: tuple[int, int, int, int] = (24, 48, 80, 112), head: int = 32) -> None:
        super().__init__()
        a, b, c, d = widths
        self.down1 = nn.Sequential(_conv(3, a, 2), _conv(a, a))
        self.down2 = nn.Sequential(_conv(a, b, 2), _Residual(b))
        self.down3 = nn.Sequential(_conv(b, c, 2), _Residual(c))
        self.down4 = nn.Sequential(_conv(c, d, 2), _Residual(d), _Residual(d, 2))
        self.lift3, self.up3 = nn.Conv2d(d, c, 1), _conv(c, c)
        self.lift2, self.up2 = nn.Conv2d(c, b, 1), _conv(b, b)
        self.lift1, self.side1, self.up1 = nn.Conv2d(b, head, 1), nn.Conv2d(a, head, 1), _conv(head, head)
        self.out = nn.Conv2d(head, OUTPUTS, 1)
        nn.init.zeros_(self.out.bias)
        self.out.bias.data[CHANNELS["root_heat"]] = -4.5
        self.out.bias.data[4:6] = -2.5

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the hair maps of `x`."""
        fine = self.down1(x * 4 - 2)
        middle = self.down2(fine)
        coarse = self.down3(middle)
        y = self.up3(functional.relu(_double(self.lift3(self.down4(coarse))) + coarse))
        y = self.up2(functional.relu(_double(self.lift2(y)) + middle))
        y = self.up1(functional.relu(_double(self.lift1(y)) + self.side1(fine)))
        return self.out(y)


def _double(x: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(x, scale_factor=2, mode="nearest")
