"""Outlines of pixels as polygons whose pixels are exactly those again."""

import numpy as np

from hilum.annotation.rasterising import Pixels
from hilum.annotation.shapes import Point, Polygon, Ring

_RIGHT, _DOWN, _LEFT, _UP = (1, 0), (0, 1), (-1, 0), (0, -1)
_Edges = dict[tuple[int, int], list[tuple[int, int]]]


def outline(pixels: Pixels, *, drawn_freely: bool = False) -> Polygon | None:
    """Rings along the edges of the pixels, holes as rings of their own; None where no pixel is set.

    `rasterise` of the outline is the pixels again. The outline of a rasterised polygon lies nowhere farther
    than 0.71 of a pixel from the polygon: an edge of a pixel lies between two centres, one inside, one not.

    Args:
        pixels: (rows, columns).
        drawn_freely: what the polygon says of itself.

    Example:
        >>> outline(np.array([[False, True, True]])).rings
        (((1.0, 0.0), (3.0, 0.0), (3.0, 1.0), (1.0, 1.0)),)
    """
    following = _edges(pixels)
    rings: list[Ring] = []
    while following:
        start = min(following, key=lambda corner: (corner[1], corner[0]))
        rings.append(_corners(_walk(following, start)))
    return Polygon(tuple(rings), drawn_freely) if rings else None


def _edges(pixels: Pixels) -> _Edges:
    """Edges between a set pixel and one that is not, each with the set pixel on its right: by their start."""
    padded = np.pad(np.asarray(pixels, dtype=np.bool_), 1)
    inside = padded[1:-1, 1:-1]
    sides = (
        (inside & ~padded[:-2, 1:-1], (0, 0), (1, 0)),
        (inside & ~padded[1:-1, 2:], (1, 0), (1, 1)),
        (inside & ~padded[2:, 1:-1], (1, 1), (0, 1)),
        (inside & ~padded[1:-1, :-2], (0, 1), (0, 0)),
    )
    following: _Edges = {}
    for bare, (from_x, from_y), (to_x, to_y) in sides:
        for row, column in zip(*(found.tolist() for found in np.nonzero(bare)), strict=True):
            start = (column + from_x, row + from_y)
            following.setdefault(start, []).append((column + to_x, row + to_y))
    return following


def _walk(following: _Edges, start: tuple[int, int]) -> list[tuple[int, int]]:
    """Follow edges until the start; where two ways are open, turn right, so that corners only touch."""
    ring, at, came = [start], start, _RIGHT
    while True:
        ways = following[at]
        turn_right = (at[0] - came[1], at[1] + came[0])
        after = turn_right if turn_right in ways else min(ways)
        ways.remove(after)
        if not ways:
            del following[at]
        came, at = (after[0] - at[0], after[1] - at[1]), after
        if at == start:
            return ring
        ring.append(at)


def _corners(ring: list[tuple[int, int]]) -> tuple[Point, ...]:
    """Leave out the points at which a ring goes straight on."""
    count = len(ring)
    kept = []
    for place, (x, y) in enumerate(ring):
        before, after = ring[place - 1], ring[(place + 1) % count]
        if (x - before[0], y - before[1]) != (after[0] - x, after[1] - y):
            kept.append((float(x), float(y)))
    return tuple(kept)
