"""The scanner finds what rules might miss, in every encoding, and does not cry wolf."""

import base64
from io import BytesIO

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.deid.example import example_file
from hilum.deid.identifiers import identifiers_of
from hilum.deid.second_look import second_look


def source() -> Dataset:
    made = Dataset()
    made.PatientName = "Hong^Gildong=洪^吉洞=홍^길동"
    made.PatientID, made.AccessionNumber = "00123456", "ACC7731"
    made.PatientBirthDate, made.StudyDate = "19560131", "20240301"
    made.StudyInstanceUID = "1.2.826.0.1.3680043.8.498.2"
    made.ReferringPhysicianName = "Kim^Younghee"
    made.InstitutionName = "Gangbyeon University Hospital"
    return made


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "euc_kr", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "word", ["길동", "홍길동", "GILDONG", "gildong", "00123456", "acc7731", "Younghee", "gangbyeon"]
)
def test_every_identifier_in_every_encoding(word: str, encoding: str):
    data = b"\0\1 some bytes " + word.encode(encoding) + b" and more\2"
    assert second_look(data, len(data), identifiers_of(source()))


@pytest.mark.parametrize("text", ["19560131", "20240301", "1.2.826.0.1.3680043.8.498.2", "20240301101112.5"])
def test_old_dates_and_unique_identifiers(text: str):
    data = b"\0\1 " + text.encode() + b" \2"
    assert second_look(data, len(data), identifiers_of(source()))


@pytest.mark.parametrize(
    "text",
    [
        "CHEST PA UNIVERSITY HOSPITAL",  # words that every hospital has
        "HONGKONG",  # a short name inside another word
        "100123456.7",  # a number inside another number
        "1.2.826.0.1.3680043.8.498.21",
        "220240301",
        "2.25.12345678901234567890",
    ],
)
def test_other_words_are_no_alarm(text: str):
    data = b"\0\1 " + text.encode() + b" \2"
    assert second_look(data, len(data), identifiers_of(source())) == ()


def test_a_moved_date_that_meets_an_old_one_is_no_alarm():
    data = b" 20240301 "
    assert second_look(data, len(data), identifiers_of(source()), moved_dates=frozenset(["20240301"])) == ()


def test_a_name_hidden_in_the_pixels_bytes_is_found():
    header, pixels = b"header", bytes(1000) + b"Hong^Gildong" + bytes(1000)
    assert second_look(header + pixels, len(header), identifiers_of(source())) == ("patient's name",)


def test_a_rule_that_fails_is_caught(monkeypatch: pytest.MonkeyPatch):
    """Sabotage: the vocabulary suddenly lets a descriptor pass."""
    from hilum.deid import vocabulary
    from hilum.deid.rules import technical_text

    real = vocabulary.terms()
    leaky = vocabulary.Terms(**{**vars(real), "technical_text": real.technical_text | {"LensDescription"}})
    monkeypatch.setattr(technical_text, "terms", lambda: leaky)
    made = example_file()
    made.LensDescription = "see 00123456789"
    made.PatientID = "23456789"
    with_leak = deidentify(made, ResearchKeys(bytes(32)))
    assert not isinstance(with_leak, Refusal)  # another number: no alarm
    made = example_file()
    made.PatientID = "AB12"
    made.PatientName = "x"
    made.LensDescription = "sAB12s AB12"  # the rule's own check for names is what fails here
    monkeypatch.setattr("hilum.deid.identifiers.Identifiers.named_in", lambda *_: False)
    leaked = deidentify(made, ResearchKeys(bytes(32)))
    assert isinstance(leaked, Refusal)
    assert "identifying number" in leaked.detail
    assert "AB12" not in leaked.detail


def test_a_deflated_file_is_searched_unpacked():
    made = example_file()
    made.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    done = deidentify(made, ResearchKeys(bytes(32)))
    assert not isinstance(done, Refusal)
    known = identifiers_of(source())
    assert second_look(done.data, len(done.data), known) == ()
    planted = Dataset()
    planted.PatientName = "SIEMENSX^REMOVEDX"
    planted.PatientID = "Gangnam"
    assert second_look(done.data, len(done.data), identifiers_of(planted)) == ()
    planted.PatientID = done.dataset.PatientID
    assert second_look(done.data, len(done.data), identifiers_of(planted)) == ("identifying number",)


