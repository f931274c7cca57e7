"""Where a large picture must be looked at in full size, because strokes there are too fine for the whole."""

import cv2
import numpy as np
from numpy.typing import NDArray

_STROKE = 7  # pixels: what is narrower stands out
_CELL = 16
_STANDS_OUT = 5.0  # times what is usual in the picture
_LEAST = 40  # grey levels
_WINDOW = 640
_MOST_WINDOWS = 3
_WHOLE_IS_ENOUGH = 1.15


def windows_of(picture: NDArray[np.uint8], longest_side: int) -> list[tuple[slice, slice]]:
    """Up to three parts (rows, columns) that hold fine strokes; none where the whole is looked at as it is.

    Args:
        picture: grey.
        longest_side: what larger pictures are made smaller to.

    Example:
        >>> windows_of(np.zeros((512, 512), np.uint8), 960)
        []
    """
    if max(picture.shape) <= _WHOLE_IS_ENOUGH * longest_side:
        return []
    kernel = np.ones((_STROKE, _STROKE), np.uint8)
    bright = cv2.morphologyEx(picture, cv2.MORPH_TOPHAT, kernel)
    dark = cv2.morphologyEx(picture, cv2.MORPH_BLACKHAT, kernel)
    strength = np.maximum(bright, dark)
    rows, columns = (side // _CELL for side in strength.shape)
    cells = strength[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL).max(axis=(1, 3))
    fine = cells >= max(_LEAST, _STANDS_OUT * float(np.median(cells)))
    return _covering(fine, picture.shape)


def _covering(fine: NDArray[np.bool_], shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    """Windows over the cells, the fullest first."""
    side = _WINDOW // _CELL
    windows: list[tuple[slice, slice]] = []
    left = fine.astype(np.float32)
    while left.any() and len(windows) < _MOST_WINDOWS:
        sums = cv2.boxFilter(left, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT)
        row, column = (int(place) for place in np.unravel_index(int(sums.argmax()), sums.shape))
        top = int(np.clip((row - side // 2) * _CELL, 0, max(0, shape[0] - _WINDOW)))
        start = int(np.clip((column - side // 2) * _CELL, 0, max(0, shape[1] - _WINDOW)))
        windows.append((slice(top, top + _WINDOW), slice(start, start + _WINDOW)))
        left[top // _CELL : (top + _WINDOW) // _CELL, start // _CELL : (start + _WINDOW) // _CELL] = 0
    return windows
