"""Finding the Korean of a sentence among all templates."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from hilum.serving.korean.rooms import ROOMS
from hilum.serving.korean.templates import Template, template

_LONGEST: Final = 4000
_DEEPEST: Final = 2
_MOST_SENTENCES: Final = 40
_MOST_JOINED: Final = 4
_MOST_LISTED: Final = 30
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=[.!?]) (?=[A-Z0-9`'\"])")
_BETWEEN_ITEMS: Final = re.compile(r", and |, or |, | and | or ")
_PROGRAM: Final = "hilum: "


@dataclass(frozen=True)
class Known:
    """All templates, ordered for looking up.

    Attributes:
        whole: sentences and phrases without values, with their Korean ones.
        words: phrases of one word, room by room.
        by_word: templates by their rarest word.
        wordless: templates that have no word of their own.
    """

    whole: Mapping[str, str]
    words: tuple[Mapping[str, str], ...]
    by_word: Mapping[str, tuple[Template, ...]]
    wordless: tuple[Template, ...]


def told_in_korean(sentence: str) -> str:
    """A sentence of the program in Korean; unchanged where nobody wrote it in Korean.

    Args:
        sentence: one sentence, or several one after another; spaces around it and the name of the program before
            it, as in the lines of a command, are kept and left out.

    Example:
        >>> told_in_korean("nobody is signed in, or the session has ended: sign in")
        '로그인하지 않았거나 세션이 끝났습니다. 로그인하십시오.'
        >>> told_in_korean("폐렴"), told_in_korean("")
        ('폐렴', '')
    """
    if not sentence or len(sentence) > _LONGEST:
        return sentence
    said = sentence.strip()
    of, bare = known(), said.removeprefix(_PROGRAM)
    told = in_korean(bare, of) or _one_after_another(said, of) or in_korean(bare, of, strict=False)
    return sentence if told is None else sentence.replace(said, told, 1)


def in_korean(
    sentence: str, of: Known, room: int | None = None, depth: int = 0, *, strict: bool = True
) -> str | None:
    """The Korean of a sentence, None where no template makes it.

    Where several do, the one with the most text of its own is taken.

    Args:
        sentence: a sentence, or a value of one.
        of: the templates.
        room: whose sentence it is a value of; None for a sentence that stands alone.
        depth: of how many sentences it is a value.
        strict: whether a value that ends one sentence and begins another is taken for a cut at the wrong place.
    """
    whole = of.whole.get(sentence) if room is None or " " in sentence else of.words[room].get(sentence)
    if whole is not None:
        return whole
    candidates = [one for word in set(_WORD.findall(sentence)) for one in of.by_word.get(word, ())]
    candidates.sort(key=_by_weight)
    filled = None if room is None else _listed(sentence, of, room, depth)
    if filled is None:
        filled = _filled(sentence, (*candidates, *of.wordless), of, depth, strict=strict)
    return filled


def _filled(
    sentence: str, candidates: Iterable[Template], of: Known, depth: int, *, strict: bool
) -> str | None:
    """The Korean of the first template that makes the sentence."""
    for one in candidates:
        values = one.values(sentence)
        if values is None or (strict and any(map(_BETWEEN_SENTENCES.search, values.values()))):
            continue
        return one.filled(values, partial(_value, of=of, room=one.room, depth=depth + 1))
    return None


def _listed(value: str, of: Known, room: int, depth: int) -> str | None:
    """The Korean of a list of phrases of the program; None where one of them is none."""
    if depth > _DEEPEST:
        return None
    for items, between in ((value.split("; "), "; "), (_BETWEEN_ITEMS.split(value), ", ")):
        if 1 < len(items) <= _MOST_LISTED:
            told = [in_korean(item, of, room, _DEEPEST + 1) if item else None for item in items]
            if all(told):
                return between.join(item for item in told if item)
    return None


def ordered(rooms: Iterable[Mapping[str, str]]) -> Known:
    """Templates made ready to be looked up.

    Raises:
        ValueError: a template is not well formed.

    Example:
        >>> in_korean("3 files", ordered([{"{n} files": "파일 {n}개"}]))
        '파일 3개'
    """
    given = [dict(room) for room in rooms]
    made = [template(one, ko, number) for number, room in enumerate(given) for one, ko in room.items()]
    common = Counter(word for one in made for word in one.words())
    by_word: dict[str, list[Template]] = {}
    wordless: list[Template] = []
    whole: dict[str, str] = {}
    for one in made:
        if not one.names:
            whole[one.literals[0]] = "".join(map(str, one.korean))
        elif words := one.words():
            by_word.setdefault(min(words, key=lambda word: (common[word], -len(word), word)), []).append(one)
        else:
            wordless.append(one)
    return Known(
        whole,
        tuple({one: ko for one, ko in room.items() if " " not in one} for room in given),
        {word: tuple(found) for word, found in by_word.items()},
        tuple(sorted(wordless, key=_by_weight)),
    )


@cache
def known() -> Known:
    """The templates of all rooms."""
    return ordered(ROOMS)


def _by_weight(one: Template) -> int:
    return -one.weight


def _value(value: str, of: Known, room: int, depth: int) -> str:
    """A value, told in Korean where it is a phrase of the program or a list of such phrases."""
    if depth > _DEEPEST or not _WORD.search(value):
        return value
    told = in_korean(value, of, room, depth)
    return value if told is None else told


def _one_after_another(text: str, of: Known) -> str | None:
    """Sentences that stand one after another, each told where it is known; None where none is."""
    parts = _BETWEEN_SENTENCES.split(text, maxsplit=_MOST_SENTENCES)
    if len(parts) == 1:
        return None
    told: list[str] = []
    known_ones = 0
    at = 0
    while at < len(parts):
        for end in range(min(at + _MOST_JOINED, len(parts)), at, -1):
            joined = " ".join(parts[at:end])
            korean = in_korean(joined, of)
            if korean is not None or end == at + 1:
                told.append(joined if korean is None else korean)
                known_ones += korean is not None
                at = end
                break
    return " ".join(told) if known_ones else None
