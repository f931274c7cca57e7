"""The step that lays a picture in the middle of a black square."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hilum.preparation.placement import Moved, pasted


@dataclass(frozen=True)
class Letterbox:
    """A black square around a picture, or the middle of a picture that is larger than the square.

    Attributes:
        size: rows and columns of the square.

    Example:
        >>> square, moved = Letterbox(4).forward(np.ones((4, 2), np.float32))
        >>> square[0].tolist(), moved.offset
        ([0.0, 1.0, 1.0, 0.0], (0, 1))
    """

    size: int
    name: ClassVar[str] = "letterbox"

    @property
    def sentence(self) -> str:
        """What it does, for the plan."""
        return f"every image keeps its shape and is filled up with black to {self.size} x {self.size} pixels"

    def forward(self, picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], Moved]:
        """Do it.

        Args:
            picture: (rows, columns).

        Returns:
            The square, and what became of the places.
        """
        rows, columns = picture.shape
        offset = ((self.size - rows) // 2, (self.size - columns) // 2)
        square = pasted(picture, (self.size, self.size), offset)
        return square, Moved((rows, columns), (self.size, self.size), offset)
