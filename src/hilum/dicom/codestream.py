"""The first bytes of a compressed frame: do they say what the header says?

A codec trusts the size inside its stream. It is compared with the header before the codec sees it, so that
neither a mistake nor malice makes a codec reserve memory for another image than the one announced.
"""

import struct
from dataclasses import dataclass

_JPEG_START, _J2K_START, _JP2_START = b"\xff\xd8", b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP  "
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}
_FRAME_MARKERS = {0xF7, *range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class StreamSize:
    """What a compressed frame says of itself."""

    rows: int
    columns: int
    samples: int
    precision: int
    signed: bool = False


def stream_size(frame: bytes) -> StreamSize | None:
    """Read the size of a JPEG, JPEG-LS, JPEG 2000 or HTJ2K frame; None if it is none of them or is cut.

    JPEG and JPEG-LS: the frame header behind SOFn or SOF55 (ISO/IEC 10918-1 B.2.2, 14495-1 C.2.2). JPEG 2000:
    the SIZ segment (ISO/IEC 15444-1 A.5.1), also behind the boxes of a JP2 file, which PS3.5 does not allow
    but some write.

    Example:
        >>> stream_size(bytes.fromhex("ffd8 ffc0 000b 08 0010 0020 01 011100"))
        StreamSize(rows=16, columns=32, samples=1, precision=8, signed=False)
    """
    try:
        if frame.startswith(_JPEG_START):
            return _jpeg_size(frame)
        if frame.startswith(_JP2_START):
            start = frame.find(_J2K_START)
            return _j2k_size(frame, start) if start > 0 else None
        if frame.startswith(_J2K_START):
            return _j2k_size(frame, 0)
    except (IndexError, struct.error):
        return None
    return None


def _jpeg_size(frame: bytes) -> StreamSize | None:
    position = 2
    while position + 9 < len(frame):
        if frame[position] != 0xFF:
            return None
        marker = frame[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker in _FRAME_MARKERS:
            rows = int.from_bytes(frame[position + 5 : position + 7], "big")
            columns = int.from_bytes(frame[position + 7 : position + 9], "big")
            return StreamSize(rows, columns, frame[position + 9], frame[position + 4])
        position += 2
        if marker not in _NO_LENGTH:
            position += max(2, int.from_bytes(frame[position : position + 2], "big"))
    return None


def _j2k_size(frame: bytes, start: int) -> StreamSize:
    siz = start + 8  # behind both markers, Lsiz and Rsiz
    width, height, left, top = struct.unpack_from(">4L", frame, siz)
    (samples,) = struct.unpack_from(">H", frame, siz + 32)
    depth = frame[siz + 34]
    return StreamSize(height - top, width - left, samples, (depth & 0x7F) + 1, signed=bool(depth & 0x80))
