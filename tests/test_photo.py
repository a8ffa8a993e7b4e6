"""Reading photos: every kind of good file, and every kind of bad one."""

from __future__ import annotations

import hashlib
import os
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from hairdensity.errors import PhotoError
from hairdensity.photo import MAX_FILE_MEGABYTES, read_photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Each quarter has its own colour, so that a turn or a swap of channels shows.
RED, GREEN, BLUE, GREY = (200, 40, 40), (40, 200, 40), (40, 40, 200), (120, 120, 120)
ORIENTATION = 0x0112


def quarters(width: int = 48, height: int = 32) -> NDArray[np.uint8]:
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2], pixels[: height // 2, width // 2 :] = RED, GREEN
    pixels[height // 2 :, : width // 2], pixels[height // 2 :, width // 2 :] = BLUE, GREY
    return pixels


def saved(folder: Path, name: str, image: Image.Image, **options: Any) -> Path:  # noqa: ANN401 - Pillow's own options
    path = folder / name
    image.save(path, **options)
    return path


def assert_close(pixels: NDArray[np.uint8], expected: NDArray[np.uint8], tolerance: int) -> None:
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).max() <= tolerance


@pytest.mark.parametrize(
    ("name", "options", "tolerance"),
    [
        ("a.jpg", {"quality": 95, "subsampling": 0}, 4),
        ("a.JPEG", {"quality": 95, "subsampling": 0, "progressive": True}, 4),
        ("a.png", {}, 0),
        ("a.tif", {}, 0),
        ("a.tiff", {"compression": "tiff_lzw"}, 0),
        ("a.tiff", {"compression": "tiff_deflate"}, 0),
        ("a.bmp", {}, 0),
        ("a.webp", {"lossless": True}, 0),
    ],
)
def test_each_kind_of_file(tmp_path: Path, name: str, options: dict[str, Any], tolerance: int) -> None:
    path = saved(tmp_path, name, Image.fromarray(quarters()), **options)
    photo = read_photo(path)
    assert_close(photo.pixels, quarters(), tolerance)
    assert photo.name == name
    assert photo.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (photo.width_px, photo.height_px) == (48, 32)
    assert photo.pixels.dtype == np.uint8
    assert not photo.pixels.flags.writeable


def test_the_kind_is_told_by_the_bytes_and_not_by_the_name(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.png", Image.fromarray(quarters()))
    assert_close(read_photo(path.rename(tmp_path / "a.jpg")).pixels, quarters(), 0)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_comes_upright(tmp_path: Path, name: str, orientation: int) -> None:
    turned = {
        1: lambda pixels: pixels,
        2: np.fliplr,
        3: lambda pixels: np.rot90(pixels, 2),
        4: np.flipud,
        5: lambda pixels: pixels.swapaxes(0, 1),
        6: lambda pixels: np.rot90(pixels, 1),
        7: lambda pixels: np.rot90(pixels.swapaxes(0, 1), 2),
        8: lambda pixels: np.rot90(pixels, -1),
    }[orientation](quarters())
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"quality": 95, "subsampling": 0} if name == "a.jpg" else {}
    path = saved(tmp_path, name, Image.fromarray(np.ascontiguousarray(turned)), exif=exif, **options)
    assert_close(read_photo(path).pixels, quarters(), 4)


@pytest.mark.parametrize("name", ["grey.png", "grey.tif"])
def test_sixteen_bit_grey(tmp_path: Path, name: str) -> None:
    values = np.linspace(0, 65535, 48 * 32).reshape(32, 48).astype(np.uint16)
    path = tmp_path / name
    path.write_bytes(cv2.imencode(path.suffix, values)[1].tobytes())
    expected = np.repeat((values / 257).round().astype(np.uint8)[..., None], 3, axis=2)
    assert_close(read_photo(path).pixels, expected, 1)


@pytest.mark.parametrize("name", ["colour.png", "colour.tif"])
def test_sixteen_bit_colour(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(cv2.imencode(path.suffix, quarters()[..., ::-1].astype(np.uint16) * 257)[1].tobytes())
    assert_close(read_photo(path).pixels, quarters(), 1)


def test_eight_bit_grey(tmp_path: Path) -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    photo = read_photo(saved(tmp_path, "a.jpg", Image.fromarray(grey), quality=95))
    assert_close(photo.pixels, np.repeat(grey[..., None], 3, axis=2), 4)


def test_palette_and_two_levels(tmp_path: Path) -> None:
    palette = Image.fromarray(quarters()).quantize(4)
    assert_close(read_photo(saved(tmp_path, "p.png", palette)).pixels, quarters(), 3)
    two = Image.fromarray(np.eye(9, dtype=bool))
    assert_close(read_photo(saved(tmp_path, "1.png", two)).pixels[..., 0], np.eye(9, dtype=np.uint8) * 255, 0)


def test_what_is_transparent_shows_white(tmp_path: Path) -> None:
    alpha = np.zeros((32, 48, 1), np.uint8)
    alpha[:, :24] = 255
    layered = Image.fromarray(np.concatenate([quarters(), alpha], axis=2))
    expected = quarters()
    expected[:, 24:] = 255
    assert_close(read_photo(saved(tmp_path, "a.png", layered)).pixels, expected, 0)
    grey_layer = Image.merge("LA", [Image.new("L", (4, 4), 100), Image.new("L", (4, 4), 0)])
    assert (read_photo(saved(tmp_path, "la.png", grey_layer)).pixels == 255).all()


def test_cmyk(tmp_path: Path) -> None:
    expected = np.empty((16, 16, 3), np.uint8)
    expected[:] = (40, 80, 120)
    path = saved(tmp_path, "a.jpg", Image.fromarray(expected).convert("CMYK"), quality=98)
    assert_close(read_photo(path).pixels, expected, 4)


def test_colour_profile_is_converted_to_srgb(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = saved(tmp_path, "same.png", Image.fromarray(quarters()), icc_profile=srgb)
    assert_close(read_photo(same).pixels, quarters(), 0)
    red_is_green = srgb.replace(b"rXYZ", b"    ").replace(b"gXYZ", b"rXYZ").replace(b"    ", b"gXYZ", 1)
    renamed = red_is_green.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    assert renamed != red_is_green
    swapped = saved(tmp_path, "swapped.png", Image.fromarray(quarters()), icc_profile=renamed)
    assert_close(read_photo(swapped).pixels, quarters()[..., [1, 0, 2]], 2)


def test_damaged_colour_profile_is_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.png", Image.fromarray(quarters()), icc_profile=b"no profile at all")
    assert_close(read_photo(path).pixels, quarters(), 0)


def test_first_page_of_several(tmp_path: Path) -> None:
    other = Image.new("RGB", (5, 5), "white")
    path = saved(tmp_path, "a.tif", Image.fromarray(quarters()), save_all=True, append_images=[other])
    assert_close(read_photo(path).pixels, quarters(), 0)


def test_smallest_and_blackest_photos_are_read(tmp_path: Path) -> None:
    assert read_photo(saved(tmp_path, "one.png", Image.new("RGB", (1, 1)))).pixels.shape == (1, 1, 3)
    assert not read_photo(saved(tmp_path, "black.jpg", Image.new("RGB", (64, 48)))).pixels.any()


def assert_refused(path: Path, *parts: str) -> None:
    with pytest.raises(PhotoError) as caught:
        read_photo(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert "\n" not in message
    assert str(path.parent) not in message
    for part in parts:
        assert part in message


def test_missing_file(tmp_path: Path) -> None:
    assert_refused(tmp_path / "none.jpg", "no such file", "check the path")


def test_folder(tmp_path: Path) -> None:
    assert_refused(tmp_path, "is a folder")


def test_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert_refused(tmp_path / "pipe.jpg", "pipe or device")


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = saved(tmp_path, "a.png", Image.new("RGB", (4, 4)))
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert_refused(path, "Permission denied", "permissions")


def test_name_that_no_file_can_have(tmp_path: Path) -> None:
    assert_refused(tmp_path / ("n" * 300), "cannot be read")


def test_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.tif"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_MEGABYTES * 1_000_000 + 1_000_000)
    assert_refused(path, "1001 MB", "1000")


@pytest.mark.parametrize("content", [b"", b"no picture", b"GIF89a", bytes(1000)])
def test_not_a_photo(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    assert_refused(path, f"{len(content)} bytes", "JPEG, PNG, TIFF")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.bmp", "a.webp"])
def test_cut_off_files_are_refused_and_not_half_read(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    whole = saved(tmp_path, name, Image.fromarray(noise)).read_bytes()
    for share in (0.02, 0.1, 0.5, 0.9, 0.99):
        path = tmp_path / f"cut_{name}"
        path.write_bytes(whole[: max(16, int(share * len(whole)))])
        assert_refused(path, "cut off or damaged", "copy it again")


def test_cut_off_file_is_refused_after_a_library_has_let_pillow_fill_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = saved(tmp_path, "a.bmp", Image.fromarray(quarters(40, 30))).read_bytes()
    path = tmp_path / "cut.bmp"
    path.write_bytes(whole[: len(whole) // 2])
    assert_refused(path, "cut off or damaged", "copy it again")


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_tail_lost_and_filled_with_zeros_is_refused(tmp_path: Path, name: str) -> None:
    whole = saved(tmp_path, name, Image.fromarray(quarters(400, 300)), quality=90).read_bytes()
    path = tmp_path / f"zeros_{name}"
    path.write_bytes(whole[: len(whole) // 2].ljust(len(whole), b"\0"))
    assert_refused(path, "cut off or damaged")


def test_end_of_the_small_picture_in_the_metadata_is_not_the_end(tmp_path: Path) -> None:
    small = BytesIO()
    Image.new("RGB", (8, 8)).save(small, "JPEG")
    exif = b"Exif\0\0" + small.getvalue()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = saved(tmp_path, "a.jpg", Image.fromarray(quarters(400, 300)), exif=exif)
    assert read_photo(path).width_px == 400
    path.write_bytes(path.read_bytes()[:-2] + b"\0\0")
    assert_refused(path, "cut off or damaged")


def test_flipped_bytes_never_raise_anything_else(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    for name in ("a.jpg", "a.png", "a.tif", "a.bmp", "a.webp"):
        whole = saved(tmp_path, name, Image.fromarray(quarters())).read_bytes()
        for _ in range(40):
            damaged = bytearray(whole)
            for place in random.integers(0, len(whole), 4):
                damaged[place] = random.integers(0, 256)
            (tmp_path / name).write_bytes(bytes(damaged))
            try:
                read_photo(tmp_path / name)
            except PhotoError as error:
                assert str(error).startswith(f"{name}: ")  # noqa: PT017 - a file that survives is no failure


def png_of_ones(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * (-(-width // 8))
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_400_megapixels_in_a_small_file_are_refused_before_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of_ones(20_000, 20_000))
    assert path.stat().st_size < 500_000
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _self: pytest.fail("the photo was decoded"))
    assert_refused(path, "400 megapixels", "100", "crop or shrink")


def test_pillows_limit_neither_hinders_nor_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    path = saved(tmp_path, "a.png", Image.fromarray(quarters()))
    assert read_photo(path).width_px == 48
    assert Image.MAX_IMAGE_PIXELS == 10


def test_floating_point_pixels_are_refused(tmp_path: Path) -> None:
    assert_refused(saved(tmp_path, "a.tif", Image.new("F", (4, 4))), "32 bits", "8 or 16")
    assert_refused(saved(tmp_path, "i.tif", Image.new("I", (4, 4))), "32 bits", "8 or 16")


def test_line_breaks_in_a_name_do_not_break_the_message(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match=r"^a\?b\.jpg: there is no such file"):
        read_photo(tmp_path / "a\nb.jpg")
