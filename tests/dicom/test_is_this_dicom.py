"""Told from the first bytes, without an error, whatever the file is."""

import numpy as np
import pytest

from dicom.making import as_bytes, head, image
from hilum.dicom import is_dicom, read_dataset


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (head(), True),
        (b"MZ" + bytes(126) + b"DICM", True),
        (as_bytes(image(np.zeros((1, 2, 2), np.uint8)))[132:], True),
        (bytes.fromhex("0800 0500 0a000000") + b"ISO_IR 100" + bytes(20), True),
        (b"", False),
        (b"DICM", False),
        (bytes(200), False),
        (b"%PDF-1.7" + bytes(200), False),
        (b"\xff\xd8\xff\xe0" + bytes(200), False),
        (b"PK\x03\x04" + bytes(200), False),
        (b"patient_id,age\n1,2\n" * 20, False),
    ],
)
def test_by_its_first_bytes(tmp_path, content, answer):
    path = tmp_path / "no.ending"
    path.write_bytes(content)
    assert is_dicom(path) is answer


def test_a_folder_and_a_missing_file_are_not(tmp_path):
    assert not is_dicom(tmp_path)
    assert not is_dicom(tmp_path / "gone")


def test_a_file_without_preamble_is_read(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(as_bytes(image(np.zeros((1, 2, 2), np.uint8), PatientID="77"))[132:])
    assert read_dataset(path).PatientID == "77"
