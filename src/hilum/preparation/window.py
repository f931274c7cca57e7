"""The step that shows a range of Hounsfield units."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Window:
    """Values from `centre - width / 2`, black, to `centre + width / 2`, white.

    The linear function of PS3.3 section C.11.2.1.3.2 (LINEAR_EXACT), so that a window means the same for
    volumes and single slices. One window; networks here read one channel.

    Attributes:
        centre: in Hounsfield units.
        width: in Hounsfield units.

    Example:
        >>> Window(-600, 1500).forward(np.array([[-1350.0, -600.0, 150.0, 3000.0]], np.float32)).tolist()
        [[0.0, 0.5, 1.0, 1.0]]
    """

    centre: float
    width: float
    name: ClassVar[str] = "window"

    @property
    def sentence(self) -> str:
        """What it does, for the plan."""
        low, high = self.centre - self.width / 2, self.centre + self.width / 2
        return f"grey runs from {low:g} to {high:g} Hounsfield units"

    def forward(self, values: NDArray[np.floating]) -> NDArray[np.float32]:
        """Do it.

        Args:
            values: Hounsfield units, any shape.

        Returns:
            The same shape, in 0..1.
        """
        grey = (np.asarray(values, np.float32) - np.float32(self.centre)) / np.float32(self.width)
        return np.asarray(np.clip(grey + np.float32(0.5), 0, 1), np.float32)
