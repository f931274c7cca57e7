"""What JPEG 2000 streams hold beside the pixels."""

from collections.abc import Iterator

_CODESTREAM, _SIGNATURE = b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  "
_COMMENT, _TILE_PART, _DATA, _END = 0xFF64, 0xFF90, 0xFF93, 0xFFD9
_NEEDED_BOXES = (b"jP  ", b"ftyp", b"jp2h")


def jpeg_2000_spans(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where a JPEG 2000 codestream or JP2 file holds comments, boxes of text, or bytes after its end.

    Example:
        >>> header = bytes.fromhex("ff4f ff51 0004 0000 ff64 0008 0001")
        >>> list(jpeg_2000_spans(header + b"Hong" + bytes.fromhex("ffd9")))
        [(14, 18)]
    """
    if stream.startswith(_CODESTREAM):
        yield from _codestream_spans(stream, 0, len(stream))
    elif stream.startswith(_SIGNATURE):
        yield from _box_spans(stream)


def _box_spans(stream: bytes) -> Iterator[tuple[int, int]]:
    """Walk the boxes of a JP2 file; all but those that describe the codestream may be blanked."""
    position = 0
    while position + 8 <= len(stream):
        length, kind = (
            int.from_bytes(stream[position : position + 4], "big"),
            stream[position + 4 : position + 8],
        )
        start = position + 8
        if length == 1:
            length, start = int.from_bytes(stream[start : start + 8], "big"), position + 16
        end = len(stream) if length == 0 else position + length
        if end < start or end > len(stream):
            break
        if kind == b"jp2c":
            yield from _codestream_spans(stream, start, end)
        elif kind not in _NEEDED_BOXES:
            yield start, end
        position = end
    if position < len(stream):
        yield position, len(stream)


def _codestream_spans(stream: bytes, position: int, end: int) -> Iterator[tuple[int, int]]:
    """Walk the marker segments of the main header and of each tile-part header."""
    position += 2
    tile_part_end = end
    while position + 2 <= end:
        marker = int.from_bytes(stream[position : position + 2], "big")
        if marker == _END:
            position += 2
            break
        if marker == _DATA:
            position = tile_part_end
            continue
        length = int.from_bytes(stream[position + 2 : position + 4], "big")
        if marker >> 8 != 0xFF or length < 2 or position + 2 + length > end:
            return
        if marker == _TILE_PART:
            size = int.from_bytes(stream[position + 6 : position + 10], "big")
            tile_part_end = position + size if size else _end_of_data(stream, end)
            if not position < tile_part_end <= end:
                return
        elif marker == _COMMENT:
            yield position + 6, position + 2 + length
        position += 2 + length
    if position < end:
        yield position, end


def _end_of_data(stream: bytes, end: int) -> int:
    """The last tile-part may leave its size open: it goes up to the end of the codestream."""
    found = stream.rfind(b"\xff\xd9", 0, end)
    return found if found >= 0 else end
