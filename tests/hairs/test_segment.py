"""Hair maps: places to and from the photo, interpolation, tiles, threads, damaged weights."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hairdensity.errors import HairDensityError
from hairdensity.hairs import segment
from hairdensity.hairs.segment import HairMaps, SegmentSettings, segment_hairs
from hairdensity.photo import Photo
from tests.hairs.drawn import SKIN, DrawnHair, draw_maps, draw_photo

if TYPE_CHECKING:
    from pathlib import Path

HAIRS = [
    DrawnHair([(30 + 45 * i, 30 + 25 * j), (60 + 45 * i, 45 + 25 * j)]) for i in range(3) for j in range(4)
]
LAYERS = ("root_heat", "centre", "body", "axis", "to_root", "to_tip", "width")


def maps_of(photo: Photo, um_per_px: float = 5.5, **settings: float) -> HairMaps:
    return segment_hairs(photo, um_per_px, replace(SegmentSettings(), **settings))


def as_bytes(maps: HairMaps) -> list[bytes]:
    return [getattr(maps, name).tobytes() for name in LAYERS]


def test_maps_cover_the_photo_and_cannot_be_written() -> None:
    maps = maps_of(draw_photo(HAIRS, width=203, height=151))
    assert maps.root_heat.shape == (151, 203)
    assert maps.centre.shape == (76, 102)
    assert maps.axis.shape == maps.to_root.shape == maps.to_tip.shape == (2, 76, 102)
    assert maps.um_per_px == pytest.approx(11)
    assert all(getattr(maps, name).dtype == np.float32 for name in LAYERS)
    assert not any(getattr(maps, name).flags.writeable for name in LAYERS)
    assert {field.name for field in fields(maps)} == {*LAYERS, "um_per_px", "photo_px"}


def test_drawn_hairs_are_seen_where_they_are() -> None:
    maps = maps_of(draw_photo(HAIRS))
    middles = np.array([np.mean(hair.path, axis=0) for hair in HAIRS])
    between = middles + np.array([0, 12.5])
    assert maps.sample(maps.body, middles).mean() > maps.sample(maps.body, between).mean() + 0.5


@pytest.mark.parametrize("factor", [0.6, 1.7])
def test_scale_of_the_photo_does_not_move_the_hairs(factor: float) -> None:
    photo = draw_photo(HAIRS)
    size = (round(photo.width_px * factor), round(photo.height_px * factor))
    resized = replace(
        photo, pixels=np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    )
    maps, other = maps_of(photo), maps_of(resized, um_per_px=5.5 / factor)
    assert other.um_per_px == pytest.approx(maps.um_per_px, rel=0.01)
    seen, seen_other = maps.body > 0.5, other.body > 0.5
    assert (seen & seen_other).sum() > 0.8 * (seen | seen_other).sum()


def test_places_go_to_the_photo_and_back() -> None:
    maps = replace(draw_maps([]), photo_px=(1.98, 2.01))
    places = np.array([[0, 0], [10.25, 7.5], [199, 159]])
    assert maps.to_photo(np.zeros((1, 2)))[0] == pytest.approx((0.49, 0.505))
    np.testing.assert_allclose(maps.from_photo(maps.to_photo(places)), places, atol=1e-4)


def test_sample_is_exact_on_a_ramp_and_constant_beyond_the_edge() -> None:
    maps = draw_maps([])
    rows, columns = np.mgrid[0:80, 0:100].astype(np.float32)
    ramp = np.stack([2 * columns + 0.5, 2 * rows + 0.5])
    places = np.array([[[3.2, 5.9], [100.5, 77.1]], [[0.5, 0.5], [198.5, 158.5]]])
    np.testing.assert_allclose(np.moveaxis(maps.sample(ramp, places), 0, -1), places, rtol=1e-5)
    np.testing.assert_allclose(
        maps.sample(ramp, np.array([[-9, -9], [999, 999]])), [[0.5, 198.5], [0.5, 158.5]]
    )


def test_tiles_give_the_same_maps() -> None:
    photo = draw_photo(
        [DrawnHair([(x, y), (x + 30, y + 15)]) for x in range(20, 620, 60) for y in range(20, 460, 40)],
        660,
        480,
    )
    whole, tiled = maps_of(photo), maps_of(photo, tile_mm=5.3)
    for name in LAYERS:
        np.testing.assert_allclose(getattr(tiled, name), getattr(whole, name), rtol=1e-3, atol=2e-3)


def test_threads_do_not_change_a_byte() -> None:
    photo = draw_photo(HAIRS)
    cv2.setNumThreads(1)
    one = as_bytes(maps_of(photo))
    cv2.setNumThreads(2)
    assert as_bytes(maps_of(photo)) == one


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (3, 500)])
def test_tiny_photos_have_maps(shape: tuple[int, int]) -> None:
    photo = Photo(np.full((*shape, 3), SKIN, np.uint8), "tiny.png", "")
    maps = maps_of(photo)
    assert maps.root_heat.size >= 1
    assert np.isfinite(maps.root_heat).all()


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hairnet.onnx").write_bytes(b"damaged")
    (tmp_path / "weights.sha256").write_text(f"{'0' * 64} hairnet.onnx\n")
    monkeypatch.setattr("importlib.resources.files", lambda _package: tmp_path)
    segment._load_network.cache_clear()
    with pytest.raises(HairDensityError, match=r"hairnet.onnx: sha256 is .* install hairdensity again"):
        maps_of(draw_photo(HAIRS))
    monkeypatch.undo()
    segment._load_network.cache_clear()
