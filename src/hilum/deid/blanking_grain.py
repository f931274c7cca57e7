"""Where a picture is so grainy, as ultrasound is, that thin faint writing is seen only when enlarged."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_FINE, _NEAR = 5, 33  # pixels: what is finer is grain; over how many it is averaged
_GRAINY = 0.02 * 255  # standard deviation, in grey levels
_SHARE = 0.3  # of the picture
_CELL = 8
_MOST_PIXELS = 1_500_000  # after enlarging: about a quarter of a second
_MOST, _LEAST = 2.0, 1.2
_OVERLAP = 64


@dataclass(frozen=True)
class Tile:
    """A part of a picture to be looked at enlarged.

    Attributes:
        rows: of the picture.
        columns: of the picture.
        factor: by which it is enlarged.
    """

    rows: slice
    columns: slice
    factor: float

    def of(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part, enlarged.

        Example:
            >>> Tile(slice(0, 8), slice(0, 16), 2.0).of(np.zeros((64, 64), np.uint8)).shape
            (16, 32)
        """
        part = picture[self.rows, self.columns]
        return np.asarray(
            cv2.resize(part, None, fx=self.factor, fy=self.factor, interpolation=cv2.INTER_CUBIC), np.uint8
        )


def grainy_tiles(picture: NDArray[np.uint8]) -> list[Tile]:
    """Four tiles over the grainy part of a grey picture; none where little of it is grainy.

    Example:
        >>> chance = np.random.default_rng(0)
        >>> [tile.factor for tile in grainy_tiles(chance.integers(0, 255, (512, 512)).astype(np.uint8))]
        [2.0, 2.0, 2.0, 2.0]
        >>> grainy_tiles(np.zeros((512, 512), np.uint8))
        []
    """
    grey = picture.astype(np.float32)
    fine = grey - cv2.blur(grey, (_FINE, _FINE))
    grain = cv2.blur(fine * fine, (_NEAR, _NEAR))[::_CELL, ::_CELL] > _GRAINY**2
    if grain.mean() < _SHARE:
        return []
    rows, columns = (np.flatnonzero(grain.any(axis=axis)) * _CELL for axis in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    bottom, right = min(int(rows[-1]) + _CELL, len(picture)), min(int(columns[-1]) + _CELL, picture.shape[1])
    factor = min(_MOST, float(np.sqrt(_MOST_PIXELS / ((bottom - top) * (right - left)))))
    if factor < _LEAST:
        return []
    halves = [_halves(first, last) for first, last in ((top, bottom), (left, right))]
    return [Tile(row, column, factor) for row in halves[0] for column in halves[1]]


def _halves(first: int, last: int) -> tuple[slice, slice]:
    """Two halves of a range that overlap, so that no line is cut in both."""
    middle, beside = (first + last) // 2, _OVERLAP // 2
    return slice(first, min(last, middle + beside)), slice(max(first, middle - beside), last)
