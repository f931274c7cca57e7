"""PNG, JPEG and DICOM to grey from 0 to 1, and what cannot be read to one sentence that names the file."""

import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from dicom.making import image, write
from hilum.errors import ImageError
from hilum.image import is_image_file, list_images, read_display, read_image

RNG = np.random.default_rng(11)
GREY = RNG.integers(0, 256, (20, 30)).astype(np.uint8)
COLOUR = RNG.integers(0, 256, (20, 30, 3)).astype(np.uint8)
DEEP = RNG.integers(0, 65536, (20, 30)).astype(np.uint16)


def saved(path: Path, picture, **options: object) -> Path:
    (picture if isinstance(picture, Image.Image) else Image.fromarray(picture)).save(path, **options)
    return path


def test_png_values_are_exact(tmp_path):
    for stored in (GREY, COLOUR, DEEP):
        assert np.array_equal(read_image(saved(tmp_path / "a.png", stored)).array[0], stored)


def test_grey_is_divided_by_the_highest_value_of_its_type(tmp_path):
    assert np.array_equal(
        read_display(saved(tmp_path / "a.png", GREY)), (GREY / np.float32(255)).astype(np.float32)
    )
    assert np.array_equal(
        read_display(saved(tmp_path / "b.png", DEEP)), (DEEP / np.float32(65535)).astype(np.float32)
    )


def test_colour_becomes_luminance(tmp_path):
    expected = COLOUR @ [0.299, 0.587, 0.114] / 255
    assert np.allclose(read_display(saved(tmp_path / "a.png", COLOUR)), expected, atol=1e-6)


def test_grey_saved_as_colour_is_the_same_picture(tmp_path):
    as_colour = read_display(saved(tmp_path / "a.png", np.repeat(GREY[..., np.newaxis], 3, axis=2)))
    assert np.allclose(as_colour, read_display(saved(tmp_path / "b.png", GREY)), atol=1e-6)
    assert as_colour.max() <= 1


@pytest.mark.parametrize("mode", ["LA", "RGBA", "P", "1"])
def test_transparency_palettes_and_single_bits(tmp_path, mode):
    picture = Image.fromarray(GREY).convert(mode)
    if mode in ("LA", "RGBA"):
        picture.putalpha(Image.fromarray(255 - GREY))
    shown = read_display(saved(tmp_path / "a.png", picture))
    expected = GREY / 255 if mode != "1" else np.asarray(picture)
    assert np.allclose(shown, expected, atol=1e-6)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_held_sideways_is_turned_upright(tmp_path, orientation):
    """EXIF 2.3, 4.6.4: 2 is mirrored, 3 is half a turn, 6 wants a quarter clockwise, 8 the other way."""
    upright = np.kron(np.array([[0, 80], [160, 240]], np.uint8), np.ones((16, 24), np.uint8))
    as_held = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / "a.jpg", np.ascontiguousarray(as_held), quality=95, exif=exif)
    assert np.abs(read_display(path) - upright / 255).max() < 0.05


def test_jpeg_values_are_those_of_the_full_size_decoder(tmp_path):
    path = saved(tmp_path / "a.JPEG", GREY, format="JPEG", quality=90)
    with Image.open(path) as picture:
        assert np.array_equal(read_image(path).array[0], np.asarray(picture))


def test_what_the_file_holds_decides_not_its_name(tmp_path):
    saved(tmp_path / "a.jpg", GREY, format="PNG")
    write(image(GREY[np.newaxis]), tmp_path / "b.png")
    assert np.array_equal(read_image(tmp_path / "a.jpg").array[0], GREY)
    assert np.array_equal(read_image(tmp_path / "b.png").array[0], GREY)


def test_dicom_is_shown_through_its_window(tmp_path):
    stored = DEEP[np.newaxis] >> 4
    path = write(image(stored, "MONOCHROME1", 12, WindowCenter=2048, WindowWidth=4096), tmp_path / "a.dcm")
    assert np.allclose(read_display(path), 1 - stored[0] / 4095, atol=1e-6)
    volume = read_image(path)
    assert np.array_equal(volume.array, stored)
    assert volume.spacing is None


def test_several_frames_are_no_single_picture(tmp_path):
    path = write(image(np.zeros((3, 4, 4), np.uint8)), tmp_path / "cine.dcm")
    with pytest.raises(ImageError, match=r"cine\.dcm has 3 frames"):
        read_display(path)
    assert read_image(path).shape == (3, 4, 4)


def bomb() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))
        )

    header = struct.pack(">LLBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_cut_pictures_are_named(tmp_path, name):
    whole = saved(tmp_path / name, COLOUR).read_bytes()
    path = tmp_path / f"cut-{name}"
    for length in (30, len(whole) // 2, len(whole) - 20):
        path.write_bytes(whole[:length])
        for read in (read_display, read_image):
            with pytest.raises(ImageError, match=f"cut-{name} is cut or damaged"):
                read(path)


def test_a_decompression_bomb_is_refused(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(bomb())
    with pytest.raises(ImageError, match="claims more pixels than any radiograph has"):
        read_display(path)


@pytest.mark.parametrize(
    "content", [b"", b"hello" * 100, b"GIF89a" + bytes(100), b"BM" + bytes(100), b"II*\0" + bytes(100)]
)
def test_other_formats_are_refused_with_the_list_of_what_can_be_read(tmp_path, content):
    path = tmp_path / "scan.png"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=r"scan\.png is no image that can be read: DICOM, PNG and JPEG can"):
        read_display(path)
    with pytest.raises(ImageError, match="DICOM, NIfTI, PNG and JPEG can"):
        read_image(path)


def test_missing_files_and_folders(tmp_path):
    for path in (tmp_path / "gone.png", tmp_path):
        for read in (read_display, read_image):
            with pytest.raises(ImageError, match="cannot be opened"):
                read(path)


def test_cmyk_has_no_grey_values(tmp_path):
    path = saved(tmp_path / "a.jpg", Image.fromarray(COLOUR).convert("CMYK"))
    with pytest.raises(ImageError, match="colours are CMYK"):
        read_display(path)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_flipped_bytes_give_a_picture_or_an_image_error(tmp_path, data):
    name = data.draw(st.sampled_from(["a.png", "a.jpg"]))
    content = bytearray(saved(tmp_path / name, COLOUR).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / name).write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            shown = read_display(tmp_path / name)
        except ImageError as error:
            assert name in str(error)  # noqa: PT017 - either outcome is right
        else:
            assert 0 <= shown.min() <= shown.max() <= 1


def test_images_are_found_by_ending_in_any_case_and_dicom_without(tmp_path):
    (tmp_path / "b").mkdir()
    for name in (
        "b/z.JPG",
        "b/a.jpeg",
        "A.Png",
        "c.nii.GZ",
        "d.DCM",
        "notes.txt",
        "table.csv",
        "._a.png",
        "b/.hidden.jpg",
    ):
        (tmp_path / name).write_bytes(b"")
    write(image(np.zeros((1, 2, 2), np.uint8)), tmp_path / "b" / "IM0001")
    write(image(np.zeros((1, 2, 2), np.uint8)), tmp_path / "CT.1.2.840.7")
    found = [path.relative_to(tmp_path).as_posix() for path in list_images(tmp_path)]
    assert found == ["A.Png", "CT.1.2.840.7", "b/IM0001", "b/a.jpeg", "b/z.JPG", "c.nii.GZ", "d.DCM"]
    assert not is_image_file(tmp_path / "notes.txt")
    assert not is_image_file(tmp_path)
