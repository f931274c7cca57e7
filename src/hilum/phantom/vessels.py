"""Trachea, bronchi and the vessels of the lung, as chords in cm."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from hilum.phantom.anatomy import Grid, Thorax, midline
from hilum.phantom.drawing import fill, ribbon, strokes

Floats32 = npt.NDArray[np.float32]
Points = npt.NDArray[np.floating]

# direction (degrees from straight up, positive outwards) and radius in cm of the first branches at each hilum
_STEMS = ((12, 0.30), (38, 0.34), (68, 0.28), (98, 0.36), (125, 0.42), (148, 0.50), (168, 0.46))
_CLASSES = ((0.30, 1.0), (0.16, 0.52), (0.09, 0.30))  # smallest radius of the class, width drawn (cm)


@dataclass(frozen=True)
class Tree:
    """Branches of one patient's lung vessels.

    Attributes:
        lines: one array a branch, (n, 2), cm.
        radii: of each branch, cm.

    Example:
        >>> Tree((), ()).lines
        ()
    """

    lines: tuple[Points, ...]
    radii: tuple[float, ...]


def hila(thorax: Thorax) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where vessels enter the right and the left lung; the left lies a little higher.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax
        >>> right, left = hila(draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0)))
        >>> right[0] < 0 < left[0], left[1] < right[1]
        (True, True)
    """
    h = thorax.height
    return (-3.5 + 0.3 * thorax.rotation, h - 10.6), (3.7 + 0.3 * thorax.rotation, h - 11.8)


def grow_tree(thorax: Thorax, rng: np.random.Generator) -> Tree:
    """Grow the vessels of both lungs, generation by generation, all branches of one generation at once.

    Args:
        thorax: sizes.
        rng: the source of chance.

    Returns:
        About 600 branches.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax
        >>> rng = np.random.default_rng(0)
        >>> len(grow_tree(draw_thorax(Person(50, "M", "PA", 0.0), rng), rng).lines) > 300
        True
    """
    stems = np.array(_STEMS * 2)
    side = np.repeat([-1.0, 1.0], len(_STEMS))
    start = np.repeat(np.array(hila(thorax)), len(_STEMS), axis=0) + rng.normal(0, 0.35, (len(side), 2))
    angle = np.deg2rad(stems[:, 0] + rng.normal(0, 7, len(side)))
    radius = stems[:, 1] * rng.uniform(0.85, 1.15, len(side))
    lines: list[Points] = []
    radii: list[float] = []
    for generation in range(6):
        length = (3.1 * 0.80**generation * thorax.height / 23) * rng.uniform(0.7, 1.3, len(side))
        t = np.linspace(0, 1, 5)[None, :]
        bend = angle[:, None] + rng.normal(0, 0.28, len(side))[:, None] * (t - 0.3)
        steps = np.stack([side[:, None] * np.sin(bend), -np.cos(bend)], axis=-1) * (length / 4)[:, None, None]
        paths = start[:, None, :] + np.concatenate(
            [np.zeros_like(steps[:, :1]), np.cumsum(steps[:, :-1], axis=1)], 1
        )
        lines += list(paths)
        radii += radius.tolist()
        keep = radius > 0.045
        start, angle, radius, side = (a[keep] for a in (paths[:, -1], bend[:, -1], radius, side))
        spread = np.deg2rad(rng.uniform(12, 36, len(side)))
        share = rng.uniform(0.62, 0.84, len(side))
        start, side = np.concatenate([start, start]), np.concatenate([side, side])
        angle = np.concatenate([angle + spread * 0.7, angle - spread])
        radius = np.concatenate([radius * share, radius * (1.42 - share)])
    return Tree(tuple(lines), tuple(radii))


def vessel_chord(tree: Tree, grid: Grid) -> Floats32:
    """Blood that the ray crosses in lung vessels, before asking whether there is lung around them.

    Args:
        tree: branches.
        grid: pixels.

    Returns:
        (rows, columns), cm.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> rng = np.random.default_rng(0)
        >>> tree = grow_tree(draw_thorax(Person(50, "M", "PA", 0.0), rng), rng)
        >>> bool(0.5 < vessel_chord(tree, make_grid(0.1)).max() < 12)
        True
    """
    total = np.zeros(grid.shape, dtype=np.float32)
    edges = np.array([0.24, 0.155, 0.10, 0.066, 0.0])
    upper = np.inf
    for lower in edges:
        chosen = [i for i, r in enumerate(tree.radii) if lower <= r < upper]
        upper = lower
        for half in (chosen[::2], chosen[1::2]):
            if not half:
                continue
            radius = float(np.mean([tree.radii[i] for i in half]))
            plane = np.zeros(grid.shape, np.uint8)
            strokes(plane, [tree.lines[i] for i in half], 1.7 * radius, grid)
            sigma = max(0.34 * radius / grid.step, 0.45)
            gain = 4.4 * radius * min(1.0, 2 * radius / grid.step)
            total += cv2.GaussianBlur(plane, (0, 0), sigma).astype(np.float32) * np.float32(gain / 255)
    return total


def hilar_chord(thorax: Thorax, grid: Grid) -> Floats32:
    """The roots of both lungs: pulmonary arteries and veins too wide for branches.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(1 < hilar_chord(thorax, make_grid(0.2)).max() < 4)
        True
    """
    plane = np.zeros(grid.shape, np.uint8)
    (rx, ry), (lx, ly) = hila(thorax)
    for x, y, side in ((rx, ry, -1), (lx, ly, 1)):
        down = np.array([[x - side * 0.9, y - 1.0], [x + side * 0.3, y + 0.8], [x + side * 0.7, y + 3.6]])
        up = np.array([[x - side * 0.8, y + 0.4], [x + side * 0.2, y - 0.9], [x + side * 0.7, y - 3.0]])
        fill(plane, [ribbon(down, np.array([1.8, 1.6, 0.8]))], grid, 210)
        fill(plane, [ribbon(up, np.array([1.5, 1.2, 0.6]))], grid, 150)
    blurred = cv2.GaussianBlur(plane, (0, 0), 0.32 / grid.step)
    return np.asarray(blurred.astype(np.float32) * np.float32(3.8 / 255))


def airway_chord(thorax: Thorax, grid: Grid) -> Floats32:
    """Air in trachea and main bronchi.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(1 < airway_chord(thorax, make_grid(0.2)).max() < 2.5)
        True
    """
    carina = thorax.height - 13.6
    y = np.linspace(-9.5, carina, 24)
    sway = midline(thorax, y.astype(np.float32)) + 0.2 * thorax.rotation
    sway = sway - 0.28 * np.exp(-(((y - carina + 2.6) / 2.0) ** 2))  # pushed aside by the aortic arch
    trachea = ribbon(np.column_stack([sway, y]), 1.75)
    x0 = float(sway[-1])
    right = np.array([[x0, carina - 0.7], [x0 - 1.5, carina + 1.3], [x0 - 2.7, carina + 3.2]])
    left = np.array([[x0, carina - 0.7], [x0 + 2.0, carina + 1.2], [x0 + 3.7, carina + 2.1]])
    plane = np.zeros(grid.shape, np.uint8)
    fill(plane, [trachea], grid)
    fill(plane, [ribbon(right, np.array([1.6, 1.4, 1.0]))], grid, 190)
    fill(plane, [ribbon(left, np.array([1.5, 1.1, 0.9]))], grid, 170)
    blurred = cv2.GaussianBlur(plane, (0, 0), 0.2 / grid.step)
    return np.asarray(blurred.astype(np.float32) * np.float32(2.3 / 255))
