"""Where marks and lesions lie: boxes, discs or balls, and points, in a plane or in a volume."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Regions:
    """Regions on images, one row each.

    Attributes:
        image: (n,) code of the image that each lies on.
        centre: (n, d) centres; d is 2 in pictures and 3 in volumes.
        half: (n, d) half of the extent along each axis; NaN for points, which have no extent.
        ball: (n,) true for discs and balls, false for boxes and points.
        kind: (n,) code of the class of each; all 0 where classes do not matter.

    Example:
        >>> box = Regions.boxes(np.array([0]), np.array([[10.0, 20.0]]), np.array([[4.0, 8.0]]))
        >>> box.centre
        array([[12., 24.]])
    """

    image: Codes
    centre: Floats
    half: Floats
    ball: Flags
    kind: Codes

    def __post_init__(self) -> None:
        if not np.isfinite(self.centre).all():
            raise MeasureError("a mark or lesion has no finite place: correct its x, y and z")
        sized = ~np.isnan(self.half).all(axis=1)
        if not (np.isfinite(self.half[sized]) & (self.half[sized] > 0)).all():
            raise MeasureError("the extent of a mark or lesion is not above 0: correct its size")

    @classmethod
    def boxes(cls, image: Codes, corner: Floats, size: Floats, kind: Codes | None = None) -> "Regions":
        """Boxes from their lowest corner (n, d) and their size (n, d), as COCO writes them.

        Example:
            >>> Regions.boxes(np.array([0]), np.array([[0.0, 0]]), np.array([[2.0, 2]])).half
            array([[1., 1.]])
        """
        half = size / 2
        return cls(image, corner + half, half, np.zeros(len(image), np.bool_), _kinds(kind, len(image)))

    @classmethod
    def balls(cls, image: Codes, centre: Floats, diameter: Floats, kind: Codes | None = None) -> "Regions":
        """Discs or balls from their centre (n, d) and diameter (n,), as LUNA16 writes them.

        Example:
            >>> Regions.balls(np.array([0]), np.array([[0.0, 0, 0]]), np.array([6.0])).half
            array([[3., 3., 3.]])
        """
        half = np.repeat(diameter[:, None] / 2, centre.shape[1], axis=1)
        return cls(image, centre, half, np.ones(len(image), np.bool_), _kinds(kind, len(image)))

    @classmethod
    def points(cls, image: Codes, place: Floats, kind: Codes | None = None) -> "Regions":
        """Points (n, d), which have no extent.

        Example:
            >>> Regions.points(np.array([0]), np.array([[3.0, 4.0]])).sized
            array([False])
        """
        count = len(image)
        return cls(image, place, np.full(place.shape, np.nan), np.zeros(count, np.bool_), _kinds(kind, count))

    @property
    def sized(self) -> Flags:
        """Which regions have an extent.

        Example:
            >>> Regions.balls(np.array([0]), np.array([[0.0, 0]]), np.array([6.0])).sized
            array([ True])
        """
        return np.asarray(np.isfinite(self.half).all(axis=1), dtype=np.bool_)

    def __len__(self) -> int:
        """How many regions there are."""
        return len(self.image)

    def take(self, rows: NDArray[np.intp] | Flags) -> "Regions":
        """Some of the regions, in the order given.

        Example:
            >>> len(Regions.points(np.array([0, 1]), np.array([[3.0, 4], [5, 6]])).take(np.array([1])))
            1
        """
        return Regions(self.image[rows], self.centre[rows], self.half[rows], self.ball[rows], self.kind[rows])


def _kinds(kind: Codes | None, count: int) -> Codes:
    return np.zeros(count, dtype=np.int64) if kind is None else kind


def nearness(marks: Regions, lesions: Regions) -> Floats:
    """How near each mark's centre is to the middle of the lesion beside it: 1 there, 0 at its edge.

    -1 where the centre lies outside. A centre on the edge lies inside a box, and outside a ball, as LUNA16
    counts it. Lesions without an extent cannot be hit: -1.

    Args:
        marks: n marks.
        lesions: n lesions, each on the image of its mark.

    Example:
        >>> lesion = Regions.boxes(np.array([0]), np.array([[0.0, 0]]), np.array([[4.0, 4]]))
        >>> nearness(Regions.points(np.array([0]), np.array([[3.0, 2]])), lesion)
        array([0.5])
    """
    away = np.abs(marks.centre - lesions.centre)
    relative = np.divide(away, lesions.half, out=np.full_like(away, np.inf), where=lesions.half > 0)
    in_box = (away <= lesions.half).all(axis=1)
    squares = np.sum(away**2, axis=1)
    radius = lesions.half[:, 0]
    in_ball = squares < radius**2
    distance = np.where(lesions.ball, np.sqrt(np.sum(relative**2, axis=1)), relative.max(axis=1, initial=0.0))
    inside = np.where(lesions.ball, in_ball, in_box) & lesions.sized
    near: Floats = np.where(inside, np.maximum(1.0 - distance, 0.0), -1.0)
    return near


def intersection_over_union(marks: Regions, lesions: Regions) -> Floats:
    """Area (or volume) in common over area in either, row by row; balls count as the box around them.

    0 where either has no extent.

    Args:
        marks: n marks.
        lesions: n lesions, each on the image of its mark.

    Example:
        >>> def box(x): return Regions.boxes(np.array([0]), np.array([[x, 0.0]]), np.array([[4.0, 4]]))
        >>> intersection_over_union(box(0.0), box(2.0)).round(4)
        array([0.3333])
    """
    low = np.maximum(marks.centre - marks.half, lesions.centre - lesions.half)
    high = np.minimum(marks.centre + marks.half, lesions.centre + lesions.half)
    common = np.prod(np.maximum(high - low, 0.0), axis=1)
    either = np.prod(2 * marks.half, axis=1) + np.prod(2 * lesions.half, axis=1) - common
    both = marks.sized & lesions.sized & (either > 0)
    share: Floats = np.divide(common, either, out=np.zeros(len(common)), where=both)
    return share
