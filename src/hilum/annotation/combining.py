"""Add to a shape, take away from it, fill slices between two: by pixels, so that any two go together."""

import numpy as np
from numpy.typing import NDArray

from hilum.annotation.outlines import outline
from hilum.annotation.rasterising import Pixels, bounds_of, mask_of, rasterise
from hilum.annotation.shapes import Box, Line, Shape, ShapeError


def merge(first: Shape, second: Shape, rows: int, columns: int) -> Shape:
    """Both shapes as one (Add in the guideline, section 2.4.3).

    Args:
        first: the shape that is added to; the result is of its kind (a box becomes a polygon, unless both
            are boxes: then it is the box around both).
        second: what is added.
        rows: of the image.
        columns: of the image.

    Raises:
        ShapeError: one is a line, which has no area, or both hold no pixel.

    Example:
        >>> merge(Box(0, 0, 2, 2), Box(1, 1, 4, 3), 4, 4).bounds
        (0, 0, 4, 3)
    """
    if isinstance(first, Box) and isinstance(second, Box):
        (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = first.bounds, second.bounds
        return Box(min(ax1, bx1), min(ay1, by1), max(ax2, bx2), max(ay2, by2))
    _areas(first, second)
    made = shape_of(rasterise(first, rows, columns) | rasterise(second, rows, columns), first)
    if made is None:
        raise ShapeError("the two shapes hold no pixel: draw them larger")
    return made


def subtract(first: Shape, second: Shape, rows: int, columns: int) -> Shape | None:
    """What is left of the first without the second (Sub in the guideline); None where nothing is.

    Raises:
        ShapeError: one is a line, which has no area.

    Example:
        >>> subtract(Box(0, 0, 4, 4), Box(2, 0, 4, 4), 4, 4).bounds
        (0.0, 0.0, 2.0, 4.0)
        >>> subtract(Box(0, 0, 2, 2), Box(0, 0, 4, 4), 4, 4) is None
        True
    """
    _areas(first, second)
    left = rasterise(first, rows, columns) & ~rasterise(second, rows, columns)
    around = bounds_of(left)
    if isinstance(first, Box) and around is not None and left.sum() == Box(*around).area:
        return Box(*around)
    return shape_of(left, first)


def shape_of(pixels: Pixels, like: Shape) -> Shape | None:
    """The pixels as a shape of the same kind as another; a box becomes a polygon. None where none is set."""
    if like.kind == "mask":
        return mask_of(pixels)
    return outline(pixels, drawn_freely=like.kind == "freehand")


def area_by_mask(shape: Shape, rows: int, columns: int) -> int:
    """How many pixels a shape holds.

    Example:
        >>> area_by_mask(Box(0, 0, 2, 3), 4, 4)
        6
    """
    return int(rasterise(shape, rows, columns).sum())


def area_by_box(shape: Shape, rows: int, columns: int) -> float:
    """The area of the box around a shape's pixels, which is what the guideline calls its area (1.3.4).

    Example:
        >>> from hilum.annotation.shapes import Polygon
        >>> area_by_box(Polygon((((0, 0), (5, 0), (0, 5)),)), 8, 8)
        16.0
    """
    around = bounds_of(rasterise(shape, rows, columns))
    return Box(*around).area if around else 0.0


def interpolate(first: Shape, last: Shape, between: int, rows: int, columns: int) -> tuple[Shape | None, ...]:
    """Shapes on the slices between two, by the signed distance to both contours (shape-based interpolation).

    Boxes are interpolated edge by edge.

    Args:
        first: on the slice before.
        last: on the slice after.
        between: how many slices lie between.
        rows: of the images.
        columns: of the images.

    Returns:
        One for each slice between, None where nothing is left.

    Raises:
        ShapeError: one is a line, or holds no pixel.

    Reference:
        Raya & Udupa, IEEE Transactions on Medical Imaging 1990; 9: 32-42.

    Example:
        >>> interpolate(Box(0, 0, 2, 2), Box(4, 0, 6, 2), 1, 8, 8)
        (Box(x1=2.0, y1=0.0, x2=4.0, y2=2.0),)
    """
    _areas(first, last)
    shares = [place / (between + 1) for place in range(1, between + 1)]
    if isinstance(first, Box) and isinstance(last, Box):
        pairs = list(zip(first.bounds, last.bounds, strict=True))
        return tuple(Box(*((1 - share) * one + share * other for one, other in pairs)) for share in shares)
    one, other = (_signed_distance(rasterise(shape, rows, columns)) for shape in (first, last))
    return tuple(shape_of((1 - share) * one + share * other < 0, first) for share in shares)


def _signed_distance(pixels: Pixels) -> NDArray[np.float64]:
    """Distance of each centre to the contour, below 0 inside."""
    from scipy.ndimage import distance_transform_edt

    if not pixels.any():
        raise ShapeError("a shape holds no pixel, so nothing can be filled in from it: draw it larger")
    if pixels.all():
        return np.full(pixels.shape, -0.5)
    outside = np.asarray(distance_transform_edt(~pixels), dtype=np.float64)
    inside = np.asarray(distance_transform_edt(pixels), dtype=np.float64)
    return np.where(pixels, 0.5 - inside, outside - 0.5)


def _areas(*shapes: Shape) -> None:
    if any(isinstance(shape, Line) for shape in shapes):
        raise ShapeError("a line has no area: draw a box, a polygon or paint")
