"""Average the weights of networks of which one was trained on from the other, and export the mean for OpenCV.

    python training/average.py training/hairnet.pt training/runs/more/hairnet.pt --out training/runs/mean

On real photos the mean finds hair better than either, on drawn ones about as well as the better one, at no
cost in time; networks trained apart have no useful mean.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from net import HairNet
from train import save


def average(networks: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Return the mean of the weights, taken layer by layer; counters are the last network's."""
    return {
        name: torch.stack([one[name] for one in networks]).mean(dim=0) if last.is_floating_point() else last
        for name, last in networks[-1].items()
    }


def main() -> None:
    """Read the weights, average, save."""
    parser = argparse.ArgumentParser(description="Average the weights of networks.")
    parser.add_argument("weights", type=Path, nargs="+", help="weights (.pt)")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    net = HairNet()
    net.load_state_dict(average([torch.load(path, map_location="cpu") for path in options.weights]))
    save(net, options.out, "hairnet")


if __name__ == "__main__":
    main()
