"""The judge of root candidates in torch: what it learns from, how it looks at rivals, how it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import nn

if TYPE_CHECKING:
    from numpy.typing import NDArray

HIT_UM, HIT_COSINE = 120.0, 0.5
"""A candidate within this distance of a drawn root, with this cosine of the directions, may be that hair."""
LOOKS = ("first", "second")


class Judged(NamedTuple):
    """Candidates of one drawn photo and the hairs drawn in it.

    Evidence as `hairdensity.hairs.evidence.Evidence` has it; places in µm, ways as unit vectors.
    """

    facts: NDArray[np.float32]
    links: NDArray[np.intp]
    relations: NDArray[np.float32]
    places_um: NDArray[np.float32]
    ways: NDArray[np.float32]
    true_places_um: NDArray[np.float32]
    true_ways: NDArray[np.float32]


class Judge(nn.Module):
    """Facts and relations, both standardised, to each candidate's logit after none, one and two looks."""

    def __init__(self, facts: int, relations: int, width: int = 32) -> None:
        super().__init__()
        self.own = nn.Sequential(nn.Linear(facts, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.told = nn.ModuleList(
            nn.Sequential(
                nn.Linear(2 * width + relations, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()
            )
            for _ in LOOKS
        )
        self.changed = nn.ModuleList(
            nn.Sequential(nn.Linear(3 * width, width), nn.ReLU(), nn.Linear(width, width)) for _ in LOOKS
        )
        self.chance = nn.ModuleList(nn.Linear(width, 1) for _ in (0, *LOOKS))

    def forward(
        self, facts: torch.Tensor, links: torch.Tensor, relations: torch.Tensor
    ) -> list[torch.Tensor]:
        """Return the logits, each of shape (n,)."""
        state = self.own(facts)
        chances = [self.chance[0](state)[:, 0]]
        for told, changed, chance in zip(self.told, self.changed, self.chance[1:], strict=True):
            message = told(torch.cat([state[links[:, 0]], state[links[:, 1]], relations], 1))
            to = links[:, :1].expand_as(message)
            most = torch.zeros_like(state).scatter_reduce(0, to, message, "amax")
            total = torch.zeros_like(state).scatter_add(0, to, message) / 8
            state = torch.relu(state + changed(torch.cat([state, most, total], 1)))
            chances.append(chance(state)[:, 0])
        return chances

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights as the package reads them."""
        named = {"own": self.own, "chance": self.chance[-1]}
        for look, told, changed in zip(LOOKS, self.told, self.changed, strict=True):
            named |= {f"{look}.told": told, f"{look}.changed": changed}
        stored = {}
        for name, part in named.items():
            linear = [one for one in part.modules() if isinstance(one, nn.Linear)]
            for at, layer in enumerate(linear):
                prefix = f"{name}.{at}" if len(linear) > 1 else name
                stored[f"{prefix}.weight"] = layer.weight.detach().numpy().T.copy()
                stored[f"{prefix}.bias"] = layer.bias.detach().numpy().copy()
        return stored


def label(photo: Judged, logits: NDArray[np.floating]) -> NDArray[np.float32]:
    """Say which candidates are hairs: each drawn hair one candidate, near it and already thought likely."""
    labels = np.zeros(len(logits), np.float32)
    if not len(photo.true_places_um):
        return labels
    gaps = photo.places_um[:, None] - photo.true_places_um[None]
    distance_um = np.linalg.norm(gaps, axis=2)
    cosine = photo.ways @ photo.true_ways.T
    possible = (distance_um < HIT_UM) & (cosine > HIT_COSINE)
    cost = np.where(possible, 2 * distance_um / HIT_UM - logits.clip(-6, 6)[:, None], 50)
    candidates, hairs = linear_sum_assignment(cost)
    labels[candidates[possible[candidates, hairs]]] = 1
    return labels
