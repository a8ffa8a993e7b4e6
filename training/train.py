"""Train the hair network on rendered phantoms and export it for OpenCV.

    python training/train.py --steps 9000 --out training/runs/first
    python training/train.py --steps 4000 --rate 0.001 --resume training/hairnet.pt

Needs torch and this package; no real photo is read. Workers render while the network trains, each with its
own fixed seeds, and every crop is used a few times with other turns, light and noise.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch.nn import functional

from crops import Crop, render_crop, vary
from net import CHANNELS, HairNet

if TYPE_CHECKING:
    from collections.abc import Iterator


class CropStream(torch.utils.data.IterableDataset):
    """Endless varied crops out of a growing store; `reuse` of them for each one newly rendered."""

    def __init__(self, seed: int, reuse: int, store_size: int) -> None:
        super().__init__()
        self.seed, self.reuse, self.store_size = seed, reuse, store_size

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield (3, CROP_PX, CROP_PX) uint8 and (TARGETS, GRID, GRID) float32."""
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        rng = np.random.default_rng([self.seed, worker])
        store: list[Crop] = []
        rendered = 0
        while True:
            crop = render_crop(self.seed * 10_000_000 + rendered * workers + worker)
            if len(store) < self.store_size:
                store.append(crop)
            else:
                store[rendered % self.store_size] = crop
            rendered += 1
            for turn in range(self.reuse):
                chosen = crop if turn == 0 else store[rng.integers(len(store))]
                pixels, targets = vary(rng, chosen)
                yield (
                    torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))),
                    torch.from_numpy(targets),
                )


def loss_of(out: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, dict[str, float]]:
    """Return the summed loss and its parts."""
    hair, seen = target[:, 13:14], target[:, 14:15]
    parts = {
        "roots": 2.0 * _focal(out[:, CHANNELS["root_heat"]], target[:, CHANNELS["root_heat"]], seen),
        "cover": _cover(out[:, 4:6], target[:, 4:6], seen),
        "axis": 0.5 * _mean((out[:, 6:8] - target[:, 6:8]).abs(), hair),
        "to_root": 0.7 * _offset(out[:, 8:10], target[:, 8:10], hair),
        "to_tip": 0.4 * _offset(out[:, 10:12], target[:, 10:12], hair),
        "width": 0.3 * _mean((out[:, 12:13] - target[:, 12:13]).abs(), hair),
    }
    return sum(parts.values()), {name: float(part.detach()) for name, part in parts.items()}


def _mean(values: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return (values * weight).sum() / weight.sum().clamp(min=1)


def _focal(logits: torch.Tensor, target: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Penalty-reduced focal loss of a key-point heat map."""
    chance = torch.sigmoid(logits)
    peak = (target == 1).float()
    hit = peak * (1 - chance) ** 2 * functional.logsigmoid(logits)
    miss = (1 - peak) * (1 - target) ** 4 * chance**2 * functional.logsigmoid(-logits)
    return -((hit + miss) * seen).sum() / peak.sum().clamp(min=1)


def _cover(logits: torch.Tensor, target: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Weighted cross entropy and Dice of centre line and body."""
    entropy = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    chance = torch.sigmoid(logits) * seen
    dice = 1 - (2 * (chance * target).sum() + 1) / (chance.sum() + (target * seen).sum() + 1)
    return 3.0 * (entropy * (1 + 2 * target) * seen).mean() + 0.5 * dice


def _offset(out: torch.Tensor, target: torch.Tensor, hair: torch.Tensor) -> torch.Tensor:
    """Smooth L1 of an offset, only where the end is near enough to be known."""
    near = (target.abs() < 0.8).all(dim=1, keepdim=True).float() * hair
    return _mean(functional.smooth_l1_loss(out, target, reduction="none", beta=0.1), near)


def train(options: argparse.Namespace) -> HairNet:
    """Return the moving average of the trained network."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    net = HairNet().to(device, memory_format=torch.channels_last)
    if options.resume:
        net.load_state_dict(torch.load(options.resume, map_location=device))
    average = copy.deepcopy(net).eval()
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=1e-3)
    stream = CropStream(options.seed, options.reuse, options.store)
    loader = iter(
        torch.utils.data.DataLoader(stream, options.batch, num_workers=options.workers, prefetch_factor=4)
    )
    began, sums = time.time(), {}
    for step in range(1, options.steps + 1):
        fraction = step / options.steps
        rate = options.rate * min(1.0, step / 60) * 0.5 * (1 + math.cos(math.pi * fraction)) + 1e-5
        for group in optimizer.param_groups:
            group["lr"] = rate
        parts = _train_step(net, optimizer, next(loader), device)
        _follow(average, net, min(0.998, (1 + step) / (20 + step)))
        sums = {name: sums.get(name, 0.0) + part for name, part in parts.items()}
        if step % 100 == 0:
            shown = "  ".join(f"{name} {value / 100:.3f}" for name, value in sums.items())
            print(f"{(time.time() - began) / 60:6.1f} min  step {step}  {shown}", flush=True)
            sums = {}
        if step % options.keep_every == 0:
            save(average, options.out, f"step{step:06d}")
    return average


def _train_step(
    net: HairNet,
    optimizer: torch.optim.Optimizer,
    batch: tuple[torch.Tensor, torch.Tensor],
    device: torch.device,
) -> dict[str, float]:
    pixels, targets = (part.to(device) for part in batch)
    pixels = (pixels.float() / 255).to(memory_format=torch.channels_last)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        out = net(pixels)
    loss, parts = loss_of(out.float(), targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    optimizer.step()
    return parts


@torch.no_grad()
def _follow(average: HairNet, net: HairNet, decay: float) -> None:
    for mean, value in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.mul_(decay).add_(value, alpha=1 - decay)
        else:
            mean.copy_(value)


def save(net: HairNet, folder: Path, name: str) -> None:
    """Write `name`.pt (to go on training from) and `name`.onnx (for OpenCV) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    net = copy.deepcopy(net).cpu().to(memory_format=torch.contiguous_format).eval()
    torch.save(net.state_dict(), folder / f"{name}.pt")
    free = {0: "n", 2: "h", 3: "w"}
    torch.onnx.export(
        net,
        (torch.zeros(1, 3, 256, 256),),
        folder / f"{name}.onnx",
        input_names=["photo"],
        output_names=["maps"],
        opset_version=17,
        dynamo=False,
        dynamic_axes={"photo": free, "maps": free},
    )


def main() -> None:
    """Read the options, train, save."""
    parser = argparse.ArgumentParser(description="Train the hair network on rendered phantoms.")
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--reuse", type=int, default=4, help="varied crops for each one rendered")
    parser.add_argument("--store", type=int, default=4000, help="crops kept for reuse by each worker")
    parser.add_argument("--workers", type=int, default=1, help="rendering processes")
    parser.add_argument("--threads", type=int, default=1, help="threads of the training process")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--resume", type=Path, help="weights (.pt) to go on from")
    parser.add_argument("--keep-every", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("training/runs/latest"))
    options = parser.parse_args()
    save(train(options), options.out, "hairnet")


if __name__ == "__main__":
    main()
