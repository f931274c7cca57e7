"""The step that brings out faint contrast everywhere in a picture."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Clahe:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld 1994).

    Attributes:
        limit: how far the contrast of a tile may be raised.
        tiles: rows and columns of tiles.

    Example:
        >>> faint = np.tile(np.linspace(0.4, 0.5, 64, dtype=np.float32), (64, 1))
        >>> made = Clahe().forward(faint)
        >>> bool(np.ptp(made) > np.ptp(faint))
        True
    """

    limit: float = 2.0
    tiles: int = 8
    name: ClassVar[str] = "clahe"
    sentence: ClassVar[str] = "faint contrast is raised everywhere in the image (CLAHE)"

    def forward(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Do it.

        Args:
            picture: (rows, columns) in 0..1, or (slices, rows, columns), one slice at a time.

        Returns:
            The same shape, in 0..1.
        """
        import cv2

        if picture.ndim > 2:
            return np.stack([self.forward(each) for each in picture])
        eight_bits = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
        equalised = cv2.createCLAHE(clipLimit=self.limit, tileGridSize=(self.tiles, self.tiles))
        return equalised.apply(eight_bits).astype(np.float32) / np.float32(255)
