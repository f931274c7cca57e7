"""Values come back as they were, particles fit, and no text takes long."""

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hilum.serving.korean import told_in_korean
from hilum.serving.korean.particles import PARTICLES, particle
from hilum.serving.korean.rooms import ROOMS
from hilum.serving.korean.telling import in_korean, ordered
from hilum.serving.korean.templates import template

ANY = st.text(min_size=1, max_size=60)
FILES = {
    "the column `{name}` of {file} is empty: leave it out": "{file!}의 `{name}` 열이 비었습니다. 빼십시오.",
    "{n} files": "파일 {n}개",
    "no file": "파일 없음",
    "it lacks {what}": "{what:이} 없습니다",
    "burned-in text": "영상 속 글자",
    "days": "일",
}
OTHER_ROOM = {"it holds {what}": "{what:이} 있습니다"}
KNOWN = ordered([FILES, OTHER_ROOM])
told_in_korean("ready")  # all rooms are read once


@given(name=ANY, file=ANY)
def test_values_of_any_text_come_back_unchanged(name, file):
    assume(
        "` of " not in f"{name}` of {file}"[1 : len(name) + 4]
    )  # then it cannot be known where the name ends
    told = in_korean(f"the column `{name}` of {file} is empty: leave it out", KNOWN)
    assert told == f"{file}의 `{name}` 열이 비었습니다. 빼십시오."


@given(st.text(max_size=200))
def test_a_text_that_is_no_sentence_of_the_program_stays_as_it_is(text):
    told = told_in_korean(text)
    assume(not any("가" <= sign <= "힣" for sign in told))
    assert told == text


def test_every_template_is_found_again_and_no_value_is_lost():
    for english, korean in {one: korean for room in ROOMS for one, korean in room.items()}.items():
        made = template(english, korean)
        values = {name: str(7_000_001 + place) for place, name in enumerate(made.names)}
        parts = zip(made.literals, (*values.values(), ""), strict=True)
        sentence = "".join(text + value for text, value in parts)
        told = told_in_korean(sentence)
        assert told != sentence or not re.search("[가-힣]", korean), english
        assert all(value in told for value in values.values()), english


def test_a_known_phrase_is_told_inside_a_sentence_and_a_quoted_or_typed_one_is_not():
    assert in_korean("it lacks burned-in text", KNOWN) == "영상 속 글자가 없습니다"
    assert in_korean("it lacks 3 files", KNOWN) == "파일 3개가 없습니다"
    assert (
        in_korean("it lacks 3 files, no file and burned-in text", KNOWN)
        == "파일 3개, 파일 없음, 영상 속 글자가 없습니다"
    )
    typed = "the column `no file` of burned-in text is empty: leave it out"
    assert in_korean(typed, KNOWN) == "burned-in text의 `no file` 열이 비었습니다. 빼십시오."


def test_a_word_is_told_in_the_sentences_of_its_own_room_only():
    assert in_korean("it lacks days", KNOWN) == "일이 없습니다"
    assert in_korean("it holds days", KNOWN) == "days가 있습니다"


def test_the_template_with_the_most_text_of_its_own_is_taken():
    known = ordered([{"{a} cannot be read": "가 {a}", "the file {a} cannot be read": "나 {a}"}])
    assert in_korean("the file a.dcm cannot be read", known) == "나 a.dcm"


def test_sentences_one_after_another_are_told_one_by_one():
    told = told_in_korean("Nobody wrote this. Draw a line over every lesion.")
    assert told == "Nobody wrote this. 모든 병변에 라인을 그으십시오."


def test_a_line_of_a_command_keeps_its_indentation_and_loses_the_name_of_the_program():
    assert told_in_korean("  the disk is full\n") == "  디스크가 가득 찼습니다\n"
    assert told_in_korean("hilum: the disk is full") == "디스크가 가득 찼습니다"


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("영상", "이 을 은 과 으로"),
        ("표", "가 를 는 와 로"),
        ("결절", "이 을 은 과 로"),
        ("환자 3", "이 을 은 과 으로"),
        ("4", "가 를 는 와 로"),
        ("7", "이 을 은 과 로"),
        ("1,000", "이 을 은 과 으로"),
        ("5 %", "가 를 는 와 로"),
        ("`film`", "이 을 은 과 으로"),
        ("CT", "가 를 는 와 로"),
        ("XML", "이 을 은 과 로"),
        ("films.csv", "가 를 는 와 로"),
        ("label", "이 을 은 과 로"),
        ("(영상)", "이 을 은 과 으로"),
        ("", "가 를 는 와 로"),
        ("…", "가 를 는 와 로"),
    ],
)
def test_particles_follow_from_how_the_word_is_read(word, forms):
    assert [particle(word, name) for name in ("이", "을", "은", "과", "으로")] == forms.split()


@given(ANY, st.sampled_from(sorted(PARTICLES)))
def test_every_word_has_a_particle(word, name):
    assert particle(word, name) in PARTICLES[name]


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("{a} of {b}", "{a}"),
        ("{a}{b}", "{a} {b}"),
        ("{a} and {a}", "{a}"),
        ("{a} of", "{a:없음}"),
        ("nothing", "{a}"),
    ],
)
def test_a_template_that_would_lose_or_invent_a_value_is_refused(english, korean):
    with pytest.raises(ValueError, match=r"."):
        template(english, korean)


def test_no_text_takes_long():
    everything = " ".join(one for room in ROOMS for one in room)
    hostile = [
        everything[:4000],
        "the table has no column `" * 160,
        "a: " * 1300,
        ". A" * 1300,
        ", and " * 660,
        "`" * 4000,
        " " * 3999 + "x",
        "it was left out: " * 230,
        everything * 3,
    ]
    for text in hostile:
        began = time.process_time()
        told_in_korean(text)
        assert time.process_time() - began < 0.5, text[:40]


def test_two_hundred_lines_are_told_in_a_moment():
    lines = [
        f"{patient}.dcm was left out: its name and its folders disagree"
        if patient % 2
        else f"row {patient}: 3"
        for patient in range(200)
    ]
    began = time.process_time()
    told = [told_in_korean(line) for line in lines]
    assert time.process_time() - began < 0.1  # ten times what it takes on a slow machine
    assert told[1] == "1.dcm을 제외했습니다: 이름과 폴더가 서로 맞지 않습니다"
