"""What JPEG and JPEG-LS streams hold beside the pixels."""

import re
from collections.abc import Iterator

_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_NO_LENGTH = frozenset((0x01, *range(0xD0, 0xD9)))
_NEXT_MARKER = re.compile(
    rb"\xff+[\x80-\xcf\xd8-\xfe]"
)  # in entropy-coded bytes; restart markers belong to them
_KEPT = (
    (0xE0, b"JFIF\0", 14),  # version, density and the size of a thumbnail, which is blanked
    (0xE0, b"AVI1", 8),
    (0xE8, b"SPIFF\0", 30),
    (0xE8, b"mrfx", 5),  # the colour transform of JPEG-LS
    (0xEE, b"Adobe", 12),
)
"""Application segments that say how the colours are meant: how many of their bytes are kept."""


def jpeg_spans(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where a JPEG or JPEG-LS stream holds comments, application data, or bytes after its end.

    Example:
        >>> list(jpeg_spans(bytes.fromhex("ffd8 fffe 0006") + b"Hong" + bytes.fromhex("ffd9") + b"Kim"))
        [(6, 10), (12, 15)]
    """
    position, ended = 0, False
    while position + 2 <= len(stream):
        marker = stream[position + 1]
        if stream[position] != 0xFF or (ended and marker != _START):
            break
        ended = False
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker in _NO_LENGTH or marker == _END:
            position, ended = position + 2, marker == _END
        else:
            start, end = (
                position + 4,
                position + 2 + int.from_bytes(stream[position + 2 : position + 4], "big"),
            )
            if start > end or end > len(stream):
                break
            yield from _free(stream, marker, start, end)
            position = _after_scan(stream, end) if marker == _SCAN else end
    if ended and position < len(stream):
        yield position, len(stream)


def _free(stream: bytes, marker: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The part of a segment that may be blanked."""
    if marker == _COMMENT:
        yield start, end
    elif marker in _APPLICATION:
        kept = (
            length for known, name, length in _KEPT if known == marker and stream.startswith(name, start, end)
        )
        yield min(end, start + next(kept, 0)), end


def _after_scan(stream: bytes, position: int) -> int:
    found = _NEXT_MARKER.search(stream, position)
    return found.end() - 2 if found else len(stream)
