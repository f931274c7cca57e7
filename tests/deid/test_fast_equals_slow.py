"""The fast path makes the bytes of the slow path, or leaves the file to it."""

import random
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread, dcmwrite
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from hilum.deid import Refusal, ResearchKeys, refusal_of
from hilum.deid.acceptance import must_look_for_text
from hilum.deid.case import Case
from hilum.deid.cleaning import clean
from hilum.deid.options import PRESETS, RESEARCH, Options
from hilum.deid.raw import RawCleaner
from hilum.deid.raw.memo import Memo
from hilum.deid.raw.skeleton import skeleton_of
from hilum.deid.writing import Written, write
from hilum.dicom import array_digest, decode, quietly, read_dataset
from hilum.errors import ImageError

KEYS = ResearchKeys(bytes(range(32)))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slow") / "file"


def slow(data: bytes, place: Path, options: Options) -> tuple[Written, Case, str] | None:
    """What the slow path makes of a file that it takes without searching the picture for writing."""
    place.write_bytes(data)
    try:
        with quietly():
            dataset = read_dataset(place)
            if refusal_of(dataset, options=options) is not None or must_look_for_text(dataset):
                return None
            digest = array_digest(decode(dataset).stored)
            case = Case.of(dataset, KEYS, options)
            clean(dataset, case)
            return write(dataset), case, digest
    except ImageError:
        return None
    except Exception:  # noqa: BLE001 - the slow path refuses such a header as too damaged
        return None


def taken_alike(cleaner: RawCleaner, data: bytes, place: Path) -> bool:
    """Compare both paths; whether the fast one took the file."""
    fast = cleaner.clean(data)
    if fast is None:
        return False
    reference = slow(data, place, cleaner.options)
    assert reference is not None, "the fast path took what the slow one refuses"
    written, case, digest = reference
    assert fast.data == written.data
    assert fast.pixels_at == written.pixels_at
    assert fast.case.identifiers.raw >= case.identifiers.raw  # what pydicom has converted is raw no more
    assert replace(fast.case.identifiers, raw=case.identifiers.raw) == case.identifiers
    assert fast.case.moved_dates == case.moved_dates
    assert sorted(fast.case.notes) == sorted(case.notes)
    assert (fast.case.pseudonym, fast.case.study) == (case.pseudonym, case.study)
    assert array_digest(fast.pixels.stored) == digest
    reread = dcmread(BytesIO(fast.data), stop_before_pixels=True)
    for keyword in ("PatientID", "SOPInstanceUID", "StudyDate", "Manufacturer", "ImageType"):
        assert str(fast.dataset.get(keyword)) == str(reread.get(keyword))
    return True


def ct(number: int = 0, **changes: object) -> Dataset:
    """A slice of a CT with sequences and a maker's private groups."""
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 100"
    data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, f"1.2.392.200036.9116.7.{number + 1}"
    data.StudyInstanceUID, data.SeriesInstanceUID = "1.2.392.200036.9116.5", "1.2.392.200036.9116.6"
    data.PatientName, data.PatientID, data.PatientBirthDate = "M\u00fcller^Anna", "H-004711", "19500203"
    data.StudyDate, data.StudyTime, data.Modality = "20240301", "101500", "CT"
    data.ContentTime = f"1015{number % 60:02d}.250000"
    data.AccessionNumber, data.InstitutionName = "ACC99812", "St Elsewhere"
    data.ImageType, data.Manufacturer = ["ORIGINAL", "PRIMARY", "AXIAL"], "SIEMENS"
    data.StudyDescription, data.InstanceNumber = "CHEST CT", str(number)
    data.ImagePositionPatient = ["-200", "-200.5", f"{number * 1.25:.3f}"]
    data.SliceLocation, data.KVP = f"{number * 1.25:.3f}", "120"
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CTImageStorage, "1.2.392.200036.9116.7.1"
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "T-D3000", "SRT", "Chest of Anna"
    item.PurposeOfReferenceCodeSequence = Sequence([code])
    data.ReferencedImageSequence = Sequence([item])
    block = data.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "800")
    block.add_new(0x77, "LO", "Anna")
    data.private_block(0x0027, "GEMS_IMAG_01", create=True).add_new(0x10, "FL", 0.25 * number)
    data.Rows, data.Columns, data.SamplesPerPixel = 4, 4, 1
    data.PhotometricInterpretation, data.PixelRepresentation = "MONOCHROME2", 0
    data.BitsAllocated, data.BitsStored, data.HighBit = 16, 12, 11
    data.PixelData = bytes(range(16)) * 2
    data["PixelData"].VR = "OW"
    for keyword, value in changes.items():
        setattr(data, keyword, value)
    return data


