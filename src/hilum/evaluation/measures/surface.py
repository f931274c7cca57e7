"""How far two outlines' boundaries lie apart, in millimetres (or in pixels where there are none)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.measures.overlap import Mask

# Voxel sizes are stored as 32-bit numbers: 20 voxels of 0.1 mm are 2.00000003 mm.
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """From every boundary voxel of either outline the distance to the other's nearest boundary voxel.

    A boundary voxel belongs to the outline and has a neighbour, sharing a face, that does not; what lies
    beyond the image does not belong to it. Axes of one voxel are left out, so that a picture has a
    boundary of pixels. Every boundary voxel counts the same, as in MONAI (DeepMind's surface-distance weighs
    them by area).

    Attributes:
        from_truth: (t,) distances of the truth's boundary; infinite where the outline is empty.
        from_outline: (o,) distances of the outline's boundary; infinite where the truth is empty.

    Example:
        >>> truth, outline = np.zeros((1, 9, 9), bool), np.zeros((1, 9, 9), bool)
        >>> truth[0, 4, 1], outline[0, 4, 7] = True, True
        >>> SurfaceDistances.of(truth, outline, (5.0, 0.5, 0.5)).from_truth
        array([3.])
    """

    from_truth: Floats
    from_outline: Floats

    @classmethod
    def of(cls, truth: Mask, outline: Mask, spacing: tuple[float, ...]) -> "SurfaceDistances":
        """Measure two masks of the same shape.

        Args:
            truth: True inside the lesion.
            outline: The same shape.
            spacing: Millimetres from one voxel to the next, for each axis.

        Raises:
            MeasureError: shapes differ, or a spacing is not above 0.

        Example:
            >>> ball = np.ones((1, 3, 3), bool)
            >>> SurfaceDistances.of(ball, ball, (1.0, 1.0, 1.0)).from_truth.max()
            np.float64(0.0)
        """
        if truth.shape != outline.shape or len(spacing) != truth.ndim:
            raise MeasureError("truth and outline have different shapes: distances need the same grid")
        if not all(0 < step < np.inf for step in spacing):
            raise MeasureError("the distance from voxel to voxel is not above 0: correct the file's spacing")
        thick = [axis for axis, length in enumerate(truth.shape) if length > 1] or [truth.ndim - 1]
        shape, steps = tuple(truth.shape[axis] for axis in thick), [spacing[axis] for axis in thick]
        box = _common_box(truth.reshape(shape), outline.reshape(shape))
        edges = _boundary(truth.reshape(shape)[box]), _boundary(outline.reshape(shape)[box])
        return cls(_distances(edges[0], edges[1], steps), _distances(edges[1], edges[0], steps))

    @property
    def empty(self) -> tuple[bool, bool]:
        """Whether truth and outline are empty.

        Example:
            >>> SurfaceDistances(np.zeros(0), np.array([np.inf])).empty
            (True, False)
        """
        return len(self.from_truth) == 0, len(self.from_outline) == 0

    def hausdorff(self, percentile: float = 95.0) -> float | None:
        """The larger of the two directions' percentiles of distance (HD95), as in MONAI.

        0 where both are empty; None, not defined, where only one is. Other programs take the percentile of
        both directions' distances together, which is never larger.

        Reference:
            Huttenlocher et al., IEEE TPAMI 1993; Maier-Hein et al., Nature Methods 2024.

        Example:
            >>> SurfaceDistances(np.array([1.0, 1.0]), np.array([1.0, 3.0])).hausdorff(100)
            3.0
        """
        if all(self.empty):
            return 0.0
        if any(self.empty):
            return None
        directions = (np.percentile(each, percentile) for each in (self.from_truth, self.from_outline))
        return float(max(directions))

    def surface_dice(self, tolerance: float) -> float:
        """Share of both boundaries that lies within a tolerance of the other (NSD).

        1 where both are empty, 0 where only one is.

        Args:
            tolerance: Largest distance that counts as agreement, in the unit of the spacing.

        Raises:
            MeasureError: the tolerance is below 0.

        Reference:
            Nikolov et al., Journal of Medical Internet Research 2021.

        Example:
            >>> SurfaceDistances(np.array([0.0, 1.0]), np.array([0.0, 3.0])).surface_dice(2.0)
            0.75
        """
        if not 0 <= tolerance < np.inf:
            raise MeasureError("the tolerance between two outlines is not 0 or above: correct tolerance_mm")
        if all(self.empty):
            return 1.0
        both = np.concatenate([self.from_truth, self.from_outline])
        return float(np.mean(both <= tolerance * (1 + _ROUNDING)))


def _common_box(truth: Mask, outline: Mask) -> tuple[slice, ...]:
    """The smallest box around both: outside of it nothing can be near, inside it is faster."""
    either = truth | outline
    if not either.any():
        return tuple(slice(0, 0) for _ in either.shape)
    box = []
    for axis in range(either.ndim):
        others = tuple(other for other in range(either.ndim) if other != axis)
        inside = np.flatnonzero(either.any(axis=others))
        box.append(slice(int(inside[0]), int(inside[-1]) + 1))
    return tuple(box)


def _boundary(mask: Mask) -> NDArray[np.bool_]:
    from scipy.ndimage import binary_erosion

    if mask.size == 0:
        return mask
    edge: NDArray[np.bool_] = mask & ~binary_erosion(mask)
    return edge


def _distances(edge: Mask, other: Mask, steps: list[float]) -> Floats:
    from scipy.ndimage import distance_transform_edt

    count = int(edge.sum())
    if count == 0:
        return np.zeros(0)
    if not other.any():
        return np.full(count, np.inf)
    field = distance_transform_edt(~other, sampling=steps)
    return np.asarray(field[edge], dtype=np.float64)
