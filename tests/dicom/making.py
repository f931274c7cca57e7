"""DICOM made in code: small images, hostile bytes."""

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

COMPUTED_RADIOGRAPHY = "1.2.840.10008.5.1.4.1.1.1"


def image(
    stored: np.ndarray, photometric: str = "MONOCHROME2", bits_stored: int | None = None, **attributes: Any
):
    """A data set with native pixels: `stored` is (frames, rows, columns) or (frames, rows, columns, 3)."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = COMPUTED_RADIOGRAPHY
    dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["hilum"])
    dataset.SOPClassUID = COMPUTED_RADIOGRAPHY
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    dataset.Modality = "CR"
    dataset.Rows, dataset.Columns = stored.shape[1:3]
    if len(stored) > 1:
        dataset.NumberOfFrames = len(stored)
    dataset.SamplesPerPixel = 3 if stored.ndim == 4 else 1
    if stored.ndim == 4:
        dataset.PlanarConfiguration = 0
    dataset.PhotometricInterpretation = photometric
    dataset.BitsAllocated = 8 * stored.dtype.itemsize
    dataset.BitsStored = bits_stored or dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(stored.dtype.kind == "i")
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    put_pixels(dataset, stored.tobytes())
    return dataset


def put_pixels(dataset: Dataset, value: bytes) -> None:
    dataset.add_new(0x7FE00010, "OB" if dataset.BitsAllocated <= 8 else "OW", value + bytes(len(value) % 2))


def compressed(dataset: Dataset, frames: list[bytes], syntax: UID | str) -> Dataset:
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.add_new(0x7FE00010, "OB", encapsulate(frames))
    dataset["PixelData"].is_undefined_length = True
    return dataset


def write(dataset: Dataset, path: Path) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path


def as_bytes(dataset: Dataset) -> bytes:
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def head(syntax: str = ExplicitVRLittleEndian, preamble: bytes = bytes(128)) -> bytes:
    """Preamble, prefix and file meta information."""
    value = syntax.encode() + bytes(len(syntax) % 2)
    meta = struct.pack("<HH2sH", 2, 0x10, b"UI", len(value)) + value
    return preamble + b"DICM" + struct.pack("<HH2sHL", 2, 0, b"UL", 4, len(meta)) + meta


def element(tag: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    """An element in explicit VR, little endian; `length` may lie."""
    length = len(value) if length is None else length
    group, number = tag >> 16, tag & 0xFFFF
    if vr in (b"OB", b"OW", b"SQ", b"UN", b"UT"):
        return struct.pack("<HH2sHL", group, number, vr, 0, length) + value
    return struct.pack("<HH2sH", group, number, vr, length) + value


def nested(
    depth: int, *, undefined: bool = False, implicit: bool = False, tag: int = 0x0040A730, vr: bytes = b"SQ"
):
    """Sequences inside each other, built from the inside out."""
    opening: list[bytes] = []
    closing: list[bytes] = []
    inside = 0
    group, number = tag >> 16, tag & 0xFFFF
    header = 8 if implicit else 12
    for _ in range(depth):
        item = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF if undefined else inside)
        length = 0xFFFFFFFF if undefined else inside + 8
        start = (
            struct.pack("<HHL", group, number, length)
            if implicit
            else struct.pack("<HH2sHL", group, number, vr, 0, length)
        )
        opening.append(start + item)
        if undefined:
            closing.append(struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0))
        inside += 8 + header + (16 if undefined else 0)
    return b"".join(reversed(opening)) + b"".join(closing)


NATIVE = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)
