"""Descriptions keep words of anatomy and technique, and nothing of an identifier."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydicom.dataset import Dataset

from hilum.deid import Refusal, ResearchKeys, deidentify
from hilum.deid.case import Case
from hilum.deid.descriptors import cleaned_text
from hilum.deid.example import example_file
from hilum.deid.options import STRICT, Options
from hilum.deid.words import clinical_words

KEYS = ResearchKeys(bytes(range(32)))


def case_of(name: str = "Hong^Gildong=洪^吉洞=홍^길동", number: str = "00123456", **more: str) -> Case:
    source = Dataset()
    source.PatientName, source.PatientID = name, number
    source.AccessionNumber, source.ReferringPhysicianName = "A-2024-0007", "Kim^Younghee"
    source.InstitutionName, source.PatientTelephoneNumbers = "Gangbyeon University Hospital", "010-1234-5678"
    for keyword, value in more.items():
        setattr(source, keyword, value)
    return Case.of(source, KEYS)


CASE = case_of()


@pytest.mark.parametrize(
    "text",
    [
        "CHEST CT AX 1.0",
        "Thorax^1HEAD_NECK_PETCT",
        "CT, HEAD/BRAIN WO CONTRAST",
        "t1_vibe_fs_tra_bh_dyn",
        "T2W_TSE_SAG 3.0 x 3.0 mm",
        "Lung 1.0 B31f",
        "ABDPEL C+ 5.0",
        "b1000 DWI ADC",
        "TE 80 TR 2000",
        "CHEST X-RAY PA",
        "W/O CONTRAST",
        "PT WB FDG 60min",
        "11 ml Omniscan",
        "120kV 5/5mm Plain",
        "흉부CT 조영증강",
        "복부초음파",
        "흉부 정면 후전방",
    ],
)
def test_what_names_nobody_stays_as_it_is(text):
    assert cleaned_text(text, CASE) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("CHEST CT Hong Gildong 010-1234-5678", "CHEST CT"),
        ("CHEST (Hong) CT", "CHEST CT"),
        ("흉부CT(조영증강) 홍길동", "흉부CT 조영증강"),
        ("560131-1234567 chest", "chest"),
        ("hong@hospital.example brain", "brain"),
        ("CHEST PA 2024-03-01", "CHEST PA"),
        ("Abdomen 03/01", "Abdomen"),
        ("복부초음파 3월 1일", "복부초음파"),
        ("KNEE A20240007", "KNEE"),
        ("Head Kim 3", "Head"),
        ("ＣＨＥＳＴ ＣＴ ０１０１２３４５６７８", "CHEST CT"),
        ("Ho\u200bng brain", "brain"),
        ("Brain 19560131", "Brain"),
        ("Brain 010 1234 5678", "Brain"),
        ("brain (02) 312-4567", "brain"),
        ("Gangbyeon University Hospital CHEST", "CHEST"),
        ("Dr. Kim: CHEST CT", "CHEST CT"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_what_may_name_somebody_goes(text, left):
    assert cleaned_text(text, CASE) == left


def test_a_word_of_the_vocabulary_that_is_a_name_in_this_file_goes():
    assert cleaned_text("CHEST AXIAL CT", case_of("Chest^Axial")) == "CT"
    assert cleaned_text("조영 흉부", case_of("조영")) == "흉부"


def test_numbers_that_are_part_of_an_identifier_go():
    assert cleaned_text("CHEST 123 CT", case_of(number="X-123-9")) == "CHEST CT"
    assert cleaned_text("CHEST 12 34", case_of(number="12-34")) == "CHEST"


def test_words_of_the_place_stay_where_the_protocol_names_them():
    assert cleaned_text("Brainlab chest", CASE) == "chest"
    case = Case.of(Dataset(), KEYS, Options(keep_words=("brainlab",)))
    assert cleaned_text("Brainlab chest", case) == "Brainlab chest"


def test_text_in_korean_without_a_declared_character_set_is_understood():
    undeclared = "홍길동 흉부".encode("cp949").decode("latin-1")
    assert cleaned_text(undeclared, CASE) == "흉부"


NAMES = """
kim lee park choi jung jeong kang cho yoon jang lim han oh seo shin kwon hwang ahn an song yoo ryu
hong ko moon yang son bae baek heo nam shim noh ha joo bang yi yu smith johnson williams jones
miller davis garcia rodriguez wilson martinez anderson taylor thomas moore martin jackson thompson
harris clark lewis robinson walker hall allen wright scott hill adams baker nelson carter mitchell
roberts turner phillips campbell parker evans edwards collins stewart morris rogers reed cook morgan
bell james john robert michael william david mary patricia linda barbara susan jessica sarah karen
nancy lisa mark paul george anna maria peter tanaka suzuki sato watanabe wang zhang liu chen yang
huang zhao wu zhou crohn hodgkin parkinson alzheimer dixon waters schatzki january february march
april may june july august september october november december monday sunday
김 이름 길동 영희 철수 민수 서울 부산
수지 유선 연세 세브란스 삼성 아산
"""


def test_the_vocabulary_holds_no_names_no_months_and_no_places():
    assert clinical_words().isdisjoint(NAMES.split())


def test_the_vocabulary_is_broad_and_in_one_form():
    assert len(clinical_words()) > 4000
    for word in clinical_words():
        assert word == unicodedata.normalize("NFKC", word).casefold(), word
        assert not re.search(r"[0-9]{4}", word), word


LETTERS = some.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9)
HANGUL = some.text(some.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=4)
CLINICAL = some.sampled_from(sorted(clinical_words()))
WORDS = LETTERS | HANGUL | CLINICAL
NOISE = some.sampled_from(
    [" ", "_", "-", "/", "^", "  ", ",", "(", ")", ".", "", "\n", "\u200b", "1.0", "5mm", " 3 ", "CT", "x"]
)


@settings(max_examples=300, deadline=None)
@given(some.data())
def test_nothing_of_an_identifier_survives(data):
    family, given_name = data.draw(WORDS), data.draw(WORDS)
    number = data.draw(some.from_regex(r"[A-Z]{0,2}[0-9]{4,10}", fullmatch=True))
    case = case_of(f"{family}^{given_name}", number)
    planted = [
        family,
        given_name,
        number,
        family + given_name,
        number.lower(),
        family.upper(),
        given_name.title(),
    ]
    pieces = data.draw(some.lists(some.sampled_from(planted) | NOISE | CLINICAL, max_size=12))
    left = cleaned_text("".join(pieces), case).casefold()
    words = set(re.findall(r"[^\W_]+", left))
    for identifier in (family, given_name, number, family + given_name):
        text = unicodedata.normalize("NFKC", identifier).casefold()
        if any(kind_text == identifier for _, kind_text in case.identifiers.texts):
            assert text not in words
            if len(text) >= (4 if text.isascii() else 2) and text.isalnum():
                assert text not in re.sub(r"[\W_]+", "", left)


@settings(max_examples=300, deadline=None)
@given(
    some.text(max_size=60)
    | some.lists(WORDS | NOISE | some.from_regex(r"[0-9./-]{1,8}"), max_size=14).map("".join)
)
def test_what_was_cleaned_stays_as_it_is_and_every_word_is_known(text):
    left = cleaned_text(text, CASE)
    assert cleaned_text(left, CASE) == left
    assert not re.search(r"[0-9]{5}", left)


@settings(max_examples=200, deadline=None)
@given(some.integers(1900, 2099), some.integers(1, 12), some.integers(1, 28), some.sampled_from("-/. "))
def test_no_day_survives(year, month, day, sign):
    for written in (
        f"{year}{sign}{month:02d}{sign}{day:02d}",
        f"{day}{sign}{month}{sign}{year}",
        f"{year}{month:02d}{day:02d}",
    ):
        assert cleaned_text(f"CHEST {written} CT", CASE) == "CHEST CT"


def file_with(**texts: str) -> Dataset:
    source = example_file()
    for keyword, text in texts.items():
        setattr(source, keyword, text)
    return source


def test_descriptions_of_a_file_are_cleaned_at_any_depth():
    source = file_with(
        StudyDescription="CHEST PA Hong", SeriesDescription="Gildong", ImageComments="erect, seen by Kim"
    )
    inner = Dataset()
    inner.RequestedProcedureDescription = "Chest CT for Gildong"
    source.SharedFunctionalGroupsSequence = [inner]
    done = deidentify(source, KEYS)
    assert not isinstance(done, Refusal), done
    assert done.dataset.StudyDescription == "CHEST PA"
    assert "SeriesDescription" not in done.dataset
    assert done.dataset.ImageComments == "erect by"
    assert b"ILDONG" not in done.data.upper()
    assert done.dataset.SharedFunctionalGroupsSequence[0].RequestedProcedureDescription == "Chest CT for"


def test_descriptions_go_under_the_strict_protocol():
    done = deidentify(file_with(StudyDescription="CHEST PA", ProtocolName="CHEST"), KEYS, STRICT)
    assert not isinstance(done, Refusal), done
    assert "StudyDescription" not in done.dataset
    assert "ProtocolName" not in done.dataset
