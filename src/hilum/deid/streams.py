"""Text inside compressed images: comments and application segments, found and blanked.

Whatever made a compressed image may have written into it: comment and application segments of JPEG and
JPEG-LS (ISO/IEC 10918-1 B.2.4, 14495-1 C.2), comment markers of JPEG 2000 (ISO/IEC 15444-1 A.9.2) and boxes
of a JP2 file (annex I), bytes after the end. Nothing of it is needed to decode the pixels, except what names
the colours.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydicom.uid import RLELossless

from hilum.deid.streams_jpeg import jpeg_spans
from hilum.deid.streams_jpeg2000 import jpeg_2000_spans

_ITEM, _SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_BEGINNINGS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  ")
_RLE_HEADER = 64


@dataclass(frozen=True)
class Fragments:
    """Encapsulated pixel data taken apart (PS3.5 section A.4).

    Attributes:
        offsets: the Basic Offset Table, perhaps empty.
        spans: where the bytes of each fragment begin and end in the value.
        rest: what follows the last fragment, without the delimiter.
    """

    offsets: bytes
    spans: tuple[tuple[int, int], ...]
    rest: bytes


def fragments_of(value: bytes) -> Fragments:
    """Take encapsulated pixel data apart, as far as it can be.

    Args:
        value: the items, with or without the delimiter after them.

    Example:
        >>> from pydicom.encaps import encapsulate
        >>> fragments_of(encapsulate([b"one", b"four"])).spans
        ((24, 28), (36, 40))
    """
    spans, position = [], 0
    while value[position : position + 4] == _ITEM and position + 8 <= len(value):
        length = int.from_bytes(value[position + 4 : position + 8], "little")
        if position + 8 + length > len(value):
            break
        spans.append((position + 8, position + 8 + length))
        position += 8 + length
    if value[position : position + 4] == _SEQUENCE_END:
        position += 8
    offsets = value[slice(*spans[0])] if spans else b""
    return Fragments(offsets, tuple(spans[1:]), value[position:])


def text_spans(stream: bytes, transfer_syntax: str) -> list[tuple[int, int]]:
    """Where a compressed frame holds what is not needed to decode it: (start, end), in order.

    Args:
        stream: one frame, all its fragments joined.
        transfer_syntax: of the file.

    Example:
        >>> stream = bytes.fromhex("ffd8 fffe 0006") + b"Hong" + bytes.fromhex("ffd9")
        >>> text_spans(stream, "1.2.840.10008.1.2.4.50")
        [(6, 10)]
    """
    if transfer_syntax == RLELossless:
        return _rle_spans(stream)
    if stream.startswith(_BEGINNINGS[0]):
        return list(jpeg_spans(stream))
    return list(jpeg_2000_spans(stream)) if stream.startswith(_BEGINNINGS[1:]) else []


def without_text(fragment: bytes, transfer_syntax: str) -> bytes:
    """Blank the text of a compressed frame with zeros; its length and its pixels stay the same.

    Args:
        fragment: one frame, all its fragments joined.
        transfer_syntax: of the file.

    Example:
        >>> stream = bytes.fromhex("ffd8 fffe 0006") + b"Hong" + bytes.fromhex("ffd9")
        >>> without_text(stream, "1.2.840.10008.1.2.4.50").hex(" ")
        'ff d8 ff fe 00 06 00 00 00 00 ff d9'
    """
    spans = [span for span in text_spans(fragment, transfer_syntax) if any(fragment[slice(*span)])]
    if not spans:
        return fragment
    cleaned = bytearray(fragment)
    for start, end in spans:
        cleaned[start:end] = bytes(end - start)
    return bytes(cleaned)


def frames_of(
    value: bytes, fragments: Fragments, transfer_syntax: str
) -> Iterator[Sequence[tuple[int, int]]]:
    """The spans of the fragments of each frame, as the streams themselves tell where a frame begins.

    Example:
        >>> from pydicom.encaps import encapsulate
        >>> value = encapsulate([bytes.fromhex("ffd8 ffd9"), bytes.fromhex("ffd8 ffd9")])
        >>> [len(frame) for frame in frames_of(value, fragments_of(value), "1.2.840.10008.1.2.4.50")]
        [1, 1]
    """
    frame: list[tuple[int, int]] = []
    for start, end in fragments.spans:
        begins = transfer_syntax == RLELossless or value[start : start + 8].startswith(_BEGINNINGS)
        if frame and begins:
            yield frame
            frame = []
        frame.append((start, end))
    if frame:
        yield frame


def without_text_in_frames(value: bytes, transfer_syntax: str) -> bytes:
    """Blank the text in all frames of encapsulated pixel data; the same object where there is none.

    Example:
        >>> from pydicom.encaps import encapsulate
        >>> value = encapsulate([bytes.fromhex("ffd8 fffe 0006") + b"Hong" + bytes.fromhex("ffd9")])
        >>> b"Hong" in without_text_in_frames(value, "1.2.840.10008.1.2.4.50")
        False
    """
    fragments = fragments_of(value)
    cleaned: bytearray | None = None
    for frame in frames_of(value, fragments, transfer_syntax):
        stream = b"".join(value[start:end] for start, end in frame)
        blanked = without_text(stream, transfer_syntax)
        if blanked == stream:
            continue
        cleaned = bytearray(value) if cleaned is None else cleaned
        position = 0
        for start, end in frame:
            cleaned[start:end] = blanked[position : position + end - start]
            position += end - start
    return value if cleaned is None else bytes(cleaned)


def _rle_spans(stream: bytes) -> list[tuple[int, int]]:
    """The places of the header that no segment uses (PS3.5 section G.5)."""
    if len(stream) < _RLE_HEADER:
        return []
    (count,) = struct.unpack_from("<L", stream)
    return [(4 + 4 * count, _RLE_HEADER)] if count < _RLE_HEADER // 4 - 1 else []
