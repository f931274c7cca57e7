"""Private attributes that are numbers are kept; whatever else is private goes."""

import struct
from io import BytesIO

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ImplicitVRLittleEndian

from hilum.deid import Deidentified, ResearchKeys, deidentify
from hilum.deid.example import example_file
from hilum.deid.options import RESEARCH, STRICT, Options
from hilum.deid.safe_private import safe_attributes

KEYS = ResearchKeys(bytes(range(32)))
PHILIPS = "Philips PET Private Group"


def done_with(source: Dataset, options: Options = RESEARCH) -> Dataset:
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    buffer.seek(0)
    done = deidentify(pydicom.dcmread(buffer), KEYS, options)
    assert isinstance(done, Deidentified), done
    return pydicom.dcmread(BytesIO(done.data))


PLACE = "1.23456789012345"  # what a value that is no number stands in for, 16 letters


def philips(value: str = "0.000587", creator: str = PHILIPS, block: int = 0x10) -> Dataset:
    source = example_file()
    source.add_new((0x7053, block), "LO", creator)
    source.add_new((0x7053, block << 8), "DS", value)
    source.add_new((0x7053, block << 8 | 0x03), "ST", "C:/patients/Hong.img")
    source.add_new((0x7053, block << 8 | 0x09), "DS", "1.25")
    return source


def test_scale_factors_of_pet_are_kept_and_the_file_name_is_not():
    out = done_with(philips())
    assert (out[0x70531000].value, out[0x70531009].value) == (0.000587, 1.25)
    assert out[0x70530010].value == PHILIPS
    assert (0x7053, 0x1003) not in out


def test_another_block_of_the_group_counts_too():
    out = done_with(philips(block=0x42))
    assert out[0x70534200].value == 0.000587


def test_the_strict_protocol_keeps_nothing_private():
    assert not any(element.tag.is_private for element in done_with(philips(), STRICT).iterall())


@pytest.mark.parametrize(
    "creator", ["PHILIPS", "Hong Gildong", "", "Philips PET Private Group^Hong", "GEMS_ACQU_01"]
)
def test_under_another_creator_nothing_is_kept(creator):
    assert not any(element.tag.is_private for element in done_with(philips(creator=creator)).iterall())


@pytest.mark.parametrize(
    "value", ["Hong", "00123456", "01012345678", "19560131", "1.2.3", "5601311234567", "", ".", "0.5 Hong"]
)
def test_a_value_that_is_no_measurement_is_not_kept(value):
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, philips(PLACE), enforce_file_format=True)
    data = buffer.getvalue().replace(PLACE.encode(), value.ljust(16).encode())
    done = deidentify(pydicom.dcmread(BytesIO(data)), KEYS)
    assert isinstance(done, Deidentified), done
    assert b"Hong" not in done.data
    out = pydicom.dcmread(BytesIO(done.data))
    assert (0x7053, 0x1000) not in out
    assert out[0x70531009].value == 1.25


def test_a_number_that_identifies_the_patient_is_not_kept():
    source = philips("123456")
    source.PatientID = "123456"
    assert (0x7053, 0x1000) not in done_with(source)


def test_a_creator_whose_block_has_nothing_left_goes():
    source = example_file()
    source.add_new(0x70530010, "LO", PHILIPS)
    source.add_new(0x70531003, "ST", "C:/patients/Hong.img")
    assert not any(element.tag.is_private for element in done_with(source).iterall())


def test_a_creator_of_another_level_counts_for_nothing():
    source = philips()
    item = Dataset()
    item.add_new(0x70531000, "DS", "1.5")
    good = Dataset()
    good.add_new(0x70530010, "LO", PHILIPS)
    good.add_new(0x70531000, "DS", "2.5")
    source.SharedFunctionalGroupsSequence = Sequence([item, good])
    first, second = done_with(source).SharedFunctionalGroupsSequence
    assert (0x7053, 0x1000) not in first
    assert second[0x70531000].value == 2.5


def test_b_values_and_gradients_of_mr_are_kept_and_their_codes_are_closed():
    source = example_file()
    source.add_new(0x00190010, "LO", "SIEMENS MR HEADER")
    source.add_new(0x0019100C, "IS", "1000")
    source.add_new(0x0019100D, "CS", "GILDONG")
    source.add_new(0x0019100E, "FD", [0.1, 0.2, 0.97])
    source.add_new(0x00191009, "LO", "Hong")
    source.add_new(0x00430010, "LO", "GEMS_PARM_01")
    source.add_new(0x00431039, "IS", [1000000800, 8, 0, 0])
    out = done_with(source)
    assert out[0x0019100C].value == 1000
    assert list(out[0x0019100E].value) == [0.1, 0.2, 0.97]
    assert (0x0019, 0x100D) not in out
    assert list(out[0x00431039].value) == [1000000800, 8, 0, 0]


def test_the_time_of_the_scan_moves_with_all_dates():
    source = example_file()
    source.add_new(0x00090010, "LO", "GEMS_PETD_01")
    source.add_new(0x0009100D, "DT", "20240301101112.00")
    out = done_with(source)
    assert str(out[0x0009100D].value) == f"{out.StudyDate}101112.00"
    out = done_with(source, Options(dates="full"))
    assert str(out[0x0009100D].value) == "20240301101112.00"
    assert (0x0009, 0x100D) not in done_with(source, Options(dates="removed"))


def test_a_listed_element_written_as_another_kind_is_not_kept():
    source = example_file()
    source.add_new(0x70530010, "LO", PHILIPS)
    source.add_new(0x70531000, "LO", "0.5")
    source.add_new(0x70531009, "OB", struct.pack("<d", 0.5))
    assert not any(element.tag.is_private for element in done_with(source).iterall())


def test_implicit_files_keep_them_as_well():
    source = philips()
    source.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, implicit_vr=True, little_endian=True, force_encoding=True)
    buffer.seek(0)
    done = deidentify(pydicom.dcmread(buffer), KEYS)
    assert isinstance(done, Deidentified), done
    assert pydicom.dcmread(BytesIO(done.data))[0x70531000].value == 0.000587


def test_the_table_lists_no_text():
    assert {known.vr for known in safe_attributes().values()} <= {
        "DS", "IS", "US", "SS", "SL", "FL", "FD", "CS", "DT", "RATIO"
    }  # fmt: skip
    assert all(group % 2 for _, group, _ in safe_attributes())
    assert all(known.codes for known in safe_attributes().values() if known.vr == "CS")
