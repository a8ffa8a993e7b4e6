"""AVIF, HEIC and DICOM photos; the sizes that DICOM and TIFF files state, and those that mean nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, ClassVar

import cv2
import numpy as np
import pytest
from PIL import Image

from hairdensity.errors import PhotoError, ScaleError, UsageError
from hairdensity.photo import read_photo
from hairdensity.scale import StatedScale, read_scale
from tests.photo_kinds import write_dicom
from tests.test_photo import assert_close, quarters, saved

if TYPE_CHECKING:
    from pathlib import Path

OME_IN_MM = (
    '<OME><Pixels PhysicalSizeX="0.0055" PhysicalSizeXUnit="mm" '
    'PhysicalSizeY="0.0055" PhysicalSizeYUnit="mm"/></OME>'
)


def test_avif(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.avif", Image.fromarray(quarters()), quality=95, subsampling="4:4:4")
    assert_close(read_photo(path).pixels, quarters(), 8)
    cut = tmp_path / "cut.avif"
    cut.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(PhotoError, match=r"^cut\.avif: is cut off or damaged"):
        read_photo(cut)


def heic_file(folder: Path) -> Path:
    """Return a file that starts as HEIC does; no encoder is free to be used here."""
    path = folder / "photo.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200))
    return path


def test_heic_without_its_extra_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(
        UsageError, match=r"^photo\.heic: is an HEIC file; run pip install 'hairdensity\[heic\]'"
    ):
        read_photo(heic_file(tmp_path))


def test_damaged_heic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match=r"^photo\.heic: is cut off or damaged"):
        read_photo(heic_file(tmp_path))


def test_heic_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The decoder answers as it does for a file from a phone: upright pixels and a row length."""

    class Decoded:
        mode, size, stride = "RGB", (48, 32), 48 * 3 + 16
        info: ClassVar[dict[str, bytes]] = {}
        data = np.pad(quarters().reshape(32, -1), ((0, 0), (0, 16))).tobytes()

    monkeypatch.setattr("pi_heif.open_heif", lambda *_, **__: Decoded)
    assert_close(read_photo(heic_file(tmp_path)).pixels, quarters(), 0)


def test_dicom_colour_and_its_pixel_spacing(tmp_path: Path) -> None:
    path = write_dicom(
        tmp_path / "a.dcm", quarters(), PixelSpacing=[0.0055, 0.0055], PixelSpacingCalibrationType="FIDUCIAL"
    )
    photo = read_photo(path)
    assert_close(photo.pixels, quarters(), 0)
    scale = read_scale(photo).scale
    assert scale is not None
    assert (scale.um_per_px.value, scale.source) == (5.5, "dicom")
    assert "calibrated by fiducial" in scale.how


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_dicom_grey(tmp_path: Path, dtype: type[Any]) -> None:
    most = np.iinfo(dtype).max
    levels = np.linspace(0, most, 48 * 32).reshape(32, 48).astype(dtype)
    expected = np.repeat((levels / most * 255).round().astype(np.uint8)[..., None], 3, axis=2)
    assert_close(read_photo(write_dicom(tmp_path / "a.dcm", levels)).pixels, expected, 1)
    dark = write_dicom(tmp_path / "b.dcm", levels, PhotometricInterpretation="MONOCHROME1")
    assert_close(read_photo(dark).pixels, 255 - expected, 1)


def test_dicom_without_spacing_has_no_scale(tmp_path: Path) -> None:
    photo = read_photo(write_dicom(tmp_path / "a.dcm", quarters(), ImagerPixelSpacing=[0.005, 0.005]))
    assert read_scale(photo).scale is None


def test_dicom_with_px_that_are_not_square_has_no_scale(tmp_path: Path) -> None:
    photo = read_photo(write_dicom(tmp_path / "a.dcm", quarters(), PixelSpacing=[0.005, 0.006]))
    assert photo.stated_px is not None
    assert "not square" in photo.stated_px.how
    assert read_scale(photo).scale is None


def test_dicom_without_its_extra_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_dicom(tmp_path / "a.dcm", quarters())
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(UsageError, match=r"^a\.dcm: is a DICOM file; run pip install 'hairdensity\[dicom\]'"):
        read_photo(path)


