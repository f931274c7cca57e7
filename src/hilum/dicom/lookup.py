"""Look-up tables of DICOM (PS3.3 sections C.11.1.1 and C.11.2.1.1)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from hilum.dicom.attributes import numbers, value_of
from hilum.errors import ImageError


@dataclass(frozen=True)
class LookUpTable:
    """A table from whole numbers to whole numbers.

    Attributes:
        first: the input that is mapped to the first entry; what lies below is mapped to it as well.
        entries: the outputs; what lies above the last input is mapped to the last.
        bits: how many bits an output has.
    """

    first: int
    entries: NDArray[np.uint16]
    bits: int

    def apply(self, values: NDArray[Any]) -> NDArray[np.uint16]:
        """Map values; those between whole numbers are rounded.

        Example:
            >>> table = LookUpTable(first=10, entries=np.array([0, 100, 200], np.uint16), bits=8)
            >>> table.apply(np.array([-5, 10, 11, 12, 99])).tolist()
            [0, 0, 100, 200, 200]
        """
        whole = values if values.dtype.kind in "iu" else np.rint(values)
        index = np.clip(whole.astype(np.int64) - self.first, 0, len(self.entries) - 1)
        return self.entries[index]


def look_up_table(item: Dataset, *, signed: bool, little: bool = True, prefix: str = "LUT") -> LookUpTable:
    """Read a table from an item of a Modality LUT or VOI LUT Sequence.

    Args:
        item: the item with LUTDescriptor and LUTData.
        signed: whether its inputs may be negative; then its first input is read as a signed number.
        little: the byte order of the file.
        prefix: what stands before `Descriptor` and `Data` in the names of the attributes.

    Raises:
        ImageError: the descriptor or the data are missing or do not fit each other.
    """
    descriptor = numbers(item, f"{prefix}Descriptor")
    if len(descriptor) != 3:
        raise ImageError(f"its look-up table has no readable {prefix}Descriptor")
    count = int(descriptor[0]) & 0xFFFF or 65536  # 0 stands for 65536
    first = int(descriptor[1])
    if signed and first > 0x7FFF:
        first -= 0x10000
    entries = _entries(item, f"{prefix}Data", count, little=little)
    highest = int(entries.max())
    bits = max(int(descriptor[2]), highest.bit_length())
    return LookUpTable(first, entries, bits)


def _entries(item: Dataset, keyword: str, count: int, *, little: bool) -> NDArray[np.uint16]:
    data = value_of(item, keyword)
    if isinstance(data, bytes):
        if len(data) in (count, count + 1) and count > 1:
            entries: NDArray[Any] = np.frombuffer(data, np.uint8)[:count]
        else:
            even = data[: len(data) // 2 * 2]
            entries = np.frombuffer(even, "<u2" if little else ">u2")[:count]
    else:
        try:
            values = [data] if isinstance(data, int) else list(data or ())
            entries = (np.array(values, np.int64) & 0xFFFF)[:count]
        except (TypeError, ValueError) as error:
            raise ImageError("its look-up table cannot be read") from error
    if len(entries) != count:
        raise ImageError(f"its look-up table has {len(entries)} entries instead of {count}")
    return entries.astype(np.uint16)
