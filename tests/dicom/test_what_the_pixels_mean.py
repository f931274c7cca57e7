"""Modality values, windows and look-up tables: by PS3.3's own formulas, with pydicom as a second opinion."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut, convert_color_space
from pydicom.sequence import Sequence

from dicom.making import image
from hilum.dicom import Window, decode
from hilum.errors import ImageError


def item(**attributes: object):
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def table(entries, first, bits, vr="US"):
    made = Dataset()
    made.add_new(0x00283002, vr, [len(entries), first, bits])
    made.add_new(0x00283006, "US", [int(entry) for entry in entries])
    return made


def ramp(low: int, high: int, dtype: str = "<u2") -> np.ndarray:
    values = np.arange(low, high, dtype=np.int64).astype(dtype)
    return values.reshape(1, -1, 16)


def test_hounsfield_units_are_whole_and_exact():
    pixels = decode(image(ramp(0, 4096), bits_stored=12, RescaleSlope="1", RescaleIntercept="-1024"))
    values = pixels.modality_values()
    assert values.dtype == np.int32
    assert values.ravel().tolist() == list(range(-1024, 3072))


@settings(deadline=None, max_examples=80)
@given(
    slope=st.sampled_from(["1", "2", "-1", "0.5", "1.37", "1e-3", "4096"]),
    intercept=st.sampled_from(["0", "-1024", "-1000.5", "32768", "1e6"]),
    signed=st.booleans(),
)
def test_rescale_equals_pydicom(slope, intercept, signed):
    stored = ramp(-2048, 2048, "<i2") if signed else ramp(0, 4096)
    dataset = image(stored, RescaleSlope=slope, RescaleIntercept=intercept)
    assert np.array_equal(decode(dataset).modality_values(), apply_modality_lut(stored, dataset))


def test_rescale_does_not_overflow():
    stored = np.array([[[0, 2**31, 2**32 - 1]]], np.uint32)
    values = decode(image(stored, RescaleSlope="3", RescaleIntercept="-1")).modality_values()
    assert values.tolist() == [[[-1, 3 * 2**31 - 1, 3 * (2**32 - 1) - 1]]]


def test_each_frame_has_its_own_rescale_in_enhanced_objects():
    stored = np.array([[[10]], [[10]], [[10]]], np.uint16)
    frames = [
        item(PixelValueTransformationSequence=[item(RescaleSlope=s, RescaleIntercept=i)])
        for s, i in [("1", "0"), ("2", "5")]
    ]
    dataset = image(stored, RescaleSlope="100", RescaleIntercept="7")
    dataset.PerFrameFunctionalGroupsSequence = Sequence([*frames, item()])
    assert decode(dataset).modality_values().ravel().tolist() == [10, 25, 1007]
    shared = item(PixelValueTransformationSequence=[item(RescaleSlope="1", RescaleIntercept="-1024")])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    assert decode(dataset).modality_values().ravel().tolist() == [10, 25, -1014]


def test_a_modality_table_equals_pydicom():
    rng = np.random.default_rng(1)
    stored = rng.integers(0, 4096, (1, 20, 20)).astype(np.uint16)
    dataset = image(stored, bits_stored=12)
    dataset.ModalityLUTSequence = Sequence([table(rng.integers(0, 65536, 1000), 500, 16)])
    assert np.array_equal(decode(dataset).modality_values(), apply_modality_lut(stored, dataset))


def test_a_slope_of_zero_is_refused():
    with pytest.raises(ImageError, match="rescale slope is 0"):
        decode(image(ramp(0, 32), RescaleSlope="0", RescaleIntercept="0")).modality_values()


def by_the_standard(x: float, center: float, width: float, function: str) -> float:
    """PS3.3 C.11.2.1.2.1, C.11.2.1.3.1 and C.11.2.1.3.2 with ymin 0 and ymax 1, word for word."""
    if function == "SIGMOID":
        if (x - center) / width < -100:
            return 0.0
        return 1 / (1 + math.exp(-4 * (x - center) / width))
    if function == "LINEAR_EXACT":
        if x <= center - width / 2:
            return 0.0
        return 1.0 if x > center + width / 2 else (x - center) / width + 0.5
    if x <= center - 0.5 - (width - 1) / 2:
        return 0.0
    if x > center - 0.5 + (width - 1) / 2:
        return 1.0
    return (x - (center - 0.5)) / (width - 1) + 0.5


@settings(deadline=None, max_examples=200)
@given(
    center=st.floats(-2000, 4000),
    width=st.one_of(st.just(1.0), st.floats(1, 5000)),
    function=st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
    x=st.integers(-3000, 5000),
)
def test_windows_follow_the_standard(center, width, function, x):
    exact = by_the_standard(x, center, width, function)
    assert Window(center, width, function).apply(np.array([x]))[0] == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(("center", "width"), [(40, 400), (2048, 4096), (1000, 1)])
def test_display_equals_pydicom_after_rescale(function, center, width):
    stored = ramp(0, 4096)
    dataset = image(
        stored,
        bits_stored=12,
        WindowCenter=center,
        WindowWidth=width,
        VOILUTFunction=function,
        RescaleSlope="1",
        RescaleIntercept="-1024",
    )
    with np.errstate(over="ignore"):
        theirs = apply_voi_lut(apply_modality_lut(stored[0], dataset), dataset)
    low, high = -1024, 4095 - 1024  # pydicom's range of outputs
    assert np.allclose(decode(dataset).display(), (theirs - low) / (high - low), atol=1e-6)


def test_a_voi_table_equals_pydicom():
    rng = np.random.default_rng(2)
    stored = rng.integers(0, 4096, (1, 20, 20)).astype(np.uint16)
    dataset = image(stored, bits_stored=12, WindowCenter=1, WindowWidth=2)
    dataset.VOILUTSequence = Sequence([table(rng.integers(0, 1024, 3000), 300, 10)])
    assert np.allclose(decode(dataset).display(), apply_voi_lut(stored[0], dataset) / 1023, atol=1e-6)


def test_a_voi_table_for_negative_values():
    dataset = image(np.array([[[-3, -2, -1, 0, 5]]], np.int16))
    dataset.VOILUTSequence = Sequence([table([0, 128, 255], -2, 8, "SS")])
    assert np.allclose(decode(dataset).display(), [[0, 0, 128 / 255, 1, 1]], atol=1e-6)


def test_the_first_of_several_windows_is_used_and_another_can_be_asked_for():
    dataset = image(ramp(0, 256), WindowCenter=[128, 10], WindowWidth=[256, 2])
    pixels = decode(dataset)
    assert np.allclose(pixels.display(), Window(128, 256).apply(ramp(0, 256)[0]))
    assert np.allclose(pixels.display(voi=Window(10, 2)), Window(10, 2).apply(ramp(0, 256)[0]))


def test_each_frame_has_its_own_window_in_enhanced_objects():
    dataset = image(np.array([[[100]], [[100]]], np.uint16), WindowCenter=0, WindowWidth=10)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [
            item(FrameVOILUTSequence=[item(WindowCenter=c, WindowWidth=200, VOILUTFunction="LINEAR_EXACT")])
            for c in (100, 150)
        ]
    )
    pixels = decode(dataset)
    assert (pixels.display(0).item(), pixels.display(1).item()) == (0.5, 0.25)


@pytest.mark.parametrize(("center", "width"), [(None, None), (5, 0), (5, -10), ("", "")])
def test_without_a_usable_window_the_whole_range_is_shown(center, width):
    dataset = image(np.array([[[10, 20, 30]]], np.uint16))
    if center is not None:
        dataset.WindowCenter, dataset.WindowWidth = center, width
    assert decode(dataset).display().tolist() == [[0.0, 0.5, 1.0]]


def test_low_values_are_white_in_monochrome1_once():
    stored = np.array([[[0, 255, 51]]], np.uint8)
    expected = [[1.0, 0.0, pytest.approx(0.8)]]
    assert decode(image(stored, "MONOCHROME1")).display().tolist() == expected
    assert decode(image(stored, "MONOCHROME1", PresentationLUTShape="INVERSE")).display().tolist() == expected
    assert decode(image(stored, "MONOCHROME2", PresentationLUTShape="INVERSE")).display().tolist() == expected
    assert decode(image(stored, "MONOCHROME2", PresentationLUTShape="IDENTITY")).display()[0, 1] == 1.0


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_padding_is_black_and_does_not_stretch_the_range(photometric):
    dataset = image(np.array([[[-2000, 100, 200, -1999]]], np.int16), photometric)
    dataset.add_new(0x00280120, "SS", -2000)
    dataset.add_new(0x00280121, "SS", -1990)
    pixels = decode(dataset)
    ends = [0.0, 1.0] if photometric == "MONOCHROME2" else [1.0, 0.0]
    assert pixels.display().tolist() == [[0.0, *ends, 0.0]]
    assert pixels.padding().tolist() == [[[True, False, False, True]]]
    assert pixels.modality_values().tolist() == [[[-2000, 100, 200, -1999]]]


def test_padding_written_without_its_sign_is_understood():
    dataset = image(np.array([[[-2000, 0, 1]]], np.int16))
    dataset.add_new(0x00280120, "US", 65536 - 2000)
    assert decode(dataset).padding().tolist() == [[[True, False, False]]]


def test_a_picture_of_one_value_is_shown_without_complaint():
    assert np.isfinite(decode(image(np.full((1, 3, 3), 7, np.uint16))).display()).all()


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10**6), span=st.sampled_from([3, 200, 60000]), signed=st.booleans())
def test_looking_up_each_value_once_changes_nothing(seed, span, signed):
    """The quick way through a table of values gives what the slow way gives pixel by pixel."""
    rng = np.random.default_rng(seed)
    low = -span // 2 if signed else 0
    stored = rng.integers(low, low + span, (1, 9, 11)).astype("<i2" if signed else "<u2")
    dataset = image(stored, WindowCenter=17.5, WindowWidth=133, RescaleSlope="1.5", RescaleIntercept="-3")
    slow = Window(17.5, 133).apply(apply_modality_lut(stored[0], dataset)).astype(np.float32)
    assert np.array_equal(decode(dataset).display(), slow)


def test_ybr_becomes_the_red_green_blue_of_pydicom():
    stored = np.random.default_rng(4).integers(0, 256, (1, 16, 16, 3)).astype(np.uint8)
    rgb = decode(image(stored, "YBR_FULL")).rgb()
    assert np.abs(rgb.astype(int) - convert_color_space(stored[0], "YBR_FULL", "RGB")).max() <= 1
    assert np.array_equal(decode(image(stored, "RGB")).rgb(), stored[0])


def test_colour_is_shown_as_luminance():
    stored = np.array([[[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]]], np.uint8)
    assert np.allclose(decode(image(stored, "RGB")).display(), [[0.299, 0.587, 0.114, 1.0]], atol=1e-6)


def test_a_palette_gives_its_colours():
    dataset = image(np.array([[[0, 1, 2]]], np.uint8), "PALETTE COLOR")
    for colour, values in (("Red", [0, 255, 10]), ("Green", [0, 255, 20]), ("Blue", [0, 255, 30])):
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [3, 0, 8])
        setattr(dataset, f"{colour}PaletteColorLookupTableData", bytes([*values, 0]))
    pixels = decode(dataset)
    assert pixels.rgb().tolist() == [[[0, 0, 0], [255, 255, 255], [10, 20, 30]]]
    assert pixels.display()[0, 1] == 1.0
    assert pixels.stored.tolist() == [[[0, 1, 2]]]


def test_a_broken_palette_is_refused():
    dataset = image(np.array([[[0, 1, 2]]], np.uint8), "PALETTE COLOR")
    with pytest.raises(ImageError, match="palette"):
        decode(dataset).display()


def test_colours_that_cannot_be_converted_are_named():
    stored = np.zeros((1, 2, 2, 3), np.uint8)
    with pytest.raises(ImageError, match="HSV"):
        decode(image(stored, "HSV")).display()
    with pytest.raises(ImageError, match="no colours"):
        decode(image(stored[..., 0])).rgb()


def test_a_frame_that_does_not_exist():
    with pytest.raises(ImageError, match="2 frames, so there is no frame 2"):
        decode(image(np.zeros((2, 2, 2), np.uint8))).display(2)


@pytest.mark.parametrize("descriptor", [[5, 0, 8], [0, 0, 8]])
def test_a_table_that_does_not_fit_its_descriptor(descriptor):
    dataset = image(ramp(0, 32))
    broken = table([1, 2, 3], 0, 8)
    broken.LUTDescriptor = descriptor
    dataset.VOILUTSequence = Sequence([broken])
    with pytest.raises(ImageError, match="3 entries instead of"):
        decode(dataset).display()
