"""Pixel data and look-up tables."""

import re

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.pixels.utils import get_expected_length

from hilum.deid.case import Case
from hilum.deid.look_up_tables import is_segmented_table, table_length
from hilum.deid.rule import ElementRule, FileRule, Verdict

_TABLES = frozenset(
    (
        "RedPaletteColorLookupTableData",
        "GreenPaletteColorLookupTableData",
        "BluePaletteColorLookupTableData",
        "AlphaPaletteColorLookupTableData",
        "SegmentedRedPaletteColorLookupTableData",
        "SegmentedGreenPaletteColorLookupTableData",
        "SegmentedBluePaletteColorLookupTableData",
        "LUTData",
    )
)
_PALETTE = re.compile(r"(?:Segmented)?(Red|Green|Blue|Alpha)PaletteColorLookupTableData")
_TOP_LEVEL = frozenset(("PixelData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths"))


def _judge(_case: Case, dataset: Dataset, element: DataElement) -> Verdict | None:
    if element.keyword in _TOP_LEVEL:
        return Verdict.KEEP if hasattr(dataset, "file_meta") else Verdict.REMOVE
    return _judge_table(dataset, element) if element.keyword in _TABLES else None


def _judge_table(dataset: Dataset, element: DataElement) -> Verdict:
    """Keep as many bytes of a table as its descriptor says; nothing where it has none."""
    colour = _PALETTE.fullmatch(element.keyword)
    descriptor = f"{colour[1]}PaletteColorLookupTableDescriptor" if colour else "LUTDescriptor"
    try:
        entries, _, bits = (int(number) for number in dataset[descriptor].value)
    except (KeyError, TypeError, ValueError):
        return Verdict.REMOVE
    if not isinstance(element.value, bytes):
        return Verdict.KEEP
    if element.keyword.startswith("Segmented"):
        return Verdict.KEEP if is_segmented_table(element.value, entries, bits) else Verdict.REMOVE
    element.value = element.value[: table_length(element.value, entries, bits)]
    return Verdict.KEEP


def _tidy(_case: Case, dataset: Dataset) -> None:
    element = dataset.get_item("PixelData")
    if element is None or dataset.file_meta.TransferSyntaxUID.is_compressed:
        return
    data = dataset.PixelData
    length = get_expected_length(dataset, unit="bytes")
    if length < len(data):
        data = data[:length] + bytes(length % 2)
    cleared = _without_unused_bits(dataset, data)
    if cleared != dataset.PixelData:
        dataset["PixelData"].value = cleared


def _without_unused_bits(dataset: Dataset, data: bytes) -> bytes:
    """Set the bits above and below the stored ones to what they would be without an overlay in them."""
    allocated, stored = int(dataset.BitsAllocated), int(dataset.BitsStored)
    high = int(dataset.get("HighBit") or stored - 1)
    if allocated not in (8, 16, 32) or not 0 < stored < allocated or not stored - 1 <= high < allocated:
        return data
    order = "<" if dataset.original_encoding[1] is not False else ">"
    count = len(data) * 8 // allocated
    words = np.frombuffer(data, f"{order}u{allocated // 8}", count)
    mask = ((1 << stored) - 1) << (high + 1 - stored)
    cleared = words & np.array(mask, words.dtype)
    if dataset.PixelRepresentation == 1 and high == stored - 1:
        sign = np.array(1 << high, words.dtype)
        above = np.array((1 << allocated) - 1 - mask, words.dtype)
        cleared |= np.where(words & sign, above, np.array(0, words.dtype))
    return bytes(cleared.astype(words.dtype).tobytes()) + data[count * allocated // 8 :]


PIXELS = ElementRule(
    "pixels and look-up tables",
    (
        "The image itself, its colour tables and look-up tables are kept, these exactly as long as their "
        "descriptors say; images inside sequences, such as icons, are removed."
    ),
    "PS3.15 table E.1-1, (0088,0200): X",
    _judge,
)

UNUSED_BITS = FileRule(
    "unused bits and bytes of the pixels",
    (
        "Bits of the pixels that the image does not use, in which older machines drew overlays, are "
        "cleared, and bytes after the last pixel are dropped; the pixel values do not change."
    ),
    "PS3.5 section 8.1.1; PS3.3 section C.9.2 (retired overlays in unused bits)",
    _tidy,
)
