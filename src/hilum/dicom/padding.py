"""Pixels that are no image: filled in by the machine around it (PS3.3 section C.7.5.1.1.2)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.attributes import whole
from hilum.errors import ImageError


def padding_mask(stored: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_] | None:
    """Mark the pixels whose stored value is a padding value; None where the header names none.

    PixelPaddingValue alone is one value; with PixelPaddingRangeLimit all values between both, both included.

    Example:
        >>> dataset = Dataset()
        >>> dataset.PixelRepresentation, dataset.PixelPaddingValue = 1, -2000
        >>> padding_mask(np.array([-2000, 0], np.int16), dataset).tolist()
        [True, False]
    """
    ends = padding_range(dataset, signed=stored.dtype.kind == "i")
    if ends is None:
        return None
    low, high = ends
    return np.asarray((stored >= low) & (stored <= high))


def padding_range(dataset: Dataset, *, signed: bool) -> tuple[int, int] | None:
    """Return the lowest and the highest padding value; None where the header names none.

    Example:
        >>> padding_range(Dataset(), signed=False) is None
        True
    """
    if "PixelPaddingValue" not in dataset:
        return None
    try:
        value = _as_stored(whole(dataset, "PixelPaddingValue"), signed=signed)
        limit = _as_stored(whole(dataset, "PixelPaddingRangeLimit", value), signed=signed)
    except ImageError:
        return None
    return min(value, limit), max(value, limit)


def _as_stored(value: int, *, signed: bool) -> int:
    """Read a padding value with the sign of the pixels, whichever VR the writer chose."""
    if signed and value > 0x7FFF:
        return value - 0x10000
    return value + 0x10000 if not signed and value < 0 else value
