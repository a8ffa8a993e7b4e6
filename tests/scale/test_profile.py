"""Device profiles: saved under a name, used again, and not for a photo that was resized since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.errors import ScaleError, UsageError
from hairdensity.estimate import Estimate
from hairdensity.photo import Photo
from hairdensity.scale import StatedScale, read_scale
from hairdensity.scale.profile import (
    FOLDER_VARIABLE,
    DeviceProfile,
    profile_folder,
    profile_path,
    profile_text,
    read_profile,
)

if TYPE_CHECKING:
    from pathlib import Path

SCOPE = DeviceProfile("scope-70x", Estimate(5.54, 5.51, 5.57), (1000, 400), 'card "A", 60 \\ 61 corners')


def photo(width_px: int, height_px: int) -> Photo:
    return Photo(np.full((height_px, width_px, 3), 160, np.uint8), "photo.jpg", "")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep profiles in an empty folder, with one profile in it."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    profile_path("scope-70x").write_text(profile_text(SCOPE), encoding="utf-8")
    return tmp_path


def test_what_is_saved_is_read_again() -> None:
    read = read_profile("scope-70x")
    assert (read.um_per_px, read.photo_size_px) == (SCOPE.um_per_px, SCOPE.photo_size_px)
    assert "60 / 61 corners" in read.how


@pytest.mark.parametrize("size_px", [(1000, 400), (400, 1000)])
def test_a_photo_of_the_same_size_whichever_way_it_is_turned(size_px: tuple[int, int]) -> None:
    scale = read_scale(photo(*size_px), StatedScale(profile="scope-70x")).scale
    assert scale is not None
    assert (scale.um_per_px, scale.source) == (SCOPE.um_per_px, "profile")
    assert "scope-70x" in scale.how


@pytest.mark.parametrize("size_px", [(500, 200), (1000, 399), (2000, 800)])
def test_a_resized_photo_is_noticed(size_px: tuple[int, int]) -> None:
    with pytest.raises(
        ScaleError, match=rf"^photo\.jpg: has {size_px[0]} x {size_px[1]} px.*1000 x 400.*--um"
    ):
        read_scale(photo(*size_px), StatedScale(profile="scope-70x"))


def test_named_in_a_folder_file(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "hairdensity.toml").write_text('profile = "scope-70x"\n')
    scale = read_scale(photo(1000, 400), None, tmp_path / "photos" / "photo.jpg").scale
    assert scale is not None
    assert scale.source == "profile"


def test_a_profile_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"no profile scope \(saved: scope-70x\).*calibrate save scope"):
        read_profile("scope")


@pytest.mark.parametrize("name", ["", "../etc", "a/b", ".hidden", "a b", "x" * 65, "a\nb"])
def test_names_that_are_no_file_names(name: str) -> None:
    with pytest.raises(UsageError, match="no name for a profile"):
        read_profile(name)


@pytest.mark.parametrize(
    "text", ["", "um_per_px = 5", "no toml", profile_text(SCOPE).replace("5.54", "-1"), "um_per_px = 'x'"]
)
def test_damaged_files_are_named(folder: Path, text: str) -> None:
    (folder / "scope-70x.toml").write_text(text)
    with pytest.raises(UsageError, match="profile scope-70x is damaged"):
        read_profile("scope-70x")


def test_profiles_are_kept_in_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert profile_folder().name == "profiles"
    assert "hairdensity" in profile_folder().parts
