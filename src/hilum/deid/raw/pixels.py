"""Uncompressed grey pixels that lie in the file as they are meant."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.dicom.pixel_header import PixelHeader


@dataclass(frozen=True)
class NativePixels:
    """Pixels without being decoded.

    Attributes:
        stored: the values, (frames, rows, columns).
        header: what the header says about them.
    """

    stored: NDArray[Any]
    header: PixelHeader


def native_pixels(data: bytes, place: tuple[int, int], header: PixelHeader) -> NativePixels | None:
    """The pixels of a file as numbers, where no bit of them must be changed; None where that is not sure.

    Grey, 8 or 16 bits each, as many bytes as the header says, nothing in the bits that the image does not use
    (PS3.5 section 8.1.1).

    Args:
        data: the file.
        place: where the value of the pixel data begins and ends.
        header: from `pixel_header`.

    Example:
        >>> from pydicom.uid import ExplicitVRLittleEndian
        >>> header = PixelHeader(
        ...     "PixelData", "OW", ExplicitVRLittleEndian, 1, 1, 2, 1, 0, "MONOCHROME2", 16, 12, 11, False
        ... )
        >>> native_pixels(bytes([1, 2, 255, 15]), (0, 4), header).stored.tolist()
        [[[513, 4095]]]
        >>> native_pixels(bytes([1, 2, 255, 31]), (0, 4), header) is None
        True
    """
    start, end = place
    size = header.frames * header.rows * header.columns * header.bits_allocated // 8
    usual = header.samples == 1 and header.bits_allocated in (8, 16) and header.keyword == "PixelData"
    if header.photometric not in ("MONOCHROME1", "MONOCHROME2"):
        return None
    if not usual or end - start != size or size % 2 or not 2 <= header.bits_stored == header.high_bit + 1:
        return None
    words = np.frombuffer(data, header.dtype, size * 8 // header.bits_allocated, start)
    if not _unused_bits_follow(words, header):
        return None
    return NativePixels(words.reshape(header.frames, header.rows, header.columns), header)


def _unused_bits_follow(words: NDArray[Any], header: PixelHeader) -> bool:
    """Whether the bits above the stored ones are as if the value had been written with them."""
    if header.bits_stored == header.bits_allocated:
        return True
    low, high = int(words.min()), int(words.max())
    if header.signed:
        half = 1 << (header.bits_stored - 1)
        return -half <= low and high < half
    return high < 1 << header.bits_stored
