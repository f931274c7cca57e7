"""Thousands of words searched for at once, in any number of bytes, without looking at each byte in Python.

Every four bytes of the data are looked up in one table of all words. Wherever a word of `stride + 3` bytes or
more lies, one block of four bytes at a multiple of the stride lies inside it, so only every `stride`-th place
is looked at. What the table does not clear is compared byte by byte.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

_BLOCK = 4
_FOLD = 0xDF  # clears the bit in which upper and lower case differ
_FOLD_BLOCK, _MIX, _BITS = np.uint32(0xDFDFDFDF), np.uint32(0x9E3779B1), 18
_MANY = 32
_PIECE = 1 << 18  # bytes at once: what is made of them stays in the processor's cache
_BESIDE = 24
Bound = Literal["none", "letters", "digits", "long digits"]
Stride = Literal[1, 2, 4]


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
        self._stride = stride
        self._places: dict[int, list[tuple[Word, int]]] = {}
        for word in words:
            if len(word.pattern) >= stride + _BLOCK - 1:
                for offset in range(stride):
                    block = bytes(byte & _FOLD for byte in word.pattern[offset : offset + _BLOCK])
                    self._places.setdefault(int.from_bytes(block, "little"), []).append((word, offset))
        self._blocks = np.sort(np.fromiter(self._places, np.uint32, len(self._places)))
        self._table = np.zeros(1 << _BITS, np.bool_)
        self._table[_mixed(self._blocks)] = True

    def kinds_in(self, data: bytes | memoryview) -> set[str]:
        """The kinds of all words that stand in the data, whatever the case of Latin letters."""
        found: set[str] = set()
        if not self._places:
            return found
        for piece in range(0, len(data), _PIECE):
            for start in range(piece, piece + _BLOCK, self._stride):
                for block, places in self._candidates(data, start):
                    for word, offset in self._places[block]:
                        if word.kind not in found and _any_is(word, data, places, offset):
                            found.add(word.kind)
        return found

    def _candidates(self, data: bytes | memoryview, start: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Blocks of words that stand in one piece of the data, each with its places."""
        count = min(_PIECE, len(data) - start) // _BLOCK
        if count <= 0:
            return
        folded = np.frombuffer(data, "<u4", count, start) & _FOLD_BLOCK
        likely = np.flatnonzero(self._table.take(_mixed(folded)))
        if not len(likely):
            return
        blocks = folded[likely]
        nearest = self._blocks.take(np.searchsorted(self._blocks, blocks), mode="clip")
        sure = nearest == blocks
        likely, blocks = likely[sure], blocks[sure]
        for block in np.unique(blocks):
            yield int(block), likely[blocks == block] * _BLOCK + start


def _mixed(blocks: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spread blocks over the table."""
    mixed: NDArray[np.uint32] = (blocks * _MIX) >> np.uint32(32 - _BITS)
    return mixed


def _any_is(word: Word, data: bytes | memoryview, places: NDArray[np.intp], offset: int) -> bool:
    """Whether the word stands where its four bytes at the offset lie at one of the places."""
    starts, length = places - offset, len(word.pattern)
    starts = starts[(starts >= 0) & (starts + length <= len(data))]
    if len(starts) > _MANY:
        every: NDArray[Any] = np.frombuffer(data, np.uint8)
        for number, byte in enumerate(word.pattern):
            if byte and not 0 <= number - offset < _BLOCK:
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
