"""What many tests need: the real photos where they are, and OpenCV on one thread."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "real"


@pytest.fixture(scope="session")
def real() -> Path:
    """Return the folder of real photos; the test is skipped where it is absent."""
    if not (REAL / "fdu" / "annotations.json").is_file():
        pytest.skip("the real photos are not here (../shared/real)")
    return REAL


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Let tests that run side by side not fight for cores."""
    cv2.setNumThreads(1)