def in_bytes(data: Dataset, *, implicit: bool = False) -> bytes:
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    data.file_meta.SourceApplicationEntityTitle = "CT_ANNA"
    buffer = BytesIO()
    with quietly():
        dcmwrite(buffer, data, enforce_file_format=True)
    return buffer.getvalue()


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_series_of_ct_slices_takes_the_fast_path_from_its_first_file(
    preset: str, implicit: bool, place: Path
):
    cleaner = RawCleaner(KEYS, PRESETS[preset])
    for number in range(6):
        assert taken_alike(cleaner, in_bytes(ct(number), implicit=implicit), place)


def test_what_an_element_says_of_another_patient_is_not_taken_for_this_one(place: Path):
    cleaner = RawCleaner(KEYS)
    people = [("Miller^Anna", "CHEST CT"), ("Chest^Anna", "CHEST CT"), ("Miller^Anna", "CHEST CT")]
    for name, description in people:
        data = ct(PatientName=name, StudyDescription=description, ManufacturerModelName="Chest One")
        assert taken_alike(cleaner, in_bytes(data), place)


TEXT = st.sampled_from(
    [
        "",
        "Anna",
        "CHEST CT",
        "M\u00fcller",
        "H-004711",
        "4711",
        "20240301",
        "010-1234-5678",
        "AX 1.0",
        "B30f",
        "\\",
        " x ",
    ]
)
NUMBER = st.sampled_from(
    ["1", "-1.5", "007", "1e5", "99812", " 12", "x", "12.50", "1\\2", "", "-0", "+3", "123456789012"]
)
TIME = st.sampled_from(["101500", "101500.1", "10", "1015", "25", "10:15", "", "101500.123456", "noon"])
DAY = st.sampled_from(["20240301", "20240230", "2024.03.01", "", "1999", "19500203", "today"])
UID = st.sampled_from(
    [
        "1.2.392.200036.9116.7.9",
        "1.2.3",
        "",
        "1.2.840.10008.1.2",
        "2.16.840.1.113883.6.96",
        "x.y",
        "1.2.840.113619.2.5",
    ]
)
WORDS = {
    "StudyDescription": TEXT, "SeriesDescription": TEXT, "Manufacturer": TEXT, "ConvolutionKernel": TEXT,
    "PatientName": TEXT, "PatientID": TEXT, "AccessionNumber": TEXT, "PatientComments": TEXT,
    "StationName": TEXT,
    "InstitutionName": TEXT, "ProtocolName": TEXT, "BodyPartExamined": TEXT, "ContrastBolusAgent": TEXT,
    "SliceLocation": NUMBER, "KVP": NUMBER, "InstanceNumber": NUMBER, "PatientWeight": NUMBER,
    "SeriesNumber": NUMBER,
    "XRayTubeCurrent": NUMBER, "ImagePositionPatient": NUMBER, "RescaleSlope": NUMBER,
    "NumberOfFrames": NUMBER,
    "ContentTime": TIME, "StudyTime": TIME, "PatientBirthTime": TIME, "AcquisitionTime": TIME,
    "StudyDate": DAY, "ContentDate": DAY, "PatientBirthDate": DAY, "AcquisitionDateTime": DAY,
    "SOPInstanceUID": UID, "FrameOfReferenceUID": UID, "SeriesInstanceUID": UID, "IrradiationEventUID": UID,
    "DeviceUID": UID, "SOPClassUID": UID,
}  # fmt: skip
CHANGES = st.lists(
    st.sampled_from(sorted(WORDS)).flatmap(lambda word: st.tuples(st.just(word), WORDS[word])), max_size=4
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    series=st.lists(CHANGES, min_size=2, max_size=5),
    preset=st.sampled_from(sorted(PRESETS)),
    implicit=st.booleans(),
)
def test_files_of_any_values_one_after_another(
    series: list[list[tuple[str, str]]], preset: str, implicit: bool, place: Path
):
    cleaner = RawCleaner(KEYS, PRESETS[preset])
    for number, changes in enumerate(series):
        taken_alike(cleaner, with_raw(in_bytes(ct(number), implicit=implicit), dict(changes)), place)


