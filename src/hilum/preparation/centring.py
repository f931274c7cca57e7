"""The step that moves the lungs of a scan to the middle of the picture."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from hilum.preparation.mutual_information import best_shift
from hilum.preparation.placement import Moved, pasted
from hilum.preparation.two_lungs import TwoLungs, find_two_lungs

Fallback = Literal["mutual information", "random", "none"]
Way = Literal["lungs", "mutual information", "random", "none"]


@dataclass(frozen=True)
class CentreOnLungs:
    """The point midway between the two lungs' centres of mass is moved to the middle, by whole pixels.

    What comes in from outside is black. Where no two lungs are found, the picture is moved to where its
    normalised mutual information with the mean image of the training part is highest.

    Attributes:
        mean: mean image of the training part, square; None where there is no fallback.
        fallback: how the highest is looked for, or `none`: such a picture stays where it is.

    Example:
        >>> scan = np.zeros((64, 64), np.float32)
        >>> scan[20:40, 10:24] = scan[24:44, 38:52] = 1
        >>> moved, way = CentreOnLungs(None, "none").find(scan)
        >>> moved.offset, way
        ((0, 1), 'lungs')
    """

    mean: NDArray[np.float32] | None
    fallback: Fallback = "mutual information"
    name: ClassVar[str] = "centre on the lungs"

    @property
    def sentence(self) -> str:
        """What it does, for the plan."""
        first = "the point midway between the lungs' centres of mass is moved to the middle of the image"
        if self.fallback == "none":
            return f"{first}; an image in which no two lungs are found stays where it is"
        how = "by chance" if self.fallback == "random" else "from coarse to fine"
        return (
            f"{first}; an image in which no two lungs are found is moved to the highest normalised mutual "
            f"information with the mean training image, looked for {how}"
        )

    def find(self, picture: NDArray[np.float32]) -> tuple[Moved, Way]:
        """Where a picture belongs, and how that was found.

        Args:
            picture: (size, size), any range.
        """
        size = len(picture)
        lungs = find_two_lungs(picture)
        if lungs is not None:
            return _by(to_centre(lungs, size), size), "lungs"
        if self.fallback == "none" or self.mean is None or not picture.max() > picture.min():
            return _by((0, 0), size), "none"
        rows, columns = best_shift(picture, self.mean, self.fallback)
        return _by((round(rows * size), round(columns * size)), size), self.fallback

    def forward(self, picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], Moved]:
        """Do it.

        Args:
            picture: (size, size).

        Returns:
            The same size, and what became of the places.
        """
        moved, _ = self.find(picture)
        return pasted(picture, moved.after, moved.offset or (0, 0)), moved


def to_centre(lungs: TwoLungs, size: int) -> tuple[int, int]:
    """By how many rows and columns the point midway between the lungs is from the middle of the picture.

    Args:
        lungs: in a square of `size`.
        size: rows and columns.

    Example:
        >>> to_centre(TwoLungs((10.0, 4.0), (12.0, 20.0)), 32)
        (4, 4)
    """
    middle = (size - 1) / 2
    rows, columns = (round(middle - at) for at in lungs.midway)
    return rows, columns


def _by(offset: tuple[int, int], size: int) -> Moved:
    return Moved((size, size), (size, size), offset)
