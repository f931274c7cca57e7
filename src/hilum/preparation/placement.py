"""Where the pixels of a prepared picture lie in the original image: every step of preparation, and back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Moved:
    """What one step did to the places of pixels: another size, or another place without another size.

    Attributes:
        before: rows and columns that went in.
        after: rows and columns that came out.
        offset: where the first row and column of what went in lie in what came out, whole pixels; may be
            negative, where something was cut off.

    Example:
        >>> down = Moved((4, 4), (4, 4), (2, 0))
        >>> down.map_back(np.eye(4, dtype=np.float32))[:, 2].tolist()
        [1.0, 0.0, 0.0, 0.0]
    """

    before: tuple[int, int]
    after: tuple[int, int]
    offset: tuple[int, int] | None = None

    @property
    def scale(self) -> tuple[float, float]:
        """How many rows and columns come out for each that went in."""
        if self.offset is not None:
            return 1.0, 1.0
        return self.after[0] / self.before[0], self.after[1] / self.before[1]

    def points_forward(self, points: Points) -> Points:
        """Places in what went in, as places in what came out.

        Args:
            points: (n, 2) rows and columns, in pixels; the middle of the first pixel is at 0.

        Example:
            >>> Moved((4, 4), (8, 8)).points_forward(np.array([[0.0, 3.0]])).tolist()
            [[0.5, 6.5]]
        """
        moved: Points = (points + 0.5) * np.array(self.scale) - 0.5 + np.array(self.offset or (0, 0))
        return moved

    def points_back(self, points: Points) -> Points:
        """Places in what came out, as places in what went in.

        Args:
            points: (n, 2) rows and columns, in pixels.

        Example:
            >>> Moved((4, 4), (8, 8)).points_back(np.array([[0.5, 6.5]])).tolist()
            [[0.0, 3.0]]
        """
        moved: Points = (points - np.array(self.offset or (0, 0)) + 0.5) / np.array(self.scale) - 0.5
        return moved

    def map_back(self, found: NDArray[np.float32]) -> NDArray[np.float32]:
        """A map of what came out, as a map of what went in.

        Args:
            found: values at every pixel that came out.

        Returns:
            Values at every pixel that went in; 0 where nothing of it came out.
        """
        if self.offset is None:
            return resize(found, self.before)
        return pasted(found, self.before, (-self.offset[0], -self.offset[1]))


@dataclass(frozen=True)
class Placement:
    """How an image became a prepared square, step by step.

    Attributes:
        steps: what each step did to places; steps that only change grey values are left out.
        way: how it was centred: `lungs`, `mutual information`, `random`, or `none`.
        shift: by how many rows and columns it was moved for that.
        turned: by how many degrees it seems to have been turned, anticlockwise; 0 where it is upright or
            was not looked at.
        strange: whether it is like no training image, such as one of another view.
        cropped: by what the lungs were found to which it was cut: `mask`, `threshold`, or `whole` where they
            were not; empty where it was not looked for them.

    Example:
        >>> Placement((Moved((100, 50), (32, 16)), Moved((32, 16), (32, 32), (0, 8)))).shape
        (100, 50)
    """

    steps: tuple[Moved, ...]
    way: str = "none"
    shift: tuple[int, int] = (0, 0)
    turned: int = 0
    cropped: str = ""
    strange: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the original image."""
        return self.steps[0].before

    def points_forward(self, points: Points) -> Points:
        """Places in the original image, as places in the prepared square.

        Args:
            points: (n, 2) rows and columns, in pixels.
        """
        for step in self.steps:
            points = step.points_forward(points)
        return points

    def points_back(self, points: Points) -> Points:
        """Places in the prepared square, as places in the original image.

        Args:
            points: (n, 2) rows and columns, in pixels.
        """
        for step in reversed(self.steps):
            points = step.points_back(points)
        return points

    def map_back(self, found: NDArray[np.float32]) -> NDArray[np.float32]:
        """A map of the prepared square in the rows and columns of the original image.

        Args:
            found: (size, size).

        Returns:
            (rows, columns); 0 where the prepared square shows nothing of the image.

        Example:
            >>> place = Placement((Moved((100, 50), (32, 16)), Moved((32, 16), (32, 32), (0, 8))))
            >>> place.map_back(np.ones((32, 32), np.float32)).shape
            (100, 50)
        """
        for step in reversed(self.steps):
            found = step.map_back(found)
        return found


def pasted(
    picture: NDArray[np.float32], shape: tuple[int, int], offset: tuple[int, int]
) -> NDArray[np.float32]:
    """A picture laid on a black canvas; what sticks out is cut off.

    Args:
        picture: (rows, columns).
        shape: rows and columns of the canvas.
        offset: where the picture's first row and column lie on the canvas.

    Example:
        >>> pasted(np.ones((2, 2), np.float32), (3, 3), (-1, 1)).tolist()
        [[0.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    canvas = np.zeros(shape, np.float32)
    here, there = [], []
    for side, wide, start in zip(picture.shape, shape, offset, strict=True):
        low, high = max(start, 0), min(start + side, wide)
        here.append(slice(low, max(high, low)))
        there.append(slice(low - start, max(high, low) - start))
    canvas[tuple(here)] = picture[tuple(there)]
    return canvas
