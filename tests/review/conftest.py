"""Results to review, made once, and copies of them that a test may write beside."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest

from hairdensity.compare import compare_photos
from hairdensity.report import write_analysis, write_comparison
from tests.review.serving import Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SAMPLES = Path(__file__).parents[2] / "sample_images"
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a result of analyze, a result of compare, and both photos."""
    cv2.setNumThreads(1)
    folder = tmp_path_factory.mktemp("results")
    for name in ("before.jpg", "after.jpg"):
        shutil.copy(SAMPLES / name, folder / name)
    comparison = compare_photos(SAMPLES / "before.jpg", SAMPLES / "after.jpg")
    write_comparison(comparison, folder / "pair", NOON)
    write_analysis(comparison.before, folder / "one", NOON)
    return folder


@pytest.fixture
def one(results: Path, tmp_path: Path) -> Path:
    """Return a result of analyze, its photo in the folder above."""
    shutil.copytree(results / "one", tmp_path / "one")
    shutil.copy(results / "before.jpg", tmp_path / "before.jpg")
    return tmp_path / "one"


@pytest.fixture
def pair(results: Path, tmp_path: Path) -> Path:
    """Return a result of compare, its photos in the folder above."""
    shutil.copytree(results / "pair", tmp_path / "pair")
    for name in ("before.jpg", "after.jpg"):
        shutil.copy(results / name, tmp_path / name)
    return tmp_path / "pair"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start reviews in processes of their own; those still running in the end are stopped."""
    started: list[Served] = []

    def start(result: Path, *words: str) -> Served:
        started.append(Served(result, tmp_path, *words))
        return started[-1]

    yield start
    for one_served in started:
        one_served.kill()