def patient(**attributes: str) -> Dataset:
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ({"PatientName": "Li^An"}, "seen: AN LI, 40y"),
        ({"PatientName": "Li^An"}, "li_an"),
        ({"PatientName": "Hong^Gil-Dong"}, "HONGGILDONG"),
        ({"PatientName": "Hong^Gildong"}, "Hong Gil-Dong"),
        ({"PatientName": "Kim^Min"}, "Min, Kim"),
        ({"PatientName": "O'Neil^Ann"}, "oneil"),
        ({"PatientName": "Müller^Åsa"}, "MULLER"),
        ({"PatientName": "Müller^Åsa"}, "mÜller"),
        ({"PatientID": "900101-1234567"}, "9001011234567"),
        ({"PatientID": "9001011234567"}, "900101-1234567"),
        ({"PatientTelephoneNumbers": "01012345678"}, "010-1234-5678"),
        ({"PatientTelephoneNumbers": "010-1234-5678"}, "+82 10 1234 5678"),
        ({"PatientID": "00123456"}, "123456"),
        ({"PatientID": "123456"}, "no. 00123456."),
        ({"AccessionNumber": "ACC7731"}, "acc-7731"),
        ({"PatientID": "00123456"}, base64.b64encode(b"x00123456y").decode()),
        ({"PatientID": "AB-123456"}, b"AB-123456".hex()),
        ({"PatientBirthDate": "19560131"}, "born 1956-01-31"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_other_forms_of_the_same(known: dict[str, str], written: str, encoding: str):
    if encoding != "utf-8" and known.get("PatientBirthDate"):
        written = "19560131"
    data = b"\0\1 " + written.encode(encoding) + b" \2"
    found = identifiers_of(patient(**known))
    assert second_look(data, len(data), found)
    assert second_look(b"CHEST PA 12345", 14, found) == ()


ENCODINGS = {
    "Gildong": ["ascii", "utf-16-le", "utf-16-be"],
    "홍길동": ["utf-8", "euc_kr", "cp949", "iso2022_kr", "utf-16-le", "utf-16-be", "gb18030"],
    "山田太郎": ["utf-8", "shift_jis", "euc_jp", "iso2022_jp", "gb18030", "utf-16-le", "big5"],
    "Łukaszewiczówna": ["utf-8", "iso8859_2", "utf-16-be"],
    "Grünewald": ["utf-8", "latin-1", "utf-16-le"],
    "Иванова": ["utf-8", "koi8_r", "utf-16-le", "euc_kr"],
    "0012345678": ["ascii", "utf-16-le", "utf-16-be"],
    "1.2.826.0.1.3680043.8.498.77": ["ascii", "utf-16-le", "utf-16-be"],
}
PLANTED = [(word, encoding) for word, encodings in ENCODINGS.items() for encoding in encodings]


def identified_by(word: str) -> Dataset:
    if word.isascii() and word[0] in "01":
        return patient(**{"PatientID" if "." not in word else "StudyInstanceUID": word})
    return patient(PatientName=f"X^{word}")


@settings(deadline=None, max_examples=300)
@given(
    planted=st.sampled_from(PLANTED),
    case=st.sampled_from([str.upper, str.lower, str.title, str]),
    before=st.binary(max_size=90),
    after=st.binary(max_size=90),
    where=st.sampled_from(
        ["header", "JPEG comment", "JPEG application", "JPEG 2000 comment", "after", "offsets"]
    ),
)
def test_any_identifier_anywhere_outside_the_pixels(planted, case, before, after, where):
    word, encoding = planted
    text = b"\n\n" + case(word).encode(encoding) + b"\n\n"
    free = (before + text + after).ljust(8, b"\n")
    data, pixels_at = file_with(free, where)
    assert second_look(data, pixels_at, identifiers_of(identified_by(word)))


def file_with(text: bytes, where: str) -> tuple[bytes, int]:
    """A file as it may come out, with a text in one of its places."""
    length = (len(text) + 2).to_bytes(2, "big")
    jpeg, j2k = b"\xff\xd8", bytes.fromhex("ff4f ff51 0004 0000")
    streams = {
        "header": jpeg + b"\xff\xd9",
        "JPEG comment": jpeg + b"\xff\xfe" + length + text + b"\xff\xd9",
        "JPEG application": jpeg + b"\xff\xe1" + length + text + b"\xff\xd9",
        "after": jpeg + b"\xff\xd9" + text,
        "offsets": jpeg + b"\xff\xd9",
        "JPEG 2000 comment": j2k
        + b"\xff\x64"
        + (len(text) + 4).to_bytes(2, "big")
        + b"\0\1"
        + text
        + b"\xff\xd9",
    }
    value = encapsulate([streams[where]], has_bot=False)
    if where == "offsets":
        value = value[:4] + len(text).to_bytes(4, "little") + text + value[8:]
    syntax = JPEG2000Lossless if "2000" in where else JPEGBaseline8Bit
    meta = b"\x02\0\x10\0UI" + len(syntax + "\0" * (len(syntax) % 2)).to_bytes(2, "little") + syntax.encode()
    meta += b"\0" * (len(syntax) % 2)
    head = bytes(128) + b"DICM\x02\0\0\0UL\x04\0" + len(meta).to_bytes(4, "little") + meta
    head += (text if where == "header" else b"") + b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff"
    return head + value + b"\xfe\xff\xdd\xe0\0\0\0\0", len(head)


MANY = patient(
    PatientName="Hong^Gildong=洪^吉洞=홍^길동",
    PatientID="00123456",
    AccessionNumber="ACC7731",
    ReferringPhysicianName="Kim^Younghee",
    OperatorsName="김^영희",
    InstitutionName="Gangbyeon University Hospital",
    PatientTelephoneNumbers="010-2345-6789",
    StudyInstanceUID="1.2.826.0.1.3680043.8.498.2",
)


@pytest.mark.parametrize("lowest", [0, 30, 60])
@pytest.mark.parametrize("kind", ["u1", "<u2", ">u2"])
def test_noise_and_ramps_are_no_alarm(kind: str, lowest: int):
    """90 MB in all, a third of it numbers around the codes of letters and digits: not one alarm."""
    random = np.random.default_rng(lowest)
    known = identifiers_of(MANY)
    for number in range(10):
        noise = (
            (lowest + random.integers(0, 256 if number % 2 else 64, 1 << 20))
            .astype(kind)
            .tobytes()[: 1 << 20]
        )
        assert second_look(b"head" + noise, 4, known) == ()
    ramp = np.add.outer(np.arange(512), np.arange(512)).astype(kind).tobytes()
    assert (
        second_look(b"head" + ramp, 4, identifiers_of(patient(PatientID="12345678", PatientName="ABCDEFGH")))
        == ()
    )


@settings(deadline=None, max_examples=100)
@given(
    word=st.sampled_from(
        ["Gildong^Hong", "hong gildong", "0048151623", "길동이홍", "1.2.826.0.1.3680043.8.498.2"]
    ),
    encoding=st.sampled_from(["utf-8", "cp949", "utf-16-le", "utf-16-be"]),
    place=st.integers(0, 5000),
)
def test_a_long_identifier_in_native_pixels_is_found(word: str, encoding: str, place: int):
    if word[0] == "1" and encoding.startswith("utf-16"):
        encoding = "utf-8"
    known = patient(
        PatientName="Hong^Gildong=길동이^홍",
        PatientID="48151623",
        StudyInstanceUID="1.2.826.0.1.3680043.8.498.2",
    )
    noise = np.random.default_rng(1).integers(0, 4096, 5000).astype("<u2").tobytes()
    data = b"head" + noise[:place] + word.encode(encoding) + noise[place:]
    assert second_look(data, 4, identifiers_of(known))


@pytest.mark.parametrize("beside", [b"77", b"Ab", b"\x00\x0c", b"00"])
def test_a_grey_value_that_reads_as_a_letter_or_digit_hides_nothing(beside: bytes):
    known = identifiers_of(patient(PatientID="48151623", PatientName="Hong^Gildong"))
    for word in (b"48151623", b"Gildong^Hong"):
        assert second_look(b"head" + bytes(64) + beside + word + beside + bytes(64), 4, known)


@pytest.mark.parametrize("start", [*range(262_130, 262_150), 524_274])
@pytest.mark.parametrize("lowest", [-1024, 0])
def test_a_name_is_found_wherever_it_lies_in_a_large_picture(start: int, lowest: int):
    known = identifiers_of(patient(PatientName="Hong^Gildong", StudyInstanceUID="1.2.826.0.1.3680043.8.4982"))
    grey = np.random.default_rng(2).integers(lowest, lowest + 4096, 262_144).astype("<i2").tobytes()
    for word in (b"gildong hong", b"1.2.826.0.1.3680043.8.4982", "GildongHong".encode("utf-16-le")):
        place = min(start, len(grey) - len(word))
        assert second_look(b"head" + grey[:place] + word + grey[place + len(word) :], 4, known)
    assert second_look(b"head" + grey, 4, known) == ()


def test_what_follows_the_pixels_is_searched_like_the_header():
    done = deidentify(example_file(), ResearchKeys(bytes(32)))
    assert not isinstance(done, Refusal)
    out = pydicom.dcmread(BytesIO(done.data))
    out.DataSetTrailingPadding = b"AB12"
    buffer = BytesIO()
    out.save_as(buffer)
    data = buffer.getvalue()
    pixels_at = data.rfind(out.PixelData)
    assert second_look(data, pixels_at, identifiers_of(patient(PatientID="AB12"))) == ("identifying number",)
