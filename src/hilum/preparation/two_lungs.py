"""The two lungs of a lung scan by threshold and connected components, and the point midway between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.preparation.min_max import MinMax

THRESHOLD = 30.0
_WHITE = 255.0
# What two lungs are not: specks, a lung beside a spot, one above the other, both in one place.
_LEAST_SHARE, _LEAST_LIKENESS = 0.01, 0.2
_LEAST_APART, _MOST_UNEVEN = 0.12, 0.6


@dataclass(frozen=True)
class TwoLungs:
    """Where the two lungs of a scan lie.

    Attributes:
        left: row and column of the centre of mass of the lung on the picture's left, the patient's right in
            an anterior view.
        right: the same of the lung on the picture's right.
    """

    left: tuple[float, float]
    right: tuple[float, float]

    @property
    def midway(self) -> tuple[float, float]:
        """Row and column midway between the two centres of mass.

        Example:
            >>> TwoLungs((10.0, 4.0), (12.0, 20.0)).midway
            (11.0, 12.0)
        """
        return (self.left[0] + self.right[0]) / 2, (self.left[1] + self.right[1]) / 2


def find_two_lungs(picture: NDArray[np.float32]) -> TwoLungs | None:
    """Find the lungs of a scan in which they are brighter than everything between them.

    Grey is stretched to 0..255 and cut at 30; of the areas that hang together (8 neighbours) the two largest
    are the lungs, if they look so: each at least a hundredth of the picture, the smaller at least a fifth of
    the larger, side by side rather than one above the other, and apart from each other.

    Args:
        picture: (rows, columns), any range.

    Returns:
        The lungs by their centres of mass, each pixel counting the same; None where the two largest areas
        cannot be two lungs, such as where activity in the airways joins them.

    Example:
        >>> scan = np.zeros((64, 64), np.float32)
        >>> scan[20:40, 10:24] = scan[24:44, 38:52] = 1
        >>> find_two_lungs(scan).midway
        (31.5, 30.5)
    """
    found = _areas(picture)
    return None if found is None else found[0]


def bright_lungs(picture: NDArray[np.float32]) -> NDArray[np.bool_] | None:
    """The same as a mask; also None where an area touches the border, as the body of a film does.

    Args:
        picture: (rows, columns), any range.

    Example:
        >>> scan = np.zeros((64, 64), np.float32)
        >>> scan[20:40, 10:24] = scan[24:44, 38:52] = 1
        >>> int(bright_lungs(scan).sum())
        560
    """
    found = _areas(picture)
    if found is None:
        return None
    mask = found[1]
    border = mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
    return None if border else mask


def _areas(picture: NDArray[np.float32]) -> tuple[TwoLungs, NDArray[np.bool_]] | None:
    """The two lungs by their centres of mass, and the pixels of both."""
    import cv2

    bright = (MinMax().forward(picture) * np.float32(_WHITE) >= THRESHOLD).astype(np.uint8)
    count, labels, facts, centres = cv2.connectedComponentsWithStats(bright, connectivity=8)
    if count < 3:
        return None
    areas = facts[1:, cv2.CC_STAT_AREA]
    first, second = (1 + int(place) for place in np.argsort(-areas, kind="stable")[:2])
    larger, smaller = int(facts[first, cv2.CC_STAT_AREA]), int(facts[second, cv2.CC_STAT_AREA])
    if smaller < max(_LEAST_SHARE * picture.size, _LEAST_LIKENESS * larger):
        return None
    (one_x, one_y), (other_x, other_y) = centres[first], centres[second]
    apart, uneven = abs(one_x - other_x), abs(one_y - other_y)
    if apart < _LEAST_APART * picture.shape[1] or uneven > _MOST_UNEVEN * apart:
        return None
    one, other = (float(one_y), float(one_x)), (float(other_y), float(other_x))
    lungs = TwoLungs(one, other) if one_x < other_x else TwoLungs(other, one)
    return lungs, np.asarray((labels == first) | (labels == second))
