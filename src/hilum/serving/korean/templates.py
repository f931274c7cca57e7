"""A sentence with places for values, in English and in Korean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from hilum.serving.korean.particles import is_particle, particle

_PLACE: Final = re.compile(r"\{(\w+)(!?)(?::(\w+))?\}")
_KOREAN_PLACE: Final = re.compile(r"\{(\w*)(!?)(?::(\w+))?\}")
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_QUOTES: Final = "`\"'"


@dataclass(frozen=True)
class Place:
    """Where a value stands in a Korean sentence.

    Attributes:
        name: the value's name; empty for a particle that follows what stands before it.
        verbatim: whether it is never told in Korean, since people or files gave it.
        particle: the particle that follows it; empty for none.
    """

    name: str
    verbatim: bool
    particle: str


@dataclass(frozen=True)
class Template:
    """One sentence in two languages.

    Attributes:
        literals: what stands before, between and after the values of the English one.
        names: the values, in the order of the English one.
        korean: the Korean one, in pieces.
        room: which room says it, as a number.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    korean: tuple[str | Place, ...]
    room: int

    @property
    def weight(self) -> int:
        """How much of a sentence is the template's own: the number of its signs."""
        return sum(map(len, self.literals))

    def words(self) -> frozenset[str]:
        """The words that every sentence of this template has, whatever its values are.

        Example:
            >>> sorted(template("the table has no `{name}`s", "표에 `{name}`이 없습니다").words())
            ['has', 'no', 'table', 'the']
        """
        found: set[str] = set()
        for place, literal in enumerate(self.literals):
            for word in _WORD.finditer(literal):
                joined_before = word.start() == 0 and place > 0
                joined_after = word.end() == len(literal) and place < len(self.names)
                if not joined_before and not joined_after:
                    found.add(word.group())
        return frozenset(found)

    def values(self, sentence: str) -> dict[str, str] | None:
        """The values with which this template makes a sentence; None where it cannot.

        Each value is as short as it can be, and none is empty. The time grows with the sentence's length only.

        Example:
            >>> template("{n} of {all} files", "파일 {all}개 중 {n}개").values("3 of 5 files")
            {'n': '3', 'all': '5'}
        """
        first, last = self.literals[0], self.literals[-1]
        if not sentence.startswith(first):
            return None
        if not self.names:
            return {} if sentence == first else None
        end = len(sentence) - len(last)
        if not sentence.endswith(last) or end <= len(first):
            return None
        found: dict[str, str] = {}
        begin = len(first)
        for name, literal in zip(self.names, self.literals[1:], strict=True):
            is_last = len(found) == len(self.names) - 1
            stop = end if is_last else sentence.find(literal, begin + 1, end)
            if stop <= begin:
                return None
            found[name] = sentence[begin:stop]
            begin = stop + len(literal)
        return found

    def filled(self, values: Mapping[str, str], told: Callable[[str], str]) -> str:
        """The Korean sentence.

        Args:
            values: by name.
            told: tells a value in Korean where it is a phrase of the program.
        """
        pieces: list[str] = []
        for piece in self.korean:
            if isinstance(piece, str):
                pieces.append(piece)
                continue
            value = values.get(piece.name, "")
            said = value if piece.verbatim else told(value)
            pieces.append(said)
            if piece.particle:
                pieces.append(particle(said or "".join(pieces), piece.particle))
        return "".join(pieces)


def template(english: str, korean: str, room: int = 0) -> Template:
    """A template of its two texts.

    A value between quotation marks or backticks in the English one is taken as it is; so is one that the Korean
    one marks, as in `{name!}` or `{name!:을}`. A particle may stand after a quotation mark: "`{name}`{:을}".

    Args:
        english: such as "the table has no column `{name}`".
        korean: such as "표에 `{name}` 열이 없습니다".
        room: which room says it.

    Raises:
        ValueError: a value is in one of them only or twice, a particle is not known, or two values touch.

    Example:
        >>> template("{n} files", "파일 {n:을} 읽었습니다").filled({"n": "3개"}, str)
        '파일 3개를 읽었습니다'
    """
    literals, names = _english(english)
    quoted = {
        name
        for name, before, after in zip(names, literals[:-1], literals[1:], strict=True)
        if before[-1:] and before[-1:] == after[:1] and before[-1:] in _QUOTES
    }
    pieces: list[str | Place] = []
    at = 0
    for place in _KOREAN_PLACE.finditer(korean):
        if place.start() > at:
            pieces.append(korean[at : place.start()])
        name, verbatim, after = place.group(1), place.group(2), place.group(3) or ""
        if after and not is_particle(after):
            raise ValueError(f"there is no particle {after}: {korean}")
        pieces.append(Place(name, bool(verbatim) or name in quoted, after))
        at = place.end()
    pieces.append(korean[at:])
    if {piece.name for piece in pieces if isinstance(piece, Place) and piece.name} != set(names):
        raise ValueError(f"the values are not the same on both sides: {english}")
    return Template(literals, names, tuple(pieces), room)


def _english(english: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    literals: list[str] = []
    names: list[str] = []
    at = 0
    for place in _PLACE.finditer(english):
        literals.append(english[at : place.start()])
        names.append(place.group(1))
        at = place.end()
    literals.append(english[at:])
    if len(set(names)) != len(names) or "" in literals[1:-1]:
        raise ValueError(f"a value comes twice, or two values touch: {english}")
    return tuple(literals), tuple(names)
