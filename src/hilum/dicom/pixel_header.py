"""What the header says about the pixels, checked before a byte is decoded (PS3.3 section C.7.6.3)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from hilum.dicom.attributes import text, whole
from hilum.dicom.limits import ReadLimits
from hilum.errors import ImageError

PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_RLE_RATIO = 64  # two bytes of a run stand for at most 128 (PS3.5 G.3.1)


@dataclass(frozen=True)
class PixelHeader:
    """The Image Pixel module, complete and plausible."""

    keyword: str
    vr: str
    syntax: UID
    frames: int
    rows: int
    columns: int
    samples: int
    planar: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool

    @property
    def decoded_bytes(self) -> int:
        """How large all decoded pixels are together."""
        bits = 8 if self.bits_allocated == 1 else self.bits_allocated
        return self.frames * self.rows * self.columns * self.samples * bits // 8

    @property
    def sign(self) -> str:
        """How numpy calls the kind of numbers: `i` with sign, `u` without."""
        return "i" if self.signed else "u"

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of one stored value, little endian."""
        return np.dtype(f"<{self.sign}{max(1, self.bits_allocated // 8)}")

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """(rows, columns), or (rows, columns, 3) in colour."""
        return (self.rows, self.columns) if self.samples == 1 else (self.rows, self.columns, self.samples)


def pixel_header(dataset: Dataset, limits: ReadLimits) -> PixelHeader:
    """Read and check what a data set says about its pixels.

    Raises:
        ImageError: there are no pixels, an attribute is missing or impossible, or decoding would cost too
            much.
    """
    keyword = next((word for word in PIXEL_KEYWORDS if word in dataset), None)
    if keyword is None:
        raise ImageError("it holds no pixel data")
    allocated = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}.get(keyword) or whole(
        dataset, "BitsAllocated"
    )
    stored = whole(dataset, "BitsStored", allocated)
    header = PixelHeader(
        keyword=keyword,
        vr=str(dataset[keyword].VR),
        syntax=transfer_syntax(dataset),
        frames=whole(dataset, "NumberOfFrames", 1),
        rows=whole(dataset, "Rows"),
        columns=whole(dataset, "Columns"),
        samples=whole(dataset, "SamplesPerPixel", 1),
        planar=whole(dataset, "PlanarConfiguration", 0),
        photometric=text(dataset, "PhotometricInterpretation").upper(),
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=whole(dataset, "HighBit", stored - 1),
        signed=whole(dataset, "PixelRepresentation", 0) == 1,
    )
    _check_plausible(header)
    _check_cost(header, len(dataset[keyword].value or b""), limits)
    return header


def transfer_syntax(dataset: Dataset) -> UID:
    """Return the transfer syntax; where the file does not name one, the one it was read with."""
    named = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
    if named:
        return UID(str(named))
    implicit, little = dataset.original_encoding
    if little is False:
        return ExplicitVRBigEndian
    return ExplicitVRLittleEndian if implicit is False else ImplicitVRLittleEndian


def _check_plausible(header: PixelHeader) -> None:
    if min(header.rows, header.columns, header.frames) < 1:
        raise ImageError(f"it claims {header.frames} frames of {header.rows} x {header.columns} pixels")
    if header.samples not in (1, 3):
        raise ImageError(f"it has {header.samples} samples per pixel; 1 (grey) and 3 (colour) can be read")
    if header.bits_allocated not in (1, 8, 16, 32, 64):
        raise ImageError(f"it has {header.bits_allocated} bits allocated; 1, 8, 16, 32 and 64 can be read")
    if not 1 <= header.bits_stored <= header.bits_allocated:
        raise ImageError(f"it stores {header.bits_stored} bits in {header.bits_allocated}, which cannot be")
    if not header.bits_stored - 1 <= header.high_bit < header.bits_allocated:
        raise ImageError(
            f"its high bit is {header.high_bit} with {header.bits_stored} bits stored, which cannot be"
        )
    if header.planar not in (0, 1):
        raise ImageError(f"its planar configuration is {header.planar}; it can be 0 or 1")
    if not header.photometric and header.keyword == "PixelData":
        raise ImageError(
            "its header has no PhotometricInterpretation, so black and white cannot be told apart"
        )


def _check_cost(header: PixelHeader, encoded: int, limits: ReadLimits) -> None:
    cost = header.decoded_bytes
    if cost > limits.decoded_bytes:
        raise ImageError(
            f"its {header.frames} frames of {header.rows} x {header.columns} pixels would need "
            f"{cost >> 20:,} MB, more than the {limits.decoded_bytes >> 20:,} MB allowed"
        )
    ratio = _RLE_RATIO if header.syntax == RLELossless else limits.ratio
    unquestioned = 0 if header.syntax == RLELossless else limits.unquestioned_bytes
    if header.syntax.is_encapsulated and cost > unquestioned and cost > ratio * encoded:
        raise ImageError(
            f"it claims {header.frames} frames of {header.rows} x {header.columns} pixels "
            f"in {encoded:,} compressed bytes, which cannot be"
        )
