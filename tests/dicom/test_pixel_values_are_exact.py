"""What was written is read, bit for bit, whatever the bits, the sign, the byte order or the compression."""

from io import BytesIO

import gdcm
import jpeg_ls
import numpy as np
import openjpeg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom import dcmread
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from dicom.making import NATIVE, as_bytes, compressed, image, put_pixels
from hilum.dicom import decode, pixel_digest, read_dataset
from hilum.errors import ImageError


def through_a_file(dataset, tmp_path_factory):
    path = tmp_path_factory.mktemp("dicom") / "a.dcm"
    path.write_bytes(as_bytes(dataset))
    return read_dataset(path)


@st.composite
def stored_images(draw):
    """Random values of random bits in random containers, with junk in the bits beside them."""
    allocated = draw(st.sampled_from([8, 16, 32]))
    stored = draw(st.integers(1, allocated))
    high = draw(st.integers(stored - 1, allocated - 1))
    signed = draw(st.booleans())
    frames, rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    low, top = (-(2 ** (stored - 1)), 2 ** (stored - 1)) if signed else (0, 2**stored)
    values = rng.integers(low, top, size=(frames, rows, columns))
    mask = ((1 << stored) - 1) << (high - stored + 1)
    junk = rng.integers(0, 2**allocated, size=values.shape)
    raw = ((values << (high - stored + 1)) & mask) | (junk & ~mask)
    return values, raw.astype(f"<u{allocated // 8}"), stored, high, signed


@settings(deadline=None, max_examples=150)
@given(
    made=stored_images(),
    syntax=st.sampled_from(NATIVE),
    photometric=st.sampled_from(["MONOCHROME1", "MONOCHROME2"]),
)
def test_native_values_survive_junk_in_the_other_bits(tmp_path_factory, made, syntax, photometric):
    values, raw, stored, high, signed = made
    dataset = image(raw, photometric, stored, HighBit=high, PixelRepresentation=int(signed))
    dataset.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        put_pixels(dataset, raw.astype(raw.dtype.newbyteorder(">")).tobytes())
        if raw.dtype.itemsize == 1:
            dataset["PixelData"].VR = "OB"
    pixels = decode(through_a_file(dataset, tmp_path_factory))
    assert pixels.stored.tolist() == values.tolist()
    assert (pixels.photometric, pixels.bits_stored) == (photometric, stored)


def noise(dtype: str, low: int, high: int, shape: tuple[int, ...] = (2, 34, 47)) -> np.ndarray:
    return np.random.default_rng(3).integers(low, high, size=shape).astype(dtype)


STORED = {
    "8 bits": (noise("u1", 0, 256), 8),
    "12 in 16 bits": (noise("<u2", 0, 4096), 12),
    "16 bits": (noise("<u2", 0, 65536), 16),
    "16 bits, signed": (noise("<i2", -32768, 32768), 16),
    "12 in 16 bits, signed": (noise("<i2", -2048, 2048), 12),
    "one blank frame": (np.zeros((1, 64, 64), "<u2"), 12),
    "wide": (noise("<u2", 0, 4096, (1, 32, 100)), 12),
}
NAMES = list(STORED)


def rle(frame, dataset):
    one = image(frame[np.newaxis], bits_stored=dataset.BitsStored)
    one.compress(RLELossless, encoding_plugin="pydicom")
    from pydicom.encaps import get_frame

    return get_frame(one.PixelData, 0, number_of_frames=1)


def jpeg_ls_lossless(frame, dataset):
    unsigned = (frame.view(f"<u{frame.dtype.itemsize}") & ((1 << dataset.BitsStored) - 1)).astype(
        f"<u{frame.dtype.itemsize}"
    )
    return jpeg_ls_stream(unsigned, dataset.BitsStored)


def jpeg_ls_stream(frame, bits_stored, error=0):
    stream = jpeg_ls.encode_pixel_data(
        frame.tobytes(),
        rows=frame.shape[0],
        columns=frame.shape[1],
        samples_per_pixel=1,
        bits_allocated=8 * frame.dtype.itemsize,
        bits_stored=bits_stored,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
        planar_configuration=0,
        lossy_error=error,
    )
    return bytes(stream)


