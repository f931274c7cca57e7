"""Drawing outlines given in centimetres into planes of chords."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from hilum.phantom.anatomy import LEFT, TOP, Grid

Floats32 = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
_SHIFT = 4


def to_pixels(points: npt.NDArray[np.floating], grid: Grid) -> npt.NDArray[np.int32]:
    """Turn centimetres into the sixteenths of a pixel that the polygon filler wants.

    Args:
        points: (..., 2) of x and y in cm.
        grid: pixels.

    Returns:
        (..., 2) int32.

    Example:
        >>> from hilum.phantom.anatomy import make_grid
        >>> to_pixels(np.array([[LEFT + 0.5, TOP + 0.5]]), make_grid(1.0)).tolist()
        [[0, 0]]
    """
    scale = (1 << _SHIFT) / grid.step
    origin = np.array([LEFT + grid.step / 2, TOP + grid.step / 2])
    return np.asarray(np.rint((points - origin) * scale), dtype=np.int32)


def fill(plane: Bytes, outlines: Iterable[npt.NDArray[np.floating]], grid: Grid, value: int = 255) -> None:
    """Fill outlines with smooth edges; later ones cover earlier ones.

    Example:
        >>> from hilum.phantom.anatomy import make_grid
        >>> grid = make_grid(0.5)
        >>> plane = np.zeros(grid.shape, np.uint8)
        >>> fill(plane, [np.array([[-2, 0], [2, 0], [2, 4], [-2, 4]])], grid)
        >>> int(plane.max())
        255
    """
    for outline in outlines:
        cv2.fillPoly(plane, [to_pixels(outline, grid)], value, cv2.LINE_AA, _SHIFT)


def strokes(
    plane: Bytes,
    lines: Sequence[npt.NDArray[np.floating]],
    width_cm: float,
    grid: Grid,
    value: int = 255,
) -> None:
    """Draw open lines of one width, all of equally many points, with smooth edges.

    Example:
        >>> from hilum.phantom.anatomy import make_grid
        >>> grid = make_grid(0.5)
        >>> plane = np.zeros(grid.shape, np.uint8)
        >>> strokes(plane, [np.array([[-2, 0], [2, 0]])], 1.0, grid)
        >>> int(plane.max())
        255
    """
    if len(lines):
        pixels = list(to_pixels(np.stack(lines), grid))
        cv2.polylines(plane, pixels, False, value, max(1, round(width_cm / grid.step)), cv2.LINE_AA, _SHIFT)


def ribbon(
    centre: npt.NDArray[np.floating], width: npt.NDArray[np.floating] | float
) -> npt.NDArray[np.floating]:
    """The outline of a band along a curve.

    Args:
        centre: (n, 2), cm.
        width: full width across the curve, cm, one number or (n,).

    Returns:
        (2n, 2): one edge forth, the other back.

    Example:
        >>> ribbon(np.array([[0.0, 0.0], [1.0, 0.0]]), 0.5).tolist()
        [[0.0, 0.25], [1.0, 0.25], [1.0, -0.25], [0.0, -0.25]]
    """
    direction = np.empty_like(centre, dtype=np.float64)
    direction[1:-1] = centre[2:] - centre[:-2]
    direction[0], direction[-1] = centre[1] - centre[0], centre[-1] - centre[-2]
    half = np.asarray(width, dtype=np.float64) / (2 * np.maximum(np.hypot(*direction.T), 1e-6))
    across = np.empty_like(direction)
    across[:, 0], across[:, 1] = -direction[:, 1] * half, direction[:, 0] * half
    return np.concatenate([centre + across, (centre - across)[::-1]])


def tube(outer: Bytes, inner: Bytes, wall: float, core: float) -> Floats32:
    """Chord of hollow bones from the masks of their outsides and their marrow.

    Args:
        outer: 0-255, inside the bone's outline.
        inner: 0-255, inside the marrow's outline.
        wall: value where only cortex is crossed.
        core: value inside the marrow's outline.

    Returns:
        (rows, columns).

    Example:
        >>> tube(np.uint8([[255, 255]]), np.uint8([[0, 255]]), 0.5, 0.25).tolist()
        [[0.5, 0.25]]
    """
    plane = outer.astype(np.float32) * np.float32(wall / 255)
    plane -= inner.astype(np.float32) * np.float32((wall - core) / 255)
    return plane
