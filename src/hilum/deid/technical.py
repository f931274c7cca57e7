"""Words of code strings and of text about machines: which of them can identify nobody."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from hilum.deid.words import clinical_words, is_composed

_CHUNK = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MOST_LETTERS, _MOST_LETTERS_BESIDE_DIGITS = 2, 3


@cache
def technical_words() -> frozenset[str]:
    """Words that the standard defines for code strings, and makers' words about technique, in lower case.

    Example:
        >>> "semiautomatic" in technical_words(), "gildong" in technical_words()
        (True, False)
    """
    text = files("hilum.deid").joinpath("technical_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=4096)
def is_technical(text: str) -> bool:
    """Whether every word of a value is known, or too short to be a name.

    A word passes that stands in one of the closed vocabularies, also as part of one written together
    (`ImagePositionPatient`), or that has at most two letters in a row, three where digits stand in the same
    word (`tfl3d1_ns`, `CT_SOM5`).

    Args:
        text: one value of a code string or of a text about machine and technique.

    Example:
        >>> is_technical("*tfl3d1_16ns"), is_technical("HELICAL MODE"), is_technical("HONG GILDONG")
        (True, True, False)
    """
    return all(_is_known(word) for word in _words(text))


def _words(text: str) -> Iterator[str]:
    """The runs of letters that are too long to pass by themselves."""
    others = [word for word in text.split() if word.casefold() not in clinical_words()]  # x-ray is one word
    for chunk in _CHUNK.findall(" ".join(others)):
        most = _MOST_LETTERS_BESIDE_DIGITS if any(map(str.isdigit, chunk)) else _MOST_LETTERS
        if chunk.casefold() not in technical_words():
            yield from (word for word in _LETTERS.findall(chunk) if len(word) > most or not word.isascii())


def _is_known(word: str) -> bool:
    if _is_in_vocabulary(word.casefold()):
        return True
    parts = _CAMEL.findall(word)
    return len(parts) > 1 and all(
        _is_in_vocabulary(part.casefold()) or (len(part) == 1 and part.islower()) for part in parts
    )


def _is_in_vocabulary(word: str) -> bool:
    return word in technical_words() or is_composed(word)
