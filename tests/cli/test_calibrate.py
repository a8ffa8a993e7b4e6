"""`hairdensity calibrate`: the card, the reading of a photo, and profiles that are used again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.scale.card import CARDS
from hairdensity.scale.profile import FOLDER_VARIABLE
from tests.scale.carded import Shot, photographed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome


@pytest.fixture(autouse=True)
def _profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "profiles"))


def carded(path: Path, tilt_deg: float = 5.0) -> float:
    """Write a photo of a scale card, and return its um per px."""
    photo, truth = photographed(CARDS[2], Shot(20.0, tilt_deg, 30, 70))
    cv2.imwrite(str(path), photo.pixels)
    return truth


def test_the_card_is_written(run: Callable[..., Outcome], tmp_path: Path) -> None:
    done = run("calibrate", "card", "-o", tmp_path / "new" / "card.pdf")
    assert done.exit_code == 0
    assert "100 mm" in done.out
    assert (tmp_path / "new" / "card.pdf").read_bytes().startswith(b"%PDF-")
    assert run("calibrate", "card", "-o", tmp_path).exit_code == 2


def test_what_is_found_is_shown_and_drawn(run: Callable[..., Outcome], tmp_path: Path) -> None:
    truth = carded(tmp_path / "card.png")
    done = run("calibrate", "read", "card.png", "--json")
    assert done.exit_code == 0
    document = json.loads(done.out)
    assert document["um_per_px"] == pytest.approx(truth, rel=0.005)
    assert document["um_per_px_low"] < truth < document["um_per_px_high"]
    assert document["source"] == "card"
    assert [one["source"] for one in document["found"]] == ["card"]
    assert document["found"][0]["tilt_deg"] == pytest.approx(5, abs=1)
    assert "fine card" in done.err
    drawn = cv2.imread(str(tmp_path / "hairdensity-out" / "card" / "scale.png"))
    assert drawn is not None
    assert drawn.shape[0] > 800
    orange = (np.abs(drawn.astype(int) - (0, 176, 255)).max(axis=2) < 40).sum()
    assert orange > 1000


def test_a_photo_without_scale_is_exit_4_after_its_picture(
    run: Callable[..., Outcome], tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "plain.png"), np.full((300, 400, 3), 150, np.uint8))
    done = run("calibrate", "read", "plain.png", "--json")
    assert done.exit_code == 4
    assert json.loads(done.out)["um_per_px"] is None
    assert json.loads(done.out)["found"] == []
    assert "plain.png: no scale found; give --um-per-px" in done.err
    assert (tmp_path / "hairdensity-out" / "plain" / "scale.png").is_file()


def test_a_contradiction_is_exit_4_after_its_picture(run: Callable[..., Outcome], tmp_path: Path) -> None:
    carded(tmp_path / "card.png")
    (tmp_path / "card.png.toml").write_text("um_per_px = 50\n")
    done = run("calibrate", "read", "card.png")
    assert done.exit_code == 4
    assert "the sidecar file says 50 um/px and the card in the photo says" in done.err
    assert (tmp_path / "hairdensity-out" / "card" / "scale.png").is_file()
    stated = run("calibrate", "read", "card.png", "--um-per-px", 50)
    assert stated.exit_code == 0
    assert "contradicted by" in stated.out


def test_a_tilted_card_is_refused(run: Callable[..., Outcome], tmp_path: Path) -> None:
    carded(tmp_path / "card.png", 30)
    done = run("calibrate", "read", "card.png")
    assert done.exit_code == 4
    assert "tilted by 30 degrees, more than 20" in done.err


def test_a_profile_is_saved_and_used(run: Callable[..., Outcome], tmp_path: Path) -> None:
    truth = carded(tmp_path / "card.png")
    saved = run("calibrate", "save", "scope", "card.png")
    assert saved.exit_code == 0
    assert "1000 x 800" in saved.out
    cv2.imwrite(str(tmp_path / "skin.png"), np.full((800, 1000, 3), 150, np.uint8))
    used = run("calibrate", "read", "skin.png", "--profile", "scope", "--json")
    assert used.exit_code == 0
    assert json.loads(used.out)["um_per_px"] == pytest.approx(truth, rel=0.005)
    assert json.loads(used.out)["source"] == "profile"
    cv2.imwrite(str(tmp_path / "small.png"), np.full((400, 500, 3), 150, np.uint8))
    small = run("calibrate", "read", "small.png", "--profile", "scope")
    assert small.exit_code == 4
    assert "500 x 400 px" in small.err
    assert "1000 x 800 px" in small.err
    assert run("calibrate", "read", "skin.png", "--profile", "other").exit_code == 2


def test_nothing_is_saved_without_a_scale(run: Callable[..., Outcome], tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "plain.png"), np.full((300, 400, 3), 150, np.uint8))
    assert run("calibrate", "save", "scope", "plain.png").exit_code == 4
    assert run("calibrate", "save", "a/b", "plain.png").exit_code == 2
    assert run("calibrate", "save", "scope", "plain.png", "--um-per-px", 5).exit_code == 0
