"""Every sentence that the workbench can send to a page is written in Korean, too."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest

from hilum.deid.options import Options
from hilum.deid.protocol import protocol_of
from hilum.deid.protocol_file import PRESETS
from hilum.deid.protocol_text import sections_of
from hilum.serving.korean import told_in_korean
from hilum.serving.korean.rooms import ROOMS
from serving.sentences_of_the_code import sentences_of, shape

ROOMS_THAT_SPEAK = (
    *("serving", "annotation", "archive", "deid", "pacs", "image", "dicom", "training", "explanation"),
)
"""Whose sentences are read off the code as they stand; `test_korean_templates.py` speaks of the others."""
_CHOICES = {
    "dates": ("modified", "full", "removed"),
    **dict.fromkeys(("descriptors", "structured_content", "graphics"), ("cleaned", "removed")),
}
_KNOWN = {shape(english) for room in ROOMS for english in room}
_ENGLISH = re.compile(r"\b[a-z]{2,}( [a-z]{2,}){2}")
_HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("room", ROOMS_THAT_SPEAK)
def test_every_sentence_of_a_room_is_known_in_korean(room):
    said = sentences_of(room)
    assert len(said) > 15, "the sentences were not found in the code"
    lacking = [f"{one.place}: {one.template}" for one in said if shape(one.template) not in _KNOWN]
    assert not lacking, "write these in Korean, in src/hilum/serving/korean:\n" + "\n".join(lacking)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_the_protocol_of_deidentification_is_told_in_korean_under_every_option(preset):
    for options in _options(PRESETS[preset]):
        told = protocol_of(options)
        paragraphs = [text for title, lines in sections_of(told) for text in (title, *lines)]
        rules = [text for rule in told.rules for text in (rule.name, rule.sentence)]
        for text in (*paragraphs, *rules, *told.after):
            assert not _ENGLISH.search(told_in_korean(text)), text


def _options(preset: Options) -> Iterator[Options]:
    yield preset
    for one in fields(preset):
        value = getattr(preset, one.name)
        if isinstance(value, bool):
            yield replace(preset, **{one.name: not value})
        for choice in _CHOICES.get(one.name, ()):
            yield replace(preset, **{one.name: choice})
    yield replace(preset, keep_words=("동산", "Clinic"))


def test_the_korean_of_a_sentence_is_korean_and_says_no_more_than_the_english_one():
    for room in ROOMS:
        for english, korean in room.items():
            own = re.sub(r"\{[^}]*\}|\[[^]]*\]|`[^`]*`|mmol", "", english)
            assert _HANGUL.search(korean) or not re.search(r"[a-z]{4}", own), english
            assert not re.search(r"[은이을과]\([는가를와]\)|\(으\)로", korean), korean


def test_a_sentence_that_nobody_wrote_in_korean_stays_english():
    assert told_in_korean("nobody ever wrote this: leave it") == "nobody ever wrote this: leave it"
