"""Nodules of the lung, in exactly the amount that a film is to show."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from hilum.phantom.anatomy import Grid, Thorax, cage_half_width

Floats32 = npt.NDArray[np.float32]

MOST = 7
DENSITY = 1.8  # against water: many are old scars with calcium in them
_UPPER = 0.7  # share of nodules in the upper half of the lung


@dataclass(frozen=True)
class Nodules:
    """Where nodules lie and how large they are when fully grown; the first grow first.

    Attributes:
        centres: (7, 2): x and y, cm.
        radii: (7,), cm.

    Example:
        >>> Nodules(np.zeros((7, 2)), np.ones(7)).radii.shape
        (7,)
    """

    centres: npt.NDArray[np.float64]
    radii: npt.NDArray[np.float64]


def draw_nodules(thorax: Thorax, rng: np.random.Generator) -> Nodules:
    """Draw places, seven of ten in the upper half of a lung, and diameters of 1.6 to 3.4 cm.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax
        >>> rng = np.random.default_rng(0)
        >>> nodules = draw_nodules(draw_thorax(Person(60, "M", "PA", 0.0), rng), rng)
        >>> bool((nodules.radii >= 0.8).all() and (nodules.radii <= 1.7).all())
        True
    """
    side = rng.choice([-1.0, 1.0], size=MOST)
    upper = rng.random(MOST) < _UPPER
    share = np.where(upper, rng.uniform(0.16, 0.5, MOST), rng.uniform(0.5, 0.85, MOST))
    y = share * thorax.height
    width = cage_half_width(thorax, y.astype(np.float32)[:, None])[:, 0].astype(np.float64)
    x = side * (0.36 + 0.44 * rng.random(MOST)) * width
    return Nodules(np.column_stack([x, y]), rng.uniform(0.8, 1.7, MOST))


def nodule_chord(nodules: Nodules, grid: Grid, amount: float) -> Floats32:
    """Nodular tissue that each ray crosses; its sum over the film grows evenly with the amount.

    Args:
        nodules: where they lie.
        grid: pixels.
        amount: 0 (none) to 1 (all seven fully grown). Each nodule grows to its full volume before the next
            begins.

    Returns:
        (rows, columns), cm.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> rng, grid = np.random.default_rng(0), make_grid(0.1)
        >>> nodules = draw_nodules(draw_thorax(Person(60, "M", "PA", 0.0), rng), rng)
        >>> full, half = (float(nodule_chord(nodules, grid, amount).sum()) for amount in (1.0, 0.5))
        >>> 0.4 < half / full < 0.6
        True
    """
    total = np.zeros(grid.shape, dtype=np.float32)
    volumes = nodules.radii**3 / np.sum(nodules.radii**3)
    grown = np.clip((amount - np.cumsum(volumes) + volumes) / volumes, 0, 1)
    for (x, y), radius in zip(nodules.centres, nodules.radii * np.cbrt(grown), strict=True):
        if radius > 0:
            off = np.square(grid.x - np.float32(x)) + np.square(grid.y - np.float32(y))
            total += 2 * np.sqrt(np.maximum(np.float32(radius**2) - off, 0))
    if amount > 0:
        total = np.asarray(cv2.GaussianBlur(total, (0, 0), 0.06 / grid.step), dtype=np.float32)
    return total
