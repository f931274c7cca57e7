"""A finished file taken apart for the second look: what is header, what is text, what is pixels."""

import zlib
from dataclasses import dataclass
from typing import Literal

from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from hilum.deid.streams import fragments_of, frames_of, text_spans
from hilum.dicom.limits import LIMITS
from hilum.dicom.structure import DamageError, Encoding, NeedMoreError, StructureWalk
from hilum.errors import ImageError

_META_AT, _LENGTH_AT = 144, 140
_SYNTAX = b"\x02\x00\x10\x00UI"
_UNDEFINED = 0xFFFFFFFF
_PIXEL_TAGS = (b"\xe0\x7f", b"\x7f\xe0")
_MOST_UNPACKED = 1 << 30


@dataclass(frozen=True)
class Parts:
    """The bytes of a file by how they are searched.

    Attributes:
        header: everything outside the pixels, and the text inside compressed streams.
        pixels: native pixel data, or the compressed frames without the headers between them.
        compressed: the pixels are compressed.
    """

    header: bytes
    pixels: bytes | memoryview
    compressed: bool


def parts_of(data: bytes, pixels_at: int) -> Parts:
    """Take a file apart; what cannot be told to be pixels is header.

    Args:
        data: the whole file; a deflated one is unpacked.
        pixels_at: where its pixel data begins; the length of the file where that is not known.

    Example:
        >>> parts_of(b"header", 6).header
        b'header'
    """
    syntax, start = _transfer_syntax(data[:1024])
    if syntax == DeflatedExplicitVRLittleEndian:
        body = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data[start:], _MOST_UNPACKED)
        data, pixels_at = data[:start] + body, len(data) + len(body)
    if pixels_at >= len(data):
        pixels_at = _pixels_at(data, start, syntax)
    if pixels_at >= len(data):
        return Parts(data, b"", compressed=False)
    length = _length_before(data, pixels_at, syntax)
    if length == _UNDEFINED:
        return _compressed_parts(data, pixels_at, syntax)
    end = pixels_at + length
    header = data[:pixels_at] if end >= len(data) else data[:pixels_at] + data[end:]
    return Parts(header, memoryview(data)[pixels_at:end], compressed=False)


def _transfer_syntax(head: bytes) -> tuple[str, int]:
    """The transfer syntax and where the data set begins (PS3.10 section 7.1)."""
    found = head.find(_SYNTAX)
    if head[128:132] != b"DICM" or found < 0:
        return "", 0
    length = int.from_bytes(head[found + 6 : found + 8], "little")
    syntax = head[found + 8 : found + 8 + length].rstrip(b"\0").decode("latin-1")
    return syntax, _META_AT + int.from_bytes(head[_LENGTH_AT:_META_AT], "little")


def _pixels_at(data: bytes, start: int, syntax: str) -> int:
    """Where the value of the pixel data begins; the length of the file where there is none."""
    walk = StructureWalk(data, len(data), LIMITS, stop_at_pixels=True)
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    try:
        found = walk.walk(start, Encoding(implicit=implicit, little=little)) if syntax else len(data)
    except (DamageError, NeedMoreError, ImageError):
        return len(data)
    if data[found : found + 2] not in _PIXEL_TAGS:
        return len(data)
    return found + (8 if implicit else 12)


def _length_before(data: bytes, pixels_at: int, syntax: str) -> int:
    """The length that stands before the pixels; where no tag does, they go up to the end of the file."""
    tag = pixels_at - (8 if syntax == ImplicitVRLittleEndian else 12)
    if tag < 0 or data[tag : tag + 2] not in _PIXEL_TAGS:
        return len(data) - pixels_at
    order: Literal["big", "little"] = "big" if syntax == ExplicitVRBigEndian else "little"
    return int.from_bytes(data[pixels_at - 4 : pixels_at], order)


def _compressed_parts(data: bytes, pixels_at: int, syntax: str) -> Parts:
    """Fragments joined, so that what runs over their borders is found; their text and tables are header."""
    value = data[pixels_at:]
    fragments = fragments_of(value)
    texts = [data[:pixels_at], fragments.offsets]
    for frame in frames_of(value, fragments, syntax):
        stream = b"".join(value[start:end] for start, end in frame)
        texts += [stream[start:end] for start, end in text_spans(stream, syntax)]
    texts.append(fragments.rest)
    pixels = b"".join(value[start:end] for start, end in fragments.spans)
    return Parts(b"\n\n".join(texts), pixels, compressed=True)
