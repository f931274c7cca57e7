"""Bring a picture of any size into the square that a model reads."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize


def fit_square(
    picture: NDArray[np.float32], size: int, fit: Literal["letterbox", "stretch"]
) -> tuple[NDArray[np.float32], tuple[slice, slice]]:
    """Resize a picture into a square.

    Args:
        picture: (rows, columns) grey values.
        size: rows and columns of the square.
        fit: `letterbox` keeps the aspect ratio, centres and fills with 0; `stretch` fills the square.

    Returns:
        The square, and where in it the picture lies.

    Example:
        >>> square, place = fit_square(np.ones((40, 20), np.float32), 8, "letterbox")
        >>> square[0].tolist(), place
        ([0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0], (slice(0, 8, None), slice(2, 6, None)))
    """
    rows, columns = inner_size(picture.shape, size, fit)
    inner = resize(picture, (rows, columns))
    top, left = (size - rows) // 2, (size - columns) // 2
    place = (slice(top, top + rows), slice(left, left + columns))
    square = np.zeros((size, size), np.float32)
    square[place] = inner
    return square, place


def inner_size(shape: tuple[int, ...], size: int, fit: Literal["letterbox", "stretch"]) -> tuple[int, int]:
    """Rows and columns that a picture takes up inside the square.

    Example:
        >>> inner_size((2000, 1000), 96, "letterbox"), inner_size((2000, 1000), 96, "stretch")
        ((96, 48), (96, 96))
    """
    if fit == "stretch":
        return size, size
    longest = max(shape[:2])
    return max(1, round(shape[0] * size / longest)), max(1, round(shape[1] * size / longest))
