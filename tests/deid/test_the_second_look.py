"""The scanner finds what rules might miss, in every encoding, and does not cry wolf."""

import pydicom
import pytest
from pydicom.dataset import Dataset

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
