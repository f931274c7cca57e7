"""Thousands of words searched for at once, in any number of bytes, without looking at each byte in Python.

Every four bytes of the data are looked up in one table of all words. Wherever a word of `stride + 3` bytes or
more lies, one block of four bytes at a multiple of the stride lies inside it, so only every `stride`-th place
is looked at. Long words are looked for by blocks of eight bytes, which hardly ever agree by chance. What the
table does not clear is compared byte by byte.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

_SHORT, _LONG = 4, 8  # bytes of a block
_FOLD = 0xDF  # clears the bit in which upper and lower case differ
_BITS = 18
_MIX = {_SHORT: np.uint32(0x9E3779B1), _LONG: np.uint64(0x9E3779B97F4A7C15)}
_SHIFT = {_SHORT: np.uint32(32 - _BITS), _LONG: np.uint64(64 - _BITS)}
_KIND = {_SHORT: "<u4", _LONG: "<u8"}
_SPACE, _SPECIAL = 0x20, 0x80
_MANY = 32
_PIECE = 1 << 18  # bytes at once: what is made of them stays in the processor's cache
_BESIDE = 24
_ANYTHING = 0x7FFF
Bound = Literal["none", "letters", "digits", "long digits"]
Stride = Literal[1, 2, 4, 8]


@dataclass(frozen=True, slots=True)
class Word:
    """Some bytes to search for.

    Attributes:
        kind: what it is, in words for a person.
        pattern: the bytes, in upper case where they are Latin letters.
        bound: what must not stand beside it: nothing matters; no letter or digit; digits with a number's
            other digits; digits as before, but letters may stand beside them.
        width: bytes of a character: 2 in UTF-16.
        zeros: zeros before it are part of it.
    """

    kind: str
    pattern: bytes
    bound: Bound = "none"
    width: int = 1
    zeros: bool = False


class Search:
    """A search for many words, prepared once.

    Args:
        words: what to search for; those shorter than `stride + 3` bytes are left out.
        stride: 1 finds words of 4 bytes and more, 2 of 5, 4 of 7; the larger, the faster.

    Example:
        >>> search = Search([Word("name", b"GILDONG"), Word("name", b"HONG", bound="letters")], stride=1)
        >>> sorted(search.kinds_in(b"... Gildong ...")), sorted(search.kinds_in(b"hongkong"))
        (['name'], [])
    """

    def __init__(self, words: Iterable[Word], stride: Stride) -> None:
        fitting = [word for word in words if len(word.pattern) >= stride + _SHORT - 1]
        kinds: dict[tuple[Stride, int, bool], list[Word]] = {}
        for word in fitting:
            # Where not every place is looked at, blocks may be long.
            long = stride > 1 and len(word.pattern) >= 2 * _LONG - 1
            plain = stride > 1 and min(word.pattern) >= _SPACE and max(word.pattern) < _SPECIAL
            kind: tuple[Stride, int, bool] = (8, _LONG, plain) if long else (stride, _SHORT, plain)
            kinds.setdefault(kind, []).append(word)
        self._tables = [_Table(chosen, *kind) for kind, chosen in kinds.items()]

    def kinds_in(self, data: bytes | memoryview) -> set[str]:
        """The kinds of all words that stand in the data, whatever the case of Latin letters."""
        found: set[str] = set()
        largest = _largest_pair(data) if any(table.plain for table in self._tables) else 0
        for table in self._tables:
            if not table.may_stand_in(largest):
                continue
            for block, places in table.candidates(data):
                for word, offset in table.places[block]:
                    if word.kind not in found and _any_is(word, data, places, offset, table.block):
                        found.add(word.kind)
        return found


class _Table:
    """Blocks of words, by which their places are found.

    Args:
        words: of at least `stride + block - 1` bytes each.
        stride: at every how many bytes a block of the data is looked at.
        block: bytes of a block.
        plain: whether all words are of printed ASCII characters.
    """

    def __init__(self, words: Sequence[Word], stride: Stride, block: int, plain: bool) -> None:  # noqa: FBT001
        self.block, self.plain, self._stride, self._words = block, plain, stride, words
        self._fold = np.frombuffer(bytes([_FOLD]) * block, _KIND[block])[0]

    @cached_property
    def places(self) -> dict[int, list[tuple[Word, int]]]:
        """Which words hold a block, and where in them it stands."""
        found: dict[int, list[tuple[Word, int]]] = {}
        for word in self._words:
            folded = bytes(byte & _FOLD for byte in word.pattern[: self._stride + self.block - 1])
            for offset in range(self._stride):
                number = int.from_bytes(folded[offset : offset + self.block], "little")
                found.setdefault(number, []).append((word, offset))
        return found

    @cached_property
    def _blocks(self) -> NDArray[Any]:
        return np.sort(np.fromiter(self.places, _KIND[self.block], len(self.places)))

    @cached_property
    def _table(self) -> NDArray[np.bool_]:
        table = np.zeros(1 << _BITS, np.bool_)
        table[self._mixed(self._blocks)] = True
        return table

    @cached_property
    def _at_least(self) -> int:
        """No more than `_least`, and quickly worked out."""
        lowest = min(min(word.pattern) for word in self._words)
        return lowest << 8 | lowest

    @cached_property
    def _least(self) -> int:
        return min(_least_of(word.pattern) for word in self._words)

    def may_stand_in(self, largest: int) -> bool:
        """Whether a word may stand in data whose largest pair of bytes is this, as a 16-bit number.

        Of most pictures that is told without preparing anything: they hold no number as large as two
        characters.
        """
        if not self.plain:
            return True
        return largest >= self._at_least and largest >= self._least

    def candidates(self, data: bytes | memoryview) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Blocks of words that stand in the data, each with some of its places."""
        for piece in range(0, len(data), _PIECE):
            for start in range(piece, piece + self.block, self._stride):
                yield from self._in_piece(data, start)

    def _in_piece(self, data: bytes | memoryview, start: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
        count = min(_PIECE, len(data) - start) // self.block
        if count <= 0:
            return
        folded = np.frombuffer(data, np.dtype(_KIND[self.block]), count, start) & self._fold
        likely = np.flatnonzero(self._table.take(self._mixed(folded)))
        if not len(likely):
            return
        blocks = folded[likely]
        nearest = self._blocks.take(np.searchsorted(self._blocks, blocks), mode="clip")
        sure = nearest == blocks
        likely, blocks = likely[sure], blocks[sure]
        for block in np.unique(blocks):
            yield int(block), likely[blocks == block] * self.block + start

    def _mixed(self, blocks: NDArray[Any]) -> NDArray[Any]:
        """Spread blocks over the table."""
        mixed: NDArray[Any] = (blocks * _MIX[self.block]) >> _SHIFT[self.block]
        return mixed


def _largest_pair(data: bytes | memoryview) -> int:
    """The largest pair of bytes as a signed 16-bit number, which no pair of ASCII characters exceeds."""
    return int(np.frombuffer(data, "<i2", len(data) // 2).max()) if len(data) > 1 else _ANYTHING


def _least_of(pattern: bytes) -> int:
    """What the largest pair of these ASCII characters is at least, as a 16-bit number, wherever they begin.

    Pictures of 12 bits hold no number as large as two characters, so nothing need be looked up in them.

    Example:
        >>> hex(_least_of(b"ABCB"))
        '0x4243'
    """
    pairs = [[low | high << 8 for low, high in pairwise(pattern[begin:])][::2] for begin in (0, 1)]
    return min(max(numbers, default=0) for numbers in pairs)


def _any_is(word: Word, data: bytes | memoryview, places: NDArray[np.intp], offset: int, block: int) -> bool:
    """Whether the word stands where its block at the offset lies at one of the places."""
    starts, length = places - offset, len(word.pattern)
    starts = starts[(starts >= 0) & (starts + length <= len(data))]
    if len(starts) > _MANY:
        every: NDArray[Any] = np.frombuffer(data, np.uint8)
        for number, byte in enumerate(word.pattern):
            if byte and not 0 <= number - offset < block:
                starts = starts[every[starts + number] & _FOLD == byte & _FOLD]
            if len(starts) <= _MANY:
                break
    return any(
        bytes(data[start : start + length]).upper() == word.pattern and _stands_alone(word, data, start)
        for start in starts.tolist()
    )


def _stands_alone(word: Word, data: bytes | memoryview, start: int) -> bool:
    """Whether what stands beside a word does not make it a part of another one."""
    if word.bound == "none":
        return True
    width, end = word.width, start + len(word.pattern)
    before = _characters(bytes(data[start - min(_BESIDE, start // width) * width : start]), width)
    after = _characters(bytes(data[end : end + 2 * width]), width)
    if word.zeros:
        before = before.rstrip(b"0")
    if word.bound == "letters":
        return not (before[-1:].isalnum() or after[:1].isalnum())
    if word.bound == "digits" and (before[-1:].isalpha() or after[:1].isalpha()):
        return False
    inside_number = before[-1:].isdigit() or (before[-1:] == b"." and before[-2:-1].isdigit())
    return not (inside_number or after[:1].isdigit() or (after[:1] == b"." and after[1:2].isdigit()))


def _characters(data: bytes, width: int) -> bytes:
    """One byte a character: in UTF-16 the one that is not zero."""
    if width == 1:
        return data
    pairs = zip(data[::2], data[1::2], strict=False)
    return bytes(low or high if not (low and high) else 0 for low, high in pairs)
