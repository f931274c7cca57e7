"""A number that stays nearly the same when a picture is copied, compressed again or made brighter."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.image.resizing import resize

_SIDE, _KEPT = 32, 8
_FLAT = 1e-5
"""Contrast below this part of the brightness is rounding."""


def perceptual_hash(picture: NDArray[Any]) -> int:
    """Return a 64-bit perceptual hash of a picture.

    The picture is reduced to 32 x 32 by area means, transformed by the two-dimensional cosine transform
    (DCT-II, orthonormal); the 8 x 8 coefficients of the lowest frequencies, without the first row and column
    (frequencies 1 to 8), are compared with their median: 1 above it, else 0. The bits run row by row, the
    first is the highest. This is the DCT hash of C. Zauner, "Implementation and Benchmarking of Perceptual
    Image Hash Functions" (2010).

    Copies differ in few bits (Hamming distance, `(a ^ b).bit_count()`), unrelated pictures in about 32.
    Scale, contrast and brightness, as long as nothing is cut off, change nothing.

    A picture without contrast has the hash 0.

    Args:
        picture: (rows, columns), any real type.

    Raises:
        ImageError: it is no picture.

    Example:
        >>> picture = np.random.default_rng(1).random((64, 64))
        >>> perceptual_hash(picture) == perceptual_hash(2 * picture + 10)
        True
    """
    small = resize(picture, (_SIDE, _SIDE)).astype(np.float64)
    basis = _cosines()
    low = basis @ small @ basis.T
    largest = np.abs(low).max()
    if largest <= _FLAT * np.abs(small).max():
        return 0
    low = np.round(low / largest, 6)  # what is zero but for rounding must not decide
    bits = low > np.median(low)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


@cache
def _cosines() -> NDArray[np.float64]:
    """The rows of the orthonormal DCT-II matrix for frequencies 1 to 8."""
    frequency = np.arange(1, _KEPT + 1)[:, np.newaxis]
    place = np.arange(_SIDE)[np.newaxis]
    return np.asarray(np.sqrt(2 / _SIDE) * np.cos(np.pi * (2 * place + 1) * frequency / (2 * _SIDE)))
