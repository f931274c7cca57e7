"""The words of a free text, and which of them can identify nobody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

_CHUNK = re.compile(r"[^\s_,;|\\^]+")
_WORD = re.compile(r"[\uac00-\ud7a3]+|(?:[0-9]+\.[0-9]+|[^\W_\uac00-\ud7a3])+")
_OUTER = "()[]{}<>\"'.:!?"
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_PLAIN = re.compile(r"(0|[1-9][0-9]{0,2}|[1-9]00|[1-9][0-9]00)")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,2})\.[0-9]{1,4}")
_ROUND = re.compile(r"[0-9]\.(0{1,2}|25|5|50|75)|0\.[0-9]{1,4}")
_MEASURED = re.compile(
    r"(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?"
    r"(mm|cm|um|ms|msec|s|sec|min|h|hr|hz|khz|mhz|kv|kvp|mv|ma|mas|t|d|gy|cgy|mgy|mci|mbq|bq|kbq|ml|cc|l|g|mg|ug|kg|hu|kev|mev"
    r"|fr|fps|x|ch|w|st|nd|rd|th|deg|ph|sl|bpm|pct)"
)
_SIZE = re.compile(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?([x*][1-9][0-9]{0,3}(\.[0-9]{1,2})?){1,2}(mm|cm)?")
_SETTING = re.compile(r"(b|te|tr|ti|fa|kv|ma)(0|[1-9][0-9]{0,3})s?")
_KERNEL = re.compile(r"[a-z]{1,2}[0-9]{1,2}[a-z]{0,2}")
_SERIAL = re.compile(r"(?P<before>[0-9]{0,2})(?P<word>\D{2,}?)(?P<after>[0-9]{0,3})")
_LETTERS = frozenset("abclmnprstxyz")
_SHORTEST_PART = 4


class Kind(Enum):
    """What a word is: safe; safe beside safe words only; a number; or nothing that may stay."""

    SAFE = "safe"
    WEAK = "weak"  # a single letter, a kernel such as B31f
    NUMBER = "number"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Word:
    """A word at its place.

    Attributes:
        text: as written.
        start: where it begins in the text.
        end: where it ends.
        kind: what it is.
    """

    text: str
    start: int
    end: int
    kind: Kind


@cache
def clinical_words() -> frozenset[str]:
    """The closed vocabulary, in lower case.

    Example:
        >>> "chest" in clinical_words(), "gildong" in clinical_words()
        (True, False)
    """
    text = files("hilum.deid").joinpath("clinical_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def words_of(text: str, more: frozenset[str] = frozenset()) -> Iterator[Word]:
    """The words of a text in order; whatever is between two of them is no letter and no digit.

    Args:
        text: in Unicode form NFKC.
        more: words of the protocol that are allowed too, in lower case.

    Example:
        >>> [(word.text, word.kind.value) for word in words_of("CHEST x-ray, Hong 5mm")]
        [('CHEST', 'safe'), ('x-ray', 'safe'), ('Hong', 'unknown'), ('5mm', 'safe')]
    """
    for chunk in _CHUNK.finditer(text):
        whole = chunk[0]
        core = whole.strip(_OUTER)
        start = chunk.start() + whole.find(core) if core else chunk.start()
        if "@" in whole or "://" in whole or "www." in whole:
            yield Word(whole, chunk.start(), chunk.end(), Kind.UNKNOWN)
        elif core.casefold() in clinical_words() or core.casefold() in more:
            yield Word(core, start, start + len(core), Kind.SAFE)
        else:
            for word in _WORD.finditer(whole):
                begin = chunk.start() + word.start()
                yield Word(word[0], begin, begin + len(word[0]), kind_of(word[0].casefold(), more))


@lru_cache(maxsize=4096)
def kind_of(word: str, more: frozenset[str] = frozenset()) -> Kind:
    """What a word in lower case is.

    Example:
        >>> [kind_of(word).value for word in ("t2", "b31f", "120kv", "20240301", "1.0", "phase3", "gildong")]
        ['safe', 'weak', 'safe', 'unknown', 'number', 'safe', 'unknown']
    """
    if word in clinical_words() or word in more:
        return Kind.SAFE
    if len(word) == 1 and word in _LETTERS:
        return Kind.WEAK
    if word[0] in "0123456789" and (_PLAIN.fullmatch(word) or _DECIMAL.fullmatch(word)):
        return Kind.UNKNOWN if _YEAR.fullmatch(word) and word != "2000" else Kind.NUMBER
    if _MEASURED.fullmatch(word) or _SIZE.fullmatch(word) or _SETTING.fullmatch(word):
        return Kind.SAFE
    serial = _SERIAL.fullmatch(word)
    if serial and is_composed(serial["word"], more):
        return Kind.SAFE
    return Kind.WEAK if _KERNEL.fullmatch(word) else Kind.UNKNOWN


def is_round(word: str) -> bool:
    """Whether a number is one that nobody writes for a day: 1.0, 2.5, 0.625.

    Example:
        >>> is_round("1.0"), is_round("3.14")
        (True, False)
    """
    return _ROUND.fullmatch(word) is not None


def is_composed(word: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether a word is known, or made of known ones: of two syllables in Korean, else of four letters.

    Args:
        word: in lower case.
        more: words of the protocol that are allowed too.

    Example:
        >>> is_composed("headneck"), is_composed("gildong")
        (True, False)
    """
    if word in clinical_words() or word in more:
        return True
    shortest = 2 if _HANGUL.fullmatch(word) else _SHORTEST_PART
    reached = {0}
    for end in range(shortest, len(word) + 1):
        if any(end - start >= shortest and word[start:end] in clinical_words() for start in reached):
            reached.add(end)
    return len(word) in reached
