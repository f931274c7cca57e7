"""Pneumonia: air in part of the lung replaced by fluid, in exactly the amount that the severity says."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from hilum.phantom.anatomy import Grid, Thorax

Floats32 = npt.NDArray[np.float32]

GREATEST_FRACTION = 0.62
_LOBES = (
    # side, x and y of the middle and half axes, as fractions of half_width and height
    (-1, 0.52, 0.27, 0.42, 0.26),  # right upper
    (-1, 0.45, 0.68, 0.36, 0.17),  # right middle
    (-1, 0.55, 0.86, 0.45, 0.26),  # right lower
    (1, 0.52, 0.30, 0.42, 0.28),  # left upper
    (1, 0.50, 0.62, 0.35, 0.18),  # lingula
    (1, 0.58, 0.86, 0.42, 0.26),  # left lower
)


@dataclass(frozen=True)
class Pneumonia:
    """Where and how the lung is filled, before the amount is fixed.

    Attributes:
        blobs: (n, 5): x, y, half axes along x and y in cm, weight.
        texture: three planes of noise, coarse to fine, added to the field that is cut.
        softness: width of the border of a consolidation in units of that field.
        depth: which part of the lung's chord is filled inside a consolidation.
        lobar: filled up to a fissure (one lobe, sharp lower border), not in patches.

    Example:
        >>> Pneumonia.__name__
        'Pneumonia'
    """

    blobs: npt.NDArray[np.float64]
    texture: tuple[Floats32, ...]
    softness: float
    depth: float
    lobar: bool


def draw_pneumonia(thorax: Thorax, rng: np.random.Generator) -> Pneumonia:
    """Draw place and pattern: lobar (45 %) or patchy, in lobes chosen by chance, the lower ones more often.

    Args:
        thorax: sizes.
        rng: the source of chance.

    Returns:
        The pattern, still without amount.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax
        >>> rng = np.random.default_rng(0)
        >>> draw_pneumonia(draw_thorax(Person(50, "M", "PA", 0.3), rng), rng).blobs.shape[1]
        5
    """
    lobar = bool(rng.random() < 0.45)
    chance = np.array([0.15, 0.12, 0.27, 0.13, 0.09, 0.24])
    count = int(rng.integers(1, 3) if lobar else rng.integers(5, 11))
    chosen = rng.choice(6, size=count, replace=not lobar, p=chance)
    blobs = np.empty((count, 5))
    for row, lobe in enumerate(chosen):
        side, x, y, rx, ry = _LOBES[lobe]
        spread = 0.25 if lobar else 0.75
        shrink = 1.0 if lobar else rng.uniform(0.3, 0.6)
        x, y = x + spread * rx * rng.uniform(-1, 1), y + spread * ry * rng.uniform(-1, 1)
        blobs[row] = (
            side * x * thorax.half_width,
            y * thorax.height,
            shrink * rx * thorax.half_width,
            shrink * ry * thorax.height,
            rng.uniform(0.7, 1.0),
        )
    texture = tuple(rng.standard_normal(shape, dtype=np.float32) for shape in ((14, 13), (36, 34), (90, 84)))
    return Pneumonia(blobs, texture, float(rng.uniform(0.7, 1.5)), float(rng.uniform(0.72, 0.9)), lobar)


def _field(pneumonia: Pneumonia, grid: Grid) -> Floats32:
    field = np.full(grid.shape, -4, dtype=np.float32)
    for x, y, rx, ry, weight in pneumonia.blobs.astype(np.float32):
        dx, dy = (grid.x - x) / rx, (grid.y - y) / ry
        np.maximum(field, weight - 0.45 * (dx * dx + dy * dy), out=field)
    size = (grid.shape[1], grid.shape[0])
    for plane, gain in zip(pneumonia.texture, (0.20, 0.13, 0.07), strict=True):
        field += np.float32(gain * pneumonia.softness) * cv2.resize(
            plane, size, interpolation=cv2.INTER_CUBIC
        )
    return field


def filled_fraction(pneumonia: Pneumonia, grid: Grid, lung: Floats32, severity: float) -> Floats32:
    """Which part of each ray's lung chord is filled; summed over the lungs, `severity * 0.62` of their air.

    Args:
        pneumonia: the pattern.
        grid: pixels.
        lung: chord of aerated lung, (rows, columns), cm.
        severity: 0 (no pneumonia on the film) to 1.

    Returns:
        (rows, columns), 0 to 1.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> from hilum.phantom.organs import organs
        >>> rng, grid = np.random.default_rng(0), make_grid(0.4)
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.3), rng)
        >>> lung = organs(thorax, grid).lung
        >>> part = filled_fraction(draw_pneumonia(thorax, rng), grid, lung, severity=0.5)
        >>> round(float((part * lung).sum() / lung.sum()), 2)
        0.31
    """
    field = _field(pneumonia, grid)
    inside = lung > 0
    values, weights = field[inside], lung[inside]
    wanted = severity * GREATEST_FRACTION / pneumonia.depth * float(weights.sum(dtype=np.float64))
    low, high = float(values.min()) - 2.0, float(values.max())
    for _ in range(22):
        cut = (low + high) / 2
        amount = float(np.dot(np.clip((values - cut) / pneumonia.softness, 0, 1), weights))
        low, high = (cut, high) if amount > wanted else (low, cut)
    part = np.clip((field - np.float32((low + high) / 2)) / np.float32(pneumonia.softness), 0, 1)
    return np.asarray(part * np.float32(pneumonia.depth) * inside, dtype=np.float32)
