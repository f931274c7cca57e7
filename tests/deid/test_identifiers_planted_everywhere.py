"""One file with identifiers in every place a file has; none may be in the bytes that come out."""

import re
from io import BytesIO

import numpy as np
import pydicom
import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.deid.example import example_file
from hilum.deid.table import basic_profile

KEYS = ResearchKeys(bytes(range(32)))
TEXT = ("AE", "LO", "SH", "ST", "LT", "UT", "UC", "UR", "PN")


class Planter:
    """Makes tokens that stand nowhere by chance, and remembers them."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def token(self, where: str) -> str:
        token = f"ZQ{len(self.tokens):04d}X"
        self.tokens[token] = where
        return token

    def survivors(self, data: bytes) -> dict[str, str]:
        utf16 = data.decode("utf-16-le", "ignore") + data[1:].decode("utf-16-le", "ignore")
        found = {match.decode() for match in re.findall(rb"ZQ\d{4}X", data)}
        found |= set(re.findall(r"ZQ\d{4}X", utf16))
        return {token: self.tokens.get(token, "?") for token in found}


def as_file(source: Dataset, *, preamble: bytes = bytes(128), trailing: bytes = b"") -> pydicom.FileDataset:
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    data = buffer.getvalue()
    return pydicom.dcmread(BytesIO(preamble + data[128:] + trailing))


def plant_in_table(source: Dataset, planter: Planter) -> None:
    for tag in basic_profile():
        if not pydicom.datadict.dictionary_has_tag(tag) or tag in source:
            continue
        vr, keyword = pydicom.datadict.dictionary_VR(tag), pydicom.datadict.keyword_for_tag(tag)
        if tag >> 16 in (0x0000, 0x0002):
            continue
        if vr in TEXT:
            source.add_new(tag, vr, planter.token(keyword))
        elif vr in ("OB", "UN"):
            source.add_new(tag, vr, planter.token(keyword).encode() + b" ")
        elif vr == "SQ" and tag != 0xFFFAFFFA:
            source.add_new(tag, vr, Sequence([item_of_everything(planter, keyword)]))


def item_of_everything(planter: Planter, where: str, depth: int = 0) -> Dataset:
    item = Dataset()
    item.PatientName = f"{planter.token(where)}^{planter.token(where)}"
    item.PatientID = planter.token(where)
    item.PersonName = planter.token(where)
    item.TextValue = planter.token(where)
    item.CodeValue, item.CodingSchemeDesignator = planter.token(where), "99LOCAL"
    item.CodeMeaning = planter.token(where)
    item.AcquisitionComments = planter.token(where)
    item.add(DataElement(0x00091010, "LO", planter.token(where)))
    if depth < 6:
        item.RequestAttributesSequence = Sequence([item_of_everything(planter, where, depth + 1)])
        item.SharedFunctionalGroupsSequence = Sequence([item_of_everything(planter, where, 6)])
    return item


def plant_in_unlisted(source: Dataset, planter: Planter) -> None:
    for tag, (vr, *_, keyword) in pydicom.datadict.DicomDictionary.items():
        if tag in source or tag >> 16 in (0, 2) or tag >> 16 >= 0xFFFA or tag in basic_profile():
            continue
        if vr in TEXT and keyword and keyword not in TECHNICAL:
            source.add_new(tag, vr, planter.token(keyword))


TECHNICAL = __import__("hilum.deid.vocabulary", fromlist=["terms"]).terms().technical_text


@pytest.fixture(scope="module")
def planted() -> tuple[pydicom.FileDataset, Planter]:
    planter = Planter()
    source = example_file()
    source.PatientName, source.PatientID = (
        f"{planter.token('name')}^{planter.token('name')}",
        planter.token("id"),
    )
    source.AccessionNumber = planter.token("accession")
    source.InstitutionName, source.ReferringPhysicianName = planter.token("place"), planter.token("doctor")
    plant_in_table(source, planter)
    plant_in_unlisted(source, planter)
    source.ViewCodeSequence = Sequence([item_of_everything(planter, "code sequence")])
    source.SeriesNumber = "7"
    for group in (0x6000, 0x6002, 0x5000):
        source.add_new((group, 0x0022), "LO", planter.token("overlay description"))
        source.add_new((group, 0x3000), "OW", planter.token("overlay data").encode() + b" ")
    source.add_new(0x00090010, "LO", planter.token("private creator"))
    source.add_new(0x00091001, "UN", planter.token("private bytes").encode() + b" ")
    private = Dataset()
    private.PatientComments = planter.token("private sequence")
    source.add_new(0x00091002, "SQ", Sequence([private]))
    source.IconImageSequence = Sequence([item_of_everything(planter, "icon")])
    source.ICCProfile = planter.token("ICC").encode() + b" "
    source.PixelData = source.PixelData + planter.token("after the last pixel").encode() + b" "
    source.DataSetTrailingPadding = planter.token("padding").encode() + b" "
    source.file_meta.SourceApplicationEntityTitle = planter.token("meta")
    source.file_meta.PrivateInformationCreatorUID = "1.2.3.4"
    source.file_meta.PrivateInformation = planter.token("meta").encode() + b" "
    with pydicom.config.disable_value_validation():
        read = as_file(source, preamble=planter.token("preamble").encode().ljust(128, b"\0"))
        read.add_new(0x00185101, "CS", "PA")
    return read, planter


@pytest.mark.filterwarnings("ignore")
def test_none_of_a_thousand_tokens_survives(planted: tuple[pydicom.FileDataset, Planter]):
    source, planter = planted
    assert len(planter.tokens) > 1000
    with pydicom.config.disable_value_validation():
        done = deidentify(source, KEYS)
    assert not isinstance(done, Refusal), done
    assert planter.survivors(done.data) == {}


@pytest.mark.filterwarnings("ignore")
def test_what_research_needs_is_kept(planted: tuple[pydicom.FileDataset, Planter]):
    done = deidentify(example_file(), KEYS)
    assert not isinstance(done, Refusal)
    out = pydicom.dcmread(BytesIO(done.data))
    assert (out.PatientSex, out.PatientAge, out.ViewPosition, out.BodyPartExamined) == (
        "M",
        "068Y",
        "PA",
        "CHEST",
    )
    assert (out.Modality, out.Manufacturer) == ("DX", "SIEMENS")
    np.testing.assert_array_equal(out.pixel_array, example_file().pixel_array)


def test_a_korean_name_in_its_own_character_set_is_nowhere():
    source = example_file()
    source.SpecificCharacterSet = ["", "ISO 2022 IR 149"]
    source.PatientName = "Hong^Gildong=洪^吉洞=홍^길동"
    source.PatientComments = "홍길동 님의 따님이 전화함"
    source.add_new(0x00091010, "LO", "길동")
    read = as_file(source)
    assert "길동" in str(read.PatientName)  # the file really holds it
    done = deidentify(read, KEYS)
    assert not isinstance(done, Refusal)
    for word in ("길동", "홍길동", "吉洞", "Gildong"):
        for encoding in ("utf-8", "cp949", "utf-16-le", "utf-16-be"):
            assert word.encode(encoding, "replace") not in done.data
    out = pydicom.dcmread(BytesIO(done.data))
    assert str(out.PatientName) == out.PatientID


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_every_uncompressed_transfer_syntax_keeps_its_pixels(syntax: str):
    source = example_file()
    little = syntax != ExplicitVRBigEndian
    pixels = source.pixel_array
    source.file_meta.TransferSyntaxUID = syntax
    source.PixelData = pixels.astype("<u2" if little else ">u2").tobytes()
    buffer = BytesIO()
    pydicom.dcmwrite(
        buffer,
        source,
        implicit_vr=syntax == ImplicitVRLittleEndian,
        little_endian=little,
        force_encoding=True,
    )
    buffer.seek(0)
    done = deidentify(pydicom.dcmread(buffer), KEYS)
    assert not isinstance(done, Refusal)
    out = pydicom.dcmread(BytesIO(done.data))
    assert out.file_meta.TransferSyntaxUID == syntax
    np.testing.assert_array_equal(out.pixel_array, pixels)


def test_an_overlay_in_unused_bits_of_the_pixels_is_cleared_and_the_values_stay():
    source = example_file()
    pixels = source.pixel_array
    source.PixelData = (pixels | 0x8000 * (pixels % 3 == 0)).astype("<u2").tobytes()
    done = deidentify(as_file(source), KEYS)
    assert not isinstance(done, Refusal)
    out = np.frombuffer(pydicom.dcmread(BytesIO(done.data)).PixelData, "<u2")
    assert out.max() < 4096
    np.testing.assert_array_equal(out, pixels.ravel())


def test_signed_pixels_keep_their_sign():
    source = example_file()
    source.PixelRepresentation = 1
    values = np.arange(-512, 512, dtype="<i2")
    source.PixelData = (
        (values & 0x0FFF).astype("<u2").tobytes()
    )  # the sign not extended, as some machines write it
    done = deidentify(as_file(source), KEYS)
    assert not isinstance(done, Refusal)
    np.testing.assert_array_equal(np.frombuffer(pydicom.dcmread(BytesIO(done.data)).PixelData, "<i2"), values)


def test_the_same_file_gives_the_same_bytes():
    first, second = deidentify(example_file(), KEYS), deidentify(example_file(), KEYS)
    assert not isinstance(first, Refusal)
    assert not isinstance(second, Refusal)
    assert first.data == second.data


def test_every_value_kind_that_breaks_is_removed_not_passed():
    source = example_file()
    with pydicom.config.disable_value_validation():
        source.add_new("StudyTime", "TM", "after Mr Hong came")
        source.add_new("ContentDate", "DA", "Gildong")
        source.add_new("BodyPartExamined", "CS", "GILDONG")
        source.add_new("PatientWeight", "DS", "70")
        source.add_new("InstanceNumber", "LO", "Gildong")  # written as text, not as a number
    done = deidentify(as_file(source), KEYS)
    assert not isinstance(done, Refusal)
    assert b"ILDONG" not in done.data.upper()
    assert pydicom.dcmread(BytesIO(done.data)).PatientWeight == 70


def item_of_the_dictionary(planter: Planter, where: str, kind: str) -> Dataset:
    """An item that holds every text, name, address and unknown that PS3.6 knows."""
    item = Dataset()
    for tag, (vr, *_, keyword) in pydicom.datadict.DicomDictionary.items():
        if tag >> 16 in (0, 2) or tag >> 16 >= 0xFFFA or not keyword or keyword in TECHNICAL:
            continue
        if vr in TEXT:
            item.add_new(tag, vr, planter.token(f"{where}, {keyword}"))
    item.ValueType = kind
    return item


HOLDERS = {
    "88.33": ("ContentSequence", "VerifyingObserverSequence", "ReferencedRequestSequence"),
    "11.1": ("GraphicAnnotationSequence", "GraphicLayerSequence", "DisplayedAreaSelectionSequence"),
    "66.4": ("SegmentSequence", "PerFrameFunctionalGroupsSequence", "ReferencedSeriesSequence"),
    "481.3": ("StructureSetROISequence", "ROIContourSequence", "RTROIObservationsSequence"),
    "481.5": ("BeamSequence", "DoseReferenceSequence", "PatientSetupSequence", "FractionGroupSequence"),
    "66.1": ("RegistrationSequence",),
    "67": ("ReferencedImageRealWorldValueMappingSequence",),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", list(HOLDERS))
def test_no_text_of_the_dictionary_survives_in_what_is_no_picture(kind: str):
    planter, source = Planter(), example_file()
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = f"1.2.840.10008.5.1.4.1.1.{kind}"
    values = ("TEXT", "CODE", "HONG")
    for holder in HOLDERS[kind]:
        items = [item_of_the_dictionary(planter, f"{holder}, {value}", value) for value in values]
        items[-1].ContentSequence = Sequence([item_of_the_dictionary(planter, f"deep in {holder}", "TEXT")])
        setattr(source, holder, Sequence(items))
    with pydicom.config.disable_value_validation():
        done = deidentify(as_file(source), KEYS)
    assert not isinstance(done, Refusal), done
    assert len(planter.tokens) > 1000
    assert planter.survivors(done.data) == {}


@pytest.mark.filterwarnings("ignore")
def test_local_codes_stay_codes_without_their_words():
    source = example_file()
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "HONG17", "99HOSP", "Chest of Gildong"
    source.ViewCodeSequence = Sequence([code])
    scheme = Dataset()
    scheme.CodingSchemeDesignator, scheme.CodingSchemeName = "99HOSP", "codes of Gangbyeon"
    source.CodingSchemeIdentificationSequence = Sequence([scheme])
    first, second = (deidentify(as_file(source), KEYS) for _ in range(2))
    assert not isinstance(first, Refusal)
    assert not isinstance(second, Refusal)
    assert first.data == second.data
    out = pydicom.dcmread(BytesIO(first.data))
    assert out.ViewCodeSequence[0].CodingSchemeDesignator == "99HILUM"
    assert out.ViewCodeSequence[0].CodeValue != "HONG17"
    assert "Gildong" not in out.ViewCodeSequence[0].CodeMeaning
    assert "CodingSchemeIdentificationSequence" not in out


@pytest.mark.filterwarnings("ignore")
def test_a_code_that_claims_to_be_made_here_is_not_believed():
    source = example_file()
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "GILDONG", "99HILUM", "Gildong"
    source.ViewCodeSequence = Sequence([code])
    source.CodeValue, source.CodingSchemeDesignator, source.CodeMeaning = "GILDONG", "99HILUM", "Gildong"
    done = deidentify(as_file(source), KEYS)
    assert not isinstance(done, Refusal)
    assert b"GILDONG" not in done.data.upper()


@pytest.mark.filterwarnings("ignore")
def test_a_map_of_numbers_keeps_them_and_nothing_after_them():
    source = example_file()
    source.SOPClassUID = source.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.30"
    del source.PixelData
    numbers = np.linspace(0, 1, 32 * 32, dtype="<f4").tobytes()
    source.FloatPixelData = numbers + b"Hong Gildong"
    done = deidentify(as_file(source), KEYS)
    assert not isinstance(done, Refusal), done
    assert pydicom.dcmread(BytesIO(done.data)).FloatPixelData == numbers
    assert b"Gildong" not in done.data
