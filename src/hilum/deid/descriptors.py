"""Free text of which only what cannot identify anybody remains."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from hilum.deid.case import Case
from hilum.deid.descriptor_names import after_titles, initials
from hilum.deid.identifiers import NUMBER
from hilum.deid.words import Kind, Word, is_round, words_of

_BETWEEN = re.compile(r"[ \-_/+(),.:;=<>*%^&#\[\]]{1,4}")
_SPLIT = re.compile(r"[\W_]+")
_MOST_DIGITS = 4
_LONGEST = 100_000
_BEFORE, _AFTER = ("(", "[", "*"), (")", "]", "%", "+")
_BRACKETS = {")": "(", "]": "["}
_HANGUL_NAME = re.compile(r"[\uac00-\ud7a3]{3}")
_SHORTEST_INSIDE = 4


def cleaned_text(text: str, case: Case, more: frozenset[str] = frozenset()) -> str:
    """The words of a free text that are known to identify nobody.

    What remains are words of a closed vocabulary (`clinical_words.txt` and the protocol's own words), numbers
    of few digits, measurements such as `5mm`, and the signs between them. A number that stands beside an
    unknown word goes with it. Words that are part of an identifier of the same file never remain.

    Args:
        text: a description, as decoded from the file.
        case: the file it stands in.
        more: words that may stay in this text too, in lower case.

    Example:
        >>> from pydicom.dataset import Dataset
        >>> from hilum.deid.keys import ResearchKeys
        >>> case = Case.of(Dataset(), ResearchKeys(bytes(32)))
        >>> cleaned_text("CHEST CT AX 1.0", case), cleaned_text("CHEST CT Hong Gildong 010-1234-5678", case)
        ('CHEST CT AX 1.0', 'CHEST CT')
    """
    return _cleaned(text[:_LONGEST], case.identifiers.texts, frozenset(case.options.keep_words) | more)


@lru_cache(maxsize=1024)
def _cleaned(text: str, identifiers: frozenset[tuple[str, str]], more: frozenset[str]) -> str:
    known = _known(identifiers)
    text = _plain(_decoded(text))
    while True:
        words = list(words_of(text, more))
        kept = _kept(text, words, known)
        cleaned = _joined(text, words, kept)
        if cleaned == text:
            return text
        text = cleaned


def _decoded(text: str) -> str:
    """A text whose character set was not declared, read as UTF-8 or Korean where it can be that."""
    if text.isascii() or max(text) > "\xff":
        return text
    for encoding in ("utf-8", "cp949"):
        try:
            return text.encode("latin-1").decode(encoding)
        except UnicodeDecodeError:
            continue
    return text


def _plain(text: str) -> str:
    """A text in one form: wide letters as narrow ones, no invisible characters, one kind of space."""
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(one for one in folded if unicodedata.category(one) not in ("Cf", "Mn", "Me"))
    return " ".join("".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in visible).split())


@dataclass(frozen=True)
class _Known:
    """Identifiers as they are looked for: words, inner parts of words, and whole values without signs."""

    words: frozenset[str]
    inside: tuple[str, ...]
    whole: tuple[str, ...]


@lru_cache(maxsize=64)
def _known(identifiers: frozenset[tuple[str, str]]) -> _Known:
    words: set[str] = set()
    whole: set[str] = set()
    for kind, text in identifiers:
        folded = unicodedata.normalize("NFKC", text).casefold()
        parts = [part for part in _SPLIT.split(folded) if part]
        whole.add("".join(parts))
        if kind == NUMBER:
            words.update(part for part in parts if len(part) >= 3 and any(map(str.isdigit, part)))
        else:
            words.update(parts)
            words.update(part[1:] for part in parts if _HANGUL_NAME.fullmatch(part))
    words |= whole
    words.discard("")
    inside = (word for word in words if len(word) >= (_SHORTEST_INSIDE if word.isascii() else 2))
    return _Known(
        frozenset(words), tuple(sorted(inside)), tuple(sorted(one for one in whole if len(one) >= 4))
    )


def _kept(text: str, words: Sequence[Word], known: _Known) -> list[bool]:
    names = [_names(word.text, known) for word in words]
    kept = [word.kind is not Kind.UNKNOWN and not name for word, name in zip(words, names, strict=True)]
    for place in (*after_titles(text, words), *initials(text, words, names, known.words)):
        kept[place] = False
    for run in _runs(words):
        digits = sum(sum(map(str.isdigit, words[place].text)) for place in run)
        if digits > _MOST_DIGITS or _is_day(words, run):
            for place in run:
                kept[place] = False
    lonely = set(_beside_unknown(words, kept))
    kept = [keep and place not in lonely for place, keep in enumerate(kept)]
    return _without_whole(words, kept, known)


def _names(text: str, known: _Known) -> bool:
    word = "".join(_SPLIT.split(text.casefold()))
    runs = re.findall(r"[0-9]+|[^\W0-9_]+", word)
    return (
        word in known.words
        or any(run in known.words for run in runs)
        or any(part in word for part in known.inside)
    )


def _runs(words: Sequence[Word]) -> Iterable[list[int]]:
    """Numbers one after the other, as places in the text."""
    run: list[int] = []
    for place, word in enumerate(words):
        is_number = word.kind is Kind.NUMBER or word.text.isdigit()
        if not is_number and run:
            yield run
            run = []
        if is_number:
            run.append(place)
    if run:
        yield run


def _is_day(words: Sequence[Word], run: Sequence[int]) -> bool:
    """Whether whole numbers are written together as a day is: 3/1, 12-25."""
    return len(run) > 1 and any(
        words[second].start - words[first].end == 1
        and words[first].text.isdigit()
        and words[second].text.isdigit()
        for first, second in pairwise(run)
    )


def _beside_unknown(words: Sequence[Word], kept: Sequence[bool]) -> Iterable[int]:
    """Numbers and letters that stand beside a word that goes, and so may belong to it."""
    for step in (1, -1):
        unknown = False
        for place in range(len(words))[::step]:
            word = words[place]
            if not kept[place]:
                unknown = True
            elif word.kind is Kind.SAFE:
                unknown = False
            elif unknown and not is_round(word.text):
                yield place


def _without_whole(words: Sequence[Word], kept: list[bool], known: _Known) -> list[bool]:
    """Take away words that together spell an identifier, whatever stands between them."""
    places = [place for place, keep in enumerate(kept) if keep]
    letters = [("".join(_SPLIT.split(words[place].text.casefold())), place) for place in places]
    spelled = "".join(text for text, _ in letters)
    owner = [place for text, place in letters for _ in text]
    for whole in known.whole:
        start = spelled.find(whole)
        while start >= 0:
            for place in owner[start : start + len(whole)]:
                kept[place] = False
            start = spelled.find(whole, start + 1)
    return kept


def _joined(text: str, words: Sequence[Word], kept: Sequence[bool]) -> str:
    """The kept words with what stood between neighbours, as far as these are harmless signs."""
    pieces: list[str] = []
    last: int | None = None
    for place, word in enumerate(words):
        if not kept[place]:
            continue
        if last is not None:
            between = text[words[last].end : word.start]
            together = place == last + 1 and (not between or _BETWEEN.fullmatch(between))
            pieces.append(between if together else " ")
        pieces.append(word.text)
        last = place
    joined = "".join(pieces)
    if words and kept[0] and text[: words[0].start] in _BEFORE:
        joined = text[: words[0].start] + joined
    if last is not None and text[words[last].end :] in _AFTER:
        joined += text[words[last].end :]
    return " ".join(_balanced(joined).split())


def _balanced(text: str) -> str:
    """A text without brackets that open or close nothing."""
    waiting: list[int] = []
    alone: set[int] = set()
    for place, sign in enumerate(text):
        if sign in "([":
            waiting.append(place)
        elif sign in _BRACKETS:
            if waiting and text[waiting[-1]] == _BRACKETS[sign]:
                waiting.pop()
            else:
                alone.add(place)
    alone.update(waiting)
    return "".join(" " if place in alone else sign for place, sign in enumerate(text)).strip()
