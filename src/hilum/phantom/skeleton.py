"""Bones, as what they attenuate beyond the water they replace (nepers).

Ribs are bands on the cage: the back part leaves the spine and falls gently outwards, turns at the side
wall, and the front part falls steeply towards the sternum and ends where cartilage begins.
"""

import cv2
import numpy as np
import numpy.typing as npt

from hilum.phantom.anatomy import Grid, Thorax, cage_half_width, midline
from hilum.phantom.drawing import fill, ribbon, strokes, tube

Floats32 = npt.NDArray[np.float32]
Points = npt.NDArray[np.floating]

RIBS = 11
_FALL = (4.0, 5.0, 6.3, 7.4, 8.3, 8.9, 9.3, 9.4, 9.2, 8.6, 7.6)
_CRUSHED = 0.55
_END = (118.0, 128.0, 136.0, 139.0, 141.0, 142.0, 140.0, 136.0, 130.0, 120.0, 108.0)


def vertebra_levels(thorax: Thorax) -> npt.NDArray[np.float64]:
    """Heights of the middles of the vertebrae from C6 to L5, cm; growing downwards.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax
        >>> levels = vertebra_levels(draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0)))
        >>> len(levels), bool((np.diff(levels) > 1.5).all())
        (20, True)
    """
    pitch = np.linspace(1.75 + thorax.spine_pitch, 3.0 - thorax.spine_pitch, 20) * thorax.height / 23.2
    return np.asarray(np.cumsum(pitch) - pitch[:3].sum() - 0.2)


