"""Kinds of objects that no rule knows, and headers that say what is in the picture."""

from dataclasses import replace
from io import BytesIO

import pydicom
import pytest

from hilum.deid import BURNED_IN, Refusal, ResearchKeys, deidentify, must_look_for_text
from hilum.deid.example import example_file
from hilum.deid.objects import KINDS, objects
from hilum.deid.options import RESEARCH, STRICT
from hilum.deid.vocabulary import STANDARD_UIDS

KEYS = ResearchKeys(bytes(32))


@pytest.mark.parametrize(
    "kind",
    [
        "1.2.840.10008.5.1.4.1.1.104.1",  # encapsulated PDF
        "1.2.840.10008.5.1.4.1.1.104.2",  # encapsulated CDA
        "1.2.840.10008.5.1.4.1.1.104.3",  # encapsulated STL
        "1.2.840.10008.5.1.4.1.1.88.1",  # text SR of the trial edition
        "1.2.840.10008.5.1.4.1.1.11",  # standalone VOI LUT
        "1.2.840.10008.5.1.4.1.1.481.10",  # RT physician intent
        "1.2.840.10008.5.1.4.1.1.9.1.1",  # 12-lead ECG
        "1.2.840.10008.5.1.4.1.1.66",  # raw data
        "1.2.840.10008.5.1.4.1.1.66.5",  # surface segmentation
        "1.2.840.10008.5.1.4.1.1.68.1",  # surface scan mesh
        "1.2.840.10008.5.1.4.1.1.4.2",  # MR spectroscopy
        "1.2.840.10008.5.1.4.1.1.77.1.4",  # VL photograph
        "1.2.840.10008.1.3.10",  # DICOMDIR
        "1.3.12.2.1107.5.9.1",  # a maker's own kind
        "",
    ],
)
def test_other_kinds_of_objects(kind: str):
    source = example_file()
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = kind
    done = deidentify(source, KEYS)
    assert isinstance(done, Refusal)
    assert done.reason in ("this kind of object cannot be cleaned yet", "not a complete DICOM image")
    assert done.detail


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("88.11", "structured_content"),
        ("88.59", "structured_content"),
        ("11.1", "graphics"),
        ("11.4", "graphics"),
    ],
)
def test_a_protocol_without_reports_or_drawings_refuses_them(kind: str, option: str):
    source = example_file()
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = f"1.2.840.10008.5.1.4.1.1.{kind}"
    refused = deidentify(source, KEYS, replace(RESEARCH, **{option: "removed"}))
    assert isinstance(refused, Refusal)
    assert "protocol" in refused.detail
    assert isinstance(deidentify(source, KEYS, STRICT), Refusal)
    assert not isinstance(deidentify(source, KEYS), Refusal)


def test_a_picture_in_an_object_that_has_none_is_removed_unseen():
    source = example_file()
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.88.11"
    assert "PixelData" in source
    done = deidentify(source, KEYS)
    assert not isinstance(done, Refusal)
    assert "PixelData" not in pydicom.dcmread(BytesIO(done.data))
    picture = example_file()
    picture.add_new("FloatPixelData", "OF", b"Hong")
    done = deidentify(picture, KEYS)
    assert not isinstance(done, Refusal)
    assert "FloatPixelData" not in pydicom.dcmread(BytesIO(done.data))


@pytest.mark.parametrize("keyword", ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PixelData"])
def test_an_incomplete_image(keyword: str):
    source = example_file()
    del source[keyword]
    done = deidentify(source, KEYS)
    assert isinstance(done, Refusal)
    assert keyword.replace("PixelData", "pixel data") in done.detail


def test_a_header_that_says_there_is_writing_until_a_person_looked():
    source = example_file()
    source.BurnedInAnnotation = "YES"
    done = deidentify(source, KEYS)
    assert isinstance(done, Refusal)
    assert done.reason == BURNED_IN
    assert not isinstance(deidentify(source, KEYS, looked_by_person=True), Refusal)


def test_only_measured_slices_are_not_searched_for_writing():
    source = example_file()
    assert must_look_for_text(source)
    source.SOPClassUID, source.Modality = "1.2.840.10008.5.1.4.1.1.2", "CT"
    assert must_look_for_text(source)  # without ImageType nobody says that it is original
    source.ImageType = ["DERIVED", "SECONDARY", "MPR"]
    assert must_look_for_text(source)
    source.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    assert not must_look_for_text(source)
    source.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"  # a screen capture that calls itself CT
    assert must_look_for_text(source)


def test_every_kind_that_is_accepted_keeps_its_name():
    assert set(objects().kinds) <= STANDARD_UIDS
    assert set(objects().kinds.values()) == set(KINDS)