def with_raw(data: bytes, changes: dict[str, str]) -> bytes:
    """The file with other values, written as they are, whether the standard allows them or not."""
    skeleton = skeleton_of(data)
    assert skeleton is not None
    elements = dict(skeleton.elements)
    for keyword, text in changes.items():
        tag, value = tag_for_keyword(keyword), text.encode("latin-1")
        assert tag is not None
        value += b" " * (len(value) % 2)
        head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little")
        if skeleton.implicit:
            head += len(value).to_bytes(4, "little")
        else:
            head += dictionary_VR(tag).encode() + len(value).to_bytes(2, "little")
        elements[tag] = head + value
    start = data.index(b"".join(raw for _, raw in skeleton.elements))
    pixels = skeleton.pixel_header + data[slice(*skeleton.pixels)]
    return data[:start] + b"".join(elements[tag] for tag in sorted(elements)) + pixels


def mutations(data: bytes, seed: int, count: int) -> Iterator[bytes]:
    """The file with a few bytes of its header changed, cut out or put in."""
    chance = random.Random(seed)
    end = min(len(data), 6_000)
    for _ in range(count):
        mutated = bytearray(data)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(132, max(133, end))
            how = chance.randrange(4)
            if how == 0:
                mutated[at : at + 1] = bytes([chance.randrange(256)])
            elif how == 1:
                del mutated[at : at + chance.randint(1, 4)]
            elif how == 2:
                mutated[at:at] = bytes(chance.randrange(256) for _ in range(2))
            else:
                mutated[at : at + 4] = chance.choice(
                    [b"\xff\xff\xff\xff", b"Anna", b"\0\0\0\0", b"\xfe\xff\x00\xe0"]
                )
        yield bytes(mutated)


@pytest.mark.parametrize("implicit", [False, True])
def test_mutated_files_between_sound_ones(place: Path, implicit: bool):
    cleaner = RawCleaner(KEYS)
    taken = 0
    for number in range(12):
        sound = in_bytes(ct(number), implicit=implicit)
        assert taken_alike(cleaner, sound, place)
        taken += sum(taken_alike(cleaner, mutated, place) for mutated in mutations(sound, number, 40))
    assert taken > 20


def test_every_real_sample_file_and_mutations_of_it(samples: Path, place: Path):
    cleaner, taken = RawCleaner(KEYS), 0
    for path in sorted(file for file in samples.rglob("*") if file.is_file()):
        data = path.read_bytes()
        if len(data) > 4 << 20:
            continue
        taken += taken_alike(cleaner, data, place)
        if skeleton_of(data) is not None:
            for mutated in mutations(data, len(data), 3):
                taken += taken_alike(cleaner, mutated, place)
    assert taken >= 5


def test_writing_in_the_unused_bits_is_left_to_the_slow_path():
    assert RawCleaner(KEYS).clean(in_bytes(ct(PixelData=b"\xff\xff" * 16))) is None


def test_a_picture_that_must_be_searched_for_writing_is_left_to_the_slow_path():
    derived = ct(ImageType=["DERIVED", "SECONDARY"])
    assert RawCleaner(KEYS).clean(in_bytes(derived)) is None


def test_a_memory_of_what_was_said_does_not_grow_without_end():
    memo: Memo[str] = Memo(10_000)
    for number in range(1_000):
        memo.learn(number, [1, 2], {}.get, "said", 50)
    assert len(memo.known) < 200


def test_refusal_is_never_said_by_the_fast_path():
    refused = ct(BurnedInAnnotation="YES")
    assert RawCleaner(KEYS, RESEARCH).clean(in_bytes(refused)) is None
    assert isinstance(refusal_of(refused), Refusal)
