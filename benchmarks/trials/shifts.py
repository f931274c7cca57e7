"""Copies of pictures as other machines might give them, made from the original before any preparation."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Change = Callable[[Picture, np.random.Generator], Picture]


def _blurred(picture: Picture, _: np.random.Generator) -> Picture:
    sigma = max(0.6, 0.0125 * min(picture.shape))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.float32)


def _noisy(picture: Picture, rng: np.random.Generator) -> Picture:
    # A larger picture is averaged when it is made smaller; as much noise is to be left.
    deviation = 0.06 * max(1.0, min(picture.shape) / 96)
    return picture + rng.normal(0, deviation, picture.shape).astype(np.float32)


def _nearer(picture: Picture, _: np.random.Generator) -> Picture:
    rows, columns = picture.shape
    top, left = max(round(0.06 * rows), 1), max(round(0.06 * columns), 1)
    inner = picture[top : rows - top, left : columns - left]
    return np.asarray(cv2.resize(inner, (columns, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


SHIFTS: dict[str, Change] = {
    "as they are": lambda picture, _: picture,
    "darker": lambda picture, _: 0.7 * picture,
    "brighter": lambda picture, _: 0.7 * picture + 0.3,
    "less contrast": lambda picture, _: 0.25 + 0.5 * picture,
    "gamma 0.6": lambda picture, _: picture**0.6,
    "gamma 1.7": lambda picture, _: picture**1.7,
    "blurred": _blurred,
    "noisy": _noisy,
    "nearer": _nearer,
}


def shifted(picture: NDArray[np.uint8], shift: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A changed copy of a grey picture of 8 bits.

    Example:
        >>> shifted(np.full((8, 8), 100, np.uint8), "darker", np.random.default_rng(0)).max().item()
        70
    """
    changed = SHIFTS[shift](picture.astype(np.float32) / 255, rng)
    return np.rint(255 * np.clip(changed, 0, 1)).astype(np.uint8)
