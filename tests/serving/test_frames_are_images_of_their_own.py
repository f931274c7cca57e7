"""Each frame of a file with several goes out as an image of its own, with the pixels and the place it has."""

import io

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from dicom.making import image, put_pixels, write
from hilum.dicom import decode, read_dataset
from hilum.errors import ImageError
from hilum.serving.images.frame_content import frame_content, has_frames

FRAMES = np.arange(4 * 6 * 10, dtype=np.uint16).reshape(4, 6, 10) * 13


def _native(**attributes: object):
    return image(FRAMES, **attributes)


def _in_colour():
    return image(np.arange(3 * 5 * 7 * 3, dtype=np.uint8).reshape(3, 5, 7, 3), "RGB")


def _in_fragments():
    """RLE without a table of offsets."""
    made = _native()
    made.compress(RLELossless, generate_instance_uid=False)
    return made


def _of_syntax(syntax: str):
    made = _native()
    made.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian:
        put_pixels(made, FRAMES.astype(">u2").tobytes())
    return made


def _of_bits():
    made = image(np.zeros((3, 4, 5), np.uint8))
    made.BitsAllocated = made.BitsStored = 1
    made.HighBit = 0
    bits = np.arange(60) % 3 == 0
    put_pixels(made, np.packbits(bits, bitorder="little").tobytes())
    return made


MADE = {
    "native": _native,
    "in colour": _in_colour,
    "odd bytes": lambda: image(np.arange(3 * 3 * 5, dtype=np.uint8).reshape(3, 3, 5)),
    "run lengths": _in_fragments,
    "implicit": lambda: _of_syntax(ImplicitVRLittleEndian),
    "big endian": lambda: _of_syntax(ExplicitVRBigEndian),
    "deflated": lambda: _of_syntax(DeflatedExplicitVRLittleEndian),
    "one bit": _of_bits,
}


@pytest.mark.parametrize("kind", MADE)
def test_pixels_are_those_of_the_frame_whatever_the_transfer_syntax(kind, tmp_path):
    file = write(MADE[kind](), tmp_path / "a.dcm")
    whole = decode(read_dataset(file)).stored
    assert len(whole) > 2
    for frame in (len(whole), 1, 2):
        alone = dcmread(io.BytesIO(frame_content(file, frame)))
        assert int(alone.get("NumberOfFrames", 1)) == 1
        assert np.array_equal(decode(alone).stored[0], whole[frame - 1])
        assert not has_frames(alone)
    for wrong in (0, len(whole) + 1):
        with pytest.raises(ImageError):
            frame_content(file, wrong)


def test_a_frame_shorter_than_the_header_says_is_refused(tmp_path):
    made = _native()
    made.NumberOfFrames = 9
    file = write(made, tmp_path / "a.dcm")
    with pytest.raises(ImageError):
        frame_content(file, 9)


def test_what_belongs_to_a_frame_stands_at_the_top(tmp_path):
    def group(**sequences: dict[str, object]):
        made = Dataset()
        for name, values in sequences.items():
            item = Dataset()
            for word, value in values.items():
                setattr(item, word, value)
            setattr(made, name, [item])
        return made

    frames = [
        group(
            PlanePositionSequence={"ImagePositionPatient": [0, 0, 5 * place]},
            PixelValueTransformationSequence={"RescaleSlope": place + 1, "RescaleIntercept": -place},
        )
        for place in range(4)
    ]
    shared = group(
        PixelMeasuresSequence={"PixelSpacing": [0.5, 0.7]},
        PlaneOrientationSequence={"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
        FrameVOILUTSequence={"WindowCenter": 900, "WindowWidth": 700},
    )
    told = {"PerFrameFunctionalGroupsSequence": frames, "SharedFunctionalGroupsSequence": [shared]}
    file = write(_native(**told, WindowCenter=1, WindowWidth=2), tmp_path / "a.dcm")
    whole = decode(read_dataset(file))
    for frame in (1, 3):
        alone = dcmread(io.BytesIO(frame_content(file, frame)))
        assert list(alone.ImagePositionPatient) == [0, 0, 5 * (frame - 1)]
        assert (list(alone.PixelSpacing), alone.WindowCenter) == ([0.5, 0.7], 900)
        assert np.array_equal(decode(alone).modality_values()[0], whole.modality_values()[frame - 1])
        assert np.array_equal(decode(alone).display(0), whole.display(frame - 1))
