"""Whether an image is turned, or of another view, by its likeness to the mean training image."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize

_SIDE, _MARGIN = 28, 0.03
# How far below the middle half of the training images, in widths of that half, an image is like none of them.
_FAR = 3.0


def turned_by(picture: NDArray[np.float32], mean: NDArray[np.float32]) -> int:
    """By how many degrees an image seems to have been turned.

    The image and its three quarter turns are compared with the mean image by Pearson's correlation, both made
    small so that only the broad shape counts. It is taken to be turned where another position is more alike
    by 0.03 or more. Left and right changed over are not told: a heart on the right is a finding.

    Args:
        picture: (size, size).
        mean: mean image of the training part, square.

    Returns:
        0, 90, 180 or 270, anticlockwise: turning the image back by as much, clockwise, sets it upright.

    Example:
        >>> mean = np.tile(np.linspace(0, 1, 56, dtype=np.float32)[:, None], (1, 56))
        >>> [turned_by(np.rot90(mean, quarters), mean) for quarters in range(4)]
        [0, 90, 180, 270]
    """
    likeness = _in_each_position(picture, mean)
    best = int(np.argmax(likeness))
    return 90 * best if likeness[best] >= likeness[0] + _MARGIN else 0


def likeness_to(picture: NDArray[np.float32], mean: NDArray[np.float32]) -> float:
    """How alike an image and the mean image are, in whichever position they are most alike.

    Args:
        picture: (size, size).
        mean: mean image of the training part, square.

    Returns:
        Pearson's correlation of both made small, the highest over quarter turns.

    Example:
        >>> mean = np.tile(np.linspace(0, 1, 56, dtype=np.float32)[:, None], (1, 56))
        >>> round(likeness_to(np.rot90(mean), mean), 3)
        1.0
    """
    return max(_in_each_position(picture, mean))


def least_likeness(found: Sequence[float]) -> float:
    """The likeness below which an image is like no training image.

    Three widths of the middle half below it (Tukey 1977), so that a few strange training images do not
    matter.

    Args:
        found: the likeness of each training image.

    Example:
        >>> round(least_likeness([0.8, 0.8, 0.9, 0.9, 0.1]), 3)
        0.5
    """
    low, high = np.percentile(np.asarray(found), [25, 75])
    return float(max(low - _FAR * (high - low), -1.0))


def _in_each_position(picture: NDArray[np.float32], mean: NDArray[np.float32]) -> list[float]:
    fixed = _standard(mean)
    small = resize(picture, (_SIDE, _SIDE))
    return [float((_standard(np.rot90(small, -quarters)) * fixed).mean()) for quarters in range(4)]


def _standard(picture: NDArray[np.float32]) -> NDArray[np.float64]:
    small = resize(picture, (_SIDE, _SIDE)).astype(np.float64)
    small -= small.mean()
    deviation = small.std()
    return small / deviation if deviation > 0 else small
