"""The step that stretches grey from the darkest pixel to the brightest."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class MinMax:
    """The darkest pixel becomes 0 and the brightest 1, with straight lines between.

    One pixel alone, such as a marker's or a hot spot's, decides how bright all others are.

    Example:
        >>> MinMax().forward(np.array([[0.2, 0.3, 0.4]], np.float32)).round(3).tolist()
        [[0.0, 0.5, 1.0]]
    """

    name: ClassVar[str] = "min-max"
    sentence: ClassVar[str] = "grey runs from the darkest pixel of each image to its brightest"

    def forward(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Do it.

        Args:
            picture: any shape.

        Returns:
            The same shape, in 0..1; 0 throughout for a picture of one single grey.
        """
        low, high = float(picture.min()), float(picture.max())
        if not high > low:
            return np.zeros(picture.shape, np.float32)
        return np.asarray((picture - np.float32(low)) / np.float32(high - low), dtype=np.float32)
