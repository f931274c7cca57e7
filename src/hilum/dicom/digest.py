"""One number for the pixels, whatever way they were written."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.limits import LIMITS, ReadLimits
from hilum.dicom.pixels import decode


def pixel_digest(dataset: Dataset, limits: ReadLimits = LIMITS) -> str:
    """Return the SHA-256 of the stored values and their shape, in hexadecimal.

    Two files have the same digest when their pixels have the same values in the same places, however they are
    compressed, ordered or padded in bytes. The header does not count, nor do bits beside the stored ones.

    Args:
        dataset: from `read_dataset`.
        limits: what decoding may cost.

    Raises:
        ImageError: the pixels cannot be decoded.

    Example:
        >>> array_digest(np.zeros((1, 2, 2), np.uint8)) == array_digest(np.zeros((1, 2, 2), np.int16))
        True
    """
    return array_digest(decode(dataset, limits).stored)


def array_digest(values: NDArray[Any]) -> str:
    """Return the SHA-256 of whole or real numbers and their shape, in hexadecimal.

    Whole numbers are hashed in the smallest type that holds all of them, little endian, so that the type they
    came in does not count. The first bytes hashed are the type and the shape as text.

    Example:
        >>> array_digest(np.array([1, 2])) == array_digest(np.array([[1, 2]]))
        False
    """
    smallest = _smallest(values)
    found = hashlib.sha256(f"{smallest.str} {values.shape}".encode())
    found.update(np.ascontiguousarray(values, dtype=smallest).data)
    return found.hexdigest()


def _smallest(values: NDArray[Any]) -> np.dtype[Any]:
    if values.dtype.kind not in "iu":
        return values.dtype.newbyteorder("<")
    if values.size == 0:
        return np.dtype("u1")
    low, high = int(values.min()), int(values.max())
    names = ("u1", "<u2", "<u4", "<u8") if low >= 0 else ("i1", "<i2", "<i4", "<i8")
    for name in names:
        limits = np.iinfo(name)
        if limits.min <= low and high <= limits.max:
            return np.dtype(name)
    return values.dtype.newbyteorder("<")
