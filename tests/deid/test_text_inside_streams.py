"""Comments and application data of compressed images are blanked, and every pixel stays what it was."""

from io import BytesIO

import jpeg_ls
import numpy as np
import openjpeg
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    RLELossless,
)

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.deid.example import example_file
from hilum.deid.second_look import second_look
from hilum.deid.streams import fragments_of, text_spans, without_text, without_text_in_frames
from hilum.dicom import decode

NAME = b"Hong Gildong 00123456"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def jpeg(*segments: bytes, colour: bool = False, progressive: bool = False) -> bytes:
    shape = (32, 32, 3) if colour else (32, 32)
    picture = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", progressive=progressive)
    return buffer.getvalue()[:2] + b"".join(segments) + buffer.getvalue()[2:]


def lossless() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 4096, (32, 32)).astype(np.uint16)


def jpeg_2000(comment: bytes = NAME) -> bytes:
    made = bytes(
        openjpeg.utils.encode_array(lossless(), bits_stored=12, photometric_interpretation=0, use_mct=False)
    )
    size = int.from_bytes(made[4:6], "big")
    return made[: 4 + size] + segment(0x64, b"\0\1" + comment) + made[4 + size :]


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def jp2() -> bytes:
    image = box(b"ihdr", (32).to_bytes(4, "big") * 2 + b"\0\1\x0b\7\0\0") + box(b"colr", b"\1\0\0\0\0\0\x11")
    signature = bytes.fromhex("0000000c 6a502020 0d0a870a")
    return (
        signature
        + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
        + box(b"xml ", b"<a>" + NAME + b"</a>")
        + box(b"jp2h", image)
        + box(b"uuid", bytes(16) + NAME)
        + box(b"jp2c", jpeg_2000())
        + box(b"xml ", NAME)
    )


def opened(stream: bytes) -> np.ndarray:
    with Image.open(BytesIO(stream)) as image:
        return np.asarray(image)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("colour", [False, True])
def test_segments_of_jpeg(colour: bool, progressive: bool):
    free = (segment(0xFE, NAME), segment(0xE1, b"Exif\0\0" + NAME), segment(0xED, NAME), segment(0xE0, NAME))
    stream = jpeg(*free, colour=colour, progressive=progressive) + NAME
    cleaned = without_text(stream, JPEGBaseline8Bit)
    assert len(cleaned) == len(stream)
    assert stream.count(NAME) == 5
    assert NAME not in cleaned
    assert b"JFIF\0\1" in cleaned
    np.testing.assert_array_equal(opened(cleaned), opened(stream))


def test_colours_that_a_segment_names_stay():
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\0" + NAME)
    stream = jpeg(colour=True)
    jfif = 4 + int.from_bytes(stream[4:6], "big")
    stream = stream[:2] + adobe + stream[jfif:]
    cleaned = without_text(stream, JPEGBaseline8Bit)
    assert NAME not in cleaned
    np.testing.assert_array_equal(opened(cleaned), opened(stream))
    assert not np.array_equal(opened(stream), opened(jpeg(colour=True)))  # the segment matters


def test_jpeg_ls():
    stream = bytes(jpeg_ls.encode_array(lossless()))
    stream = stream[:2] + segment(0xFE, NAME) + segment(0xE9, NAME) + stream[2:] + NAME
    cleaned = without_text(stream, JPEGLSLossless)
    assert NAME not in cleaned
    np.testing.assert_array_equal(jpeg_ls.decode(np.frombuffer(cleaned, np.uint8)), lossless())


@pytest.mark.parametrize("make", [jpeg_2000, jp2])
def test_jpeg_2000(make):
    stream = make() + NAME
    assert stream.count(NAME) >= 2
    cleaned = without_text(stream, JPEG2000Lossless)
    assert len(cleaned) == len(stream)
    assert NAME not in cleaned
    np.testing.assert_array_equal(openjpeg.decode(BytesIO(cleaned)), lossless())


