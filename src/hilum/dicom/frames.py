"""One compressed frame to stored values: JPEG 2000 and JPEG-LS."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.dicom.codestream import stream_size
from hilum.dicom.pixel_header import PixelHeader

Frame = tuple[NDArray[Any], str]
"""The values, (rows, columns) or (rows, columns, 3), and the photometric interpretation they are in."""


def decode_jpeg_2000(frame: bytes, header: PixelHeader) -> Frame:
    """JPEG 2000 and HTJ2K, by OpenJPEG, which undoes the colour transform of the stream.

    Where header and stream disagree on the sign, the header is believed and the bits are read again by it.
    """
    from openjpeg.utils import decode_pixel_data

    size = stream_size(frame)
    assert size is not None
    container = 8 if size.precision <= 8 else 16 if size.precision <= 16 else 32
    values = np.frombuffer(decode_pixel_data(frame, version=2), f"<{header.sign}{container // 8}")
    if size.signed != header.signed and header.samples == 1:
        spare = container - size.precision
        values = np.right_shift(np.left_shift(values, spare), spare)
    photometric = "RGB" if header.photometric in ("YBR_ICT", "YBR_RCT") else header.photometric
    return values.astype(header.dtype, copy=False).reshape(header.frame_shape), photometric


def decode_jpeg_ls(frame: bytes, header: PixelHeader) -> Frame:
    """JPEG-LS, by CharLS, which knows no sign: it is extended from the precision of the stream."""
    from jpeg_ls import decode_pixel_data

    decoded, info = decode_pixel_data(frame)
    precision = int(info["bits_per_sample"])
    container = 8 if precision <= 8 else 16
    values = np.frombuffer(decoded, f"<{header.sign}{container // 8}")
    if header.signed and precision < container:
        spare = container - precision
        values = np.right_shift(np.left_shift(values, spare), spare)
    values = values.astype(header.dtype, copy=False)
    if header.samples > 1 and info["interleave_mode"] == 0:
        planes = values.reshape(header.samples, header.rows, header.columns)
        return pixels_from_planes(planes), header.photometric
    return values.reshape(header.frame_shape), header.photometric


def pixels_from_planes(planes: NDArray[Any]) -> NDArray[Any]:
    """Turn (samples, rows, columns) into (rows, columns), or (rows, columns, samples) in colour.

    Example:
        >>> pixels_from_planes(np.zeros((3, 4, 5))).shape
        (4, 5, 3)
    """
    return planes[0] if len(planes) == 1 else np.moveaxis(planes, 0, -1)
