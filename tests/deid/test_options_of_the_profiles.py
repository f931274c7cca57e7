"""Every option of PS3.15 Annex E does what it says, on real data sets."""

import itertools
from dataclasses import replace
from io import BytesIO

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid import Deidentified, Refusal, ResearchKeys, deidentify
from hilum.deid.example import example_file
from hilum.deid.options import IMAGING_DEVICE, RESEARCH, STRICT, Options
from hilum.deid.required import action_for, type_in

KEYS = ResearchKeys(bytes(range(32)))
CT, PET, STRUCTURES = (f"1.2.840.10008.5.1.4.1.1.{tail}" for tail in ("2", "128", "481.3"))


def whole_file() -> Dataset:
    source = example_file()
    source.DeviceSerialNumber, source.StationName, source.InstitutionAddress = (
        "SN 4711-23",
        "CT01",
        "1 River Road",
    )
    source.DeviceUID, source.FrameOfReferenceUID = (
        "1.2.826.0.1.3680043.8.498.7.1",
        "1.2.826.0.1.3680043.8.498.7.2",
    )
    source.AcquisitionDateTime, source.ContentDate, source.ContentTime = (
        "20240301101113.5+0900",
        "20240301",
        "101115",
    )
    source.TimezoneOffsetFromUTC, source.PatientWeight, source.StudyID = "+0900", "71.5", "CT 17"
    source.InstitutionalDepartmentName = "Radiology of Gangbyeon"
    device = Dataset()
    device.UniqueDeviceIdentifier, device.DeviceDescription = "(01)00884838", "scanner"
    source.UDISequence = Sequence([device])
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    buffer.seek(0)
    return pydicom.dcmread(buffer)


def done_with(options: Options, source: Dataset | None = None) -> Dataset:
    done = deidentify(source or whole_file(), KEYS, options)
    assert isinstance(done, Deidentified), done
    return pydicom.dcmread(BytesIO(done.data))


def codes(dataset: Dataset) -> list[str]:
    return [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]


def test_the_preset_for_research_says_what_it_used():
    out = done_with(RESEARCH)
    assert codes(out) == ["113100", "113101", "113103", "113104", "113105", "113107", "113108", "113111"]
    assert (out.PatientIdentityRemoved, out.LongitudinalTemporalInformationModified) == ("YES", "MODIFIED")
    assert out.StudyDate not in ("", "20240301")
    assert out.StudyTime == "101112"
    assert (out.PatientSex, out.PatientWeight) == ("M", 71.5)
    for keyword in ("StationName", "DeviceSerialNumber", "InstitutionName", "UDISequence"):
        assert not out.get(keyword), keyword


def test_dates_in_full_are_kept_exactly_but_the_birth_date_is_not():
    out = done_with(replace(RESEARCH, dates="full"))
    assert (out.StudyDate, out.AcquisitionDateTime) == ("20240301", "20240301101113.5+0900")
    assert out.PatientBirthDate == ""
    assert out.LongitudinalTemporalInformationModified == "UNMODIFIED"
    assert "113106" in codes(out)
    assert "113107" not in codes(out)


def test_removed_dates_leave_no_date_and_no_time():
    out = done_with(replace(RESEARCH, dates="removed"))
    assert out.LongitudinalTemporalInformationModified == "REMOVED"
    assert not {"113106", "113107"} & set(codes(out))
    assert (out.StudyDate, out.StudyTime) == ("", "")  # type 2: must be there
    for keyword in ("AcquisitionDateTime", "TimezoneOffsetFromUTC"):
        assert keyword not in out
    assert b"20240301" not in out.to_json().encode()


def test_what_an_object_must_have_with_a_value_gets_a_dummy():
    source = whole_file()
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = PET
    source.Modality, source.SeriesDate, source.SeriesTime = "PT", "20240301", "101112"
    out = done_with(STRICT, source)
    assert (out.SeriesDate, out.SeriesTime) == ("19000101", "000000")