def test_a_comment_in_the_header_of_a_tile():
    stream = jpeg_2000(b"plain")
    at = stream.index(b"\xff\x90")
    comment = segment(0x64, b"\0\1" + NAME)
    size = int.from_bytes(stream[at + 6 : at + 10], "big") + len(comment)
    stream = (
        stream[: at + 6] + size.to_bytes(4, "big") + stream[at + 10 : at + 12] + comment + stream[at + 12 :]
    )
    cleaned = without_text(stream, JPEG2000Lossless)
    assert NAME not in cleaned
    np.testing.assert_array_equal(openjpeg.decode(BytesIO(cleaned)), lossless())


def file_of(streams: list[bytes], syntax: str, pixels: np.ndarray) -> pydicom.FileDataset:
    source = example_file()
    source.Rows, source.Columns = pixels.shape[:2]
    source.BitsAllocated = pixels.dtype.itemsize * 8
    source.BitsStored = 8 if source.BitsAllocated == 8 else 12
    source.HighBit = source.BitsStored - 1
    source.file_meta.TransferSyntaxUID = syntax
    source.PixelData = encapsulate(streams, has_bot=False)
    source["PixelData"].is_undefined_length, source["PixelData"].VR = True, "OB"
    return source


@pytest.mark.parametrize(
    ("make", "syntax"),
    [
        (lambda: jpeg(segment(0xFE, NAME), segment(0xE1, NAME)), JPEGBaseline8Bit),
        (jpeg_2000, JPEG2000Lossless),
    ],
)
@pytest.mark.parametrize("several", [1, 3])
def test_a_whole_file_comes_out_clean_with_the_same_pixels(make, syntax: str, several: int):
    stream = make()
    length = len(stream) // several // 2 * 2 + 2
    pieces = [stream[at : at + length] for at in range(0, len(stream), length)]
    pixels = opened(stream) if syntax == JPEGBaseline8Bit else lossless()
    source = file_of(pieces, syntax, pixels)
    source.PatientName, source.PatientID = "Hong^Gildong", "00123456"
    done = deidentify(source, ResearchKeys(bytes(32)))
    assert not isinstance(done, Refusal), done
    assert b"ildong" not in done.data
    out = pydicom.dcmread(BytesIO(done.data))
    np.testing.assert_array_equal(decode(out).stored[0], pixels)
    assert second_look(done.data, 400, done.case.identifiers) == ()


def test_unused_places_of_an_rle_header():
    source = example_file()
    pixels = source.pixel_array
    source.compress(RLELossless, encoding_plugin="pydicom")
    start, _ = fragments_of(source.PixelData).spans[0]
    value = bytearray(source.PixelData)
    value[start + 40 : start + 40 + len(NAME)] = NAME
    cleaned = without_text_in_frames(bytes(value), RLELossless)
    assert NAME not in cleaned
    source.PixelData = cleaned
    np.testing.assert_array_equal(source.pixel_array, pixels)


@settings(deadline=None, max_examples=300)
@given(
    which=st.sampled_from(["jpeg", "jpeg_2000", "jp2"]),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
    cut=st.floats(0.05, 1),
)
def test_damaged_streams_are_walked_to_their_end(which: str, flips: list[tuple[float, int]], cut: float):
    stream = bytearray(
        {"jpeg": lambda: jpeg(segment(0xFE, NAME)), "jpeg_2000": jpeg_2000, "jp2": jp2}[which]()
    )
    for place, value in flips:
        stream[int(place * len(stream))] = value
    damaged = bytes(stream[: max(4, int(cut * len(stream)))])
    for syntax in (JPEGBaseline8Bit, JPEG2000Lossless, RLELossless):
        spans = text_spans(damaged, syntax)
        assert all(0 <= start <= end <= len(damaged) for start, end in spans)
        assert len(without_text(damaged, syntax)) == len(damaged)
        assert len(without_text_in_frames(damaged, syntax)) == len(damaged)
