"""Boxes are blanked in the pixels as they are stored; every bit outside them stays, in every encoding."""

from io import BytesIO

import cv2
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openjpeg.utils import encode_array
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from archive.pictures_with_writing import LOOKS, picture
from hilum.deid.blanking import blank
from hilum.deid.blanking_boxes import DOUBTFUL, KEPT, SURE, TextBox, around
from hilum.deid.blanking_decision import decide
from hilum.deid.blanking_words import kind_of_writing, on_a_ruler
from hilum.deid.burned_in import TextSearch
from hilum.deid.example import example_file
from hilum.dicom import DicomPixels, decode

SEARCH = TextSearch()
BOXES = [TextBox(3, 5, 9, 4), TextBox(20, 18, 7, 40), TextBox(40, 40, 5, 5)]


def inside(shape: tuple[int, ...], boxes: list[TextBox] = BOXES) -> np.ndarray:
    mask = np.zeros(shape[:2], bool)
    for box in boxes:
        mask[box.y : box.y + box.height, box.x : box.x + box.width] = True
    return mask


def image(values: np.ndarray, syntax: str = uid.ExplicitVRLittleEndian, **header: object) -> Dataset:
    """A file of these frames, (frames, rows, columns[, 3])."""
    source = example_file()
    source.file_meta.TransferSyntaxUID = syntax
    source.NumberOfFrames, source.Rows, source.Columns = values.shape[:3]
    source.SamplesPerPixel = 3 if values.ndim == 4 else 1
    source.PhotometricInterpretation = "RGB" if values.ndim == 4 else "MONOCHROME2"
    source.BitsAllocated = source.BitsStored = 8 * values.dtype.itemsize
    source.HighBit, source.PixelRepresentation = source.BitsStored - 1, int(values.dtype.kind == "i")
    if values.ndim == 4:
        source.PlanarConfiguration = 0
    source.PixelData = values.astype(values.dtype.newbyteorder("<")).tobytes()
    for keyword, value in header.items():
        setattr(source, keyword, value)
    source["PixelData"].VR = "OB" if source.BitsAllocated == 8 else "OW"
    return source


def chance(dtype: type, *shape: int, seed: int = 0) -> np.ndarray:
    info = np.iinfo(dtype)
    return np.random.default_rng(seed).integers(info.min, info.max, shape, dtype, endpoint=True)


