"""One map a patient: several maps of one patient are averaged, and nobody stands in both groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError


@dataclass(frozen=True)
class GroupedMaps:
    """Maps with their groups, one a patient.

    Attributes:
        maps: (patients, ...) of two axes or three.
        first: (patients,) True in the first (positive) group.
        in_both: how many patients were left out since they have images in both groups: an independent test
            must not compare a patient with himself.

    Raises:
        MeasureError: a group has no patient, or maps and groups are not equally many.

    Example:
        >>> GroupedMaps(np.zeros((3, 2, 2)), np.array([True, False, False])).of(first=False).shape
        (2, 2, 2)
    """

    maps: NDArray[Any]
    first: NDArray[np.bool_]
    in_both: int = 0

    def __post_init__(self) -> None:
        if len(self.maps) != len(self.first):
            raise MeasureError(
                f"{len(self.maps)} maps have {len(self.first)} groups: name one group for each map"
            )
        if self.maps.ndim not in (3, 4):
            raise MeasureError(
                f"maps of shape {self.maps.shape} cannot be compared: give (patients, rows, columns) or "
                "(patients, slices, rows, columns)"
            )
        if self.first.all() or not self.first.any():
            raise MeasureError("one of the two groups has no patient: maps of two groups are compared")

    def of(self, *, first: bool) -> NDArray[Any]:
        """The maps of one group.

        Args:
            first: the first group, else the second.
        """
        found: NDArray[Any] = self.maps[self.first == first]
        return found


def one_map_per_patient(maps: NDArray[Any], patients: Sequence[str], first: NDArray[np.bool_]) -> GroupedMaps:
    """The mean map of each patient.

    Args:
        maps: (images, ...) one map an image.
        patients: (images,) whose image it is.
        first: (images,) True in the first group.

    Returns:
        One map a patient, in the order in which the patients come first.

    Raises:
        MeasureError: a group has no patient.

    Example:
        >>> maps = np.arange(4.0).reshape(4, 1, 1)
        >>> found = one_map_per_patient(maps, ["a", "b", "a", "c"], np.array([True, False, True, False]))
        >>> found.maps.ravel().tolist(), found.first.tolist()
        ([1.0, 1.0, 3.0], [True, False, False])
    """
    rows: dict[str, list[int]] = {}
    for row, patient in enumerate(patients):
        rows.setdefault(str(patient), []).append(row)
    alone = [each for each in rows.values() if len({bool(first[row]) for row in each}) == 1]
    if not alone:
        raise MeasureError("no patient has images of one group alone: an independent test cannot be made")
    averaged = np.stack([maps[each].mean(axis=0, dtype=np.float64) for each in alone])
    groups = np.array([bool(first[each[0]]) for each in alone])
    return GroupedMaps(averaged.astype(np.float32), groups, len(rows) - len(alone))