def test_dicom_that_is_cut_off_or_holds_no_picture(tmp_path: Path) -> None:
    whole = write_dicom(tmp_path / "a.dcm", quarters()).read_bytes()
    (tmp_path / "cut.dcm").write_bytes(whole[: len(whole) - 900])
    with pytest.raises(PhotoError, match=r"^cut\.dcm: "):
        read_photo(tmp_path / "cut.dcm")
    (tmp_path / "none.dcm").write_bytes(whole[:140] + bytes(20))
    with pytest.raises(PhotoError, match=r"^none\.dcm: "):
        read_photo(tmp_path / "none.dcm")


def tiff(folder: Path, unit: int, across: float, down: float | None = None, words: str = "") -> Path:
    """Write a TIFF with a resolution in px a unit (1 none, 2 inch, 3 cm) and a description."""
    path = folder / "a.tif"
    tags: dict[int, object] = {296: unit, 282: across, 283: across if down is None else down}
    Image.fromarray(quarters()).save(path, tiffinfo=tags | ({270: words} if words else {}))
    return path


@pytest.mark.parametrize(
    ("unit", "across", "words", "um_per_px"),
    [
        (3, 2000.0, "", 5.0),
        (2, 4618.18, "", 5.5),
        (1, 0.2, "ImageJ=1.53t\nunit=micron\n", 5.0),
        (1, 0.2, "ImageJ=1.53t\nunit=\\u00B5m\n", 5.0),
        (1, 200.0, "ImageJ=1.53t\nunit=mm\n", 5.0),
        (1, 1.0, '<?xml?><OME><Pixels PhysicalSizeX="5.5" PhysicalSizeY="5.5"/></OME>', 5.5),
        (1, 1.0, OME_IN_MM, 5.5),
    ],
)
def test_tiff_resolution(tmp_path: Path, unit: int, across: float, words: str, um_per_px: float) -> None:
    scale = read_scale(read_photo(tiff(tmp_path, unit, across, words=words))).scale
    assert scale is not None
    assert scale.source == "tiff"
    assert scale.um_per_px.value == pytest.approx(um_per_px, rel=1e-3)


@pytest.mark.parametrize(
    ("unit", "across", "down"),
    [(2, dots, None) for dots in (72.0, 72.009, 96.0, 150.0, 300.0, 600.0, 1200.0, 2400.0)]
    + [(3, 28.346, None), (3, 118.11, None), (1, 2000.0, None), (3, 2000.0, 1500.0), (3, 0.0, None)],
)
def test_resolution_of_screens_and_printers_is_no_scale(
    tmp_path: Path, unit: int, across: float, down: float | None
) -> None:
    assert read_scale(read_photo(tiff(tmp_path, unit, across, down))).scale is None


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize("dots", [72, 96, 4618])
def test_density_of_other_files_and_focal_length_are_no_scale(tmp_path: Path, name: str, dots: int) -> None:
    exif = Image.Exif()
    exif[0x920A], exif[0x011A], exif[0x0128] = 4.2, float(dots), 2
    path = saved(tmp_path, name, Image.fromarray(quarters()), dpi=(dots, dots), exif=exif)
    photo = read_photo(path)
    assert photo.stated_px is None
    assert read_scale(photo).scale is None


def test_a_file_that_contradicts_a_sidecar(tmp_path: Path) -> None:
    path = tiff(tmp_path, 3, 2000.0)
    (tmp_path / "a.tif.toml").write_text("um_per_px = 8\n")
    with pytest.raises(ScaleError, match=r"sidecar file says 8 .* TIFF file says 5 "):
        read_scale(read_photo(path), None, path)
    scale = read_scale(read_photo(path), StatedScale(um_per_px=5.0), path).scale
    assert scale is not None
    assert scale.contradicted_by is not None


@pytest.mark.parametrize("kind", [".png", ".tif"])
def test_sixteen_bits_with_alpha(tmp_path: Path, kind: str) -> None:
    layered = np.dstack([quarters()[..., ::-1], np.full((32, 48), 255, np.uint8)]).astype(np.uint16) * 257
    path = tmp_path / f"a{kind}"
    path.write_bytes(cv2.imencode(kind, layered)[1].tobytes())
    assert_close(read_photo(path).pixels, quarters(), 1)
