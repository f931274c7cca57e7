"""Reading the places in which a detector sees writing, within a fixed number of tries a picture."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.deid.text_models import Found, Reading, TextModels

_READ_AT_ONCE = 0.8  # read as surely as this, a crop need not be turned round
_FEWEST_CHANGES = 3


class Reader:
    """Reads places of one image until its tries are used up, so that no picture takes for ever.

    Args:
        models: the recogniser.
        tries: how often it may be asked; each takes some milliseconds.

    Example:
        >>> box = Found(np.float32([[0, 0], [30, 0], [30, 10], [0, 10]]), 1.0)
        >>> Reader(TextModels(), tries=0).read([np.zeros((64, 64), np.uint8)], box, alone=False) is None
        True
    """

    def __init__(self, models: TextModels, tries: int) -> None:
        self._models, self._left = models, tries

    def read(self, pictures: Sequence[NDArray[np.uint8]], box: Found, *, alone: bool) -> Reading | None:
        """The surest reading of a box: as it is, turned round, and in the other renderings.

        Args:
            pictures: renderings of the same picture.
            box: the place.
            alone: it has the shape of one letter, which may stand any way.

        Returns:
            What is read; None where no tries are left for it.
        """
        readings: list[Reading] = []
        for picture in pictures:
            crop = crop_of(picture, box.corners)
            for turns in (0, 2, 1, 3) if alone else (0, 2):
                if self._left <= 0:
                    return max(readings, key=lambda reading: reading.score, default=None)
                self._left -= 1
                readings.append(self._models.read(np.ascontiguousarray(np.rot90(crop, turns))))
                if readings[-1].score >= _READ_AT_ONCE and readings[-1].text:
                    return readings[-1]
        return max(readings, key=lambda reading: reading.score)


def has_strokes(crop: NDArray[np.uint8]) -> bool:
    """Whether light and dark change often enough along a line for letters: a plain bar or edge has not.

    Example:
        >>> bar = np.zeros((20, 80), np.uint8)
        >>> bar[5:15, 5:75] = 255
        >>> has_strokes(bar)
        False
    """
    import cv2

    _, ink = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    rows = ink[len(ink) // 5 : len(ink) - len(ink) // 5]
    changes = np.abs(np.diff(rows.astype(np.int8), axis=1)).sum(axis=1)
    return bool(np.percentile(changes, 80) >= _FEWEST_CHANGES)


def sides(box: Found) -> tuple[float, float]:
    """Width and height of a box, in pixels, along its own edges.

    Example:
        >>> sides(Found(np.float32([[0, 0], [30, 0], [30, 10], [0, 10]]), 1.0))
        (30.0, 10.0)
    """
    corners = box.corners
    return (
        float(np.linalg.norm(corners[1] - corners[0])),
        float(np.linalg.norm(corners[3] - corners[0])),
    )


def crop_of(picture: NDArray[np.uint8], corners: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The writing in a box, turned upright; tall boxes are taken for writing that runs along them.

    Example:
        >>> corners = np.float32([[0, 0], [30, 0], [30, 10], [0, 10]])
        >>> crop_of(np.zeros((64, 64), np.uint8), corners).shape
        (10, 30)
    """
    import cv2

    width = max(2, round(float(np.linalg.norm(corners[1] - corners[0]))))
    height = max(2, round(float(np.linalg.norm(corners[3] - corners[0]))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    crop = cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.rot90(crop) if height >= 1.5 * width else crop, np.uint8)
