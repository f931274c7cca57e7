"""From stored values to what they measure: Modality LUT and rescale (PS3.3 section C.11.1)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.attributes import items, number
from hilum.dicom.functional_groups import frame_group
from hilum.dicom.lookup import LookUpTable, look_up_table
from hilum.errors import ImageError

_EXACT = float(2**53)


@dataclass(frozen=True)
class ModalityTransform:
    """What makes modality values, such as Hounsfield units: a table, or slope and intercept."""

    slope: float = 1.0
    intercept: float = 0.0
    table: LookUpTable | None = None

    def apply(self, stored: NDArray[Any]) -> NDArray[Any]:
        """Return modality values, exactly.

        Whole slope and intercept give int32 (int64 where that is too small), a table gives uint16, everything
        else float64.

        Example:
            >>> ModalityTransform(slope=1.0, intercept=-1024.0).apply(np.array([0, 1064], np.uint16)).tolist()
            [-1024, 40]
        """
        if self.table is not None:
            return self.table.apply(stored)
        if stored.dtype.kind == "f" or not self.is_whole:
            return stored.astype(np.float64) * self.slope + self.intercept
        limits = np.iinfo(stored.dtype)
        ends = [int(limits.min) * int(self.slope), int(limits.max) * int(self.slope)]
        reach = max(abs(end) for end in ends) + abs(int(self.intercept))
        if reach >= 2**62:
            return stored.astype(np.float64) * self.slope + self.intercept
        wide: NDArray[Any] = stored.astype(np.int32 if reach < 2**31 else np.int64)
        return np.asarray(wide * int(self.slope) + int(self.intercept))

    @property
    def is_whole(self) -> bool:
        """Whether slope and intercept are whole numbers, so that values stay whole."""
        return all(part == int(part) and abs(part) < _EXACT for part in (self.slope, self.intercept))


def modality_transform(
    dataset: Dataset, frame: int, *, signed: bool, little: bool = True
) -> ModalityTransform:
    """Find how the stored values of one frame become modality values.

    The Pixel Value Transformation functional group of the frame comes first, then the Modality LUT Sequence,
    then RescaleSlope and RescaleIntercept of the data set; without any of them values stay as they are
    stored.

    Args:
        dataset: the whole data set.
        frame: counted from 0.
        signed: whether stored values may be negative.
        little: the byte order of the file.

    Raises:
        ImageError: the slope is 0, or a table cannot be read.

    Example:
        >>> dataset = Dataset()
        >>> dataset.RescaleSlope, dataset.RescaleIntercept = "2", "-1000"
        >>> modality_transform(dataset, 0, signed=False).intercept
        -1000.0
    """
    group = frame_group(dataset, "PixelValueTransformationSequence", frame)
    tables = items(dataset, "ModalityLUTSequence")
    if group is None and tables:
        return ModalityTransform(table=look_up_table(tables[0], signed=signed, little=little))
    source = dataset if group is None else group
    slope, intercept = number(source, "RescaleSlope"), number(source, "RescaleIntercept")
    if slope == 0:
        raise ImageError("its rescale slope is 0, so every pixel would have the same value")
    return ModalityTransform(1.0 if slope is None else slope, 0.0 if intercept is None else intercept)
