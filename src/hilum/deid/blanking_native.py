"""Changing values inside uncompressed Pixel Data, bit by bit as they are stored (PS3.5 section 8)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.deid.blanking_boxes import TextBox
from hilum.dicom import DicomPixels

Filling = tuple[int, TextBox, NDArray[Any]]
"""Frame, box, and the value (of each colour) that fills it."""


def blank_native(dataset: Dataset, pixels: DicomPixels, filled: Sequence[Filling]) -> None:
    r"""Fill boxes in the Pixel Data of a data set; every bit outside them stays.

    Args:
        dataset: of an uncompressed transfer syntax.
        pixels: decoded from it, the boxes filled already.
        filled: what was filled with what.

    Example:
        >>> from hilum.deid.example import example_file
        >>> from hilum.dicom import decode
        >>> source = example_file()
        >>> before = source.PixelData
        >>> blank_native(source, decode(source), [(0, TextBox(0, 0, 1, 1), np.uint16(7))])
        >>> source.PixelData[:2], source.PixelData[2:] == before[2:]
        (b'\x07\x00', True)
    """
    data = bytearray(dataset.PixelData)
    if int(dataset.BitsAllocated) == 1:
        packed = np.packbits(pixels.stored.astype(np.uint8).ravel(), bitorder="little").tobytes()
        data[: len(packed)] = packed
    elif _halved_colours(dataset):
        _fill_halved(data, pixels, filled)
    else:
        _fill_words(data, dataset, pixels, filled)
    dataset["PixelData"].value = bytes(data)


def _halved_colours(dataset: Dataset) -> bool:
    return str(dataset.PhotometricInterpretation).strip() == "YBR_FULL_422"


def _fill_words(data: bytearray, dataset: Dataset, pixels: DicomPixels, filled: Sequence[Filling]) -> None:
    """One word a sample, colours by pixel or by plane, in either byte order."""
    allocated, bits = int(dataset.BitsAllocated), pixels.bits_stored
    big = not dataset.file_meta.TransferSyntaxUID.is_little_endian
    swapped = big and allocated == 8 and dataset["PixelData"].VR == "OW"
    if swapped:
        data[:] = _swapped(data)
    words: NDArray[Any] = np.frombuffer(data, f"{'>' if big else '<'}u{allocated // 8}", pixels.stored.size)
    frames, rows, columns = pixels.stored.shape[:3]
    by_plane = pixels.stored.ndim == 4 and int(dataset.get("PlanarConfiguration") or 0) == 1
    if by_plane:
        words = np.moveaxis(words.reshape(frames, -1, rows, columns), 1, -1)
    else:
        words = words.reshape(pixels.stored.shape)
    if pixels.stored.dtype.kind == "f":
        words = words.view(words.dtype.newbyteorder("=").str.replace("u", "f"))
    high = _high_bit(dataset, bits)
    mask = ((1 << bits) - 1) << (high + 1 - bits)
    for number, box, value in filled:
        if words.dtype.kind == "f":
            words[number][box.place] = value
        else:
            raw = (value.astype(np.int64) << (high + 1 - bits)) & mask
            words[number][box.place] = raw.astype(words.dtype)
    if swapped:
        data[:] = _swapped(data)


def _high_bit(dataset: Dataset, bits: int) -> int:
    high = dataset.get("HighBit")
    return bits - 1 if high is None else int(high)


def _swapped(data: bytearray) -> bytes:
    whole = len(data) - len(data) % 2
    return np.frombuffer(bytes(data[:whole]), "u2").byteswap().tobytes() + bytes(data[whole:])


def _fill_halved(data: bytearray, pixels: DicomPixels, filled: Sequence[Filling]) -> None:
    """YBR_FULL_422: two luminances share their colours, and are blanked together (PS3.3 C.7.6.3.1.2)."""
    frames, rows, columns = pixels.stored.shape[:3]
    pairs = np.frombuffer(data, np.uint8, frames * rows * columns * 2).reshape(frames, rows, columns // 2, 4)
    for number, box, value in filled:
        luminance, blue, red = (int(one) for one in value)
        place = slice(box.x // 2, -(-(box.x + box.width) // 2))
        pairs[number, box.place[0], place] = (luminance, luminance, blue, red)
        pixels.stored[number, box.place[0], place.start * 2 : place.stop * 2] = value
