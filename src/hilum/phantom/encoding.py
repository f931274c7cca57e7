"""Pixels into the transfer syntaxes of the three hospitals; all of them lossless."""

from typing import cast

import numpy as np
import numpy.typing as npt
from pydicom.encaps import encapsulate
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

Pixels = npt.NDArray[np.uint16]

PLAIN = (str(ExplicitVRLittleEndian), str(ImplicitVRLittleEndian))


def encode_pixels(stored: Pixels, transfer_syntax: str) -> bytes:
    """The value of Pixel Data for 12-bit grey pixels in 16.

    Args:
        stored: (rows, columns), each at most 4095.
        transfer_syntax: UID; explicit or implicit little endian, RLE, JPEG lossless (first-order
            prediction), JPEG-LS or JPEG 2000 lossless.

    Returns:
        Bytes of even length; encapsulated with an empty offset table if the syntax compresses (PS3.5 A.4).

    Raises:
        KeyError: another transfer syntax.

    Example:
        >>> len(encode_pixels(np.zeros((4, 4), np.uint16), str(ExplicitVRLittleEndian)))
        32
    """
    little = np.ascontiguousarray(stored, dtype="<u2")
    if transfer_syntax in PLAIN:
        return little.tobytes()
    return encapsulate([_ENCODERS[transfer_syntax](little)], has_bot=False)


def _rle(stored: Pixels) -> bytes:
    from rle.utils import encode_pixel_data

    rows, columns = stored.shape
    return encode_pixel_data(
        stored.tobytes(),
        rows=rows,
        columns=columns,
        samples_per_pixel=1,
        bits_allocated=16,
        number_of_frames=1,
        byteorder="<",
    )


def _jpeg_2000(stored: Pixels) -> bytes:
    from openjpeg.utils import encode_array

    return encode_array(stored, bits_stored=12, photometric_interpretation=2, use_mct=False)


def _jpeg_ls(stored: Pixels) -> bytes:
    import jpeg_ls

    return bytes(jpeg_ls.encode_array(stored))


def _jpeg_lossless(stored: Pixels) -> bytes:
    import gdcm

    rows, columns = stored.shape
    writer = gdcm.ImageWriter()  # owns the image: it must live until the conversion is done
    image = writer.GetImage()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((columns, rows, 1))
    grey = gdcm.PhotometricInterpretation(gdcm.PhotometricInterpretation.MONOCHROME2)
    image.SetPhotometricInterpretation(grey)
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.ExplicitVRLittleEndian))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, 12, 11, 0))
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetByteStringValue(stored.tobytes())
    image.SetDataElement(element)
    converter = gdcm.ImageChangeTransferSyntax()
    converter.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    converter.SetInput(image)
    converter.Change()
    fragments = converter.GetOutput().GetDataElement().GetSequenceOfFragments()
    text = fragments.GetFragment(0).GetByteValue().GetBuffer()
    return cast(bytes, text.encode("utf-8", "surrogateescape"))


_ENCODERS = {
    str(RLELossless): _rle,
    str(JPEG2000Lossless): _jpeg_2000,
    str(JPEGLSLossless): _jpeg_ls,
    str(JPEGLosslessSV1): _jpeg_lossless,
}
