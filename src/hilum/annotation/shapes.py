"""Shapes that a person draws on an image, and their form as JSON.

Coordinates are DICOM's for spatial coordinates (PS3.3 section C.18.6.1.1): pixels, x to the right and y down,
(0, 0) is the upper left corner of the first pixel, whose centre is (0.5, 0.5); the lower right corner of the
image is (columns, rows).
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hilum.errors import HilumError

Point = tuple[float, float]
Ring = tuple[Point, ...]

MOST_POINTS = 20_000
MOST_RUNS = 400_000
MOST_RINGS = 2_000
LARGEST_SIDE = 100_000


class ShapeError(HilumError):
    """A shape is none, or does not lie in its image."""


@dataclass(frozen=True)
class Line:
    """An open path, as specialists mark lesions in the first pass.

    Example:
        >>> Line(((0.0, 0.0), (3.0, 4.0))).bounds
        (0.0, 0.0, 3.0, 4.0)
    """

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        _points(self.points, 2, "a line")

    @property
    def kind(self) -> str:
        """What the JSON calls it."""
        return "line"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        return _bounds(self.points)


@dataclass(frozen=True)
class Polygon:
    """Closed rings; what lies inside an odd number of them belongs to it, so holes and parts are rings.

    Attributes:
        rings: each closed by itself: its first point is not repeated.
        drawn_freely: by a moving pointer, not corner by corner.

    Example:
        >>> Polygon((((0.0, 0.0), (4.0, 0.0), (4.0, 4.0)),)).kind
        'polygon'
    """

    rings: tuple[Ring, ...]
    drawn_freely: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.rings) <= MOST_RINGS:
            raise ShapeError(f"a polygon has 1 to {MOST_RINGS} rings, not {len(self.rings)}: draw it again")
        for ring in self.rings:
            _points(ring, 3, "a ring of a polygon")
        if sum(map(len, self.rings)) > MOST_POINTS:
            raise ShapeError(f"a polygon has more than {MOST_POINTS} points: draw it with fewer")

    @property
    def kind(self) -> str:
        """What the JSON calls it."""
        return "freehand" if self.drawn_freely else "polygon"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        return _bounds(point for ring in self.rings for point in ring)


@dataclass(frozen=True)
class Box:
    """A rectangle with sides along rows and columns.

    Example:
        >>> Box(1.0, 2.0, 4.0, 4.0).area
        6.0
    """

    x1: float
    y1: float
    x2: float
    y2: float

    def __post_init__(self) -> None:
        _points(((self.x1, self.y1), (self.x2, self.y2)), 2, "a box")
        if not (self.x1 < self.x2 and self.y1 < self.y2):
            raise ShapeError("a box has no width or no height: draw it again")

    @property
    def kind(self) -> str:
        """What the JSON calls it."""
        return "box"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        return self.x1, self.y1, self.x2, self.y2

    @property
    def area(self) -> float:
        """Width times height, in pixels."""
        return (self.x2 - self.x1) * (self.y2 - self.y1)


@dataclass(frozen=True)
class Mask:
    """Pixels painted with a brush, as run lengths inside a window of the image.

    Attributes:
        x: first column of the window.
        y: first row of the window.
        width: columns of the window.
        height: rows of the window.
        runs: row by row, how many pixels are outside, inside, outside ...; their sum is width x height.

    Example:
        >>> Mask(2, 3, 2, 2, (1, 3)).bounds
        (2.0, 3.0, 4.0, 5.0)
    """

    x: int
    y: int
    width: int
    height: int
    runs: tuple[int, ...]

    def __post_init__(self) -> None:
        sides = (self.x, self.y, self.width, self.height)
        if min(sides) < 0 or min(sides[2:]) < 1 or max(sides) > LARGEST_SIDE:
            raise ShapeError("the window of a painted mask is none: paint it again")
        if len(self.runs) > MOST_RUNS or any(run < 0 for run in self.runs):
            raise ShapeError("the runs of a painted mask are too many or below 0: paint it again")
        if sum(self.runs) != self.width * self.height:
            raise ShapeError("the runs of a painted mask do not fill its window: paint it again")

    @property
    def kind(self) -> str:
        """What the JSON calls it."""
        return "mask"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The window: least x and y, greatest x and y."""
        return float(self.x), float(self.y), float(self.x + self.width), float(self.y + self.height)