def rib_curve(thorax: Thorax, level: float, rib: int, side: int) -> tuple[Points, Points]:
    """Centre line of one rib.

    Args:
        thorax: sizes.
        level: of the vertebra that the rib leaves, cm.
        rib: 0 for the first.
        side: -1 for the patient's right, 1 for the left.

    Returns:
        The line (n, 2) in cm and the angle around the chest at each point (degrees; 90 = side wall).

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> line, angle = rib_curve(thorax, 8.0, 4, -1)
        >>> bool(line[:, 0].min() < -10), angle[0].item()
        (True, 8.0)
    """
    angle = np.linspace(8.0, _END[rib], 34)
    theta = np.deg2rad(angle)
    start = level + thorax.rib_jitter[(side + 1) // 2, rib]
    y = (
        start
        - 0.35 * np.sin(2 * theta).clip(0)
        + _FALL[rib] * thorax.rib_fall * thorax.height / 23.2 * (1 - np.cos(theta * 0.92)) / 1.6
    )
    middle = np.array([[start + 0.42 * _FALL[rib] * thorax.rib_fall]], dtype=np.float32)
    width = float(cage_half_width(thorax, middle)[0, 0]) + 0.35
    width *= 0.85 if rib == 0 else 1.0
    x = side * width * np.sin(theta) ** 0.92
    forward = thorax.rotation * (1 - np.cos(theta)) / 2
    sway = midline(thorax, y.astype(np.float32))
    return np.column_stack([x + forward + sway, y]), angle


def _rib_masks(
    curves: list[tuple[Points, Points, Points]], grid: Grid, *, front: bool
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Outsides and marrow of the back or the front parts of all ribs."""
    outer, inner = np.zeros(grid.shape, np.uint8), np.zeros(grid.shape, np.uint8)
    for line, angle, width in curves:
        part = angle >= 84 if front else angle <= 96
        wide = width[part] + 0.25 * front * np.abs(np.cos(np.deg2rad(angle[part])))
        fill(outer, [ribbon(line[part], wide)], grid)
        fill(inner, [ribbon(line[part], np.maximum(wide - 0.32, 0.1))], grid)
    return outer, inner


def _rib_curves(thorax: Thorax) -> list[tuple[Points, Points, Points]]:
    """Centre line, angle and width of all ribs; at the side a rib shows its edge, not its face."""
    curves: list[tuple[Points, Points, Points]] = []
    levels = vertebra_levels(thorax)
    for side in (-1, 1):
        for rib in range(RIBS):
            line, angle = rib_curve(thorax, float(levels[rib + 2]), rib, side)
            full = (1.0 + 0.25 * (rib > 1)) * thorax.rib_width * thorax.half_width / 14
            curves.append((line, angle, full * (0.55 + 0.45 * np.abs(np.cos(np.deg2rad(angle))))))
    return curves


def ribs(thorax: Thorax, grid: Grid) -> Floats32:
    """All ribs, back and front parts adding up where they cross.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(0.1 < ribs(thorax, make_grid(0.2)).max() < 1.0)
        True
    """
    curves = _rib_curves(thorax)
    back = tube(*_rib_masks(curves, grid, front=False), wall=0.21, core=0.135)
    front = tube(*_rib_masks(curves, grid, front=True), wall=0.14, core=0.09)
    width = np.maximum(cage_half_width(thorax, grid.y), 1)
    side = np.clip(np.abs(grid.x) / width, 0, 1) ** 8
    total = (back + front) * (1 + np.float32(0.3) * side.astype(np.float32))
    low = 1 - np.float32(0.5) * np.clip((grid.y - np.float32(thorax.height + 4)) / 6, 0, 1)
    return np.asarray(cv2.GaussianBlur(total * low, (0, 0), 0.07 / grid.step), dtype=np.float32)


def _vertebra(x: float, y: float, half: float, height: float) -> Points:
    """A vertebral body: waisted sides, flat end plates."""
    t = np.linspace(-1, 1, 7)
    right = np.column_stack([x + half * (0.86 + 0.14 * t**2), y + t * height / 2])
    left = np.column_stack([x - half * (0.86 + 0.14 * t**2), y + t * height / 2])
    return np.concatenate([right, left[::-1]])


def _oval(x: float, y: float, half_x: float, half_y: float) -> Points:
    t = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    return np.column_stack([x + half_x * np.cos(t), y + half_y * np.sin(t)])


def spine(thorax: Thorax, grid: Grid) -> Floats32:
    """Vertebral bodies with end plates, disc spaces, pedicles, transverse and spinous processes.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(0.15 < spine(thorax, make_grid(0.2)).max() < 0.8)
        True
    """
    levels = vertebra_levels(thorax)
    body, rim, detail = (np.zeros(grid.shape, np.uint8) for _ in range(3))
    for index, (y, pitch) in enumerate(zip(levels, np.gradient(levels), strict=True)):
        x = float(midline(thorax, np.array([[y]], np.float32))[0, 0]) - 0.3 * thorax.rotation
        half = 1.25 + 0.035 * index
        height = pitch * 0.8
        if index in thorax.crushed:  # the upper end plate has sunk, the lower one stays
            half, height = half + 0.12, height * _CRUSHED
        middle = y + (pitch * 0.8 - height) / 2
        fill(body, [_vertebra(x, middle, half, height)], grid)
        fill(rim, [_vertebra(x, middle, half - 0.13, height - 0.26)], grid)
        for side in (-1, 1):
            across = np.array([[x + side * 0.9, y - 0.3], [x + side * (half + 1.1), y - 0.65]])
            fill(detail, [ribbon(across, 0.65)], grid, 90)
            fill(detail, [_oval(x + side * half * 0.62, y - 0.12 * pitch, 0.26, 0.42)], grid, 170)
        fill(detail, [_oval(x - 0.4 * thorax.rotation, y + 0.42 * pitch, 0.2, 0.6)], grid, 200)
    plane = tube(body, rim, wall=0.17, core=0.10) + detail.astype(np.float32) * np.float32(0.15 / 255)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.1 / grid.step), dtype=np.float32)


def _clavicle(thorax: Thorax, side: int) -> Points:
    t = np.linspace(0, 1, 24)
    x = side * (1.7 + t * (thorax.half_width + 1.6)) + 0.9 * thorax.rotation
    y = thorax.clavicle + 1.2 - 3.3 * t + 0.55 * np.sin(2 * np.pi * t) + 1.1 * t**3
    return np.column_stack([x, y])


def _scapula(thorax: Thorax, side: int) -> Points:
    inner, outer = thorax.half_width + 0.7 - thorax.scapula, thorax.half_width + 3.4 - thorax.scapula
    outline = [
        (inner + 0.6, -0.5),
        (inner, 3.0),
        (inner + 0.3, 7.5),
        (inner + 1.3, 11.8),
        (inner + 2.0, 12.0),
    ]
    outline += [(outer - 0.2, 8.0), (outer + 0.9, 3.5), (outer + 1.0, 1.4), (outer - 0.2, 0.2)]
    return np.array([(side * x, y) for x, y in outline])


def shoulders(thorax: Thorax, grid: Grid) -> Floats32:
    """Clavicles, shoulder blades and heads of the humeri.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(0.2 < shoulders(thorax, make_grid(0.2)).max() < 1.5)
        True
    """
    outer, inner, blade = (np.zeros(grid.shape, np.uint8) for _ in range(3))
    for side in (-1, 1):
        line = _clavicle(thorax, side)
        width = 1.15 + 0.55 * np.abs(np.linspace(-1, 1, len(line))) ** 4
        fill(outer, [ribbon(line, width)], grid)
        fill(inner, [ribbon(line, width - 0.36)], grid)
        outline = _scapula(thorax, side)
        fill(blade, [outline], grid, 70)
        strokes(blade, [outline[3:8]], 0.55, grid, 190)
        strokes(
            blade,
            [np.array([[side * (thorax.half_width + 0.4), 1.3], [side * (thorax.half_width + 4.4), -0.6]])],
            0.7,
            grid,
            170,
        )
        x, y = side * (thorax.half_width + 5.6 - 0.4 * thorax.scapula), 1.6
        fill(outer, [_oval(x, y, 2.25, 2.35)], grid, 220)
        fill(inner, [_oval(x, y, 2.0, 2.1)], grid, 180)
        shaft = np.array([[x + side * 0.5, y + 1.0], [x + side * 2.4, y + 8.0]])
        fill(outer, [ribbon(shaft, 2.4)], grid, 220)
        fill(inner, [ribbon(shaft, 1.6)], grid, 190)
    plane = tube(outer, inner, wall=0.42, core=0.27) + blade.astype(np.float32) * np.float32(0.22 / 255)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.08 / grid.step), dtype=np.float32)


def skeleton(thorax: Thorax, grid: Grid) -> Floats32:
    """All bones of one chest.

    Args:
        thorax: sizes and mineral.
        grid: pixels, best 0.1 cm or finer.

    Returns:
        Attenuation beyond water in nepers, (rows, columns).

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> skeleton(thorax, make_grid(0.5)).shape
        (93, 86)
    """
    total = ribs(thorax, grid) + spine(thorax, grid) + shoulders(thorax, grid)
    return np.float32(thorax.bone) * total
