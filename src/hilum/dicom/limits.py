"""How much a file may ask for before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadLimits:
    """What one DICOM file may cost.

    A file of a few kilobytes can claim gigabytes of pixels or nest a hundred thousand sequences. Each limit
    is far above what scanners write and low enough that a hostile file is refused within two seconds and 512
    MB.

    Attributes:
        file_bytes: the largest file that is read.
        inflated_bytes: the largest data set that a deflated file may unpack to (PS3.5 A.5).
        depth: how many sequences may lie inside each other.
        elements: how many data elements and items there may be, all levels together.
        decoded_bytes: the largest size of all decoded pixels together.
        ratio: decoded bytes per encoded byte that pixels above `unquestioned_bytes` may claim.
        unquestioned_bytes: decoded size below which no ratio is asked for: a blank film compresses very well.

    Example:
        >>> ReadLimits().depth
        32
    """

    file_bytes: int = 2 << 30
    inflated_bytes: int = 256 << 20
    depth: int = 32
    elements: int = 200_000
    decoded_bytes: int = 1 << 30
    ratio: int = 1024
    unquestioned_bytes: int = 32 << 20


LIMITS = ReadLimits()
