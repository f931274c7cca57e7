"""Normalised mutual information of two pictures, and the translation at which it is highest."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize

Shift = tuple[int, int]
Levels = NDArray[np.float32]

# Few and soft: with many, or with hard borders, chance decides in which level a pixel of a noisy scan falls.
BINS = 5
_COARSE, _FARTHEST, _TRIALS, _STREAM = 32, 0.35, 1000, 613
_BRIGHTEST = 99.5
# The grain of counted photons, as a standard deviation in parts of the picture: it says nothing of the place.
_GRAIN = 0.009
# How far a better place is looked for on each finer picture: past small hills of the grain.
_AROUND, _HILLS = 2, 3


def normalised_mutual_information(joint: NDArray[np.floating]) -> NDArray[np.float64]:
    """(H(A) + H(B)) / H(A, B), from 1, unrelated, to 2, the same (Studholme, Hill & Hawkes 1999).

    Args:
        joint: (..., bins, bins) counts of pairs of grey values.

    Returns:
        (...,); 1 where both pictures have one grey value only.

    Example:
        >>> same, unrelated = [[2.0, 0.0], [0.0, 2.0]], [[1.0, 1.0], [1.0, 1.0]]
        >>> normalised_mutual_information(np.array([same, unrelated])).tolist()
        [2.0, 1.0]
    """
    share = joint / joint.sum(axis=(-2, -1), keepdims=True)
    apart = _entropy(share.sum(axis=-1), -1) + _entropy(share.sum(axis=-2), -1)
    together = _entropy(share, (-2, -1))
    return np.where(together > 0, apart / np.where(together > 0, together, 1), 1.0)


def in_levels(picture: NDArray[np.float32], size: int) -> Levels:
    """A picture as a few grey levels, at another size; a pixel between two levels belongs in part to both.

    Args:
        picture: (rows, columns), any range; what is brighter than 99.5 % of it counts as that bright.
        size: rows and columns wanted.

    Returns:
        (bins, size, size), how much each pixel belongs to each level; 1 together.

    Example:
        >>> levels = in_levels(np.linspace(0, 1, 16, dtype=np.float32).reshape(4, 4), 4)
        >>> levels[:, 0, 0].tolist(), float(levels.sum())
        ([1.0, 0.0, 0.0, 0.0, 0.0], 16.0)
    """
    small = resize(picture, (size, size))
    low, high = float(small.min()), float(np.percentile(small, _BRIGHTEST))
    if not high > low:
        levels = np.zeros((BINS, size, size), np.float32)
        levels[0] = 1
        return levels
    scaled = np.clip((small - np.float32(low)) * np.float32((BINS - 1) / (high - low)), 0, BINS - 1)
    apart = np.abs(scaled - np.arange(BINS, dtype=np.float32)[:, None, None])
    return np.asarray(np.clip(1 - apart, 0, None), dtype=np.float32)


def joint_counts(moving: Levels, fixed: Levels, shift: Shift) -> NDArray[np.float64]:
    """How often each pair of levels meets when one picture is moved and filled up with black.

    Args:
        moving: (bins, rows, columns) levels.
        fixed: the same shape.
        shift: rows and columns by which the first is moved.

    Returns:
        (bins, bins), the moved picture's levels first.

    Example:
        >>> one = np.zeros((2, 1, 2), np.float32)
        >>> one[0, 0, 0] = one[1, 0, 1] = 1
        >>> joint_counts(one, one, (0, 0)).tolist(), joint_counts(one, one, (0, 1)).tolist()
        ([[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [0.0, 0.0]])
    """
    here, there = _overlap(moving.shape[1:], shift)
    covered = fixed[(slice(None), *here)].reshape(len(fixed), -1)
    moved = moving[(slice(None), *there)].reshape(len(moving), -1)
    joint = (moved @ covered.T).astype(np.float64)
    joint[0] += fixed.sum(axis=(1, 2), dtype=np.float64) - covered.sum(axis=1, dtype=np.float64)
    return joint


def joint_counts_of_all_shifts(moving: Levels, fixed: Levels, farthest: int) -> NDArray[np.float64]:
    """`joint_counts` of every whole shift at once, by correlating levels with levels in Fourier space.

    Args:
        moving: (bins, size, size) levels.
        fixed: the same.
        farthest: to either side, pixels.

    Returns:
        (2 farthest + 1, 2 farthest + 1, bins, bins): rows and columns of the shift from -farthest on.

    Example:
        >>> one = np.zeros((2, 2, 2), np.float32)
        >>> one[0], one[1, 0, 1], one[0, 0, 1] = 1, 1, 0
        >>> joint_counts_of_all_shifts(one, one, 1)[1, 1].round(3).tolist()
        [[3.0, 0.0], [0.0, 1.0]]
    """
    from scipy import fft

    bins, size = len(fixed), fixed.shape[1]
    wide = 2 * size
    of_moving = fft.rfft2(moving[1:], (wide, wide))
    of_fixed = fft.rfft2(np.concatenate([fixed[1:], np.ones((1, size, size), np.float32)]), (wide, wide))
    found = fft.irfft2(of_moving.conj()[:, None] * of_fixed[None], (wide, wide))
    wanted = np.arange(-farthest, farthest + 1) % wide
    counts = found[:, :, wanted[:, None], wanted[None]].astype(np.float64)
    joint = np.zeros((bins, bins, len(wanted), len(wanted)))
    joint[1:, 1:] = counts[:, :-1]
    joint[1:, 0] = counts[:, -1] - counts[:, :-1].sum(axis=1)
    present = fixed.sum(axis=(1, 2), dtype=np.float64)
    joint[0] = present[:, None, None] - joint[1:].sum(axis=0)
    # Fourier space leaves numbers a little below nothing.
    return np.maximum(joint, 0).transpose(2, 3, 0, 1)


def best_shift(
    picture: NDArray[np.float32], mean: NDArray[np.float32], how: Literal["mutual information", "random"]
) -> tuple[float, float]:
    """The translation of a picture with the highest normalised mutual information with a mean picture.

    `mutual information` looks at every whole shift of a coarse picture at once, then climbs on finer ones;
    `random` tries 1000 shifts drawn by chance, the same ones every time. Both look as far as 35 % of the
    picture to either side.

    Args:
        picture: (size, size).
        mean: (rows, columns), square, of any size; the finest picture that is looked at has its size.
        how: one of the two.

    Returns:
        Rows and columns to move by, as fractions of the picture.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> mean = np.pad(np.kron(rng.random((8, 8)), np.ones((4, 4))), 16).astype(np.float32)
        >>> found = best_shift(np.roll(mean, (5, -8), (0, 1)), mean, "mutual information")
        >>> [round(64 * part) for part in found]
        [-5, 8]
    """
    side = len(mean)
    picture, mean = _without_grain(picture), _without_grain(mean)
    if how == "random":
        return _by_chance(in_levels(picture, side), in_levels(mean, side))
    size = min(_COARSE, side)
    farthest = round(_FARTHEST * size)
    joint = joint_counts_of_all_shifts(in_levels(picture, size), in_levels(mean, size), farthest)
    hills = _highest(normalised_mutual_information(joint))
    starts = [((row - farthest) / size, (column - farthest) / size) for row, column in hills]
    while size < side:
        size = min(2 * size, side)
        moving, fixed = in_levels(picture, size), in_levels(mean, size)
        reached = [_climb(moving, fixed, start) for start in starts]
        starts = [max(reached, key=lambda one: one[0])[1]]
    return starts[0]


def _highest(found: NDArray[np.float64]) -> list[Shift]:
    """The highest places that are no neighbours of each other, the highest first."""
    left, hills = found.copy(), []
    for _ in range(_HILLS):
        row, column = (int(at) for at in np.unravel_index(np.argmax(left), left.shape))
        hills.append((row, column))
        left[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = -np.inf
    return hills


def _without_grain(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.GaussianBlur(picture, (0, 0), _GRAIN * len(picture)), dtype=np.float32)


def _climb(moving: Levels, fixed: Levels, start: tuple[float, float]) -> tuple[float, tuple[float, float]]:
    """Go to the best place a few steps around until none is better; then to the top of the hill around it.

    Returns:
        How high that is, and where.
    """
    size = fixed.shape[1]
    farthest = round(_FARTHEST * size) + _AROUND
    at: Shift = (round(start[0] * size), round(start[1] * size))
    known: dict[Shift, float] = {}
    while True:
        around = _around(at)
        new = [shift for shift in around if shift not in known]
        counts = np.stack([joint_counts(moving, fixed, shift) for shift in new])
        known.update(zip(new, normalised_mutual_information(counts).tolist(), strict=True))
        best = max(around, key=lambda shift: known[shift])
        if known[best] <= known[at] or max(map(abs, best)) > farthest:
            break
        at = best
    rows, columns = _top(np.reshape([known[shift] for shift in _around(at)], (2 * _AROUND + 1, -1)))
    return known[at], ((at[0] + rows) / size, (at[1] + columns) / size)


def _around(at: Shift) -> list[Shift]:
    steps = range(-_AROUND, _AROUND + 1)
    return [(at[0] + rows, at[1] + columns) for rows in steps for columns in steps]


def _top(values: NDArray[np.float64]) -> tuple[float, float]:
    """Where the paraboloid that fits values around the highest best is highest, from the middle one.

    Example:
        >>> rows, columns = np.mgrid[-2:3, -2:3]
        >>> [round(part, 6) for part in _top(-((rows - 0.5) ** 2) - 2.0 * (columns + 0.25) ** 2)]
        [0.5, -0.25]
    """
    rows, columns = np.mgrid[-_AROUND : _AROUND + 1, -_AROUND : _AROUND + 1].reshape(2, -1).astype(np.float64)
    terms = np.stack([np.ones_like(rows), rows, columns, rows**2, columns**2, rows * columns], axis=1)
    _, down, across, bent_down, bent_across, twist = np.linalg.lstsq(terms, values.ravel(), rcond=None)[0]
    bend = np.array([[2 * bent_down, twist], [twist, 2 * bent_across]])
    if bent_down >= 0 or np.linalg.det(bend) <= 0:
        return 0.0, 0.0
    top = -np.linalg.solve(bend, np.array([down, across]))
    return (float(top[0]), float(top[1])) if np.abs(top).max() <= _AROUND else (0.0, 0.0)


def _by_chance(moving: Levels, fixed: Levels) -> tuple[float, float]:
    size = fixed.shape[1]
    farthest = round(_FARTHEST * size)
    drawn = np.random.default_rng(_STREAM).integers(-farthest, farthest, (_TRIALS, 2), endpoint=True)
    shifts: list[Shift] = [(int(rows), int(columns)) for rows, columns in drawn]
    best = max(shifts, key=lambda shift: _nmi(moving, fixed, shift))
    return best[0] / size, best[1] / size


def _nmi(moving: Levels, fixed: Levels, shift: Shift) -> float:
    return float(normalised_mutual_information(joint_counts(moving, fixed, shift)))


def _overlap(shape: tuple[int, ...], shift: Shift) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    here, there = [], []
    for side, start in zip(shape, shift, strict=True):
        low = max(start, 0)
        high = max(min(start + side, side), low)
        here.append(slice(low, high))
        there.append(slice(low - start, high - start))
    return tuple(here), tuple(there)


def _entropy(share: NDArray[np.float64], axis: int | tuple[int, int]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = -np.where(share > 0, share * np.log(np.where(share > 0, share, 1)), 0).sum(
        axis=axis
    )
    return found
