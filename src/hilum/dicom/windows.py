"""From modality values to grey: windows and VOI LUTs (PS3.3 section C.11.2)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.attributes import items, numbers, text
from hilum.dicom.functional_groups import frame_group
from hilum.dicom.lookup import LookUpTable, look_up_table


@dataclass(frozen=True)
class Window:
    """A window of modality values.

    Attributes:
        center: window level, in modality units.
        width: window width, in modality units, above 0.
        function: `LINEAR`, `LINEAR_EXACT` or `SIGMOID` (PS3.3 C.11.2.1.2 and C.11.2.1.3).
    """

    center: float
    width: float
    function: str = "LINEAR"

    def apply(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Map modality values to grey, 0 (black) to 1 (white).

        `LINEAR` is the formula with `center - 0.5` and `width - 1`; a width below 1, which the standard does
        not allow with it, is taken as `LINEAR_EXACT`.

        Example:
            >>> Window(center=2048, width=4096).apply(np.array([0, 4095])).tolist()
            [0.0, 1.0]
        """
        x = values.astype(np.float64)
        if self.function == "SIGMOID":
            exponent = np.clip(-4.0 * (x - self.center) / self.width, -700.0, 700.0)
            return np.asarray(1.0 / (1.0 + np.exp(exponent)))
        center, width = self.center, self.width
        if self.function != "LINEAR_EXACT" and width >= 1:
            center, width = center - 0.5, width - 1
        if width == 0:
            return (x > center).astype(np.float64)
        return np.clip((x - center) / width + 0.5, 0.0, 1.0)


Voi = Window | LookUpTable


def values_of_interest(dataset: Dataset, frame: int, *, signed: bool, little: bool = True) -> Voi | None:
    """Find how one frame is meant to be shown: its VOI LUT, else its first window, else None.

    The functional groups of the frame come before the top of the data set. A window without positive width is
    none.

    Args:
        dataset: the whole data set.
        frame: counted from 0.
        signed: whether modality values may be negative.
        little: the byte order of the file.

    Raises:
        ImageError: a table cannot be read.

    Example:
        >>> dataset = Dataset()
        >>> dataset.WindowCenter, dataset.WindowWidth = [40, 400], [80, 2000]
        >>> values_of_interest(dataset, 0, signed=True)
        Window(center=40.0, width=80.0, function='LINEAR')
    """
    source = frame_group(dataset, "FrameVOILUTSequence", frame) or dataset
    tables = items(source, "VOILUTSequence")
    if tables:
        return look_up_table(tables[0], signed=signed, little=little)
    centers, widths = numbers(source, "WindowCenter"), numbers(source, "WindowWidth")
    if not centers or not widths or widths[0] <= 0:
        return None
    function = text(source, "VOILUTFunction").upper()
    known = function if function in ("LINEAR_EXACT", "SIGMOID") else "LINEAR"
    return Window(centers[0], widths[0], known)


def to_grey(values: NDArray[Any], voi: Voi) -> NDArray[np.float64]:
    """Map modality values to grey, 0 to 1, by a window or a table.

    Example:
        >>> to_grey(np.array([0, 100]), Window(center=50, width=100, function="LINEAR_EXACT")).tolist()
        [0.0, 1.0]
    """
    if isinstance(voi, Window):
        return voi.apply(values)
    return np.asarray(voi.apply(values) / (2.0**voi.bits - 1.0))
