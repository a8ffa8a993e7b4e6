"""Which of several stated scales is used, and when they contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hairdensity.errors import ScaleError, UsageError
from hairdensity.photo import Photo
from hairdensity.scale import Scale, ScaleSettings, StatedScale, read_scale

if TYPE_CHECKING:
    from pathlib import Path


def photo(bar_px: int = 0) -> Photo:
    """Return a photo 1000 px wide with a bar of `bar_px`."""
    pixels = np.full((400, 1000, 3), 160, np.uint8)
    if bar_px:
        pixels[360:363, 50 : 50 + bar_px] = 0
    return Photo(pixels, "photo.jpg", "")


def resolve_scale(
    photo: Photo,
    stated: StatedScale | None = None,
    path: Path | None = None,
    settings: ScaleSettings | None = None,
) -> Scale | None:
    """Return the scale alone."""
    return read_scale(photo, stated, path, settings).scale


def found(scale: Scale | None) -> tuple[float, str]:
    assert scale is not None
    return round(scale.um_per_px.value, 6), scale.source


def test_nothing_stated_is_no_scale(tmp_path: Path) -> None:
    assert resolve_scale(photo(200)) is None
    assert resolve_scale(photo(200), StatedScale(), tmp_path / "photo.jpg") is None


def test_each_option() -> None:
    assert found(resolve_scale(photo(), StatedScale(um_per_px=5.5))) == (5.5, "option")
    assert found(resolve_scale(photo(), StatedScale(field_width_mm=7.0))) == (7.0, "option")
    assert found(resolve_scale(photo(200), StatedScale(scale_bar_mm=1.0))) == (5.0, "scale-bar")


def test_interval_of_a_stated_scale() -> None:
    scale = resolve_scale(
        photo(), StatedScale(um_per_px=10), settings=ScaleSettings(stated_error_fraction=0.02)
    )
    assert scale is not None
    assert (scale.um_per_px.low, scale.um_per_px.high) == pytest.approx((9.8, 10.2))


def test_interval_of_a_bar_is_that_of_its_ends() -> None:
    scale = resolve_scale(photo(200), StatedScale(scale_bar_mm=1.0))
    assert scale is not None
    assert 1000 / scale.um_per_px.low - 200 == pytest.approx(2, abs=0.1)
    assert 200 - 1000 / scale.um_per_px.high == pytest.approx(2, abs=0.1)


def test_the_order_of_sources(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    (tmp_path / "hairdensity.toml").write_text("um_per_px = 5.00\n")
    assert found(resolve_scale(photo(), None, path)) == (5.0, "folder")
    (tmp_path / "photo.jpg.toml").write_text("um_per_px = 5.01\n")
    assert found(resolve_scale(photo(), None, path)) == (5.01, "sidecar")
    assert found(resolve_scale(photo(), StatedScale(um_per_px=5.02), path)) == (5.02, "option")


def test_a_bar_stated_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "hairdensity.toml").write_text("scale_bar_mm = 1\n")
    assert found(resolve_scale(photo(250), None, tmp_path / "photo.jpg")) == (4.0, "scale-bar")


def test_options_that_agree_give_the_most_precise() -> None:
    stated = StatedScale(um_per_px=5.02, scale_bar_mm=2.0)
    assert found(resolve_scale(photo(400), stated)) == (5.0, "scale-bar")
    alike = StatedScale(um_per_px=5.0, field_width_mm=5.01)
    assert found(resolve_scale(photo(400), alike)) == (5.0, "option")


@pytest.mark.parametrize(
    ("stated", "numbers"),
    [
        (StatedScale(um_per_px=5.0, field_width_mm=6.0), ["um_per_px says 5 ", "field_width_mm says 6 "]),
        (StatedScale(um_per_px=5.0, scale_bar_mm=2.0), ["um_per_px says 5 ", "scale_bar_mm says 10 "]),
        (
            StatedScale(field_width_mm=5.0, scale_bar_mm=2.0),
            ["field_width_mm says 5 ", "scale_bar_mm says 10 "],
        ),
    ],
)
def test_options_that_contradict_each_other(stated: StatedScale, numbers: list[str]) -> None:
    with pytest.raises(ScaleError) as caught:
        resolve_scale(photo(200), stated)
    assert caught.value.exit_code == 4
    assert str(caught.value).startswith("photo.jpg: ")
    for number in numbers:
        assert number in str(caught.value)


def test_an_option_wins_over_a_file_that_contradicts_it_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg.toml").write_text("um_per_px = 8\n")
    scale = resolve_scale(photo(), StatedScale(um_per_px=5), tmp_path / "photo.jpg")
    assert found(scale) == (5.0, "option")
    assert scale is not None
    assert found(scale.contradicted_by) == (8.0, "sidecar")


def test_an_option_that_the_bar_in_the_photo_contradicts(tmp_path: Path) -> None:
    (tmp_path / "hairdensity.toml").write_text("scale_bar_mm = 1\n")
    scale = resolve_scale(photo(200), StatedScale(um_per_px=9), tmp_path / "photo.jpg")
    assert scale is not None
    assert found(scale.contradicted_by) == (5.0, "scale-bar")
    without_bar = resolve_scale(photo(), StatedScale(um_per_px=9), tmp_path / "photo.jpg")
    assert without_bar is not None
    assert without_bar.contradicted_by is None


def test_an_option_that_nothing_contradicts(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg.toml").write_text("um_per_px = 5.03\n")
    scale = resolve_scale(photo(), StatedScale(um_per_px=5), tmp_path / "photo.jpg")
    assert scale is not None
    assert scale.contradicted_by is None


def test_files_that_contradict_each_other(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg.toml").write_text("um_per_px = 8\n")
    (tmp_path / "hairdensity.toml").write_text("um_per_px = 5\n")
    with pytest.raises(ScaleError, match=r"sidecar file says 8 .* folder's file says 5 "):
        resolve_scale(photo(), None, tmp_path / "photo.jpg")


def test_a_file_that_contradicts_itself_is_named(tmp_path: Path) -> None:
    (tmp_path / "hairdensity.toml").write_text("um_per_px = 5\nfield_width_mm = 9\n")
    with pytest.raises(ScaleError, match=r"um_per_px of the folder file says 5 .*_mm of the folder file"):
        resolve_scale(photo(), None, tmp_path / "photo.jpg")


def test_a_stated_bar_that_is_not_there() -> None:
    with pytest.raises(ScaleError, match=r"^photo\.jpg: no single scale bar of 1 mm is seen; give"):
        resolve_scale(photo(), StatedScale(scale_bar_mm=1.0))


def test_a_broken_file_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "hairdensity.toml").write_text("um_per_px = -5\n")
    with pytest.raises(UsageError, match=r"hairdensity\.toml"):
        resolve_scale(photo(), StatedScale(um_per_px=5), tmp_path / "photo.jpg")
