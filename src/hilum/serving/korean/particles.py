"""Korean particles, which follow from how the word before them ends.

A word ends in a consonant, in a vowel, or in the consonant of 'l', after which the particle of direction is
that of a vowel (Korean orthography, article on particles; National Institute of Korean Language). Hangul shows it
in the last syllable. Digits are read in Sino-Korean. A Latin word is taken as it is spelled: it ends in a
consonant where it ends in m, n, ng, l, or in b, c, k, p, t after one vowel, and a single capital is read by its name.
"""

import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Final

PARTICLES: Final[Mapping[str, tuple[str, str]]] = {
    "이": ("이", "가"),
    "을": ("을", "를"),
    "은": ("은", "는"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이라": ("이라", "라"),
    "이나": ("이나", "나"),
    "이고": ("이고", "고"),
    "이며": ("이며", "며"),
    "입니다": ("입니다", "입니다"),
}
"""A particle as it is named in a template: its forms after a consonant and after a vowel."""

_SAME_AS: Final[Mapping[str, str]] = {
    "가": "이",
    "를": "을",
    "는": "은",
    "와": "과",
    "로": "으로",
    "라": "이라",
}


class Ending(Enum):
    """How a word ends when it is read aloud."""

    CONSONANT = 1
    VOWEL = 2
    LIQUID = 3


_DIGITS: Final[Mapping[str, Ending]] = {
    "0": Ending.CONSONANT,  # yeong
    "1": Ending.LIQUID,  # il
    "2": Ending.VOWEL,
    "3": Ending.CONSONANT,  # sam
    "4": Ending.VOWEL,
    "5": Ending.VOWEL,
    "6": Ending.CONSONANT,  # yuk
    "7": Ending.LIQUID,  # chil
    "8": Ending.LIQUID,  # pal
    "9": Ending.VOWEL,
}
_NAMED: Final[Mapping[str, Ending]] = {
    "L": Ending.LIQUID,
    "M": Ending.CONSONANT,
    "N": Ending.CONSONANT,
    "R": Ending.LIQUID,
}
_UNITS: Final[Mapping[str, Ending]] = {"%": Ending.VOWEL, "°": Ending.VOWEL, "℃": Ending.VOWEL}
_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS = 0xAC00, 0xD7A3, 28
_FINAL_OF_L = 8
_WHOLE_WORD = 30


def is_particle(name: str) -> bool:
    """Whether templates may ask for this particle.

    Example:
        >>> is_particle("을"), is_particle("x")
        (True, False)
    """
    return name in PARTICLES or name in _SAME_AS


def particle(word: str, name: str) -> str:
    """The form of a particle that follows a word.

    Args:
        word: the word before it, of any text.
        name: one of its forms, such as `을`.

    Example:
        >>> particle("표", "을"), particle("영상", "을"), particle("3", "으로"), particle("8", "으로")
        ('를', '을', '으로', '로')
        >>> particle("CT", "은"), particle("`film`", "이"), particle("12 %", "과")
        ('는', '이', '와')
    """
    name = _SAME_AS.get(name, name)
    after_consonant, after_vowel = PARTICLES[name]
    ending = ending_of(word)
    if ending is Ending.CONSONANT or (ending is Ending.LIQUID and name != "으로"):
        return after_consonant
    return after_vowel


def ending_of(word: str) -> Ending:
    """How a word ends; quotation marks and brackets after it are not read, and what cannot be read is a vowel.

    Example:
        >>> [ending_of(word).name for word in ("폐렴", "결절", "환자", "AUROC", "(PET)", "10", "table", "")]
        ['CONSONANT', 'LIQUID', 'VOWEL', 'VOWEL', 'VOWEL', 'CONSONANT', 'LIQUID', 'VOWEL']
    """
    tail = unicodedata.normalize("NFC", word[-_WHOLE_WORD:])
    kept = tail
    while kept and not kept[-1].isalnum() and kept[-1] not in _UNITS:
        kept = kept[:-1]
    if not kept:
        return Ending.VOWEL
    last = kept[-1]
    if _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE:
        final = (ord(last) - _FIRST_SYLLABLE) % _FINALS
        return Ending.VOWEL if final == 0 else Ending.LIQUID if final == _FINAL_OF_L else Ending.CONSONANT
    if last.isascii() and last.isalpha():
        return _latin(kept)
    return _DIGITS.get(last, _UNITS.get(last, Ending.VOWEL))


def _latin(text: str) -> Ending:
    """How a Latin word ends: letter by letter where it is capitals, else as it is spelled."""
    start = len(text)
    while start > 0 and text[start - 1].isascii() and text[start - 1].isalpha():
        start -= 1
    word = text[start:]
    if word.isupper():
        return _NAMED.get(word[-1], Ending.VOWEL)
    word = word.lower()
    if word.endswith(("l", "le")):
        return Ending.LIQUID
    if word.endswith(("m", "n", "ng")):
        return Ending.CONSONANT
    short = len(word) > 1 and word[-1] in "bckpt" and word[-2] in "aeiou"
    return Ending.CONSONANT if short else Ending.VOWEL
