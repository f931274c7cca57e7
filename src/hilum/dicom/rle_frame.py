"""One RLE frame to stored values (PS3.5 annex G)."""

import struct

import numpy as np
from numpy.typing import NDArray

from hilum.dicom.frames import Frame, pixels_from_planes
from hilum.dicom.pixel_header import PixelHeader
from hilum.errors import ImageError

_HEADER_BYTES = 64


def decode_rle(frame: bytes, header: PixelHeader) -> Frame:
    """Decode an RLE frame: one segment for each byte of a sample, the highest first, plane by plane.

    The segments are taken apart and measured here, their runs are decoded by pylibjpeg-rle.

    Raises:
        ImageError: the segments are not those that the header of the image asks for.
    """
    width = max(1, header.bits_allocated // 8)
    segments = _segments(frame, header.samples * width)
    size = header.rows * header.columns
    planes = np.empty((header.samples, size, width), np.uint8)
    for number, segment in enumerate(segments):
        sample, byte = divmod(number, width)
        planes[sample, :, width - 1 - byte] = _runs(segment, size)
    values = planes.view(header.dtype).reshape(header.samples, header.rows, header.columns)
    return pixels_from_planes(values), header.photometric


def _segments(frame: bytes, expected: int) -> list[bytes]:
    if len(frame) < _HEADER_BYTES:
        raise ImageError("an RLE frame is shorter than its own header")
    count, *offsets = struct.unpack_from("<16L", frame)
    if count != expected:
        raise ImageError(f"an RLE frame has {count} segments instead of {expected}")
    ends = [*offsets[1:count], len(frame)]
    if any(not _HEADER_BYTES <= start < end for start, end in zip(offsets[:count], ends, strict=True)):
        raise ImageError("the segments of an RLE frame do not follow each other")
    return [frame[start:end] for start, end in zip(offsets[:count], ends, strict=True)]


def _runs(segment: bytes, size: int) -> NDArray[np.uint8]:
    """Decode the runs of a segment; what follows the last pixel is padding."""
    from rle.rle import decode_segment

    decoded = decode_segment(segment)
    if len(decoded) < size:
        raise ImageError(f"a segment of an RLE frame holds {len(decoded)} of {size} pixels")
    return np.frombuffer(decoded, np.uint8, count=size)
