"""How many entries a table of colours or grey values has, so that nothing else is carried in it."""

import struct

_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2


def table_length(data: bytes, entries: int, bits: int) -> int:
    """The bytes of a plain table; 8-bit entries are written in 16 bits by some programs.

    Args:
        data: the table, perhaps with more behind it.
        entries: as its descriptor says; 0 means 65,536 (PS3.3 section C.7.6.3.1.5).
        bits: of an entry, 8 or 16.

    Example:
        >>> table_length(bytes(600), 256, 16), table_length(bytes(300), 256, 8)
        (512, 256)
    """
    entries = entries or 1 << 16
    wide = bits > 8 or len(data) == 2 * entries
    length = entries * (2 if wide else 1)
    return length + length % 2


def is_segmented_table(data: bytes, entries: int, bits: int) -> bool:
    r"""Whether data are a segmented table of so many entries and nothing else (PS3.3 section C.7.9.2).

    Example:
        >>> is_segmented_table(struct.pack("<6H", 0, 1, 0, 1, 255, 9), 256, 16)
        True
        >>> is_segmented_table(b"Hong Gildong", 256, 16)
        False
    """
    letters = ("<H", ">H") if bits > 8 else ("B",)
    return any(_entries_in(data, letter) == (entries or 1 << 16) for letter in letters)


def _entries_in(data: bytes, letter: str) -> int | None:
    """The entries of all segments; None where the data are no segments."""
    size = struct.calcsize(letter)
    words = [word for (word,) in struct.iter_unpack(letter, data[: len(data) // size * size])]
    found: dict[int, int] = {}  # entries of a segment by where it begins, in bytes
    at = total = 0
    while at + 2 < len(words):
        kind, count = words[at], words[at + 1]
        if kind == _INDIRECT:
            parts = words[at + 2 : at + 2 + 4 // size]
            start = sum(part << 8 * size * place for place, part in enumerate(parts))
            entries = [found[place] for place in sorted(found) if place >= start][:count]
            length, count = 2 + 4 // size, sum(entries)
        elif kind in (_DISCRETE, _LINEAR):
            length = 2 + count if kind == _DISCRETE else 3
            found[at * size] = count
        else:
            return None
        at, total = at + length, total + count
    is_whole = at == len(words) or (at == len(words) - 1 and not words[-1])  # one byte or word of padding
    return total if is_whole else None
