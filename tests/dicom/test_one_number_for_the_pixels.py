"""The digest tells same pixels from other pixels, and nothing else."""

import hashlib

import numpy as np
import pytest

from dicom.making import image
from hilum.dicom import array_digest, pixel_digest


def test_its_definition_is_fixed():
    """By hand: the type and the shape as text, then the values in the smallest type, little endian."""
    values = np.array([[[1, 2], [3, 300]]], np.int64)
    by_hand = hashlib.sha256(b"<u2 (1, 2, 2)" + bytes([1, 0, 2, 0, 3, 0, 44, 1])).hexdigest()
    assert array_digest(values) == by_hand
    assert pixel_digest(image(values.astype(np.uint16))) == by_hand


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, ">u2", np.int32, np.uint64])
def test_the_type_of_the_container_does_not_count(dtype):
    values = np.array([[[0, 5], [9, 100]]])
    assert array_digest(values.astype(dtype)) == array_digest(values)


def test_one_other_pixel_shape_or_order_counts():
    values = np.arange(12).reshape(1, 3, 4)
    other = values.copy()
    other[0, 2, 3] += 1
    digests = {
        array_digest(a)
        for a in (values, other, values.reshape(1, 4, 3), values.reshape(3, 1, 4), values[:, ::-1], -values)
    }
    assert len(digests) == 6


def test_the_header_and_the_bits_beside_do_not_count():
    stored = np.array([[[1, 2], [3, 4]]], np.uint16)
    plain = image(stored, bits_stored=12, PatientID="1", WindowCenter=1, WindowWidth=2)
    overlaid = image(stored | 0xF000, "MONOCHROME1", bits_stored=12, PatientID="2")
    assert pixel_digest(plain) == pixel_digest(overlaid)
