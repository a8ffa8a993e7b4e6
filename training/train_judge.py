"""Train the judge of root candidates on drawn photos, with the hair network that ships.

    python training/train_judge.py --photos 1000 --out training/runs/judge.npz
    python training/ship.py training/runs/judge.npz

Needs torch and this package; no real photo is read. A photo takes about a second of one core to draw and
trace; the training itself a few minutes.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional

from degrading import degrade
from forks import fork_units
from hairdensity.hairs.evidence import gather_evidence
from hairdensity.hairs.paths import follow_paths
from hairdensity.hairs.roots import find_roots
from hairdensity.hairs.segment import SegmentSettings, segment_hairs
from hairdensity.hairs.trace import TraceSettings
from hairdensity.hairs.visibility import shaft_contrast
from hairdensity.phantom.camera import View, sample_camera
from hairdensity.phantom.draw import Phantom, draw_phantom
from hairdensity.phantom.scene import sample_scene
from hairdensity.phantom.style import STYLES
from hairdensity.photo import Photo
from judged import Judge, Judged, label

FIELD_UM = (4400.0, 3400.0)
MIX = {
    "clipped": 0.4,
    "coarse": 0.1,
    "medium": 0.12,
    "long": 0.1,
    "sparse": 0.06,
    "fair": 0.07,
    "grey": 0.07,
    "dark-skin": 0.08,
}
NOISE = 0.2
"""Standard deviation of what is added to the standardised facts, so that no single one is relied upon."""

TYPICAL_COUNT = 200
"""Candidates of a usual photo: the losses of its candidates are divided by this, so that all count alike."""


def gather(seed: int) -> Judged | None:
    """Draw the photo of `seed`, find its root candidates and the evidence; None where there are too few."""
    cv2.setNumThreads(1)
    phantom = draw(seed)
    um_per_px = phantom.view.um_per_px
    photo, settings = Photo(phantom.pixels, "drawn.png", ""), TraceSettings()
    maps = segment_hairs(photo, um_per_px, SegmentSettings())
    roots = find_roots(maps, settings.roots)
    if len(roots.scores) < 2:
        return None
    found = roots, follow_paths(maps, roots, settings.paths)
    contrast = shaft_contrast(photo, maps, found, settings.visibility)
    evidence = gather_evidence(maps, found, contrast, settings.evidence)
    paths = phantom.paths_px
    ways = np.array([path[min(3, len(path) - 1)] - path[0] for path in paths], np.float32).reshape(-1, 2)
    return Judged(
        evidence.facts,
        evidence.links,
        evidence.relations,
        maps.to_photo(roots.points) * um_per_px,
        roots.directions,
        np.array([path[0] for path in paths], np.float32).reshape(-1, 2) * um_per_px,
        ways / np.linalg.norm(ways, axis=1, keepdims=True),
    )


def draw(seed: int) -> Phantom:
    """Draw a photo at 3 to 12 µm/px, now and then with a rim or drawn-in graphics, mostly degraded.

    There are fewer cuttings and more vellus hairs than the styles have: a judge that has learnt to take what
    is thin or lies loose for no hair misses vellus hair in real photos.
    """
    rng = np.random.default_rng([seed, 21])
    style = STYLES[str(rng.choice(list(MIX), p=list(MIX.values())))]
    um_per_px = float(np.clip(5.5 * np.exp(rng.normal(0, 0.3)), 3, 12))
    size_px = int(FIELD_UM[0] / um_per_px), int(FIELD_UM[1] / um_per_px)
    size_um = size_px[0] * um_per_px * 1.03, size_px[1] * um_per_px * 1.03
    low, high = style.vellus_fraction
    likelier = replace(style, loose_per_mm2=(0.0, 0.12), vellus_fraction=(low, min(0.7, 1.25 * high)))
    scene = fork_units(rng, sample_scene(500_000 + seed, likelier, size_um))
    camera = sample_camera(rng)
    if rng.random() < 0.06:
        camera = replace(camera, rim=rng.uniform(0.6, 1.0))
    view = View(size_px, um_per_px, (size_um[0] / 2, size_um[1] / 2))
    phantom = draw_phantom(scene, view, camera, graphics=bool(rng.random() < 0.25))
    if rng.random() < 0.7:
        phantom = replace(phantom, pixels=degrade(rng, phantom.pixels, um_per_px))
    return phantom


def train(photos: list[Judged], options: argparse.Namespace) -> dict[str, np.ndarray]:
    """Return the arrays of the trained judge."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    scales = {
        name: (values.mean(axis=0), values.std(axis=0) + 1e-3)
        for name in ("facts", "relations")
        for values in [np.concatenate([getattr(photo, name) for photo in photos])]
    }
    judge = Judge(photos[0].facts.shape[1], photos[0].relations.shape[1])
    optimizer = torch.optim.AdamW(judge.parameters(), lr=options.rate, weight_decay=0.05)
    ready = [_tensors(photo, scales) for photo in photos]
    rng = np.random.default_rng(options.seed)
    for epoch in range(options.epochs):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * 0.5 * (1 + np.cos(np.pi * epoch / options.epochs)) + 2e-5
        total = 0.0
        for batch in np.array_split(rng.permutation(len(photos)), max(1, len(photos) // 4)):
            optimizer.zero_grad()
            loss = sum(_loss(judge, photos[k], ready[k]) for k in batch)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(judge.parameters(), 2.0)
            optimizer.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1}  loss {total / len(photos):.4f}", flush=True)
    means = {f"{name}_mean": mean for name, (mean, _) in scales.items()}
    spreads = {f"{name}_sd": spread for name, (_, spread) in scales.items()}
    return {**judge.arrays(), **means, **spreads}


def _tensors(photo: Judged, scales: dict) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    facts, relations = (
        torch.from_numpy(((getattr(photo, name) - mean) / spread).astype(np.float32))
        for name, (mean, spread) in scales.items()
    )
    return facts, torch.from_numpy(photo.links), relations


def _loss(judge: Judge, photo: Judged, ready: tuple[torch.Tensor, ...]) -> torch.Tensor:
    facts, links, relations = ready
    chances = judge(facts + NOISE * torch.randn_like(facts), links, relations)
    wanted = torch.from_numpy(label(photo, chances[-1].detach().numpy()))
    return sum(
        weight * functional.binary_cross_entropy_with_logits(chance, wanted, reduction="sum") / TYPICAL_COUNT
        for weight, chance in zip((0.2, 0.4, 1.0), chances, strict=True)
    )


def main() -> None:
    """Read the options, draw, train, store."""
    parser = argparse.ArgumentParser(description="Train the judge of root candidates on drawn photos.")
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("training/runs/judge.npz"))
    options = parser.parse_args()
    with Pool(options.workers) as pool:
        seeds = range(options.seed, options.seed + options.photos)
        photos = [photo for photo in pool.imap(gather, seeds) if photo is not None]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(options.out, **train(photos, options))


if __name__ == "__main__":
    main()
