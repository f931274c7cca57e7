"""How much two outlines cover each other, voxel by voxel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class VoxelCounts:
    """Voxels by truth and outline: true and false positives, false and true negatives.

    Example:
        >>> VoxelCounts.of(np.array([[True, True, False]]), np.array([[True, False, False]])).dice
        0.6666666666666666
    """

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @classmethod
    def of(cls, truth: Mask, outline: Mask) -> "VoxelCounts":
        """Count two masks of the same shape.

        Raises:
            MeasureError: their shapes differ.

        Example:
            >>> VoxelCounts.of(np.zeros((2, 2), bool), np.ones((2, 2), bool)).false_positive
            4
        """
        if truth.shape != outline.shape:
            raise MeasureError(
                f"the truth has the shape {truth.shape} and the outline {outline.shape}: give both "
                "on the same grid"
            )
        both, true, said = int(np.sum(truth & outline)), int(truth.sum()), int(outline.sum())
        return cls(both, said - both, true - both, truth.size - true - said + both)

    @property
    def dice(self) -> float:
        """2 TP / ((TP + FP) + (TP + FN)); 1 where both are empty, 0 where only one is.

        Reference:
            Dice, Ecology 1945.

        Example:
            >>> VoxelCounts(0, 0, 0, 9).dice, VoxelCounts(0, 3, 0, 6).dice
            (1.0, 0.0)
        """
        outlined = 2 * self.true_positive + self.false_positive + self.false_negative
        return 2 * self.true_positive / outlined if outlined else 1.0

    @property
    def sensitivity(self) -> float | None:
        """Share of the true voxels that are outlined; None where there are none.

        Example:
            >>> VoxelCounts(3, 0, 1, 5).sensitivity
            0.75
        """
        true = self.true_positive + self.false_negative
        return self.true_positive / true if true else None

    @property
    def specificity(self) -> float | None:
        """Share of the other voxels that are not outlined; None where there are none.

        It grows with the image's margin and is near 1 for small lesions whatever the outline.

        Example:
            >>> VoxelCounts(3, 2, 1, 6).specificity
            0.75
        """
        healthy = self.true_negative + self.false_positive
        return self.true_negative / healthy if healthy else None
