"""Bring a map back onto the image it belongs to."""

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize
from hilum.preparation import Picture, inner_size
from hilum.preparation.placement import Placement


def map_in_image(
    prepared_map: NDArray[np.float32],
    shape: tuple[int, int],
    picture: Picture,
    placement: Placement | None = None,
) -> NDArray[np.float32]:
    """A map of a prepared square, in the rows and columns of the original image.

    Args:
        prepared_map: (size, size).
        shape: rows and columns of the original image.
        picture: how the image was made into the square.
        placement: where exactly it was put, for images that were cropped, centred or brought to a spacing;
            None = only resized and filled up.

    Returns:
        (rows, columns); what was filled around the image is cut off, and what the square does not show is 0.

    Example:
        >>> map_in_image(np.ones((32, 32), np.float32), (100, 50), Picture(size=32)).shape
        (100, 50)
    """
    if placement is not None:
        back = placement.map_back(prepared_map)
        return back if back.shape == shape else resize(back, shape)
    rows, columns = inner_size(shape, picture.size, picture.fit)
    top, left = (picture.size - rows) // 2, (picture.size - columns) // 2
    return resize(prepared_map[top : top + rows, left : left + columns], shape)
