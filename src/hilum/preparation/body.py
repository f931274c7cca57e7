"""The step that cuts a picture to the body."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hilum.preparation.placement import Moved, pasted

_FAINTEST, _LEAST_SHARE, _LOOKED_AT = 0.1, 0.1, 256
_LOW, _HIGH = 1.0, 99.0


@dataclass(frozen=True)
class CropToBody:
    """The smallest rectangle that holds the largest bright area, with a margin.

    Bright is what lies above a tenth between the 1st and the 99th percentile. Where that area covers less
    than a tenth of the picture, or there is none, the picture is left whole.

    Attributes:
        margin: around the rectangle, as a fraction of the longer side.

    Example:
        >>> picture = np.zeros((100, 80), np.float32)
        >>> picture[20:80, 10:70] = 1
        >>> made, moved = CropToBody(margin=0.0).forward(picture)
        >>> made.shape, moved.offset
        ((60, 60), (-20, -10))
    """

    margin: float = 0.02
    name: ClassVar[str] = "crop to body"
    sentence: ClassVar[str] = "every image is cut to the body; air and black borders around it are left out"

    def forward(self, picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], Moved]:
        """Do it.

        Args:
            picture: (rows, columns).

        Returns:
            What is left, and what became of the places.
        """
        return cut(picture, _body(picture), self.margin)


def cut(
    picture: NDArray[np.float32], mask: NDArray[np.bool_], margin: float
) -> tuple[NDArray[np.float32], Moved]:
    """Cut a picture to the rectangle around a mask.

    Args:
        picture: (rows, columns).
        mask: (rows, columns); where it is empty the picture is left whole.
        margin: around the rectangle, as a fraction of the longer side of the picture.

    Returns:
        What is left, and what became of the places.

    Example:
        >>> mask = np.zeros((10, 10), np.bool_)
        >>> mask[2:4, 5:9] = True
        >>> cut(np.ones((10, 10), np.float32), mask, 0.1)[0].shape
        (4, 6)
    """
    shape = (picture.shape[0], picture.shape[1])
    extra = round(margin * max(shape))
    if mask.any():
        (top, bottom), (left, right) = (_span(np.asarray(mask.any(axis=axis)), extra) for axis in (1, 0))
    else:
        (top, left), (bottom, right) = (0, 0), shape
    offset, after = (-top, -left), (bottom - top, right - left)
    return pasted(picture, after, offset), Moved(shape, after, offset)


def _span(there: NDArray[np.bool_], extra: int) -> tuple[int, int]:
    found = np.flatnonzero(there)
    return max(int(found[0]) - extra, 0), min(int(found[-1]) + 1 + extra, len(there))


def _body(picture: NDArray[np.float32]) -> NDArray[np.bool_]:
    import cv2

    low, high = np.percentile(picture, [_LOW, _HIGH])
    bright = (picture > low + _FAINTEST * (high - low)).astype(np.uint8)
    side = max(3, min(picture.shape) // _LOOKED_AT * 2 + 1)
    opened = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    count, labels, facts, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    if count < 2:
        return np.zeros(picture.shape, np.bool_)
    largest = 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))
    if facts[largest, cv2.CC_STAT_AREA] < _LEAST_SHARE * picture.size:
        return np.zeros(picture.shape, np.bool_)
    found: NDArray[np.bool_] = labels == largest
    return found