def blanked(source: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Pixels before and, read again from the written bytes, after."""
    before = decode(source).stored.copy()
    now = blank(source, decode(source), BOXES)
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    buffer.seek(0)
    after = decode(pydicom.dcmread(buffer)).stored
    assert np.array_equal(after, now.stored)
    assert source.BurnedInAnnotation == "NO"
    return before, after


def check(before: np.ndarray, after: np.ndarray) -> None:
    mask = inside(before.shape[1:3])
    assert np.array_equal(before[:, ~mask], after[:, ~mask])
    for frame in after:
        for box in BOXES:
            part = frame[box.place].reshape(-1, *frame.shape[2:])
            assert len(np.unique(part, axis=0)) == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.uint32])
@pytest.mark.parametrize("shape", [(1, 48, 61), (3, 48, 61), (2, 48, 61, 3)])
def test_uncompressed_pixels_of_any_kind(dtype: type, shape: tuple[int, ...]):
    source = image(chance(dtype, *shape))
    raw = np.frombuffer(source.PixelData, np.uint8).copy()
    before, after = blanked(source)
    check(before, after)
    unchanged = np.broadcast_to(~inside(shape[1:3])[None], shape[:3])
    words = [np.frombuffer(one, dtype, before.size).reshape(shape) for one in (raw, source.PixelData)]
    assert np.array_equal(words[0][unchanged], words[1][unchanged])


def test_colours_by_plane_stay_by_plane():
    planes = chance(np.uint8, 1, 3, 48, 61)
    source = image(np.moveaxis(planes, 1, -1), PlanarConfiguration=1, PixelData=planes.tobytes())
    check(*blanked(source))
    assert source.PlanarConfiguration == 1
    now = np.frombuffer(source.PixelData, np.uint8, planes.size).reshape(planes.shape)
    assert np.array_equal(now[:, :, ~inside((48, 61))], planes[:, :, ~inside((48, 61))])


def test_bits_beside_the_stored_ones_stay():
    words = chance(np.uint16, 1, 48, 61)
    source = image(words, BitsStored=12, HighBit=13)
    before, after = blanked(source)
    check(before, after)
    now = np.frombuffer(source.PixelData, np.uint16, words.size).reshape(words.shape)
    assert np.array_equal(now[:, ~inside((48, 61))], words[:, ~inside((48, 61))])


def test_the_other_byte_order():
    values = chance(np.uint16, 1, 48, 61)
    source = image(values, uid.ExplicitVRBigEndian, PixelData=values.astype(">u2").tobytes())
    before = decode(source).stored.copy()
    now = blank(source, decode(source), BOXES)
    assert np.array_equal(before, values)
    check(before, decode(source).stored)
    assert np.array_equal(now.stored, decode(source).stored)


def test_pairs_that_share_their_colours_are_blanked_together():
    pairs = chance(np.uint8, 1, 48, 31, 4)
    source = image(np.zeros((1, 48, 62, 3), np.uint8), PhotometricInterpretation="YBR_FULL_422")
    source.PixelData = pairs.tobytes()
    before = decode(source).stored.copy()
    now = blank(source, decode(source), BOXES)
    assert np.array_equal(now.stored, decode(source).stored)
    wide = [TextBox(box.x - 1, box.y, box.width + 2, box.height) for box in BOXES]
    assert np.array_equal(now.stored[0][~inside((48, 62), wide)], before[0][~inside((48, 62), wide)])


def test_one_bit_a_pixel():
    values = chance(np.uint8, 1, 48, 61) & 1
    source = image(values, BitsAllocated=1, BitsStored=1, HighBit=0)
    source.PixelData = np.packbits(values.ravel(), bitorder="little").tobytes() + b"\0"
    source["PixelData"].VR = "OB"
    check(*blanked(source))


@pytest.mark.parametrize("syntax", [uid.RLELossless, uid.JPEG2000Lossless, uid.JPEGLSLossless])
def test_what_was_compressed_without_loss_is_stored_uncompressed(syntax: str):
    values = np.sort(chance(np.uint16, 2, 48, 61) & 4095, axis=-1)
    source = image(values, BitsStored=12, HighBit=11, SmallestImagePixelValue=0, LargestImagePixelValue=4095)
    if syntax == uid.JPEG2000Lossless:
        frames = [encode_array(frame, bits_stored=12, photometric_interpretation=2) for frame in values]
        source.PixelData, source.file_meta.TransferSyntaxUID = encapsulate(frames), syntax
        source["PixelData"].is_undefined_length = True
    else:
        source.compress(syntax, generate_instance_uid=False)
    before, after = blanked(source)
    assert np.array_equal(before, values)
    check(before, after)
    assert source.file_meta.TransferSyntaxUID == uid.ExplicitVRLittleEndian
    assert source.get("LossyImageCompression", "00") == "00"
    assert (source.SmallestImagePixelValue, source.LargestImagePixelValue) == (after.min(), after.max())


def test_what_was_compressed_with_loss_says_so():
    soft = cv2.GaussianBlur(chance(np.uint8, 48, 61, 3), (5, 5), 2)
    jpeg = cv2.imencode(".jpg", soft)[1].tobytes()
    source = image(soft[None], uid.JPEGBaseline8Bit, PhotometricInterpretation="YBR_FULL_422")
    source.PixelData = encapsulate([jpeg])
    source["PixelData"].is_undefined_length = True
    check(*blanked(source))
    assert (source.LossyImageCompression, source.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    assert source.PhotometricInterpretation == "YBR_FULL"
    assert float(source.LossyImageCompressionRatio) > 1


@pytest.mark.parametrize("number", range(12))
def test_every_letter_of_a_generated_picture_goes(number: int):
    drawn = picture(number, LOOKS[number % len(LOOKS)], seed=17)
    pixels = DicomPixels(drawn.values[np.newaxis], "MONOCHROME2", drawn.bits, Dataset())
    boxes = [box for box in SEARCH.find_in(pixels) if box.certainty != KEPT]
    covered = inside(drawn.values.shape, boxes).ravel()
    assert np.mean([covered[ink].mean() > 0.9 for ink in drawn.letters]) > 0.98


@pytest.mark.parametrize("number", range(8))
def test_a_generated_picture_without_writing_is_left_alone(number: int):
    drawn = picture(number, "clean", seed=17)
    pixels = DicomPixels(drawn.values[np.newaxis], "MONOCHROME2", drawn.bits, Dataset())
    assert all(box.certainty == KEPT for box in SEARCH.find_in(pixels))


@settings(deadline=None)
@given(x=st.integers(-40, 80), y=st.integers(-40, 80), width=st.integers(1, 90), height=st.integers(1, 90))
def test_any_box_changes_nothing_outside_it(x: int, y: int, width: int, height: int):
    source = image(chance(np.uint16, 1, 48, 61))
    before = decode(source).stored.copy()
    after = blank(source, decode(source), [TextBox(x, y, width, height)]).stored
    mask = np.zeros((48, 61), bool)
    mask[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = True
    assert np.array_equal(before[0][~mask], after[0][~mask])
    assert len(np.unique(after[0][mask])) <= 1


def test_slanting_writing_is_covered_tightly():
    corners = np.float32([[20, 20], [90, 90], [80, 100], [10, 30]])
    mask, outline = np.zeros((128, 128), np.uint8), np.zeros((128, 128), np.uint8)
    for box in around(corners, mask.shape):
        mask[box.place] = 1
    cv2.fillPoly(outline, [corners.astype(np.int32)], 1)
    assert mask[outline > 0].all()
    assert mask.sum() < 2.2 * outline.sum()


def test_numbers_in_equal_steps_are_a_ruler_and_others_are_not():
    assert on_a_ruler([(0, 5, 10, 8), (5, 5, 60, 8), (10, 6, 110, 8)])
    assert not on_a_ruler([(7, 5, 10, 8), (1, 5, 60, 8), (4, 6, 110, 8)])
    assert not on_a_ruler([(0, 5, 10, 8), (5, 90, 60, 8), (10, 6, 110, 8)])


def test_a_long_place_that_reads_as_one_letter_was_not_understood():
    assert kind_of_writing("R", 0.95, 0.8, 1.2, alone=True) == "marker"
    assert kind_of_writing("R", 0.95, 0.8, 4.0, alone=False) == "text"


def test_outside_the_regions_of_an_ultrasound_screen_no_writing_stays():
    header, region = Dataset(), Dataset()
    region.RegionLocationMinX0, region.RegionLocationMinY0 = 100, 100
    region.RegionLocationMaxX1, region.RegionLocationMaxY1 = 400, 400
    header.SequenceOfUltrasoundRegions = Sequence([region])
    found = [
        TextBox(10, 10, 60, 20, KEPT),
        TextBox(10, 50, 60, 20, DOUBTFUL),
        TextBox(200, 200, 20, 20, KEPT),
    ]
    decision = decide(found, header, (480, 640), ())
    assert [(box.x, box.y, box.certainty) for box in decision.boxes] == [(10, 10, SURE), (10, 50, SURE)]
    assert decision.unsure == ""
