"""Headers as they really come: character sets wrong or missing, broken values, odd kinds of values."""

from io import BytesIO

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from hilum.deid import Deidentified, ResearchKeys, deidentify
from hilum.deid.example import example_file
from hilum.deid.rules.characteristics import grouped_age
from hilum.dicom import quietly

KEYS = ResearchKeys(bytes(range(32)))


def written(source: Dataset) -> bytes:
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, source, enforce_file_format=True)
    return buffer.getvalue()


def done_with(data: bytes) -> Deidentified:
    with quietly():
        done = deidentify(pydicom.dcmread(BytesIO(data)), KEYS)
    assert isinstance(done, Deidentified), done
    return done


NAMES = [
    ("ISO 2022 IR 149", "Hong^Gildong=洪^吉洞=홍^길동", "홍길동 흉부 정면"),
    ("ISO 2022 IR 87", "Yamada^Tarou=山田^太郎=やまだ^たろう", "山田太郎 CHEST"),
    ("ISO 2022 IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ", "ﾔﾏﾀﾞ CHEST"),
    ("ISO_IR 192", "Ünal^Şebnem=洪^吉洞=홍^길동", "Ünal CHEST 흉부"),
    ("GB18030", "Wang^XiaoDong=王^小东", "王小东 CHEST"),
    ("ISO_IR 100", "Müller^Jörg", "Müller CHEST"),
]


CHARACTER_SET = b"\x08\x00\x05\x00CS"


def declared_as(data: bytes, other: bytes | None) -> bytes:
    """The same file with another declaration of its character set, or none; its texts stay as they were."""
    start = data.index(CHARACTER_SET)
    length = int.from_bytes(data[start + 6 : start + 8], "little")
    declaration = b"" if other is None else CHARACTER_SET + len(other).to_bytes(2, "little") + other
    return data[:start] + declaration + data[start + 8 + length :]


@pytest.mark.parametrize(("declared", "name", "text"), NAMES)
@pytest.mark.parametrize("lie", ["truth", None, b"ISO_IR 144", b"HOSPITAL CODE "], ids=str)
def test_names_in_every_script_are_nowhere_whatever_is_declared(declared, name, text, lie):
    source = example_file()
    several = declared in ("ISO 2022 IR 149", "ISO 2022 IR 87")
    source.SpecificCharacterSet = ["", declared] if several else declared
    source.PatientName, source.StudyDescription, source.PatientComments = name, text, text
    with quietly():
        data = written(source)
    if lie != "truth":
        data = declared_as(data, lie)
    done = done_with(data)
    words = [word for group_ in name.split("=") for word in group_.split("^") if len(word) > 1]
    for word in words:
        for encoding in (
            "utf-8",
            "cp949",
            "shift_jis",
            "euc_jp",
            "gb18030",
            "utf-16-le",
            "utf-16-be",
            "latin-1",
        ):
            try:
                encoded = word.encode(encoding)
            except UnicodeEncodeError:
                continue
            assert encoded not in done.data, (word, encoding)
    out = pydicom.dcmread(BytesIO(done.data))
    assert out.SpecificCharacterSet == "ISO_IR 192"
    assert str(out.PatientName) == out.PatientID
    assert str(out.get("StudyDescription", "")) in ("CHEST", "흉부 정면", "CHEST 흉부", "흉부", "정면", "")


def test_a_known_attribute_written_as_unknown_is_treated_as_what_it_is():
    source = example_file()
    data = written(source)
    tagged = b"\x10\x00\x10\x00PN\x0c\x00Hong^Gildong"
    assert tagged in data
    unknown = b"\x10\x00\x10\x00UN\x00\x00\x0c\x00\x00\x00Hong^Gildong"
    done = done_with(data.replace(tagged, unknown))
    assert b"Gildong" not in done.data
    assert str(done.dataset.PatientName) == done.dataset.PatientID


def test_dates_that_are_none_are_emptied_and_counted():
    data = written(example_file()).replace(b"20240301", b"20240231")
    done = done_with(data)
    assert done.dataset.StudyDate == ""
    assert [note for note in done.case.notes if "StudyDate" in note]
    assert "2024" not in " ".join(done.case.notes)


@pytest.mark.parametrize(
    ("age", "grouped"),
    [
        ("096Y", "090Y"),
        ("090Y", "090Y"),
        ("089Y", "089Y"),
        ("045Y", "045Y"),
        ("999M", "999M"),
        ("45", ""),
        ("", ""),
    ],
)
def test_ages_above_89_are_one_group(age, grouped):
    assert grouped_age(age) == grouped


def test_several_values_in_one_attribute_are_all_cleaned():
    source = example_file()
    source.OtherPatientIDs = ["4711001", "4711002"]
    source.OperatorsName = ["Kim^Younghee", "Lee^Chulsoo"]
    source.StudyDescription = "CHEST"
    source.ImageType = ["ORIGINAL", "PRIMARY", "GILDONG"]
    source.ReferencedImageSequence = Sequence([])
    source.RequestAttributesSequence = Sequence([])
    done = done_with(written(source))
    for word in (b"4711001", b"4711002", b"Chulsoo", b"GILDONG"):
        assert word not in done.data
    assert done.dataset.ImageType[:2] == ["ORIGINAL", "PRIMARY"]


def test_a_broken_number_is_removed_and_the_file_stays():
    source = example_file()
    source.PatientWeight = "71.5"
    data = written(source).replace(b"71.5", b"Hong")
    done = done_with(data)
    assert b"Hong" not in done.data


def test_the_start_of_the_injection_stays_and_moves_with_the_series():
    source = example_file()
    source.SeriesDate = "20240301"
    dose = Dataset()
    dose.RadiopharmaceuticalStartDateTime, dose.RadionuclideTotalDose = "20240301090807", "370000000"
    source.RadiopharmaceuticalInformationSequence = Sequence([dose])
    out = done_with(written(source)).dataset
    moved = out.RadiopharmaceuticalInformationSequence[0]
    assert str(moved.RadiopharmaceuticalStartDateTime) == f"{out.SeriesDate}090807"
    assert moved.RadionuclideTotalDose == 370000000