Shape = Line | Polygon | Box | Mask
KINDS = ("line", "polygon", "freehand", "box", "mask")
AREAS = ("polygon", "freehand", "box", "mask")
"""The kinds that have an area."""


def shape_to_dict(shape: Shape) -> dict[str, Any]:
    """The shape as JSON.

    Example:
        >>> shape_to_dict(Box(0, 0, 2, 1))
        {'kind': 'box', 'x1': 0, 'y1': 0, 'x2': 2, 'y2': 1}
    """
    told: dict[str, Any] = {"kind": shape.kind}
    if isinstance(shape, Line):
        return told | {"points": [list(point) for point in shape.points]}
    if isinstance(shape, Polygon):
        return told | {"rings": [[list(point) for point in ring] for ring in shape.rings]}
    if isinstance(shape, Box):
        return told | {"x1": shape.x1, "y1": shape.y1, "x2": shape.x2, "y2": shape.y2}
    window = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
    return told | window | {"runs": list(shape.runs)}


def shape_from_dict(told: Mapping[str, Any]) -> Shape:
    """The shape of JSON from anyone.

    Raises:
        ShapeError: it is no shape.

    Example:
        >>> shape_from_dict({"kind": "box", "x1": 0, "y1": 0, "x2": 2, "y2": 1}).bounds
        (0.0, 0.0, 2.0, 1.0)
    """
    try:
        return _read(told)
    except ShapeError:
        raise
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ShapeError(
            "a shape lacks a part or holds something that is no number: draw it again"
        ) from error


def _read(told: Mapping[str, Any]) -> Shape:
    kind = told["kind"]
    if kind == "line":
        return Line(_ring(told["points"]))
    if kind in ("polygon", "freehand"):
        return Polygon(tuple(_ring(ring) for ring in told["rings"]), kind == "freehand")
    if kind == "box":
        return Box(*(float(told[name]) for name in ("x1", "y1", "x2", "y2")))
    if kind == "mask":
        x, y, width, height = (_whole(told[name]) for name in ("x", "y", "width", "height"))
        return Mask(x, y, width, height, tuple(_whole(run) for run in told["runs"]))
    raise ShapeError(f"a shape is one of {', '.join(KINDS)}: draw it with one of these tools")


def must_lie_in(shape: Shape, rows: int, columns: int) -> None:
    """See that a shape lies in its image, within a pixel.

    Raises:
        ShapeError: a part of it lies outside.

    Example:
        >>> must_lie_in(Box(0, 0, 9, 2), rows=4, columns=8)
        >>> must_lie_in(Box(0, 0, 10, 2), rows=4, columns=8)
        Traceback (most recent call last):
        hilum.annotation.shapes.ShapeError: a box leaves its image of 8 x 4 pixels: draw it inside
    """
    x1, y1, x2, y2 = shape.bounds
    spare = 0 if isinstance(shape, Mask) else 1
    if x1 < -spare or y1 < -spare or x2 > columns + spare or y2 > rows + spare:
        raise ShapeError(f"a {shape.kind} leaves its image of {columns} x {rows} pixels: draw it inside")


def _ring(points: Iterable[Any]) -> Ring:
    return tuple((float(x), float(y)) for x, y in points)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise ShapeError("a painted mask holds a number that is not whole: paint it again")
    return int(value)


def _points(points: tuple[Point, ...], least: int, what: str) -> None:
    if not least <= len(points) <= MOST_POINTS:
        raise ShapeError(f"{what} has {least} to {MOST_POINTS} points, not {len(points)}: draw it again")
    if not all(
        math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) <= LARGEST_SIDE for x, y in points
    ):
        raise ShapeError(f"{what} has a point that lies nowhere: draw it again")


def _bounds(points: Iterable[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
