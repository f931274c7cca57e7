"""Threshold-free cluster enhancement: a pixel counts by its own height and by how much stands around it.

Smith & Nichols, NeuroImage 2009: over all thresholds h up to the pixel's own height, the integral of
`extent(h)^E * h^H`, with E = 0.5 and H = 2. Extent is the number of connected pixels above h; two pixels are
connected where they share an edge (in volumes a face). Positive and negative statistics are enhanced apart.
The integral is exact: it is summed between the heights that occur, not in steps.
"""

import numpy as np
from numpy.typing import NDArray

EXTENT, HEIGHT = 0.5, 2.0


def threshold_free(
    statistic: NDArray[np.float64], extent: float = EXTENT, height: float = HEIGHT
) -> NDArray[np.float64]:
    """Enhance a map of statistics by the support that each place has around it.

    Args:
        statistic: a map of two axes or a volume of three, finite; signs matter.
        extent: the power E of the cluster's extent.
        height: the power H of the threshold.

    Returns:
        Enhanced values of the same shape, each with the sign of its statistic.

    Example:
        >>> threshold_free(np.array([[0.0, 3.0, 3.0, 0.0, -3.0]])).round(3).tolist()
        [[0.0, 12.728, 12.728, 0.0, -9.0]]
    """
    return Enhancement(statistic.shape, extent, height)(statistic)


class Enhancement:
    """Enhances many maps of one shape; memory is taken once.

    Example:
        >>> Enhancement((1, 3))(np.array([[1.0, 0.0, -1.0]])).round(3).tolist()
        [[0.333, 0.0, -0.333]]
    """

    def __init__(self, shape: tuple[int, ...], extent: float = EXTENT, height: float = HEIGHT) -> None:
        """Take the shape of a map and the two powers."""
        self._shape = shape
        self._grid = np.array([*(1,) * (3 - len(shape)), *shape], dtype=np.int64)
        self._height = height
        self._extents = np.arange(int(np.prod(shape)) + 1, dtype=np.float64) ** extent

    def __call__(self, statistic: NDArray[np.float64]) -> NDArray[np.float64]:
        """Enhance one map."""
        flat = np.ascontiguousarray(statistic, dtype=np.float64).ravel()
        size = np.abs(flat)
        order = np.argsort(-size)
        order = order[: int(np.count_nonzero(size))]
        from hilum.explanation.pixel_tests_kernels import enhanced_sizes

        # The antiderivative of h^H, at every pixel's own height.
        risen = size ** (self._height + 1) / (self._height + 1)
        enhanced = enhanced_sizes(flat, order, risen, self._grid, self._extents)
        return np.asarray(enhanced * np.sign(flat), dtype=np.float64).reshape(self._shape)
