"""Keyed identifiers: the same for the same, different for others, and useless without the key."""

from datetime import date, timedelta

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import UID

from hilum.deid import ResearchKeys
from hilum.deid.rules.characteristics import grouped_age
from hilum.deid.rules.dates import moved_date, moved_date_time

KEYS, OTHERS = ResearchKeys(bytes(32)), ResearchKeys(bytes([1]) * 32)
ids = st.text(
    st.characters(exclude_characters=" \0\t\r\n", exclude_categories=("Cs",)), min_size=1, max_size=64
)
uids = st.lists(st.integers(0, 10**8), min_size=3, max_size=6).map(
    lambda parts: "1.2." + ".".join(map(str, parts))
)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(ids)
def test_a_pseudonym_is_stable_short_and_changes_with_the_key(patient: str):
    pseudonym = KEYS.patient(patient)
    assert pseudonym == ResearchKeys(bytes(32)).patient(f" {patient}\0")
    assert pseudonym != OTHERS.patient(patient)
    assert len(pseudonym) == 16
    assert pseudonym[0] == "P"
    assert pseudonym.isalnum()
    assert len(KEYS.accession(patient)) == 16  # SH holds no more (PS3.5 section 6.2)


@given(uids, uids)
def test_unique_identifiers_map_one_to_one_and_are_valid(one: str, other: str):
    new = KEYS.uid(one)
    assert new == KEYS.uid(one + "\0")
    assert (new == KEYS.uid(other)) == (one == other)
    assert UID(new).is_valid
    assert new.startswith("2.25.")
    assert len(new) <= 64


def test_a_thousand_patients_have_many_different_offsets():
    offsets = [KEYS.date_offset_days(str(patient)) for patient in range(1000)]
    assert all(-3650 <= offset <= -366 for offset in offsets)
    assert len(set(offsets)) > 800  # 1,000 draws from 3,285 leave about 862 different ones


@given(days, days, ids)
def test_intervals_within_a_patient_are_exact(first: date, second: date, patient: str):
    offset = KEYS.date_offset_days(patient)
    moved = [moved_date(day.strftime("%Y%m%d"), offset) for day in (first, second)]
    new = [date(int(day[:4]), int(day[4:6]), int(day[6:])) for day in moved]
    assert new[1] - new[0] == second - first
    assert new[0] == first + timedelta(days=offset)


@given(st.datetimes(), st.sampled_from(["", ".5", ".123456"]), st.sampled_from(["", "+0900", "-0330"]))
def test_times_and_zones_stay_to_the_microsecond(moment, fraction: str, zone: str):
    if moment.year < 1500:
        return
    text = f"{moment:%Y%m%d%H%M%S}{fraction}{zone}"
    assert moved_date_time(text, -400)[8:] == text[8:]


@pytest.mark.parametrize(
    "text", ["20240230", "2024", "202403", "today", "2024-3-1", "00000000", "20240301-20240302", "99991301"]
)
def test_what_is_no_day_is_emptied(text: str):
    assert moved_date(text, -400) == ""


def test_a_date_that_would_lie_before_the_calendar_is_emptied():
    assert moved_date("00010101", -400) == ""


@pytest.mark.parametrize(
    ("age", "kept"),
    [("089Y", "089Y"), ("090Y", "090Y"), ("104Y", "090Y"), ("006M", "006M"), ("999W", "999W"), ("9Y", "")],
)
def test_ages_above_89_are_grouped(age: str, kept: str):
    assert grouped_age(age) == kept


def test_references_between_two_files_stay_intact(tmp_path):
    from io import BytesIO

    from hilum.deid import Refusal, deidentify
    from hilum.deid.example import example_file

    first, second = example_file(), example_file()
    second.SOPInstanceUID = second.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.8.498.9"
    reference = pydicom.Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = (
        first.SOPClassUID,
        first.SOPInstanceUID,
    )
    second.SourceImageSequence = [reference]
    first.FrameOfReferenceUID = second.FrameOfReferenceUID = "1.2.826.0.1.3680043.8.498.77"
    done = [deidentify(source, KEYS) for source in (first, second)]
    out = []
    for one in done:
        assert not isinstance(one, Refusal)
        out.append(pydicom.dcmread(BytesIO(one.data)))
    assert out[1].SourceImageSequence[0].ReferencedSOPInstanceUID == out[0].SOPInstanceUID
    assert (
        out[1].SourceImageSequence[0].ReferencedSOPClassUID
        == out[0].SOPClassUID
        == "1.2.840.10008.5.1.4.1.1.1.1"
    )
    assert out[0].FrameOfReferenceUID == out[1].FrameOfReferenceUID != "1.2.826.0.1.3680043.8.498.77"
    assert out[0].file_meta.MediaStorageSOPInstanceUID == out[0].SOPInstanceUID
    assert out[0].StudyInstanceUID == out[1].StudyInstanceUID