def jpeg_2000_lossless(frame, dataset):
    return openjpeg.utils.encode_array(
        frame, bits_stored=dataset.BitsStored, photometric_interpretation=0, use_mct=False
    )


def jpeg_lossless(frame, dataset):
    """By GDCM, which wants a file."""
    reader = gdcm.ImageReader()
    path = jpeg_lossless.folder / "native.dcm"
    path.write_bytes(as_bytes(image(frame[np.newaxis], bits_stored=dataset.BitsStored)))
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    packed = jpeg_lossless.folder / "packed.dcm"
    writer.SetFileName(str(packed))
    assert writer.Write()
    from pydicom.encaps import get_frame

    return get_frame(dcmread(packed).PixelData, 0, number_of_frames=1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("encode", "syntax"),
    [
        (rle, RLELossless),
        (jpeg_ls_lossless, JPEGLSLossless),
        (jpeg_2000_lossless, JPEG2000Lossless),
        (jpeg_lossless, JPEGLosslessSV1),
    ],
)
def test_lossless_compression_gives_the_values_back(tmp_path, tmp_path_factory, encode, syntax, name):
    stored, bits = STORED[name]
    jpeg_lossless.folder = tmp_path
    native = image(stored, bits_stored=bits)
    packed = compressed(image(stored, bits_stored=bits), [encode(frame, native) for frame in stored], syntax)
    read = through_a_file(packed, tmp_path_factory)
    assert np.array_equal(decode(read).stored, stored)
    assert decode(read).stored.dtype == stored.dtype
    assert pixel_digest(read) == pixel_digest(native)


@pytest.mark.parametrize("name", NAMES)
def test_deflated_and_big_endian_files_have_the_digest_of_the_plain_one(tmp_path_factory, name):
    stored, bits = STORED[name]
    plain = image(stored, bits_stored=bits)
    deflated = image(stored, bits_stored=bits)
    deflated.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    assert pixel_digest(through_a_file(deflated, tmp_path_factory)) == pixel_digest(plain)


def test_colour_by_plane_and_by_pixel_is_the_same(tmp_path_factory):
    stored = noise("u1", 0, 256, (2, 7, 5, 3))
    by_pixel = image(stored, "RGB")
    by_plane = image(stored, "RGB", PlanarConfiguration=1)
    put_pixels(by_plane, np.moveaxis(stored, -1, 1).tobytes())
    packed = image(stored, "RGB")
    packed.compress(RLELossless, encoding_plugin="pydicom")
    for dataset in (by_pixel, by_plane, packed):
        assert np.array_equal(decode(through_a_file(dataset, tmp_path_factory)).stored, stored)


def test_several_fragments_of_one_frame_belong_together(tmp_path_factory):
    from pydicom.encaps import encapsulate

    stored = noise("<u2", 0, 4096, (1, 40, 40))
    dataset = image(stored, bits_stored=12)
    compressed(dataset, [jpeg_2000_lossless(stored[0], dataset)], JPEG2000Lossless)
    dataset.PixelData = encapsulate([jpeg_2000_lossless(stored[0], dataset)], fragments_per_frame=5)
    assert np.array_equal(decode(through_a_file(dataset, tmp_path_factory)).stored, stored)


def test_one_bit_each():
    dataset = image(np.zeros((2, 3, 3), np.uint8), BitsAllocated=1, BitsStored=1, HighBit=0)
    put_pixels(
        dataset, np.packbits([1, 0, 1, 0, 1, 0, 1, 0, 1] + [0, 1] * 4 + [0], bitorder="little").tobytes()
    )
    assert decode(dataset).stored.tolist() == [
        [[1, 0, 1], [0, 1, 0], [1, 0, 1]],
        [[0, 1, 0], [1, 0, 1], [0, 1, 0]],
    ]


