"""Chord lengths of the soft organs: how many centimetres of each the ray at a pixel crosses.

Bodies of simple shape (superellipses, ellipsoids, a paraboloid for the diaphragm) have chords in closed
form, so a three-dimensional chest costs no more than a few planes of arithmetic.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from hilum.phantom.anatomy import Grid, Thorax, cage_half_width, midline

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Organs:
    """Chords in cm, each (rows, columns).

    Attributes:
        body: everything inside the skin, breasts included.
        lung: aerated lung, both sides, before pneumonia.
        gas: air in stomach, trachea excluded.
        dome: height of the diaphragm's highest line, cm (for tests and for placing pneumonia).

    Example:
        >>> Organs.__name__
        'Organs'
    """

    body: Floats32
    lung: Floats32
    gas: Floats32
    dome: Floats32


def round_off(u: npt.NDArray[np.floating]) -> Floats32:
    """0 at 0, 1 from 1 on, rising like the edge of a sphere: the chord near the border of a round body.

    Example:
        >>> round_off(np.float32([-1.0, 0.0, 1.0, 2.0]))
        array([0., 0., 1., 1.], dtype=float32)
    """
    v = 1 - np.clip(u, 0, 1)
    return np.asarray(np.sqrt(1 - v * v), dtype=np.float32)


def superellipse(u: npt.NDArray[np.floating]) -> Floats32:
    """Relative chord of a body with flat front and round sides, at relative distance `u` from its middle.

    Example:
        >>> superellipse(np.float32([0.0, 1.0, 2.0]))
        array([1., 0., 0.], dtype=float32)
    """
    v = np.minimum(np.abs(u), 1)
    v2 = v * v
    return np.asarray(np.sqrt(1 - v2 * np.sqrt(v2) * v2 ** np.float32(0.25)), dtype=np.float32)


def ellipsoid(
    grid: Grid, centre: tuple[float, float], axes: tuple[float, float, float], tilt: float
) -> Floats32:
    """Chord of an ellipsoid.

    Args:
        grid: pixels.
        centre: x, y in cm.
        axes: half axes in cm: along, across, in depth.
        tilt: degrees by which the first axis turns from +x towards +y.

    Returns:
        (rows, columns), cm.

    Example:
        >>> from hilum.phantom.anatomy import make_grid
        >>> round(float(ellipsoid(make_grid(0.1), (0.05, 0.05), (3, 2, 4), 30.0).max()), 2)
        8.0
    """
    cos, sin = np.float32(np.cos(np.deg2rad(tilt))), np.float32(np.sin(np.deg2rad(tilt)))
    dx, dy = grid.x - np.float32(centre[0]), grid.y - np.float32(centre[1])
    along = (cos * dx + sin * dy) / np.float32(axes[0])
    across = (cos * dy - sin * dx) / np.float32(axes[1])
    return np.float32(2 * axes[2]) * np.sqrt(np.maximum(1 - along * along - across * across, 0))


def blend(*chords: Floats32) -> Floats32:
    """Union of overlapping bodies without a visible seam (the 4-norm).

    Example:
        >>> blend(np.float32([3.0]), np.float32([0.0]))
        array([3.], dtype=float32)
    """
    total = np.zeros(np.broadcast_shapes(*(chord.shape for chord in chords)), dtype=np.float32)
    for chord in chords:
        square = chord * chord
        total += square * square
    return np.sqrt(np.sqrt(total))


def body_chord(thorax: Thorax, grid: Grid) -> Floats32:
    """Torso, shoulders, neck and breasts.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(15 < body_chord(thorax, make_grid(1.0)).max() < 35)
        True
    """
    x, y = np.abs(grid.x - midline(thorax, grid.y)), grid.y
    outer = np.float32(thorax.half_width + thorax.wall)
    rise = round_off((y + 7) / 16)
    waist = outer * (
        1 - np.float32(0.05) * np.clip((y - 18) / 18, 0, 1) - np.float32(0.62) * np.clip((5 - y) / 12, 0, 1)
    )
    torso = np.float32(2 * (thorax.half_depth + thorax.fat_depth)) * (
        np.float32(0.35) + np.float32(0.65) * rise
    )
    torso = torso * superellipse(x / waist) * round_off((y + 9) / 9)
    line = -7.5 + np.float32(0.36) * np.maximum(x - 5, 0)
    fold = 9.5 - np.float32(0.35) * np.maximum(x - outer, 0)
    shoulder = np.float32(11.5 + thorax.fat_depth) * round_off((y - line) / 5) * round_off((fold - y) / 5)
    neck = 12 * superellipse(x / 6.2) * np.clip((3 - y) / 6, 0, 1)
    body = blend(torso, shoulder, neck)
    return body if thorax.breast == 0 else body + _breasts(thorax, grid)


def _breasts(thorax: Thorax, grid: Grid) -> Floats32:
    level = 0.72 * thorax.height
    total = np.zeros(grid.shape, dtype=np.float32)
    for side in (-1, 1):
        centre = (side * 0.53 * thorax.half_width + thorax.rotation, level)
        chord = ellipsoid(grid, centre, (5.6 + 0.3 * thorax.breast, 5.4, thorax.breast / 2), side * 12)
        total += chord * np.clip((grid.y - np.float32(level - 6)) / 6, 0, 1)
    return total


def heart_chord(thorax: Thorax, grid: Grid) -> Floats32:
    """Heart and great vessels inside the cage.

    Ventricles, right atrium, pulmonary trunk, ascending aorta and superior vena cava, aortic arch,
    descending aorta.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> bool(7 < heart_chord(thorax, make_grid(1.0)).max() < 16)
        True
    """
    h, k, shift = thorax.height, thorax.heart, 0.6 * thorax.rotation
    arch = h - 16.6 * k

    def part(x: float, up: float, axes: tuple[float, float, float], tilt: float = 0.0) -> Floats32:
        scaled = (axes[0] * k, axes[1] * k, axes[2] * k)
        return ellipsoid(grid, (x * k + shift, h - up * k), scaled, tilt)

    ventricles = part(3.0, 3.2, (6.5, 4.7, 6.0), 36)
    atrium = part(-1.0, 4.6, (3.0, 5.4, 6.0))
    base = part(1.3, 7.6, (3.3, 4.6, 6.0), 0)
    trunk = part(1.8, 10.9, (2.2, 3.1, 5.0), 0)
    ascending = part(-0.9, 12.4, (2.1, 6.6, 5.0), 0)
    knob = ellipsoid(grid, (3.3 - thorax.aorta, arch), (thorax.aorta, thorax.aorta * 1.15, 4.5), 0)
    lower = np.clip((grid.y - np.float32(arch)) / 2, 0, 1)
    off = (grid.x - np.float32(1.2 + 0.15 * thorax.aorta)) / np.float32(0.62 * thorax.aorta)
    descending = np.float32(1.6 * thorax.aorta) * np.sqrt(np.maximum(1 - off * off, 0)) * lower
    chord = blend(ventricles, atrium, base, trunk, ascending, knob, descending)
    return np.asarray(cv2.GaussianBlur(chord, (0, 0), 0.22 / grid.step), dtype=np.float32)


def _dome(thorax: Thorax, x: Floats32) -> Floats32:
    """Height of the highest line of the diaphragm."""
    h, w = thorax.height, thorax.half_width
    left = x > 0
    top = np.where(left, h + thorax.left_dome, h).astype(np.float32)
    off = (np.abs(x) - np.float32(0.46 * w)) / np.float32(w)
    outside = off > 0
    fall = np.where(outside, 13.5 * off * off, 8.0 * off * off) * (1 - 0.65 * thorax.flattened)
    return (top + fall).astype(np.float32)


def _medial(x: Floats32, y: Floats32) -> Floats32:
    """How much of the cage is lung near the midline: none in the mediastinum, all farther out."""
    left = x > 0
    border = 1.4 + 2.5 * np.exp(-np.maximum(y, -1) / 0.9) + 0.25 * np.clip((y - 14) / 6, 0, 1)
    border = border + np.where(left, 0.1, 0.0)
    return round_off(((np.abs(x) - border) / 4.2).astype(np.float32))


def lung_chord(thorax: Thorax, grid: Grid, heart: Floats32) -> tuple[Floats32, Floats32]:
    """Aerated lung of both sides: the cage without mediastinum, heart, and what lies under the diaphragm.

    Args:
        thorax: sizes.
        grid: pixels.
        heart: chord of the heart.

    Returns:
        Chord of lung, (rows, columns), cm, and height of the diaphragm's highest line, cm.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax, grid = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0)), make_grid(1.0)
        >>> lung, dome = lung_chord(thorax, grid, heart_chord(thorax, grid))
        >>> bool(12 < lung.max() < 24)
        True
    """
    x, y = grid.x - midline(thorax, grid.y), grid.y
    width = np.maximum(cage_half_width(thorax, y), np.float32(1e-3))
    depth = np.float32(thorax.half_depth) * (np.float32(0.42) + np.float32(0.58) * round_off(y / 17))
    half = depth * superellipse(x / width)
    dome = _dome(thorax, x)
    middle = np.float32(-0.2 * thorax.half_depth)
    steep = np.float32(0.040)
    reach = np.sqrt(np.maximum(y - dome, 0) / steep)
    behind = np.clip(half - (middle + reach), 0, None)
    before = np.clip(half + (middle - reach), 0, None)
    chord = np.minimum(behind + before, 2 * half)
    chord = chord * _medial(x, y)
    inside = 2 * half - chord  # what the diaphragm took must not be taken again by the heart
    lung = np.maximum(chord - np.maximum(np.float32(1.5) * heart - inside * np.float32(0.5), 0), 0)
    return lung.astype(np.float32), dome


def organs(thorax: Thorax, grid: Grid) -> Organs:
    """All soft organs of one chest.

    Args:
        thorax: sizes.
        grid: pixels.

    Returns:
        Their chords.

    Example:
        >>> from hilum.phantom.anatomy import Person, draw_thorax, make_grid
        >>> thorax = draw_thorax(Person(50, "M", "PA", 0.0), np.random.default_rng(0))
        >>> organs(thorax, make_grid(1.0)).lung.shape
        (46, 43)
    """
    lung, dome = lung_chord(thorax, grid, heart_chord(thorax, grid))
    gas = np.zeros(grid.shape, dtype=np.float32)
    if thorax.gas > 0.6:
        centre = (0.42 * thorax.half_width, thorax.height + thorax.left_dome + 1.0 + 0.75 * thorax.gas)
        gas = ellipsoid(grid, centre, (1.35 * thorax.gas, 0.8 * thorax.gas, 0.55 * thorax.gas), 12)
    body = np.maximum(body_chord(thorax, grid), lung + np.float32(2.5) * (lung > 0))
    return Organs(body, lung, gas, dome)
