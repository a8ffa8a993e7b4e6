"""Scales stated in the photo's sidecar file and in its folder's file."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hairdensity.errors import UsageError
from hairdensity.scale import StatedScale, read_stated_scales

if TYPE_CHECKING:
    from pathlib import Path


def stated(folder: Path, text: str | bytes) -> StatedScale:
    """Return what a sidecar file with `text` states."""
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "photo.jpg.toml").write_bytes(content)
    return read_stated_scales(folder / "photo.jpg")[0]


def test_nothing_stated(tmp_path: Path) -> None:
    sidecar, folder = read_stated_scales(tmp_path / "photo.jpg")
    assert sidecar.is_empty
    assert folder.is_empty


def test_each_key_in_each_file(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg.toml").write_text("um_per_px = 5.54\n")
    (tmp_path / "hairdensity.toml").write_text("field_width_mm = 7\nscale_bar_mm = 1.0\n")
    sidecar, folder = read_stated_scales(tmp_path / "photo.jpg")
    assert sidecar == StatedScale(um_per_px=5.54)
    assert folder == StatedScale(field_width_mm=7.0, scale_bar_mm=1.0)
    assert not sidecar.is_empty


def test_a_sidecar_belongs_to_its_photo_only(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg.toml").write_text("um_per_px = 5.54\n")
    assert read_stated_scales(tmp_path / "photo.png")[0].is_empty
    assert read_stated_scales(tmp_path / "other.jpg")[0].is_empty


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("um_per_px = -1\n", ["um_per_px is -1", "above 0"]),
        ("um_per_px = 0\n", ["um_per_px is 0", "above 0"]),
        ("field_width_mm = nan\n", ["field_width_mm is nan", "above 0"]),
        ("scale_bar_mm = inf\n", ["scale_bar_mm is inf", "above 0"]),
        ('um_per_px = "5.5"\n', ["um_per_px is '5.5'", "above 0"]),
        ("um_per_px = true\n", ["um_per_px is True", "above 0"]),
        ("um_per_px = [5]\n", ["um_per_px is [5]", "above 0"]),
        ("um_per_pixel = 5\n", ["um_per_pixel is no key", "um_per_px, field_width_mm, scale_bar_mm"]),
        ("profile = 70\n", ["profile is 70", "name of a saved profile"]),
        ('profile = ""\n', ["profile is ''", "name of a saved profile"]),
        ("um_per_px 5.5\n", ["cannot be read as TOML", "um_per_px = 5.5"]),
        ("um_per_px = 5\num_per_px = 6\n", ["cannot be read as TOML"]),
        (b"\xff\xfe\x00", ["cannot be read as TOML"]),
    ],
)
def test_what_is_no_scale_is_named(tmp_path: Path, text: str | bytes, parts: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        stated(tmp_path, text)
    message = str(caught.value)
    assert message.startswith("photo.jpg.toml: ")
    assert "\n" not in message
    assert str(tmp_path) not in message
    for part in parts:
        assert part in message


def test_a_folder_or_pipe_in_its_place_is_named_and_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "hairdensity.toml").mkdir()
    with pytest.raises(UsageError, match=r"^hairdensity\.toml: is not a file"):
        read_stated_scales(tmp_path / "photo.jpg")
    os.mkfifo(tmp_path / "photo.jpg.toml")
    with pytest.raises(UsageError, match=r"^photo\.jpg\.toml: is not a file"):
        read_stated_scales(tmp_path / "photo.jpg")


@pytest.mark.parametrize("key", ["um_per_px", "field_width_mm", "scale_bar_mm"])
@pytest.mark.parametrize("value", [0.0, -2.0, float("nan"), float("inf")])
def test_a_stated_scale_refuses_what_is_no_size(key: str, value: float) -> None:
    with pytest.raises(UsageError, match=f"^{key} is "):
        replace(StatedScale(), **{key: value})  # type: ignore[arg-type]
