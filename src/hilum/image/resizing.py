"""Another size, without inventing detail."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ImageError


def resize(picture: NDArray[Any], size: tuple[int, int]) -> NDArray[np.float32]:
    """Resize a picture to (rows, columns).

    Smaller: the mean over the area that each new pixel covers (OpenCV `INTER_AREA`), which cannot alias and
    keeps the mean. Larger: linear between pixel centres. Where one side grows and the other shrinks, each
    has its own way. The shape is not kept: what must not be squeezed is padded first.

    Args:
        picture: (rows, columns), or (rows, columns, channels) with at most four channels; any real type.
        size: rows and columns wanted, at least 1 each.

    Returns:
        float32, never outside the range of the picture.

    Raises:
        ImageError: the picture has no pixels or another number of dimensions, or the size is not positive.

    Example:
        >>> resize(np.array([[0.0, 1.0], [1.0, 0.0]]), (1, 1)).tolist()
        [[0.5]]
    """
    import cv2

    rows, columns = size
    if picture.ndim not in (2, 3) or picture.size == 0:
        raise ImageError(f"a picture of shape {picture.shape} cannot be resized: rows and columns are needed")
    if rows < 1 or columns < 1:
        raise ImageError(f"a picture cannot be resized to {rows} x {columns}")
    source: NDArray[Any] = np.ascontiguousarray(picture, dtype=np.float32)
    if source.shape[:2] == (rows, columns):
        return source.copy() if source is picture else source
    smaller = (min(columns, source.shape[1]), min(rows, source.shape[0]))
    if smaller != (source.shape[1], source.shape[0]):
        source = cv2.resize(source, smaller, interpolation=cv2.INTER_AREA)
    if smaller != (columns, rows):
        source = cv2.resize(source, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(source.reshape(rows, columns, *picture.shape[2:]), np.float32)
