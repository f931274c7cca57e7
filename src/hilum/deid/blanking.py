"""Blanking boxes in the stored pixels, with everything outside them as it was (PS3.15 section E.3.1)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset

from hilum.deid.attributes import values
from hilum.deid.blanking_boxes import TextBox, fillings
from hilum.deid.blanking_native import blank_native
from hilum.dicom import DicomPixels

LOSSY = {
    uid.JPEGBaseline8Bit: "ISO_10918_1",
    uid.JPEGExtended12Bit: "ISO_10918_1",
    uid.JPEGLSNearLossless: "ISO_14495_1",
    uid.JPEG2000: "ISO_15444_1",
    uid.HTJ2K: "ISO_15444_15",
}
"""Transfer syntaxes that may have lost detail, with the defined term of the method (PS3.3 C.7.6.1.1.5)."""


def blank(dataset: Dataset, pixels: DicomPixels, boxes: Sequence[TextBox]) -> DicomPixels:
    """Blank boxes in every frame of an image; the data set is changed.

    Each box is filled, frame by frame and colour by colour, with the middle value of what surrounds it.
    Uncompressed pixels are changed in place, so that every other bit stays. Compressed ones are stored
    uncompressed as decoded, in Explicit VR Little Endian: what the compression had kept is not compressed
    once more, and what it had lost is flagged in Lossy Image Compression.

    Args:
        dataset: as read, with file meta information.
        pixels: decoded from it.
        boxes: where; parts outside the picture are ignored.

    Returns:
        The pixels as they are now.

    Example:
        >>> from hilum.deid.example import example_file
        >>> from hilum.dicom import decode
        >>> source = example_file()
        >>> now = blank(source, decode(source), [TextBox(4, 4, 3, 3)])
        >>> len(np.unique(now.stored[0, 4:7, 4:7])), bool((decode(source).stored == now.stored).all())
        (1, True)
    """
    inside = [box for box in (_cut(box, pixels.stored.shape) for box in boxes) if box is not None]
    names = pixels.photometric == "PALETTE COLOR"
    stored = pixels.stored.copy()
    filled = [
        (number, box, value)
        for number, frame in enumerate(pixels.stored)
        for box, value in fillings(frame, inside, names=names)
    ]
    for number, box, value in filled:
        stored[number][box.place] = value
    now = replace(pixels, stored=stored)
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        _store_uncompressed(dataset, now)
    else:
        blank_native(dataset, now, filled)
    _note(dataset, stored)
    return now


def _cut(box: TextBox, shape: Sequence[int]) -> TextBox | None:
    """The part of a box that is inside the picture; None where nothing is."""
    left, top = max(0, box.x), max(0, box.y)
    right, bottom = min(shape[2], box.x + box.width), min(shape[1], box.y + box.height)
    if right <= left or bottom <= top:
        return None
    return TextBox(left, top, right - left, bottom - top, box.certainty)


def _store_uncompressed(dataset: Dataset, pixels: DicomPixels) -> None:
    """Put decoded pixels into a data set whose own were compressed."""
    syntax = dataset.file_meta.TransferSyntaxUID
    before = len(dataset.PixelData)
    data = np.ascontiguousarray(pixels.stored).astype(pixels.stored.dtype.newbyteorder("<")).tobytes()
    allocated = 8 * pixels.stored.dtype.itemsize
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            del dataset[keyword]
    dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    dataset.PixelData = data + bytes(len(data) % 2)
    dataset["PixelData"].VR = "OB" if allocated == 8 else "OW"
    dataset["PixelData"].is_undefined_length = False
    dataset.BitsAllocated, dataset.HighBit = allocated, pixels.bits_stored - 1
    if pixels.photometric:
        halved = pixels.photometric == "YBR_FULL_422"  # the codec gives every pixel its own colours
        dataset.PhotometricInterpretation = "YBR_FULL" if halved else pixels.photometric
    if pixels.stored.ndim == 4:
        dataset.PlanarConfiguration = 0
    always = LOSSY.get(syntax) == "ISO_10918_1"
    if syntax in LOSSY and (always or values(dataset.get("LossyImageCompression")) != ["00"]):
        dataset.LossyImageCompression = "01"
        if not values(dataset.get("LossyImageCompressionMethod")):
            dataset.LossyImageCompressionMethod = LOSSY[syntax]
            dataset.LossyImageCompressionRatio = f"{max(1.0, len(data) / max(before, 1)):.4g}"


def _note(dataset: Dataset, stored: NDArray[Any]) -> None:
    """Keep what the header says of the pixels true."""
    dataset.BurnedInAnnotation = "NO"
    for keyword, extreme in (("SmallestImagePixelValue", np.min), ("LargestImagePixelValue", np.max)):
        if keyword not in dataset:
            continue
        value = int(extreme(stored)) if stored.dtype.kind in "iu" else None
        signed = stored.dtype.kind == "i"
        if value is None or not (-(2**15) <= value < 2**15 if signed else 0 <= value < 2**16):
            del dataset[keyword]
            continue
        dataset.add_new(keyword, "SS" if signed else "US", value)
