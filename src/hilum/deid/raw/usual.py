"""What the fast path does not do is left to the slow path."""

from hilum.dicom.limits import LIMITS
from hilum.dicom.structure import Encoding, StructureWalk


class DeclinedError(Exception):
    """The file is left to the slow path."""


def demand(usual: bool) -> None:  # noqa: FBT001 - reads as a sentence
    """Leave a file to the slow path where something is unusual.

    Raises:
        DeclinedError: it is.

    Example:
        >>> demand(True)
    """
    if not usual:
        raise DeclinedError


def check_structure(raw: bytes, *, implicit: bool) -> None:
    r"""Demand that one element is built as the walk of the slow path demands (see `hilum.dicom.structure`).

    Raises:
        DeclinedError: it is not, or its VR looks doubtful.
        DamageError: it is broken.
        ImageError: it nests too deep.

    Example:
        >>> check_structure(b"\x08\0\x60\0CS\x02\0CT", implicit=False)
    """
    looks_explicit = 0x40 < raw[4] < 0x5B and 0x40 < raw[5] < 0x5B
    demand(looks_explicit is not implicit)
    walk = StructureWalk(raw, len(raw), LIMITS)
    demand(walk.walk(0, Encoding(implicit=implicit, little=True)) == len(raw))
