"""One JPEG frame to stored values: lossless by GDCM, lossy by Pillow, lossy with 12 bits by GDCM."""

from io import BytesIO
from typing import Any

import numpy as np

from hilum.dicom.codestream import stream_size
from hilum.dicom.frames import Frame
from hilum.dicom.gdcm_client import decode_by_gdcm
from hilum.dicom.pixel_header import PixelHeader
from hilum.errors import ImageError


def decode_jpeg_lossless(frame: bytes, header: PixelHeader) -> Frame:
    """Lossless JPEG (processes 14 and 14 SV1), by GDCM."""
    return decode_by_gdcm(frame, header, header.bits_stored)


def decode_jpeg_lossy(frame: bytes, header: PixelHeader) -> Frame:
    """JPEG baseline and extended: 8 bits by Pillow, 12 bits by GDCM."""
    size = stream_size(frame)
    assert size is not None
    if size.precision == 8:
        return _decode_jpeg_8_bits(frame, header)
    if header.bits_allocated != 16:
        raise ImageError(
            f"it holds {size.precision}-bit JPEG in {header.bits_allocated} bits, which cannot be"
        )
    return decode_by_gdcm(frame, header, size.precision)


def _decode_jpeg_8_bits(frame: bytes, header: PixelHeader) -> Frame:
    """Convert no colours, unless the stream itself names its transform (Adobe's APP14 segment)."""
    from PIL import Image

    photometric = header.photometric
    with Image.open(BytesIO(frame), formats=("JPEG",)) as image:
        if header.samples == 3:
            if "adobe_transform" in image.info:
                photometric = "RGB"
            else:
                image.draft("YCbCr", image.size)
                photometric = _colours_of_stream(image, photometric)
        return np.asarray(image).astype(header.dtype), photometric


def _colours_of_stream(image: Any, photometric: str) -> str:
    """A JFIF stream is YCbCr and components named R, G, B are RGB, whatever the header claims."""
    if [component[0] for component in image.layer] in ([82, 71, 66], [114, 103, 98]):
        return "RGB"
    return "YBR_FULL" if "jfif" in image.info and "YBR" not in photometric else photometric