def test_real_numbers():
    dataset = image(np.zeros((1, 1, 3), np.uint16), BitsAllocated=32)
    del dataset.PixelData
    dataset.FloatPixelData = np.array([0.25, -1e30, 3.5], "<f4").tobytes()
    assert decode(dataset).stored.tolist() == [[[0.25, float(np.float32(-1e30)), 3.5]]]


def test_near_lossless_stays_within_its_error():
    stored = noise("<u2", 0, 4096, (1, 32, 32))
    frame = jpeg_ls_stream(stored[0], 12, error=3)
    read = decode(compressed(image(stored, bits_stored=12), [frame], JPEGLSNearLossless)).stored
    assert 0 < np.abs(read.astype(int) - stored).max() <= 3


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_lossy_jpeg_is_what_gdcm_makes_of_it(mode):
    """libjpeg-turbo in Pillow and IJG's libjpeg in GDCM agree to the last bit in grey."""
    from hilum.dicom.gdcm_client import decode_by_gdcm
    from hilum.dicom.limits import LIMITS
    from hilum.dicom.pixel_header import pixel_header

    rng = np.random.default_rng(5)
    smooth = np.cumsum(rng.normal(0, 3, (40, 56, 3)), axis=1) + 128
    picture = Image.fromarray(np.clip(smooth, 0, 255).astype(np.uint8)).convert(mode)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=90, subsampling=0)
    stored = np.asarray(picture)[np.newaxis]
    dataset = compressed(
        image(stored, "MONOCHROME2" if mode == "L" else "YBR_FULL"), [buffer.getvalue()], JPEGBaseline8Bit
    )
    header = pixel_header(dataset, LIMITS)
    mine = decode(dataset).stored[0].astype(int)
    theirs, _ = decode_by_gdcm(buffer.getvalue(), header, 8)
    assert np.abs(mine - theirs).max() <= (0 if mode == "L" else 1)


def test_a_damaged_lossless_jpeg_does_not_end_the_program(tmp_path):
    """GDCM aborts its process on some of these; ours goes on, and the next good frame is read."""
    stored, bits = STORED["12 in 16 bits"]
    jpeg_lossless.folder = tmp_path
    dataset = image(stored[:1], bits_stored=bits)
    frame = jpeg_lossless(stored[0], dataset)
    rng = np.random.default_rng(8)
    refused = 0
    for _ in range(40):
        broken = bytearray(frame)
        for place in rng.integers(2, 60, size=3):
            broken[place] = rng.integers(256)
        try:
            decode(compressed(dataset, [bytes(broken)], JPEGLosslessSV1))
        except ImageError:
            refused += 1
    assert refused > 0
    assert np.array_equal(decode(compressed(dataset, [frame], JPEGLosslessSV1)).stored, stored[:1])


def test_an_unknown_transfer_syntax_is_named():
    dataset = compressed(image(np.zeros((1, 2, 2), np.uint8)), [b"\0\0\0\1"], "1.2.840.10008.1.2.4.100")
    with pytest.raises(ImageError, match=r"MPEG2 Main Profile.*cannot be decoded"):
        decode(dataset)


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("Rows", 0, "frames of 0 x"),
        ("SamplesPerPixel", 4, "4 samples per pixel"),
        ("BitsAllocated", 12, "12 bits allocated"),
        ("BitsStored", 17, "stores 17 bits in 16"),
        ("HighBit", 3, "high bit is 3 with 12 bits"),
        ("PhotometricInterpretation", "", "no PhotometricInterpretation"),
        ("NumberOfFrames", 7, "cannot be decoded"),
    ],
)
def test_an_impossible_header_is_explained(attribute, value, words):
    dataset = image(np.zeros((1, 4, 4), np.uint16), bits_stored=12)
    setattr(dataset, attribute, value)
    with pytest.raises(ImageError, match=words):
        decode(dataset)


def test_no_pixels_at_all():
    dataset = image(np.zeros((1, 4, 4), np.uint16))
    del dataset.PixelData
    with pytest.raises(ImageError, match="no pixel data"):
        pixel_digest(dataset)
