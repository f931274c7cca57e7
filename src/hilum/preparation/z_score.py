"""The step that measures grey in standard deviations from its mean."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 1e-6


@dataclass(frozen=True)
class ZScore:
    """The mean becomes mid-grey, and `reach` standard deviations to either side black and white.

    Attributes:
        reach: standard deviations from mid-grey to white.

    Example:
        >>> flat = np.array([[-1.0, 1.0, -1.0, 1.0]], np.float32)
        >>> ZScore(reach=2.0).forward(flat).tolist()
        [[0.25, 0.75, 0.25, 0.75]]
    """

    reach: float = 3.0
    name: ClassVar[str] = "z-score"

    @property
    def sentence(self) -> str:
        """What it does, for the plan."""
        return (
            f"the mean grey of each image is mid-grey, and {self.reach:g} standard deviations more are white"
        )

    def forward(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Do it.

        Args:
            picture: any shape.

        Returns:
            The same shape, in 0..1; mid-grey throughout for a picture of one single grey.
        """
        mean = picture.mean(dtype=np.float64)
        deviation = picture.std(dtype=np.float64)
        if deviation < _SMALLEST:
            return np.full(picture.shape, 0.5, np.float32)
        score = (picture - np.float32(mean)) / np.float32(deviation)
        return np.asarray(np.clip(score / np.float32(2 * self.reach) + np.float32(0.5), 0, 1), np.float32)
