"""Bring a map back onto the image it belongs to."""

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize
from hilum.preparation import Picture, inner_size


def map_in_image(
    prepared_map: NDArray[np.float32], shape: tuple[int, int], picture: Picture
) -> NDArray[np.float32]:
    """A map of a prepared square, in the rows and columns of the original image.

    Args:
        prepared_map: (size, size).
        shape: rows and columns of the original image.
        picture: how the image was made into the square.

    Returns:
        (rows, columns); what was filled around the image is cut off.

    Example:
        >>> map_in_image(np.ones((32, 32), np.float32), (100, 50), Picture(size=32)).shape
        (100, 50)
    """
    rows, columns = inner_size(shape, picture.size, picture.fit)
    top, left = (picture.size - rows) // 2, (picture.size - columns) // 2
    return resize(prepared_map[top : top + rows, left : left + columns], shape)
