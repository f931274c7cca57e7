"""From shapes to pixels and back, always the same.

A pixel belongs to a box or polygon when its centre lies inside; a centre on an edge belongs to the right and
lower side of that edge, so that shapes that share an edge share no pixel. A line holds every pixel that it
enters.
"""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hilum.annotation.shapes import Box, Line, Mask, Point, Polygon, Shape

Pixels = NDArray[np.bool_]


def rasterise(shape: Shape, rows: int, columns: int) -> Pixels:
    """The pixels of a shape.

    Args:
        shape: in pixels.
        rows: of the image.
        columns: of the image.

    Returns:
        (rows, columns), true inside.

    Example:
        >>> rasterise(Box(0.6, 0, 3, 1), 2, 4).astype(int).tolist()
        [[0, 1, 1, 0], [0, 0, 0, 0]]
    """
    if isinstance(shape, Mask):
        return _painted(shape, rows, columns)
    pixels = np.zeros((rows, columns), dtype=np.bool_)
    if isinstance(shape, Line):
        for one, other in pairwise(shape.points):
            _trace(pixels, one, other)
    elif isinstance(shape, Box):
        top, bottom = _first(shape.y1), _first(shape.y2)
        left, right = _first(shape.x1), _first(shape.x2)
        pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    else:
        _fill(pixels, shape)
    return pixels


def _first(edge: float) -> int:
    """The first pixel whose centre is not before an edge."""
    return math.ceil(edge - 0.5)


def _fill(pixels: Pixels, polygon: Polygon) -> None:
    """Turn the pixels right of every crossing of a row with an edge: inside is what is turned an odd time."""
    rows, columns = pixels.shape
    turns = np.zeros((rows, columns + 1), dtype=np.uint8)
    for ring in polygon.rings:
        corners = np.array(ring, dtype=np.float64)
        for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if y1 > y2:  # from above to below, so that the same edge gives the same crossings both ways
                x1, y1, x2, y2 = x2, y2, x1, y1  # noqa: PLW2901
            crossed = np.arange(max(_first(y1), 0), min(_first(y2), rows))
            if len(crossed):
                at = x1 + (crossed + 0.5 - y1) * ((x2 - x1) / (y2 - y1))
                np.add.at(turns, (crossed, np.clip(np.ceil(at - 0.5), 0, columns).astype(np.int64)), 1)
    pixels |= (np.cumsum(turns & 1, axis=1)[:, :columns] & 1).astype(np.bool_)


def _painted(mask: Mask, rows: int, columns: int) -> Pixels:
    inside = np.arange(len(mask.runs)) % 2 == 1
    window = np.repeat(inside, mask.runs).reshape(mask.height, mask.width)
    pixels = np.zeros((rows, columns), dtype=np.bool_)
    seen = window[: max(rows - mask.y, 0), : max(columns - mask.x, 0)]
    pixels[mask.y : mask.y + seen.shape[0], mask.x : mask.x + seen.shape[1]] = seen
    return pixels


def _trace(pixels: Pixels, one: Point, other: Point) -> None:
    """Mark every pixel that a straight piece enters, by where it crosses the grid."""
    (x1, y1), (x2, y2) = one, other
    cuts = {0.0, 1.0}
    for start, end in ((x1, x2), (y1, y2)):
        if start != end:
            grid = np.arange(math.ceil(min(start, end)), math.floor(max(start, end)) + 1)
            cuts.update(((grid - start) / (end - start)).tolist())
    ordered = np.array(sorted(cut for cut in cuts if 0 <= cut <= 1))
    middle = (ordered[:-1] + ordered[1:]) / 2 if one != other else np.zeros(1)
    column = np.floor(x1 + middle * (x2 - x1)).astype(np.int64)
    row = np.floor(y1 + middle * (y2 - y1)).astype(np.int64)
    inside = (row >= 0) & (row < pixels.shape[0]) & (column >= 0) & (column < pixels.shape[1])
    pixels[row[inside], column[inside]] = True


def mask_of(pixels: Pixels) -> Mask | None:
    """The pixels as run lengths in the smallest window; None where none is set.

    Example:
        >>> mask_of(rasterise(Box(1, 1, 3, 2), 4, 4))
        Mask(x=1, y=1, width=2, height=1, runs=(0, 2))
    """
    found = bounds_of(pixels)
    if found is None:
        return None
    x1, y1, x2, y2 = (int(edge) for edge in found)
    flat = np.asarray(pixels[y1:y2, x1:x2]).ravel()
    changes = np.flatnonzero(np.diff(flat)) + 1
    edges = [0, *changes.tolist(), len(flat)]
    runs = [after - before for before, after in pairwise(edges)]
    return Mask(x1, y1, x2 - x1, y2 - y1, tuple([0, *runs] if flat[0] else runs))


def bounds_of(pixels: Pixels) -> tuple[float, float, float, float] | None:
    """The edges of the smallest box around all set pixels (x1, y1, x2, y2); None where none is set.

    Example:
        >>> bounds_of(np.array([[False, True], [False, True]]))
        (1.0, 0.0, 2.0, 2.0)
    """
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
