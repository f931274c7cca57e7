"""Masks as files: values that are labels, on a grid that may lie in space."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ImageError
from hilum.evaluation.measures.overlap import Mask
from hilum.image import Volume, read_image

MOST_LABELS = 64
# Two grids are the same when no corner of theirs lies further apart than this share of a voxel.
_APART = 0.1


@dataclass(frozen=True, eq=False)
class LabelMap:
    """Labels on a grid, 0 where nothing is.

    Attributes:
        labels: (slices, rows, columns) whole numbers.
        affine: Of the grid, as `hilum.image.Volume` has it; None without millimetres.
        in_patient: Whether the affine leads into the patient.
        spacing: Millimetres along each axis, None without.
    """

    labels: NDArray[np.integer]
    affine: NDArray[np.float64] | None
    in_patient: bool
    spacing: tuple[float, float, float] | None

    @property
    def values(self) -> frozenset[int]:
        """The labels that occur, without 0."""
        return frozenset(int(value) for value in pd.unique(self.labels.ravel()) if value != 0)

    def mask(self, label: int | None) -> Mask:
        """Where a label is, or any label."""
        return np.asarray(self.labels != 0 if label is None else self.labels == label, dtype=np.bool_)

    def same_grid(self, other: "LabelMap") -> bool:
        """Whether voxels of both are the same places; files without millimetres are compared by shape."""
        if self.labels.shape != other.labels.shape:
            return False
        if self.affine is None or other.affine is None:
            return True
        if self.spacing is None or other.spacing is None:
            return True
        if self.in_patient != other.in_patient:
            return bool(np.allclose(self.spacing, other.spacing, rtol=1e-3))
        ends = np.array(np.meshgrid(*[(0, length - 1) for length in self.labels.shape])).reshape(3, -1)
        corners = np.vstack([ends, np.ones(ends.shape[1])])
        apart = np.abs(self.affine @ corners - other.affine @ corners)
        return bool(apart.max() <= _APART * min(self.spacing))


def read_labels(paths: Sequence[str]) -> LabelMap:
    """Read the masks of one image and lay them over each other; of two labels on a voxel the last counts.

    Raises:
        ImageError: a file cannot be read, holds no labels, or they lie on different grids.
    """
    found = _read(paths[0])
    for path in paths[1:]:
        further = _read(path)
        if not found.same_grid(further):
            raise ImageError("two masks of one image lie on different grids: save them on the same")
        labels = np.where(further.labels != 0, further.labels, found.labels)
        found = LabelMap(labels, found.affine, found.in_patient, found.spacing)
    return found


def _read(path: str) -> LabelMap:
    if path.lower().endswith((".jpg", ".jpeg")):
        raise ImageError("JPEG changes the values of a mask: save it as PNG, NIfTI or DICOM")
    return _labels(read_image(path))


def _labels(volume: Volume) -> LabelMap:
    array = volume.array
    if array.ndim == 4:
        if not (array == array[..., :1]).all():
            raise ImageError("the mask is coloured: save its labels as grey values")
        array = array[..., 0]
    values = pd.unique(array.ravel())
    if len(values) > MOST_LABELS + 1:
        raise ImageError("the mask holds too many values to be labels: save whole numbers, one a structure")
    if not np.isfinite(values).all() or (values != np.round(values)).any() or values.min() < 0:
        raise ImageError("the mask holds values that are no labels: save whole numbers from 0")
    if values.max() >= 2**31:
        raise ImageError("the mask holds values that are too large for labels: save small whole numbers")
    kind = array.dtype if np.issubdtype(array.dtype, np.integer) else np.dtype(np.int32)
    return LabelMap(array.astype(kind, copy=False), volume.affine, volume.in_patient, volume.spacing)
