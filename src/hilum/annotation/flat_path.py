"""Rings as one flat list of coordinates, as the guideline's `segmentation` holds them (section 1.3.4).

The list is one closed path. Further rings, holes among them, are reached over a way that is gone there and
back, so that it encloses nothing: the path a, b, c, a, p, q, r, p holds the rings abc and pqr. Whoever fills
the path by the even-odd rule gets the same pixels as from the rings.
"""

from collections.abc import Sequence

from hilum.annotation.shapes import Point, Polygon, Ring, ShapeError


def to_flat_path(polygon: Polygon) -> list[float]:
    """The rings of a polygon as [x1, y1, x2, y2, ...].

    Example:
        >>> to_flat_path(Polygon((((0, 0), (2, 0), (2, 2)),)))
        [0.0, 0.0, 2.0, 0.0, 2.0, 2.0]
    """
    rings: list[Ring] = []
    for ring in polygon.rings:
        rings.append(_turned(ring, {one[0] for one in rings}))
    points: list[Point] = list(rings[0])
    if len(rings) > 1:
        points.append(rings[0][0])
        for ring in rings[1:]:
            points += [*ring, ring[0]]
        points += [ring[0] for ring in reversed(rings[1:-1])]
    return [float(value) for point in points for value in point]


def _turned(ring: Ring, taken: set[Point]) -> Ring:
    """The ring from a point that it meets once and at which no other ring begins."""
    for place, point in enumerate(ring):
        if point not in taken and ring.count(point) == 1:
            return (*ring[place:], *ring[:place])
    return ring


def from_flat_path(values: Sequence[float], *, drawn_freely: bool = False) -> Polygon:
    """The rings of a flat list, whether written here or as a plain polygon by others.

    Raises:
        ShapeError: the list has an odd length or fewer than three points.

    Example:
        >>> path = [0, 0, 8, 0, 8, 8, 0, 8, 0, 0, 2, 2, 4, 2, 4, 4, 2, 2]
        >>> len(from_flat_path(path).rings)
        2
    """
    if len(values) % 2 or len(values) < 6:
        raise ShapeError("a segmentation is a list x1, y1, x2, y2 ... of three points or more")
    points = [(float(x), float(y)) for x, y in zip(values[::2], values[1::2], strict=True)]
    rings: list[Ring] = []
    at = 0
    while at < len(points):
        start = points[at]
        if rings and any(start == ring[0] for ring in rings):
            at += 1  # the way back
            continue
        again = next((place for place in range(at + 3, len(points)) if points[place] == start), None)
        if again is None:
            if rings:
                return Polygon(
                    (tuple(points),), drawn_freely
                )  # no chain of rings: one path that meets itself
            rings.append(tuple(points))
            break
        rings.append(tuple(points[at:again]))
        at = again + 1
    return Polygon(tuple(rings), drawn_freely)