def test_without_characteristics_the_patient_has_none():
    out = done_with(replace(RESEARCH, patient_characteristics=False))
    assert out.PatientSex == ""
    assert "PatientAge" not in out
    assert "PatientWeight" not in out
    assert "113108" not in codes(out)


def test_the_device_is_kept_and_the_hospital_is_not():
    out = done_with(IMAGING_DEVICE)
    assert (out.DeviceSerialNumber, out.StationName) == ("SN 4711-23", "CT01")
    assert out.DeviceUID == "1.2.826.0.1.3680043.8.498.7.1"
    assert out.FrameOfReferenceUID != "1.2.826.0.1.3680043.8.498.7.2"
    assert out.UDISequence[0].UniqueDeviceIdentifier == "(01)00884838"
    assert not out.get("InstitutionName")
    assert "113109" in codes(out)


def test_a_serial_number_that_is_the_patients_number_is_not_kept():
    source = whole_file()
    source.DeviceSerialNumber = source.PatientID
    assert not done_with(IMAGING_DEVICE, source).get("DeviceSerialNumber")


def test_retained_unique_identifiers_are_those_of_the_source():
    source = whole_file()
    out = done_with(replace(RESEARCH, uids=True), whole_file())
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID", "DeviceUID"):
        assert out[keyword].value == source[keyword].value
    assert out.file_meta.MediaStorageSOPInstanceUID == source.SOPInstanceUID
    assert "113110" in codes(out)


def test_the_institution_is_kept_but_not_with_a_person_in_it():
    open_ = replace(RESEARCH, institution_identity=True)
    out = done_with(open_)
    assert (out.InstitutionName, out.InstitutionAddress) == ("Gangbyeon University Hospital", "1 River Road")
    assert "113112" in codes(out)
    source = whole_file()
    source.InstitutionName = "Practice of Kim Younghee"
    assert not done_with(open_, source).get("InstitutionName")


@pytest.mark.parametrize(
    ("kind", "keyword", "action", "chosen"),
    [
        (CT, "SeriesDate", "X/D", "X"),
        (PET, "SeriesDate", "X/D", "D"),
        (PET, "AcquisitionDate", "X/Z", "Z"),
        (CT, "OperatorsName", "X/Z/D", "X"),
        (STRUCTURES, "OperatorsName", "X/Z/D", "Z"),
        (STRUCTURES, "StructureSetLabel", "D", "D"),
        (CT, "ContentDate", "Z/D", "Z"),
        ("1.2.840.10008.5.1.4.1.1.2.1", "ContentDate", "Z/D", "D"),
        (CT, "StudyDate", "Z", "Z"),
        (CT, "ImageComments", "X", "X"),
    ],
)
def test_combined_actions_are_chosen_by_what_the_object_must_have(kind, keyword, action, chosen):
    assert action_for(kind, keyword, action) == chosen


def test_a_kind_that_is_not_in_the_table_requires_nothing_but_what_all_require():
    assert type_in("1.2.3", "SeriesDate") == "3"
    assert type_in("1.2.3", "StudyDate") == "2"


CHOICES = list(
    itertools.product(
        ("modified", "full", "removed"), (True, False), (True, False), (True, False), (True, False)
    )
)


@pytest.mark.parametrize(("dates", "people", "device", "uids", "place"), CHOICES)
def test_under_every_protocol_the_patient_is_nowhere(dates, people, device, uids, place):
    options = Options("own", dates, people, device_identity=device, uids=uids, institution_identity=place)
    done = deidentify(whole_file(), KEYS, options)
    assert not isinstance(done, Refusal), done
    for word in (b"Hong", b"Gildong", b"00123456", b"19560131", b"ACC20240007", b"Younghee"):
        assert word not in done.data
    assert pydicom.dcmread(BytesIO(done.data)).PatientIdentityRemoved == "YES"
    again = deidentify(whole_file(), KEYS, options)
    assert not isinstance(again, Refusal)
    assert again.data == done.data
