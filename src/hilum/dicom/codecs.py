"""From the bytes of the pixel data to stored values, each transfer syntax by its codec."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import get_decoder

from hilum.dicom.codestream import StreamSize, stream_size
from hilum.dicom.frames import Frame, decode_jpeg_2000, decode_jpeg_ls
from hilum.dicom.jpeg_frame import decode_jpeg_lossless, decode_jpeg_lossy
from hilum.dicom.pixel_header import PixelHeader
from hilum.dicom.rle_frame import decode_rle
from hilum.errors import ImageError

NATIVE = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.DeflatedExplicitVRLittleEndian,
)
COMPRESSED: dict[str, Callable[[bytes, PixelHeader], Frame]] = {
    uid.RLELossless: decode_rle,
    uid.JPEGBaseline8Bit: decode_jpeg_lossy,
    uid.JPEGExtended12Bit: decode_jpeg_lossy,
    uid.JPEGLossless: decode_jpeg_lossless,
    uid.JPEGLosslessSV1: decode_jpeg_lossless,
    uid.JPEGLSLossless: decode_jpeg_ls,
    uid.JPEGLSNearLossless: decode_jpeg_ls,
    uid.JPEG2000Lossless: decode_jpeg_2000,
    uid.JPEG2000: decode_jpeg_2000,
    uid.HTJ2KLossless: decode_jpeg_2000,
    uid.HTJ2KLosslessRPCL: decode_jpeg_2000,
    uid.HTJ2K: decode_jpeg_2000,
}
"""Every compressed transfer syntax that can be read."""

_KEEPS_ALL_BITS = (uid.RLELossless, uid.JPEGLossless, uid.JPEGLosslessSV1)


def decode_stored(dataset: Dataset, header: PixelHeader) -> tuple[NDArray[Any], str]:
    """Decode all frames.

    Returns:
        The values as stored, (frames, rows, columns) or (frames, rows, columns, 3), and the photometric
        interpretation that they are in now: JPEG 2000 comes out of its codec as RGB.

    Raises:
        ImageError: the transfer syntax cannot be read, or the compressed frames are not what the header says.
    """
    value = dataset[header.keyword].value or b""
    if header.syntax in NATIVE:
        stored, photometric = _decode_native(value, header)
        return take_bits(stored, header), photometric
    codec = COMPRESSED.get(header.syntax)
    if codec is None:
        raise ImageError(f"its transfer syntax {header.syntax.name} ({header.syntax}) cannot be decoded")
    decoded = [codec(frame, header) for frame in _frames(dataset, value, header)]
    stored = decoded[0][0][np.newaxis] if len(decoded) == 1 else np.stack([array for array, _ in decoded])
    if header.syntax in _KEEPS_ALL_BITS:
        stored = take_bits(stored, header)
    return stored, decoded[0][1]


def _decode_native(value: bytes, header: PixelHeader) -> tuple[NDArray[Any], str]:
    """Uncompressed pixels in either byte order, one bit each, or with halved colour, by pydicom."""
    options: dict[str, Any] = {
        "view_only": header.bits_allocated > 1 and header.photometric != "YBR_FULL_422",
        "correct_unused_bits": False,
        "allow_excess_frames": False,
        "pixel_keyword": header.keyword,
        "pixel_vr": header.vr,
        "number_of_frames": header.frames,
        "rows": header.rows,
        "columns": header.columns,
        "samples_per_pixel": header.samples,
        "planar_configuration": header.planar,
        "photometric_interpretation": header.photometric or "MONOCHROME2",
        "bits_allocated": header.bits_allocated,
        "bits_stored": header.bits_stored,
        "pixel_representation": int(header.signed),
    }
    array, properties = get_decoder(header.syntax).as_array(value, raw=True, **options)
    return array.reshape(header.frames, *header.frame_shape), str(properties["photometric_interpretation"])


def _frames(dataset: Dataset, value: bytes, header: PixelHeader) -> list[bytes]:
    """Take the compressed frames apart and compare what each says with the header."""
    offsets = dataset.get("ExtendedOffsetTable"), dataset.get("ExtendedOffsetTableLengths")
    found = generate_frames(
        value,
        number_of_frames=header.frames,
        extended_offsets=(offsets[0], offsets[1]) if offsets[0] and offsets[1] else None,
    )
    frames = list(islice(found, header.frames))
    if len(frames) < header.frames:
        raise ImageError(f"it holds {len(frames)} compressed frames of the {header.frames} announced")
    if header.syntax != uid.RLELossless:
        for number, frame in enumerate(frames, start=1):
            _compare(stream_size(frame), number, header)
    return frames


def _compare(size: StreamSize | None, number: int, header: PixelHeader) -> None:
    if size is None:
        raise ImageError(f"compressed frame {number} is no {header.syntax.name} stream")
    if (size.rows, size.columns, size.samples) != (header.rows, header.columns, header.samples):
        raise ImageError(
            f"compressed frame {number} is {size.rows} x {size.columns} with {size.samples} samples, "
            f"but the header says {header.rows} x {header.columns} with {header.samples}"
        )
    if size.precision > header.bits_allocated:
        raise ImageError(
            f"compressed frame {number} has {size.precision} bits, "
            f"but the header says {header.bits_allocated}"
        )


def take_bits(stored: NDArray[Any], header: PixelHeader) -> NDArray[Any]:
    """Keep the bits of the value; old overlays and rubbish beside them are no value (PS3.5 section 8.1.1).

    Args:
        stored: whole numbers of `bits_allocated` bits.
        header: says which bits are meant, and whether the highest of them is a sign.
    """
    native = stored.dtype.newbyteorder("=")
    left, right = header.bits_allocated - 1 - header.high_bit, header.bits_allocated - header.bits_stored
    if header.keyword != "PixelData" or header.bits_allocated == 1 or (left == 0 and right == 0):
        return stored.astype(native, copy=False)
    shifted = np.left_shift(stored, left, dtype=native)
    return np.asarray(np.right_shift(shifted, right, out=shifted))
