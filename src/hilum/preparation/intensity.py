"""Make grey values comparable between machines, one picture at a time: reading needs no other image."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Normalisation = Literal["none", "percentile", "equalise", "local"]

_LEVELS = 4096
_SMALLEST_RANGE = 1e-3


def standardise(picture: NDArray[np.float32], how: Normalisation) -> NDArray[np.float32]:
    """Standardise the grey values of one picture.

    `none` leaves them; `percentile` maps the 1st and 99th percentile to 0 and 1, which cancels brightness
    and contrast; `equalise` gives every grey value the same frequency, which cancels every monotone change
    (brightness, contrast, gamma, window); `local` is contrast-limited adaptive equalisation (Zuiderveld
    1994) after `percentile`.

    Args:
        picture: (rows, columns) in 0..1, or (slices, rows, columns) of a volume; `local` looks at one slice
            at a time, all others at the whole volume.
        how: one of the four.

    Returns:
        The same shape, in 0..1. A picture of one single grey becomes 0 (`percentile`) or mid-grey
        (`equalise`).

    Example:
        >>> dark = np.linspace(0.2, 0.4, 101, dtype=np.float32).reshape(1, -1)
        >>> float(standardise(dark, "percentile").max())
        1.0
    """
    if how == "none":
        return picture
    if how == "percentile":
        return _percentile(picture)
    if how == "equalise":
        return _equalise(picture)
    return _local(_percentile(picture))


def _percentile(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = np.percentile(picture, [1.0, 99.0])
    scaled = (picture - np.float32(low)) / np.float32(max(high - low, _SMALLEST_RANGE))
    clipped: NDArray[np.float32] = np.clip(scaled, 0, 1).astype(np.float32)
    return clipped


def _equalise(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    level = np.clip(picture * _LEVELS, 0, _LEVELS - 1).astype(np.int64)
    counts = np.bincount(level.ravel(), minlength=_LEVELS)
    middle_rank = (np.cumsum(counts) - counts / 2) / picture.size
    return middle_rank.astype(np.float32)[level]


def _local(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    if picture.ndim > 2:
        return np.stack([_local(each) for each in picture])
    eight_bits = np.round(picture * 255).astype(np.uint8)
    equalised = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8)).apply(eight_bits)
    return equalised.astype(np.float32) / np.float32(255)
