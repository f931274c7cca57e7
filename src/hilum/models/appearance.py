"""What a prepared image looks like in five numbers and a small picture; no network is asked.

Of a volume the middle slice is looked at.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NAMES = ("brightness", "contrast", "sharpness", "noise", "likeness")
SIDE = 16
_FLAT = 1e-4
_BLOCK = 256


@dataclass(frozen=True)
class Appearance:
    """What images look like.

    Attributes:
        thumbnails: (n, 256) each image averaged to 16 x 16, its mean taken away and its length made 1; an
            image of one grey is all zero.
        values: (n, 4) brightness (mean grey, 0..1), contrast (standard deviation), sharpness (natural
            logarithm of how much neighbours differ, beside the contrast) and noise (logarithm of the standard
            deviation of what no smooth shape has).
    """

    thumbnails: NDArray[np.float32]
    values: NDArray[np.float64]

    def likeness(self, mean: NDArray[np.float32]) -> NDArray[np.float64]:
        """Correlation of each small picture with the mean small picture of the training images, -1 to 1.

        Args:
            mean: (256,).
        """
        length = max(float(np.linalg.norm(mean)), _FLAT)
        return np.asarray(self.thumbnails @ mean / length, np.float64)


def appearance(array: NDArray[np.uint8 | np.uint16], rows: NDArray[np.int64]) -> Appearance:
    """Look at prepared images.

    Args:
        array: (images, size, size), or (images, depth, size, size).
        rows: which of them.

    Returns:
        What they look like, in the order of `rows`.

    Example:
        >>> grey = np.full((1, 32, 32), 51, np.uint8)
        >>> looks = appearance(grey, np.array([0]))
        >>> looks.values[0, :2].round(2).tolist(), float(abs(looks.thumbnails).max())
        ([0.2, 0.0], 0.0)
    """
    scale = np.float32(1 / np.iinfo(array.dtype).max)
    small, values = [], []
    for start in range(0, len(rows), _BLOCK):
        chosen = rows[start : start + _BLOCK]
        pictures = array[chosen] if array.ndim == 3 else array[chosen, array.shape[1] // 2]
        images = pictures.astype(np.float32) * scale
        small.append(_thumbnails(images))
        values.append(_values(images))
    if not small:
        return Appearance(np.zeros((0, SIDE * SIDE), np.float32), np.zeros((0, 4)))
    return Appearance(np.concatenate(small), np.concatenate(values))


def _thumbnails(images: NDArray[np.float32]) -> NDArray[np.float32]:
    edges = np.linspace(0, images.shape[1], SIDE + 1).astype(np.int64)[:-1]
    sums = np.add.reduceat(np.add.reduceat(images, edges, axis=1), edges, axis=2)
    sizes = np.diff(np.append(edges, images.shape[1])).astype(np.float32)
    flat = (sums / np.outer(sizes, sizes)).reshape(len(images), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(np.where(length > _FLAT, flat / np.maximum(length, _FLAT), 0), np.float32)


def _values(images: NDArray[np.float32]) -> NDArray[np.float64]:
    brightness = images.mean(axis=(1, 2), dtype=np.float64)
    contrast = images.std(axis=(1, 2), dtype=np.float64)
    steps = np.sqrt(
        (np.diff(images, axis=1) ** 2).mean(axis=(1, 2), dtype=np.float64)
        + (np.diff(images, axis=2) ** 2).mean(axis=(1, 2), dtype=np.float64)
    )
    noise = np.sqrt(np.pi / 2) / 6 * np.abs(_rough(images)).mean(axis=(1, 2), dtype=np.float64)
    sharpness = np.log((steps + _FLAT) / (contrast + _FLAT))
    return np.stack([brightness, contrast, sharpness, np.log(noise + _FLAT)], axis=1)


def _rough(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Second differences in both directions, which pass only what no smooth shape has (Immerkaer 1996)."""
    once = images[:, :-2] - 2 * images[:, 1:-1] + images[:, 2:]
    both = once[:, :, :-2] - 2 * once[:, :, 1:-1] + once[:, :, 2:]
    return np.asarray(both, np.float32)
