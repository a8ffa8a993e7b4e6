"""The sample images in the repository are the ones that the command draws."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from hairdensity.phantom import encode, pair_truth
from hairdensity.phantom.samples import hard_sample_pair, refused_sample, sample_pair

SAMPLES = Path(__file__).resolve().parents[2] / "sample_images"


def difference(name: str, file: bytes) -> float:
    """Return the mean difference in grey levels between a stored sample and a drawn one."""
    stored = cv2.imdecode(np.fromfile(SAMPLES / name, np.uint8), cv2.IMREAD_COLOR)
    drawn = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    assert stored is not None
    assert drawn is not None
    return float(np.abs(stored.astype(float) - drawn).mean())


@pytest.mark.parametrize("hard", [False, True])
def test_pairs_are_drawn_again(hard: bool) -> None:  # noqa: FBT001 - a parameter
    pair = hard_sample_pair() if hard else sample_pair()
    prefix = "hard_" if hard else ""
    assert difference(f"{prefix}before.jpg", encode(pair.before, ".jpg")) < 1.0
    assert difference(f"{prefix}after.jpg", encode(pair.after, ".jpg")) < 1.0
    stored = json.loads((SAMPLES / f"{prefix}before-{prefix}after.pair.json").read_text())
    truth = pair_truth(pair)
    assert (stored["kept"], stored["gained"], stored["lost"]) == (truth.kept, truth.gained, truth.lost)


def test_the_refused_photo_is_drawn_again() -> None:
    assert difference("refused.jpg", encode(refused_sample(), ".jpg")) < 1.0
